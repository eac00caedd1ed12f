"""Scene headings: every row of the table means what it says, to the language and to importers."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from storyboard.compiler.headings import read_heading
from storyboard.compiler.parse.tables import load
from storyboard.compiler.pipeline import Analysis, analyze_text
from storyboard.compiler.syntax import heading_start

TABLE = tomllib.loads((Path(__file__).parent / "corpus" / "headings.toml").read_text(encoding="utf-8"))
CAST = "".join(
    f"LOCATION {name}\nlook: a place\nimage: https://example.com/{index}.png\n\n"
    for index, name in enumerate(
        ["Harbor", "Harbor.night", "Harbor.winter", "Boat House", "Bahnhof", "Bahnhof.nacht", "港"]
    )
)
INTERIOR = {"interior": True, "exterior": False, None: None}


def compiled(heading: str, properties: str = "") -> Analysis:
    return analyze_text(f"{CAST}{heading}\n{properties}\nSHOT 5s wide\nRain.\n")


@pytest.mark.parametrize("row", TABLE["heading"], ids=lambda row: row["line"])
def test_a_heading(row: dict[str, object]) -> None:
    analysis = compiled(str(row["line"]))
    (scene,) = analysis.film.scenes
    assert scene.interior is INTERIOR[row.get("where")]  # type: ignore[index] # a table has strings
    assert (scene.location.name if scene.location else None) == row.get("location")
    if "place" in row:
        assert scene.place == row["place"]
    assert scene.time == row.get("time")
    assert scene.detail == row.get("detail")
    line = CAST.count("\n") + 1
    codes = [one.code for one in analysis.diagnostics if one.start.line == line and one.code != "SB301"]
    assert codes == row.get("codes", [])


@pytest.mark.parametrize("row", TABLE["screenplay"], ids=lambda row: row["place"])
def test_a_heading_without_declarations(row: dict[str, object]) -> None:
    places = {line: read_heading(line, any_case=True).place for line in row["lines"]}  # type: ignore[attr-defined]
    assert {line: place.text.lower() if place else None for line, place in places.items()} == dict.fromkeys(
        places, row["place"]
    )


def test_the_edit_mends_a_heading() -> None:
    for typed, meant in (("EXT. HARBOR - DUKS", "EXT. HARBOR - DUSK"), ("EXT. HARBOR DUSK", "EXT. HARBOR - DUSK")):
        analysis = compiled(typed)
        (finding,) = (one for one in analysis.diagnostics if one.code == "SB106")
        assert finding.fix
        (edit,) = finding.fix.edits
        text = f"{CAST}{typed}"
        assert f"{text[: edit.start.offset]}{edit.text}{text[edit.end.offset :]}" == f"{CAST}{meant}"


def test_a_declared_name_is_not_a_misspelt_time() -> None:
    script = "CHARACTER Duks\nlook: a dog\n\nLOCATION Harbor\nimage: https://example.com/h.png\n\n"
    analysis = analyze_text(f"{script}EXT. HARBOR - DUKS\n\nSHOT 5s wide\nRain.\n")
    assert not [one for one in analysis.diagnostics if one.code == "SB106"]


def test_with_names_the_place_where_the_heading_names_none() -> None:
    analysis = compiled('INT. "THE BLUE" BAR, UPSTAIRS', "with: Boat House, Harbor\n")
    (scene,) = analysis.film.scenes
    assert scene.location
    assert scene.location.name == "Boat House"
    assert not [one for one in analysis.diagnostics if one.code == "SB206"]
    (clip,) = analysis.clips
    assert [reference.entity.name for reference in clip.references] == ["Boat House", "Harbor"]


def test_with_only_adds_where_the_heading_names_a_place() -> None:
    (scene,) = compiled("EXT. HARBOR - NIGHT", "with: Boat House\n").film.scenes
    assert scene.location
    assert scene.location.name == "Harbor.night"


def test_time_that_has_not_passed_keeps_the_variant() -> None:
    text = f"{CAST}EXT. BAHNHOF - NACHT\n\nSHOT 5s\nRain.\n\nINT. BAHNHOF - CONTINUOUS\n\nSHOT 5s\nDry.\n"
    names = [scene.location.name for scene in analyze_text(text).film.scenes if scene.location]
    assert names == ["Bahnhof.nacht", "Bahnhof.nacht"]


@pytest.mark.parametrize("line", [*(row["line"] for row in TABLE["heading"]), "INTERIOR lamps glow", "I/E", "INTERNS"])
def test_the_grammar_and_the_compiler_agree_on_headings(line: str) -> None:
    grammar = re.compile(load().patterns["HEADING"])
    plain = line.strip("*_").replace("．", ".")
    is_heading = heading_start().match(plain) is not None or plain.startswith(".")
    assert (grammar.match(f"{plain}\n") is not None) is is_heading
