"""No character that a file may hold, before, inside or behind a header, ends in anything but findings."""

from __future__ import annotations

import pytest

from storyboard.compiler.pipeline import analyze_text
from storyboard.export import ExportRequest
from storyboard.export.fcpxml import write_fcpxml
from storyboard.export.screenplay import write_fdx, write_fountain
from storyboard.export.shotlist import write_csv
from storyboard.format import Unformatted, format_script
from storyboard.screenplay.fountain import read_fountain
from storyboard.screenplay.restore import restore

CONTROLS = [
    *map(chr, range(32)), "\x7f", "\x80", "\x85", "\x9f", "\xa0", "\xad", "\u061c", "\u180e", "\u200b", "\u200d", "\u200f",
    "\u2028", "\u2029", "\u202e", "\u2060", "\u2066", "\u3000", "\ufeff", "\ufffe", "\uffff", "\U000e0001", "\U0010ffff",
]  # fmt: skip
HEADERS = [
    "Title: x", "CHARACTER Ada", "PROP Box", "LOCATION Harbor", "CHARACTER Ada.winter", "look: tall", "INCLUDE cast.sb", "# Act",
    "EXT. HARBOR - DAY", ".HARBOR", "with: Ada", "SHOT 5s wide", "SHOT 0s", "light: soft", "@Ada walks.", "ADA", "@Ada",
    "(low)", "Hello.", "!ADA", "CUT TO:", "> CUT", "SUPER: x", "TITLE CARD: x", "= it ends", "===", "EFFECT: a.wav",
    "[[ note ]]", "/* gone */", "// gone", "MONTAGE", "@{Ada}", "**EXT. SEA - DAY**",
]  # fmt: skip


def formatted(text: str) -> str | None:
    """The text in the one style; None where it has syntax errors. Nothing else keeps a script from it."""
    try:
        return format_script(text, analyze_text)
    except Unformatted as problem:
        if not problem.findings:
            raise
        return None


@pytest.mark.parametrize("sign", CONTROLS, ids=lambda sign: f"U+{ord(sign):04X}")
@pytest.mark.parametrize("place", ["before", "inside", "behind"])
def test_a_character_in_every_header(sign: str, place: str) -> None:
    lines = []
    for header in HEADERS:
        at = {"before": 0, "inside": max(1, len(header) // 2), "behind": len(header)}[place]
        lines.append(f"{header[:at]}{sign}{header[at:]}")
    for text in ("\n".join(lines), "\n\n".join(lines), *(f"{line}\n" for line in lines)):
        analyze_text(text)
    text = "\n\n".join(lines)
    again = formatted(text)
    assert again is None or formatted(again) == again


@pytest.mark.parametrize("sign", CONTROLS, ids=lambda sign: f"U+{ord(sign):04X}")
def test_a_character_in_what_is_exported(sign: str) -> None:
    text = f"Title: a{sign}b\n\nCHARACTER Ada\n\nEXT. SEA{sign} - DAY\n\nSHOT 5s wide{sign}\n@Ada{sign}walks. [[n{sign}]]\n\nADA\nHel{sign}lo.\n"
    order = ExportRequest(analyze_text(text))
    for write in (write_fountain, write_fdx, write_csv, write_fcpxml):
        write(order)
    read_fountain(text)
    restore(write_fountain(order).data.decode())


@pytest.mark.parametrize("seconds", [(5, 0), (0, 5), (0, 0), (5, 0, 5), (5, 0, 0, 5)])
def test_shots_of_no_length_leave_the_rest_of_a_timeline(seconds: tuple[int, ...]) -> None:
    text = "".join(f"SHOT {one}s\n@A walks.\n\n" for one in seconds)
    order = ExportRequest(analyze_text(f"CHARACTER A\n\n{text}"))
    assert write_fcpxml(order).data.count(b"<gap") == (1 if any(seconds) else 0)
