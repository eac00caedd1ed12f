"""Following what a message says makes it go away: every fix of every script of the corpora, applied to the letter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from storyboard.compiler.diagnostics import Diagnostic, Severity
from storyboard.compiler.fixing import apply_edits, fix_texts
from storyboard.compiler.pipeline import Analysis, analyze_text
from tests.test_slips import CASES

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
#: What tells a writer to do something; without a fix no message may.
ORDERS = re.compile(
    r"(?:^|[.:!?] )(?:Write|Declare|Delete|Add|Move|Put|Leave out|Make it|Keep|Name|Give|Close|Save|Begin|Choose)\b"
)
#: Codes whose cure is a writer's decision and no edit: nobody knows which of the pictures goes, or what to say.
WITHOUT_A_FIX = {
    "SB302", "SB303", "SB304", "SB305", "SB312", "SB314", "SB402", "SB403", "SB404", "SB405", "SB408",
}  # fmt: skip


def scripts() -> list[tuple[str, Path | None, str]]:
    """Every script with something wrong in it: its name, its folder, its text."""
    found = [
        (path.stem, path.parent, path.read_text(encoding="utf-8")) for path in sorted((CORPUS / "err").glob("*.sb"))
    ]
    found += [(case["id"], None, case["script"].removeprefix("\n")) for case in CASES if "code" in case]
    return found


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
    for name, folder, text in scripts():
        path = (folder or HERE) / f"{name}.sb"
        before = analyze_text(text, path)
        rows = found.setdefault(name, [])
        for one in before.diagnostics:
            if one.fix and all(edit.file == str(path) for edit in one.fix.edits):
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
        if len(same) >= len(was_same) or (now - was):
            wrong.append((name, one.code, one.message, one.help, now - was))
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
    for name, folder, text in scripts():
        for one in analyze_text(text, (folder or HERE) / f"{name}.sb").diagnostics:
            if one.fix is None and one.help and ORDERS.search(one.help) and one.code < "SB501":
                told.append((name, one.code, one.help))
    assert not told, "\n".join(map(str, told))


def test_most_codes_have_a_fix(capsys: pytest.CaptureFixture[str]) -> None:
    codes = {one.code for _, one, _, _ in all_rows()}
    with capsys.disabled():
        print(f"\n{len(codes)} codes offer an edit: {', '.join(sorted(codes))}")
    assert len(codes) >= 25


@pytest.mark.parametrize("with_unsafe", [False, True], ids=["safe", "all"])
def test_fixing_ends_and_a_second_time_changes_nothing(with_unsafe: bool) -> None:
    for name, folder, text in scripts():
        path = (folder or HERE) / f"{name}.sb"
        once = fix_texts(analyze_text(text, path), with_unsafe)
        fixed = next((file.after for file in once.files if file.path == str(path)), text)
        assert not fix_texts(analyze_text(fixed, path), with_unsafe).files, name
