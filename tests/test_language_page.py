"""The page of the language: its scripts compile as it says, and its lists are those that the compiler uses."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from storyboard.catalog import find_model, read_table
from storyboard.compiler.codes import TITLES, severity_of
from storyboard.compiler.emit import build_manifest
from storyboard.compiler.emit.manifest import to_json
from storyboard.compiler.ir import keys
from storyboard.compiler.pipeline import analyze_text
from storyboard.report.data import write_json

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "grammar" / "README.md").read_text(encoding="utf-8")
SCRIPTS = re.findall(r"```sb ?(SB\d+)?\n(.*?)```", PAGE, re.DOTALL)
WORDS = tomllib.loads((ROOT / "storyboard" / "catalog" / "words.toml").read_text(encoding="utf-8"))


def section(title: str) -> str:
    """What stands under a heading, up to the next."""
    return re.split(r"\n#+ ", PAGE.split(f"# {title}\n", 1)[1])[0]


def shown(kind: str) -> Any:
    found = re.search(rf"```json {kind}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return json.loads(found[1])


def agrees(part: Any, whole: Any) -> bool:
    """Whether `part` says nothing that `whole` does not; an ellipsis stands for anything."""
    if part == "…":
        return True
    if isinstance(part, dict):
        return all(key in whole and agrees(value, whole[key]) for key, value in part.items())
    if isinstance(part, list):
        return len(part) == len(whole) and all(map(agrees, part, whole))
    return bool(part == whole)


@pytest.mark.parametrize(("code", "script"), SCRIPTS, ids=range(len(SCRIPTS)))
def test_a_script(code: str, script: str) -> None:
    """Scripts that show one thing are not judged as prose; what is described in words only is said in the text."""
    found = {one.code for one in analyze_text(script).diagnostics if one.code < "SB500" and one.code != "SB208"}
    assert found == ({code} if code else set())


def test_there_are_scripts() -> None:
    assert len(SCRIPTS) >= 9


def described(title: str, cell: int) -> dict[str, str]:
    """What a table of keys says of each of them, links taken off."""
    rows: dict[str, str] = {}
    for line in section(title).splitlines():
        cells = [one.strip() for one in line.strip("|").split(" | ")]
        if line.startswith("| `") and len(cells) > cell:
            said = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", cells[cell]).strip("| ")
            rows |= {key.lower(): said for key in re.findall(r"`([^`]+)`", cells[0])}
    return rows


@pytest.mark.parametrize(
    ("title", "cell", "table", "known"),
    [
        ("The title page", 1, "title_page", [one for one in keys.TITLE_PAGE if one not in keys.FACTS]),
        ("The title page", 2, "unset", [one for one in keys.TITLE_PAGE if one not in keys.FACTS]),
        ("Declarations", -1, "declaration", sorted({key for one in keys.DECLARATION.values() for key in one})),
        ("Scenes", 1, "scene", keys.SCENE),
        ("Shots", 1, "shot", keys.SHOT),
    ],
)
def test_an_editor_says_of_keys_what_the_page_says(title: str, cell: int, table: str, known: list[str]) -> None:
    said = described(title, cell)
    assert said == read_table("keys.toml")[table]
    assert sorted(said) == sorted(known)


def test_every_code_stands_on_the_page_with_its_severity() -> None:
    rows = dict(re.findall(r"^\| (SB\d+) \| (\w+)", section("Messages"), re.MULTILINE))
    assert rows == {code: severity_of(code).value for code in TITLES}


def test_the_manifest_is_the_one_of_its_script() -> None:
    (script,) = re.findall(r"```sb\n(.*?)```", section("A place"), re.DOTALL)
    manifest = json.loads(to_json(build_manifest(analyze_text(script, "place.sb"))))
    assert agrees(shown("manifest"), manifest), json.dumps(manifest, indent=1)


def test_a_diagnostic_has_the_fields_shown() -> None:
    script = "CHARACTER Mira\nfront: https://example.com/mira.png\n\nSHOT 5s\n@Mria waits.\n"
    (found,) = json.loads(write_json(one for one in analyze_text(script).diagnostics if one.code == "SB201"))[
        "diagnostics"
    ]
    (example,) = shown("diagnostics")["diagnostics"]
    assert found.keys() == example.keys()
    assert found["start"].keys() == example["start"].keys()
    assert found["fix"].keys() == example["fix"].keys()
    assert found["fix"]["edits"][0].keys() == example["fix"]["edits"][0].keys()


def test_the_word_lists_are_those_of_the_compiler() -> None:
    times, rest = section("Word lists").split("**Transitions**")
    times, others = times.split("**Seconds**")
    units, slugs = (" ".join(part.split(": ")[1].split()).rstrip(".").split(", ") for part in others.split("**Slugs**"))
    assert units == WORDS["seconds"]["units"]
    assert slugs == WORDS["slug"]["words"]
    table, keeping = times.split("These keep")
    cells = re.findall(r"^\| ([a-z ]+) \| (.+) \|$", table.split("| --- | --- |")[1], re.MULTILINE)
    assert {word: english for english, words in cells for word in words.split(", ")} == WORDS["time"]["english"]
    assert " ".join(keeping.split(": ")[1].split()).rstrip(".").split(", ") == WORDS["time"]["continuing"]
    for kind in ("inside", "outside", "establishing"):
        assert f"{kind}: {', '.join(WORDS['heading'][kind])}" in times
    transitions, sizes = rest.split("**Sizes and angles**")
    assert re.findall(r"`([^`]+)`", transitions)[1:] == WORDS["transition"]["words"]
    cells = re.findall(r"\| ([A-Z0-9]{2,3}) \| ([a-z -]+?) (?=\|)", sizes)
    assert dict(cells) == WORDS["camera"]["words"]


def test_the_limits_are_those_of_the_catalogue() -> None:
    kling, grok = find_model("kling-o3-pro"), find_model("grok-imagine")
    assert kling
    assert grok
    table = section("Limits")
    assert f"at most {kling.visual_inputs} (SB302)" in table
    assert f"| elements | {kling.elements} (SB303); {kling.elements_with_frame} beside" in table
    assert f"| scene images | {kling.scene_images} (SB305)" in table
    assert f"0 to {kling.angles} (SB306)" in table
    assert f"{', '.join(kling.aspects)} (SB311) | {', '.join(grok.aspects)} (SB311)" in table
    assert f"at most {kling.prompt_characters:,} characters" in table
