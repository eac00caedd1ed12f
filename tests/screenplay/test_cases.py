"""Screenplays in `cases/`, and in `cases.toml` what each becomes when it is imported.

A case is a file and an entry: `scenes` with a heading; `places`, `speakers`, `pictured`: names that are declared (whole
patterns, in any case, none over); `scene_places`: the location of each scene; `keeps`: words of the script in their order;
`notes`: words inside a comment of it; `title`, `title_page`, `declared`: patterns that it has; `prompts_have`,
`prompts_never`, `not_codes`, `shots_at_least`: of the compiled script; `says`: printed; `refused`, `may_refuse`: no script
is written; `exported_cues`: cues of the script exported to Fountain; `roundtrip`: see the tests.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from storyboard.cli.import_ import command
from storyboard.compiler.emit import build_manifest
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.pipeline import Analysis, analyze_text
from storyboard.screenplay.comments import find_comments
from storyboard.screenplay.fountain import read_fountain
from storyboard.screenplay.fountain_export import export_fountain
from storyboard.screenplay.restore import restore
from storyboard.screenplay.script import Speech

_FOLDER = Path(__file__).with_name("cases")
CASES: list[dict[str, Any]] = tomllib.loads(_FOLDER.with_name("cases.toml").read_text(encoding="utf-8"))["screenplay"]
_PICTURE = re.compile(r"^(front|image): \S+(?: \[\[TODO[^\]]*\]\])?$", re.MULTILINE)


def _import(file: Path) -> tuple[str | None, str]:
    """The script and what is printed."""
    done = CliRunner().invoke(command, [str(file), "-o", "-"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return (done.stdout if done.exit_code == 0 else None), done.stderr


def _compiled(script: str) -> Analysis:
    """The script with addresses in place of the pictures that are still to be made."""
    count = iter(range(10_000))
    return analyze_text(_PICTURE.sub(lambda found: f"{found[1]}: https://example.com/{next(count)}.png", script))


def _prompts(analysis: Analysis) -> list[str]:
    return [clip.payload["prompt"] for clip in build_manifest(analysis).clips]


def _names(analysis: Analysis, kind: Kind) -> list[str]:
    return [one.name for one in analysis.film.cast if one.kind is kind]


def _match(names: list[str], wanted: list[str]) -> bool:
    """Whether each pattern is one of the names, and none is over."""
    left = list(names)
    for pattern in wanted:
        found = next((name for name in left if re.fullmatch(pattern, name, re.IGNORECASE)), None)
        if found is None:
            return False
        left.remove(found)
    return not left


@pytest.mark.parametrize("case", CASES, ids=lambda case: Path(case["file"]).stem)
def test_a_screenplay_becomes_what_it_means(case: dict[str, Any]) -> None:
    file = _FOLDER / case["file"]
    if case["kind"] == "film":
        pytest.skip("a script: see the test below")
    script, said = _import(file)
    for pattern in case.get("says", []):
        assert re.search(pattern, said)
    if case.get("refused") or (case.get("may_refuse") and script is None):
        assert script is None
        return
    assert script is not None, said
    analysis = _compiled(script)
    errors = [one for one in analysis.diagnostics if one.severity == "error"]
    assert not errors, script
    _check_names(case, analysis)
    _check_words(case, script, analysis)


def _check_names(case: dict[str, Any], analysis: Analysis) -> None:
    scenes = [scene for scene in analysis.film.scenes if scene.heading]
    if "scenes" in case:
        assert len(scenes) == case["scenes"]
    if "places" in case:
        assert _match(_names(analysis, Kind.LOCATION), case["places"]), _names(analysis, Kind.LOCATION)
    if "speakers" in case:
        assert _match(_names(analysis, Kind.CHARACTER), case["speakers"]), _names(analysis, Kind.CHARACTER)
    if "pictured" in case:
        pictured = [one.name for one in analysis.film.cast if one.kind is Kind.CHARACTER and one.pictures]
        assert _match(pictured, case["pictured"]), pictured
    for number, wanted in enumerate(case.get("scene_places", []), 1):
        clips = [clip for clip in build_manifest(analysis).clips if clip.scene.number == number]
        assert clips
        for clip in clips:
            places = [one for one in clip.references if one.kind == "location"]
            assert re.fullmatch(wanted, places[0].name, re.IGNORECASE)
            assert places[0].tag in clip.payload["prompt"]


def _check_words(case: dict[str, Any], script: str, analysis: Analysis) -> None:
    at = 0
    for words in case.get("keeps", []):
        at = script.find(words, at)
        assert at >= 0, words
    comments = "\n".join(find_comments(script))
    for words in case.get("notes", []):
        assert words in comments
    if "title" in case:
        assert analysis.film.title == case["title"]
    for pattern in [*case.get("title_page", []), *case.get("declared", [])]:
        assert re.search(pattern, script)
    prompts = _prompts(analysis)
    for pattern in case.get("prompts_have", []):
        assert any(re.search(pattern, prompt) for prompt in prompts), prompts
    for pattern in case.get("prompts_never", []):
        assert not any(re.search(pattern, prompt) for prompt in prompts), prompts
    assert not {one.code for one in analysis.diagnostics} & set(case.get("not_codes", []))
    assert sum(len(scene.shots) for scene in analysis.film.scenes) >= case.get("shots_at_least", 0)
    if "exported_cues" in case:
        exported = read_fountain(export_fountain(analysis))
        assert sum(isinstance(one, Speech) for one in exported.elements) == case["exported_cues"]


@pytest.mark.parametrize("case", [one for one in CASES if "roundtrip" in one], ids=lambda case: Path(case["file"]).stem)
def test_a_script_goes_out_and_comes_in(case: dict[str, Any]) -> None:
    script = (_FOLDER / case["file"]).read_text(encoding="utf-8")
    meant = build_manifest(analyze_text(script))
    fountain = export_fountain(analyze_text(script))
    assert restore(fountain) == script
    if "one-line-notes" in case["roundtrip"]:
        assert all(line.count("[[") == line.count("]]") for line in fountain.split("\n"))
    if "without-format-key" in case["roundtrip"]:
        back = restore("\n".join(line for line in fountain.split("\n") if not line.startswith("Format:")))
        assert back is not None
        assert build_manifest(analyze_text(back)) == meant
