"""The shot list as a spreadsheet reads it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from storyboard.compiler.pipeline import analyze_file, analyze_text
from storyboard.export import ExportRequest
from storyboard.export.shotlist import COLUMNS, write_csv
from storyboard.film.takes import Take


def rows(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_row_a_shot(project: Path) -> None:
    found = rows(write_csv(ExportRequest(analyze_file(project / "film.sb"))).data)
    assert tuple(found[0]) == COLUMNS
    assert [row["shot"] for row in found] == ['1.1 (one --> "two")', "1.2", "2.1", "2.2"]
    assert found[0] == {
        "scene": "1 (7 <A>)", "shot": '1.1 (one --> "two")', "size": "close-up", "camera": "close-up", "seconds": "5",
        "characters": "Mira", "location": "Harbor", "action": "Mira says <nothing> & turns.",
        "dialogue": "MIRA: --> 00:00:01.000 & <b>I never left.</b>", "clip": "s01c01", "price": "0.700",
        "start": "0:00", "move": "", "take": "", "file": "", "props": "", "light": "", "sound": "",
        "price source": "Reference to Video guide, 2026-08-20",
    }  # fmt: skip


def test_moves_starts_and_takes_stand_in_it(project: Path, takes: tuple[Take, ...]) -> None:
    found = rows(write_csv(ExportRequest(analyze_file(project / "film.sb"), takes)).data)
    assert [row["start"] for row in found] == ["0:00", "0:05", "0:09", "0:12"]
    assert [(row["size"], row["move"]) for row in found[1:2]] == [("wide", "push")]
    assert found[0]["take"] == "2"
    assert found[0]["file"] == takes[0].path.name
    script = "INT. ROOM\n\nSHOT 5s wide, tracking shot to the left\nlight: soft\nsound: rain\nA door.\n"
    (row,) = rows(write_csv(ExportRequest(analyze_text(script))).data)
    assert (row["size"], row["move"], row["light"], row["sound"]) == ("wide", "track left", "soft", "rain")
    (row,) = rows(write_csv(ExportRequest(analyze_text(script.replace("wide, ", "")))).data)
    assert (row["size"], row["move"]) == ("", "track left"), "a tracking shot is not a size"


def test_prices_add_up(project: Path) -> None:
    analysis = analyze_file(project / "film.sb")
    found = rows(write_csv(ExportRequest(analysis)).data)
    assert sum(float(row["price"]) for row in found) == pytest.approx(sum(clip.usd or 0 for clip in analysis.clips))


@pytest.mark.parametrize("text", ["=1+1", "+1", "@SUM(A1)", "-1+cmd", "- cmd|' /C calc'!A0", "＝1+1", "－1"])
def test_no_cell_is_a_formula(text: str) -> None:
    found = rows(
        write_csv(ExportRequest(analyze_text(f"INT. ROOM\n\nSHOT 5s wide\n!{text.replace('@', '@@')} it says.\n"))).data
    )
    assert found[0]["action"] == f"'{text} it says."


def test_a_dash_before_words_is_left_alone() -> None:
    found = rows(write_csv(ExportRequest(analyze_text("INT. ROOM\n\nSHOT 5s wide\n- a door, nothing else.\n"))).data)
    assert found[0]["action"] == "- a door, nothing else."


def test_no_shots_is_a_table_without_rows() -> None:
    assert rows(write_csv(ExportRequest(analyze_text("Title: Soon\n"))).data) == []
