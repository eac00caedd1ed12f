"""One slip a script, or none: what is said, where, with which edit, and what may not be filmed.

`slips.toml` holds the cases; a new case is a new row there. Its keys:

`code` are the codes of which one is given, `line` and `severity` those of that message; a script without `code` is
right, or taken as meant. `says` and `says_not` are patterns for message and help together. `beside` are codes that may
stand beside the message, `allowed` those that may stand in a right script. `edit` says in words what the fix does: it
has edits, and after them the message is gone and no new error is there. `has` and `never` are patterns that some
prompt has and that none has, `after_has` and `after_never` the same after the edit. `files` are ordinary files that
the script needs.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from storyboard.compiler.diagnostics import Diagnostic, Severity
from storyboard.compiler.fixing import apply_edits
from storyboard.compiler.pipeline import Analysis, analyze_file
from storyboard.compiler.prompts import write_prompt

CASES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("slips.toml").read_text(encoding="utf-8"))["slip"]
#: What may be said of a right script in passing.
IN_PASSING = {"SB501", "SB512"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_slip(case: dict[str, Any], tmp_path: Path) -> None:
    script = tmp_path / "film.sb"
    for name in case.get("files", []):
        draw(tmp_path / name)
    analysis = check(script, case["script"].removeprefix("\n"))
    before = prompts(analysis)
    wanted = set(case.get("code", []))
    found = [one for one in analysis.diagnostics if one.code in wanted]
    others = {one.code for one in analysis.diagnostics} - wanted - set(case.get("beside", []))
    if not wanted:
        assert others - set(case.get("allowed", [])) - IN_PASSING == set(), told(analysis)
    else:
        assert found, told(analysis)
        assert not {code for code in others if code < "SB501"}, told(analysis)
        assert len(found) == 1, told(analysis)
        judge(case, found[0])
    judge_prompts(case, before, "has", "never")
    if "edit" in case:
        mended = mend(analysis, found[0], script)
        assert found[0].code not in {one.code for one in mended.diagnostics}, told(mended)
        assert errors(mended) <= errors(analysis), told(mended)
        judge_prompts(case, prompts(mended), "after_has", "after_never")


def judge(case: dict[str, Any], found: Diagnostic) -> None:
    words = f"{found.message} {found.help or ''}"
    assert found.start.line == case.get("line", found.start.line), words
    assert found.severity.value == case.get("severity", found.severity.value)
    for pattern in case.get("says", []):
        assert re.search(pattern, words), words
    for pattern in case.get("says_not", []):
        assert not re.search(pattern, words), words


def judge_prompts(case: dict[str, Any], texts: list[str], has: str, never: str) -> None:
    for pattern in case.get(has, []):
        assert any(re.search(pattern, text) for text in texts), (pattern, texts)
    for pattern in case.get(never, []):
        assert not any(re.search(pattern, text) for text in texts), (pattern, texts)


def mend(analysis: Analysis, found: Diagnostic, script: Path) -> Analysis:
    assert found.fix is not None, told(analysis)
    assert found.fix.edits
    return check(script, apply_edits(script.read_text(encoding="utf-8"), list(found.fix.edits)))


def check(script: Path, text: str) -> Analysis:
    script.write_text(text, encoding="utf-8")
    return analyze_file(script)


def prompts(analysis: Analysis) -> list[str]:
    return [write_prompt(clip) for clip in analysis.clips]


def errors(analysis: Analysis) -> set[str]:
    return {one.code for one in analysis.diagnostics if one.severity is Severity.ERROR}


def told(analysis: Analysis) -> list[str]:
    return [
        f"{one.start.line} {one.code} {one.severity.value} | {one.message} | {one.help} | "
        f"{[edit.text for edit in one.fix.edits] if one.fix else None}"
        for one in analysis.diagnostics
    ]


def draw(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.effect_noise((1024, 1024), 90).convert("RGB").save(path)
