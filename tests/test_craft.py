"""The craft warnings, judged as a writer would: on prose with true problems in it, and on scripts that have none.

`corpus/craft/` holds scripts of twenty shots after scenes in the public domain, written as one writes them, and beside
each what a writer says to every warning about it: whether it helps or would be shrugged at, and why.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from storyboard.compiler.codes import TITLES
from storyboard.compiler.diagnostics import Diagnostic
from storyboard.compiler.pipeline import analyze_file, analyze_text

CORPUS = Path(__file__).parent / "corpus"
SCRIPTS = sorted((CORPUS / "craft").glob("*.sb"))
EXAMPLES = sorted((Path(__file__).parent.parent / "examples").rglob("*.sb"))
#: SB512 is information about a declaration, not about the writing.
CODES = sorted(code for code in TITLES if code >= "SB501" and code != "SB512")
#: Of so many warnings a writer may shrug at one.
ONE_IN = 10


@cache
def warnings_in(path: Path) -> tuple[Diagnostic, ...]:
    return tuple(one for one in analyze_file(path).diagnostics if one.code in CODES)


@cache
def verdicts_on(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(path.with_suffix(".verdicts.toml").read_text(encoding="utf-8"))[
        "warning"
    ]
    return rows


def by_name(path: Path) -> str:
    return path.stem if path.stem != "film" else path.parent.name


@pytest.mark.parametrize("path", SCRIPTS, ids=by_name)
def test_every_warning_has_a_verdict_and_every_verdict_a_warning(path: Path) -> None:
    given = Counter((row["code"], row["line"]) for row in verdicts_on(path))
    assert Counter((one.code, one.start.line) for one in warnings_in(path)) == given
    assert all(isinstance(row["shrug"], bool) and len(row["reason"]) > 20 for row in verdicts_on(path))


def test_at_most_one_warning_in_ten_is_shrugged_at(capsys: pytest.CaptureFixture[str]) -> None:
    """A warning about an example would need a verdict too; there is none."""
    verdicts = [row for path in SCRIPTS for row in verdicts_on(path)]
    shrugs = [row for row in verdicts if row["shrug"]]
    warnings = sum(len(warnings_in(path)) for path in (*SCRIPTS, *EXAMPLES))
    with capsys.disabled():
        print(f"\n{warnings} craft warnings in {len(SCRIPTS) + len(EXAMPLES)} scripts, {len(shrugs)} shrugged at")
    assert warnings == len(verdicts)
    assert len(shrugs) * ONE_IN <= len(verdicts)


def test_the_scripts_are_long_and_have_true_problems_of_every_kind() -> None:
    assert len(SCRIPTS) >= 3
    for path in SCRIPTS:
        assert sum(len(scene.shots) for scene in analyze_file(path).film.scenes) >= 20, path
    useful = {row["code"] for path in SCRIPTS for row in verdicts_on(path) if not row["shrug"]}
    assert useful == set(CODES) - {"SB511"}  # what is still to be done is no matter of prose


@pytest.mark.parametrize("path", EXAMPLES, ids=by_name)
def test_the_examples_practise_what_they_teach(path: Path) -> None:
    assert not warnings_in(path)


# ---- Right, wrong and allowed --------------------------------------------------------------------------------------


def scripts_for(code: str, folder: str) -> list[Path]:
    return sorted((CORPUS / folder).glob(f"{code}-*.sb"))


@pytest.mark.parametrize("code", CODES)
def test_a_wrong_script_has_that_warning_and_no_other(code: str) -> None:
    wrong = scripts_for(code, "err")
    assert wrong
    for path in wrong:
        assert {one.code for one in warnings_in(path)} == {code}, path


@pytest.mark.parametrize("code", CODES)
def test_a_right_script_has_no_warning(code: str) -> None:
    right = scripts_for(code, "ok")
    assert [path for path in right if "allow" not in path.stem]
    for path in right:
        assert not warnings_in(path), path


@pytest.mark.parametrize("code", CODES)
def test_a_script_that_allows_it_has_no_warning_and_would_have_one(code: str) -> None:
    allowed = [path for path in scripts_for(code, "ok") if "allow" in path.stem]
    assert allowed
    for path in allowed:
        text = path.read_text(encoding="utf-8")
        assert f"[[allow {code}" in text
        without = analyze_text(text.replace("[[allow ", "[[was allowed "), path="allowed.sb")
        assert code in {one.code for one in without.diagnostics}, path


def fixed(script: str, code: str) -> str:
    """The script after the edits of its first finding of this code."""
    finding = next(one for one in analyze_text(script).diagnostics if one.code == code)
    assert finding.fix
    for edit in sorted(finding.fix.edits, key=lambda edit: -edit.start.offset):
        script = f"{script[: edit.start.offset]}{edit.text}{script[edit.end.offset :]}"
    return script


@pytest.mark.parametrize(
    ("name", "code", "line"),
    [
        ("SB510-behind-the-action", "SB510", "SHOT 5s The camera slowly pushes forward"),
        ("SB505-told-in-another-clip", "SB505", "@Mira (foreground left) looks at @Tom (on the right)."),
        ("SB507-like-nouns", "SB507", "@Ann stands at the counter in her red jacket."),
    ],
)
def test_the_edit_does_what_the_help_says(name: str, code: str, line: str) -> None:
    script = (CORPUS / "err" / f"{name}.sb").read_text(encoding="utf-8")
    before = [one.code for one in analyze_text(script).diagnostics]
    mended = fixed(script, code)
    assert line in mended.splitlines()
    after = [one.code for one in analyze_text(mended).diagnostics]
    before.remove(code)
    assert after == before
