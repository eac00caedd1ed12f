"""What formatting keeps: what a script says, its prose, its comments, its requests. It is looked up at every run, not
believed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from storyboard.compiler.codes import severity_of
from storyboard.compiler.diagnostics import Finding, Severity
from storyboard.compiler.emit import build_manifest
from storyboard.compiler.emit.manifest import to_json
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.prompts import whereabouts
from storyboard.format.capitals import capitalize
from storyboard.format.meaning import comments, forget, read, said
from storyboard.format.style import restyle


class Unformatted(Exception):
    """A script that is left alone. `findings` are its syntax errors with the offset of each block; none where the
    style itself would have changed the script, which is a fault of ours."""

    def __init__(self, message: str, findings: tuple[tuple[int, Finding], ...] = ()) -> None:
        super().__init__(message)
        self.findings = findings


def format_script(text: str, analyze: Callable[[str], Analysis]) -> str:
    """The script in the one style. `text` has no byte-order mark; `analyze` reads a script as if it stood in its file.
    Raises Unformatted, and then nothing should be written."""
    try:
        return _format(text, analyze)
    finally:
        forget()


def _format(text: str, analyze: Callable[[str], Analysis]) -> str:
    errors = tuple(syntax_errors(text))
    if errors:
        raise Unformatted("has syntax errors", errors)
    tidy = restyle(text)
    capitals = capitalize(tidy)
    if capitals == text:
        return text
    before, after = analyze(text), analyze(capitals)
    formatted = capitals
    if changed := _changed_by_capitals(before, after):
        formatted = capitalize(tidy, changed)
        if formatted == text:
            return text
        after = analyze(formatted)
    if restyle(formatted) != formatted:
        raise Unformatted("formatting it twice would not give the same as once")
    if said(formatted) != said(text):
        raise Unformatted("formatting would change what it says")
    if comments(formatted) != comments(text):
        raise Unformatted("formatting would change its comments")
    if requests(after) != requests(before):
        raise Unformatted("formatting would change what it compiles to")
    return formatted


def _changed_by_capitals(before: Analysis, after: Analysis) -> set[int]:
    """The headings, counted from 0, that capitals would give another wording in prompts: a place that is not declared
    is said as it is typed, unless it is typed in capitals."""
    pairs = zip(_wordings(before), _wordings(after), strict=True)
    return {number for number, (typed, in_capitals) in enumerate(pairs) if typed != in_capitals}


def _wordings(analysis: Analysis) -> Iterator[list[str]]:
    for scene in analysis.film.scenes:
        if scene.heading is not None:
            yield [part.name if isinstance(part, Entity) else part for part in whereabouts(scene)]


def requests(analysis: Analysis) -> Any:  # noqa: ANN401 # JSON, to compare
    """The manifest but for what formatting may change: the numbers of lines and the capitals of headings. Nothing
    where the script has errors."""
    if analysis.has_errors:
        return None
    manifest = json.loads(to_json(build_manifest(analysis)))
    for clip in manifest["clips"]:
        del clip["scene"]["heading"]
        for shot in clip["shots"]:
            del shot["line"]
    return manifest


def syntax_errors(text: str) -> Iterator[tuple[int, Finding]]:
    """What cannot be read, with the offset of the block it is in."""
    for offset, block in read(text):
        for finding in block.findings:
            if (finding.severity or severity_of(finding.code)) is Severity.ERROR:
                yield offset, finding
