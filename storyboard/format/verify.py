"""Verification of formatting: it keeps a script's content, prose, comments and requests. Verified in every run.

Requests are made from the content of a script's blocks, in order. So if formatting has only moved text, block by block,
the requests are the same; scenes with changed words (capitals, the order of properties) are compiled before and after,
with all declarations.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from storyboard.compiler.codes import severity_of
from storyboard.compiler.diagnostics import Finding, Severity
from storyboard.compiler.emit import build_manifest
from storyboard.compiler.emit.manifest import to_json
from storyboard.compiler.ir.parsed import Block
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.parse import BlockKey
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.prompts import setting_phrase
from storyboard.format.capitals import capitalize_headings
from storyboard.format.excerpt import changed_scenes, whole_texts
from storyboard.format.meaning import ScriptReader
from storyboard.format.style import restyle


class Unformatted(Exception):
    """A script that is left alone. `findings` are its syntax errors with the offset of each block; none where the
    style itself would have changed the script, which is a fault of ours."""

    def __init__(self, message: str, findings: tuple[tuple[int, Finding], ...] = ()) -> None:
        super().__init__(message)
        self.findings = findings


def format_script(text: str, analyze: Callable[[str], Analysis], known: Iterable[tuple[BlockKey, Block]] = ()) -> str:
    """The script in the one style. `text` has no byte-order mark; `analyze` reads a script as if it stood in its file;
    `known` are blocks of the text that a compilation has read. Raises Unformatted, and then nothing should be
    written."""
    reader = ScriptReader(known)
    errors = tuple(syntax_errors(text, reader))
    if errors:
        raise Unformatted("has syntax errors", errors)
    tidy = restyle(text, reader)
    formatted = capitalize_headings(tidy, reader)
    if formatted == text:
        return text
    found = _compare(text, formatted, analyze, reader)
    if found.headings:
        formatted = capitalize_headings(tidy, reader, found.headings)
        found = _compare(text, formatted, analyze, reader)
    if not found.is_same:
        raise Unformatted("formatting would change what it compiles to")
    if restyle(formatted, reader) != formatted:
        raise Unformatted("formatting it twice would not give the same as once")
    return formatted


class _Comparison(NamedTuple):
    """What formatting makes of the requests: whether they stay the same, and the headings, counted from 0, that it
    gives another wording in prompts."""

    is_same: bool
    headings: frozenset[int] = frozenset()


def _compare(text: str, formatted: str, analyze: Callable[[str], Analysis], reader: ScriptReader) -> _Comparison:
    if reader.said(formatted) != reader.said(text):
        raise Unformatted("formatting would change what it says")
    if reader.comments(formatted) != reader.comments(text):
        raise Unformatted("formatting would change its comments")
    part = changed_scenes(text, formatted, reader)
    if part is None:
        return _Comparison(True)
    before, after = analyze(part.before), analyze(part.after)
    if before.has_errors and not part.is_whole:
        # A scene may need one that is not among them.
        part = whole_texts(text, formatted, reader)
        before, after = analyze(text), analyze(formatted)
    changed = frozenset(part.headings[number] for number in _changed_by_capitals(before, after))
    return _Comparison(requests(before) == requests(after), changed)


def _changed_by_capitals(before: Analysis, after: Analysis) -> Iterator[int]:
    """The headings, counted from 0, that capitals would give another wording in prompts: a place that is not declared
    is said as it is typed, unless it is typed in capitals."""
    pairs = zip(_wordings(before), _wordings(after), strict=True)
    return (number for number, (typed, in_capitals) in enumerate(pairs) if typed != in_capitals)


def _wordings(analysis: Analysis) -> Iterator[list[str]]:
    for scene in analysis.film.scenes:
        if scene.heading is not None:
            yield [part.name if isinstance(part, Entity) else part for part in setting_phrase(scene)]


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


def syntax_errors(text: str, reader: ScriptReader | None = None) -> Iterator[tuple[int, Finding]]:
    """What cannot be read, with the offset of the block it is in."""
    for offset, block in (reader or ScriptReader()).blocks(text):
        for finding in block.findings:
            if (finding.severity or severity_of(finding.code)) is Severity.ERROR:
                yield offset, finding
