"""A script that is exported as a screenplay and imported again compiles to the same manifest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.compiler.emit import build_manifest
from storyboard.compiler.emit.manifest import to_json
from storyboard.compiler.pipeline import analyze_text
from storyboard.format.meaning import comments, said
from storyboard.screenplay.exporting import export_fountain, restore
from storyboard.screenplay.fdx import export_final_draft, restore_final_draft
from storyboard.screenplay.finaldraft import read_xml, to_screenplay
from storyboard.screenplay.fountain import read_fountain
from storyboard.screenplay.script import Action, Heading, Speech

_EXAMPLES = Path(__file__).parents[2] / "examples"
#: How many scripts are tried; a longer run is asked for by hand.
_EXAMPLE_COUNT = int(os.environ.get("SBC_EXAMPLES", "40"))
_FILMS = sorted(file for file in _EXAMPLES.rglob("*.sb") if "SHOT" in file.read_text(encoding="utf-8"))


def sbc(*arguments: str | Path, folder: Path) -> bytes:
    command = [sys.executable, "-m", "storyboard.cli", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.parametrize("form", ["fountain", "fdx"])
@pytest.mark.parametrize("film", _FILMS, ids=lambda film: film.parent.name)
def test_the_manifest_comes_back(film: Path, form: str, tmp_path: Path) -> None:
    folder = tmp_path / "film"
    shutil.copytree(film.parent, folder)
    before = sbc("compile", film.name, folder=folder)
    sbc("export", film.name, "--to", form, "-o", f"copy.{form}", folder=folder)
    (folder / film.name).unlink()
    sbc("import", f"copy.{form}", "-o", film.name, folder=folder)
    assert sbc("compile", film.name, folder=folder) == before


_CORPUS = sorted(
    [*(_EXAMPLES.parent / "tests/corpus/ok").rglob("*.sb"), *(_EXAMPLES.parent / "tests/corpus/craft").rglob("*.sb")]
)


_CHANGES = ("blank lines", "indented", "notes")
#: Every script as it is, and laid out in one other way.
_LAID_OUT = [
    (file, change) for number, file in enumerate(_CORPUS) for change in ("as it is", _CHANGES[number % len(_CHANGES)])
]


@pytest.mark.parametrize(("file", "change"), _LAID_OUT, ids=lambda one: one.stem if isinstance(one, Path) else one)
def test_the_manifest_comes_back_from_any_script(file: Path, change: str) -> None:
    text = changed(file.read_text(encoding="utf-8-sig"), change)
    analysis = analyze_text(text, str(file))
    if analysis.has_errors:
        return
    meant = to_json(build_manifest(analysis))
    for back in (restore(export_fountain(analysis)), restore_final_draft(read_xml(export_final_draft(analysis), "x"))):
        assert back is not None
        assert to_json(build_manifest(analyze_text(back, str(file)))) == meant


def changed(text: str, change: str) -> str:
    """The text as another writer might lay it out."""
    lines = text.splitlines()
    if change == "blank lines":
        lines = [part for line in lines for part in ((line,) if line.strip() else ("  ", line, ""))]
    elif change == "indented":
        lines = [f"  {line}" if line.strip() else line for line in lines]
    elif change == "notes":
        lines = [f"{line} [[@Mira, light: x]]" if line.endswith((".", "!")) else line for line in lines]
    return "\n".join(lines) + "\n"


_SCRIPT = """\
// top
Title: X
Model: kling-o3-pro

CHARACTER Old Tom
look: old [[TODO how old]]
front: https://example.com/t.png
CHARACTER Old Tom.winter
look: cold
LOCATION Harbor
image: https://example.com/h.png

EXT. HARBOR - DAY #2#
light: grey
He waits by the sea.

SHOT 5s wide #A#
with: Old Tom
OLD TOM
@Old Tom, they called me.

MISTY MORNING
lies over it, said nobody.

!@Old Tom.winter and Old Tom meet @Old Tom; a@b.c, @@x. [[a note]]
He says MIRA.

[[light: is a note]]

FADE OUT.
===
SHOT 4s
@{Old Tom} goes. /* bone

yard */
// gone

@Old Tom
Good night.
"""


def test_it_reads_as_a_screenplay() -> None:
    analysis = analyze_text(_SCRIPT.replace("MISTY MORNING\nlies", "Misty morning\nlies"))
    fountain = export_fountain(analysis)
    for screenplay in (read_fountain(fountain), to_screenplay(read_xml(export_final_draft(analysis), "x"), "x")):
        headings = [one.text for one in screenplay.elements if isinstance(one, Heading)]
        assert [text.replace(" #2#", "") for text in headings] == ["EXT. HARBOR - DAY"]
        assert [one.name.upper() for one in screenplay.elements if isinstance(one, Speech)] == ["OLD TOM", "OLD TOM"]
        shown = " ".join(line for one in screenplay.elements if isinstance(one, Action) for line in one.lines)
        assert "SHOT" not in shown.split("[[")[0]
        assert "[[SHOT 5s wide" in str(screenplay.elements), "a note"


def test_a_final_draft_page_shows_no_marks_of_fountain() -> None:
    script = (
        "# Act One\n= They meet.\n\n.THE MOON #4#\n\nSHOT 5s\n!INT. is a word here.\n\n> Slow fade\n\n> The End <\n\n"
        "SHOT 4s\n太郎 ^\n[[softly]]\nはい。\n"
    )
    root = read_xml(export_final_draft(analyze_text(f"CHARACTER 太郎\n\n{script}")), "x")
    shown = [
        (paragraph.get("Type"), "".join(run.text or "" for run in paragraph.findall("Text")))
        for paragraph in root.findall("Content/Paragraph")
    ]
    assert shown == [
        ("Outline 1", "Act One"), ("Outline Body", "They meet."), ("Scene Heading", "THE MOON"), ("Action", "INT. is a word here."),
        ("Transition", "Slow fade"), ("Action", "The End"), ("Character", "太郎"), ("Dialogue", "はい。"),
    ]  # fmt: skip
    assert restore_final_draft(root) == f"CHARACTER 太郎\n\n{script}"


def test_every_letter_comes_back() -> None:
    text = _SCRIPT.replace("MISTY MORNING\nlies", "Misty morning\nlies")
    assert restore(export_fountain(analyze_text(text))) == text


_LINES = st.lists(
    st.sampled_from(
        ["", "", "", "CHARACTER Mira", "CHARACTER Mira.winter", "look: red [[n]]", "front: https://example.com/x.png", "LOCATION Harbor",
         "SHOT 5s", "SHOT 4s wide @Mira #3#", "INT. HARBOR - DAY", ".FORCED #2#", "# Act", "= syn", "===", "light: blue", "with: Mira", "Title: x",
         "@Mira walks.", "Mira and @Mira and Mira.", "@{Mira}'s @@x", "MIRA", "MIRA (V.O.)", "(beat)", "@Mira", "> CUT TO:", "CUT TO:", "FADE OUT.",
         "!forced", "SUPER: x", "[[note]]", "[[two", "lines]]", "// line", "/* bone", "yard */", "text [[@n]]", "[[SHOT 5s]]", "~ tune", "int. house",
         "太郎", "  indented"]
    ),
    max_size=18,
)  # fmt: skip


@settings(max_examples=10 * _EXAMPLE_COUNT, deadline=None)
@given(_LINES)
def test_any_script_comes_back(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    analysis = analyze_text(text)
    if analysis.has_errors:
        return
    back = restore(export_fountain(analysis))
    assert back is not None
    assert (said(back), comments(back)) == (said(text), comments(text))
    again = restore_final_draft(read_xml(export_final_draft(analysis), "x"))
    assert again is not None
    assert (said(again), comments(again)) == (said(text), comments(text))
