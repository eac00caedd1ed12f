"""Following what a message says makes it go away: every fix of every script of the corpora, applied to the letter."""

from __future__ import annotations

import atexit
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from storyboard.compiler.diagnostics import Diagnostic, Severity
from storyboard.compiler.fixing import apply_edits, fix_texts
from storyboard.compiler.pipeline import Analysis, analyze_text
from tests.test_slips import CASES, draw

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
#: What tells a writer to do something; without a fix no message may.
ORDERS = re.compile(
    r"(?:^|[.:!?] )(?:Write|Declare|Delete|Add|Move|Put|Leave out|Make it|Keep|Name|Give|Close|Save|Begin|Choose)\b"
)
#: Scripts with one slip each. In others a mended name or header brings to light what nobody could know before.
SINGLE = {case["id"] for case in CASES}
#: The edit names a picture that nobody has made yet: `sbc make` does. `--fix=all` leaves such findings alone.
NAMED_BEFORE_IT_IS_THERE = {"SB208": {"SB401"}}
BROUGHT_TO_LIGHT = {"SB106", "SB201", "SB202", "SB204", "SB206", "SB301"}


@cache
def scripts() -> tuple[tuple[str, str], ...]:
    """Every script with something wrong in it: where it lies, or would, and its text."""
    found = [(str(path), path.read_text(encoding="utf-8")) for path in sorted((CORPUS / "err").glob("*.sb"))]
    for case in CASES:
        if "code" in case:
            folder = Path(mkdtemp())
            atexit.register(shutil.rmtree, folder)
            (folder / case["id"]).mkdir()
            for name in case.get("files", []):
                draw(folder / case["id"] / name)
            found.append((str(folder / case["id"] / "film.sb"), case["script"].removeprefix("\n")))
    return tuple(found)


def counted(analysis: Analysis) -> Counter[str]:
    """Errors and warnings by code, craft apart: what a fix may not add to."""
    return Counter(
        one.code
        for one in analysis.diagnostics
        if one.severity is not Severity.INFORMATION and (one.code < "SB501" or one.severity is Severity.ERROR)
    )


@cache
def judged() -> dict[str, list[tuple[Diagnostic, Analysis, Analysis]]]:
    """For every script each finding with a fix, what was said before, and what after it."""
    found: dict[str, list[tuple[Diagnostic, Analysis, Analysis]]] = {}
    for path, text in scripts():
        before = analyze_text(text, path)
        name = Path(path).parent.name if path.endswith("film.sb") else Path(path).stem
        rows = found.setdefault(name, [])
        for one in before.diagnostics:
            if one.fix and all(edit.file == path for edit in one.fix.edits):
                rows.append((one, before, analyze_text(apply_edits(text, one.fix.edits), path)))
    return found


def all_rows() -> Iterator[tuple[str, Diagnostic, Analysis, Analysis]]:
    return ((name, *row) for name, rows in judged().items() for row in rows)


def test_after_its_fix_a_finding_is_gone_and_nothing_new_is_wrong() -> None:
    wrong = []
    for name, one, before, after in all_rows():
        was, now = counted(before), counted(after)
        same = [other for other in after.diagnostics if (other.code, other.message) == (one.code, one.message)]
        was_same = [other for other in before.diagnostics if (other.code, other.message) == (one.code, one.message)]
        new = {code for code in now - was if code not in BROUGHT_TO_LIGHT or name in SINGLE}
        new -= NAMED_BEFORE_IT_IS_THERE.get(one.code, set())
        if len(same) >= len(was_same) or new:
            wrong.append((name, one.code, one.message, one.help, new))
    assert not wrong, "\n".join(map(str, wrong))


def test_the_help_says_what_the_edit_does() -> None:
    """“Write X instead of Y” stands for the script that has Y, and X after the fix."""
    for name, one, before, after in all_rows():
        assert one.help, (name, one)
        text, changed = before.sources[0].text, after.sources[0].text
        for new, old in re.findall(r"Write “([^”…]+)” instead of “([^”…]+)”", one.help):
            assert old in text, (name, one.help)
            assert new in changed, (name, one.help)


def test_no_offered_name_is_one_that_cannot_be() -> None:
    for name, one, before, after in all_rows():
        bad = counted(after)["SB109"] - counted(before)["SB109"]
        assert bad <= 0, (name, one.help)


def test_what_is_told_to_do_is_an_edit() -> None:
    told = []
    for name, text in scripts():
        for one in analyze_text(text, name).diagnostics:
            if one.fix is None and one.help and ORDERS.search(one.help) and one.code < "SB501":
                told.append((name, one.code, one.help))
    assert not told, "\n".join(map(str, told))


def test_most_codes_have_a_fix(capsys: pytest.CaptureFixture[str]) -> None:
    codes = {one.code for _, one, _, _ in all_rows()}
    with capsys.disabled():
        print(f"\n{len(codes)} codes offer an edit: {', '.join(sorted(codes))}")
    assert len(codes) >= 36


@pytest.mark.parametrize("with_unsafe", [False, True], ids=["safe", "all"])
def test_fixing_ends_and_a_second_time_changes_nothing(with_unsafe: bool) -> None:
    for path, text in scripts():
        once = fix_texts(analyze_text(text, path), with_unsafe)
        fixed = next((file.after for file in once.files if file.path == path), text)
        assert not fix_texts(analyze_text(fixed, path), with_unsafe).files, path
