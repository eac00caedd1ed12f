"""The last step of an import: check the script, and neutralize lines that would be misread.

A line with a finding is forced to be action. If that does not help, it becomes a note, and the import reports it.

Only errors and SB106 count; advice on prompts comes later. The pictures do not exist yet, so web addresses replace them
during the check. A changed line may change the meaning of the next one, so the check is repeated; the compiler's cache
makes each round cost only what has changed. The result has no error, whatever the screenplay contained.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from storyboard.catalog import Model
from storyboard.compiler.diagnostics import Diagnostic, Severity
from storyboard.compiler.parse.comments import strip_comments
from storyboard.compiler.pipeline import CompilerCache, Options, analyze_text
from storyboard.compiler.text import Source
from storyboard.screenplay.places import NOWHERE
from storyboard.screenplay.script import as_note

#: Pictures do not exist yet: a web address replaces each while the script is checked.
_PICTURE = re.compile(r"^((?:front|image): )refs/(\S+)", re.MULTILINE)
_ROUNDS = 6


class CheckedScript(NamedTuple):
    """A script without errors, and the original lines that could only be kept as notes."""

    text: str
    not_carried: tuple[str, ...]


def check_import(text: str, model: Model) -> CheckedScript:
    """The script without errors, whatever the screenplay contained; `model` gives the limits."""
    lost: list[str] = []
    cache = CompilerCache()
    for number in range(_ROUNDS):
        findings = _findings(text, model, cache)
        if not findings:
            break
        lines = text.split("\n")
        between = _between_comments(text)
        for line in sorted({one.start.line for one in findings}, reverse=True):
            codes = {one.code for one in findings if one.start.line == line}
            _settle(lines, line - 1, between.get(line - 1, (0, None)), codes, number, lost)
        text = "\n".join(lines)
    return CheckedScript(text, tuple(reversed(lost)))


def _findings(text: str, model: Model, cache: CompilerCache) -> list[Diagnostic]:
    """Errors and SB106 of an imported script. Web addresses replace its pictures, which do not exist yet."""
    shown = _PICTURE.sub(lambda found: f"{found[1]}https://example.com/{found[2]}", text)
    found = analyze_text(shown, "import.sb", Options(model=model.id), cache).diagnostics
    return [one for one in found if one.severity is Severity.ERROR or one.code == "SB106"]


def _settle(
    lines: list[str], at: int, part: tuple[int, int | None], codes: set[str], number: int, lost: list[str]
) -> None:
    """Neutralize one line, in its part outside multi-line comments; `number` counts the rounds."""
    start, end = part
    above, line = lines[at][:start], lines[at][start:end]
    comment = lines[at][end:] if end is not None else ""
    if "SB301" in codes:
        if line.startswith("SHOT"):
            lines.insert(at + 1, f"with: {NOWHERE}")
            if not any(one == f"LOCATION {NOWHERE}" for one in lines):
                _declare_nowhere(lines)
    elif "(" in line[1:] and number == 0 and line == line.lstrip():
        cue, bracket, rest = line.partition("(")
        lines[at] = f"{above}{cue.rstrip()} {as_note(bracket + rest)}{comment}"
    elif not line.startswith("!") and number <= 1:
        lines[at] = f"{above}!{line.lstrip() if above else line}{comment}"
    elif line.strip():
        lost.append(line)
        lines[at] = f"{above}{as_note(line.removeprefix('!'))}{comment}"


def _between_comments(text: str) -> dict[int, tuple[int, int | None]]:
    """Lines, from 0, on which a multi-line comment ends or begins, each with the start and end of its part outside
    comments."""
    source = Source("", text)
    found: dict[int, tuple[int, int | None]] = {}
    for comment in strip_comments(text).comments:
        first, last = source.position(comment.start), source.position(comment.end)
        if last.line > first.line:
            found[first.line - 1] = (found.get(first.line - 1, (0, None))[0], first.column - 1)
            found[last.line - 1] = (last.column - 1, None)
    return found


def _declare_nowhere(lines: list[str]) -> None:
    """Declare a place without a name above the first scene or shot."""
    first = next((at for at, line in enumerate(lines) if line.startswith(("SHOT ", "INT", "EXT", "."))), 0)
    lines[first:first] = [f"LOCATION {NOWHERE}", "image: refs/somewhere.png", ""]
