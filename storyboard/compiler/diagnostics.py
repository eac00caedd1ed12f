"""Diagnostics: codes, findings, and findings with their place.

A pass reports a `Finding`, whose spans are relative to blocks. At the end of a run `storyboard.compiler.placement`
turns all findings into `Diagnostic`s, which name files, lines and columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from storyboard.compiler.text import Position, Span


class Severity(StrEnum):
    """How serious a diagnostic is. Only errors prevent requests."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


class Code(NamedTuple):
    """A kind of diagnostic, declared by the rule or pass that reports it.

    `id` is stable; `title` is the heading of its page in `sbc explain`. `severity` is its usual one: SB309 and SB311
    are also reported as warnings (see `Finding.severity`). `of_names` says that it depends on the spelling and kind of
    declared names, so that another name may remove it.
    """

    id: str
    title: str
    severity: Severity = Severity.ERROR
    of_names: bool = False


class Edit(NamedTuple):
    """Replace the characters of `span` by `text`."""

    span: Span
    text: str


class Fix(NamedTuple):
    """Edits that repair a finding. A safe one keeps the writer's meaning and may be applied without asking."""

    safe: bool
    edits: tuple[Edit, ...]


_COMMENT_MARKS = ("[[", "]]", "/*", "*/")


def commented_out(first: Span, last: Span, words: str = "") -> Fix | None:
    """A fix that turns the text between two spans of a block into a comment, so that nothing is lost.

    None if the text contains comment marks.
    """
    if any(mark in words for mark in _COMMENT_MARKS):
        return None
    start, end = Span(first.anchor, first.start, first.start), Span(last.anchor, last.end, last.end)
    return Fix(False, (Edit(start, "[["), Edit(end, "]]")))


class Note(NamedTuple):
    """A second place that explains the first."""

    message: str
    span: Span


class Finding(NamedTuple):
    """A diagnostic as a pass reports it, before its line is known.

    An instruction for the writer is a `fix`, whose sentence is generated from the edits; `help` is other advice.
    """

    code: str
    span: Span
    message: str
    help: str | None = None
    related: tuple[Note, ...] = ()
    fix: Fix | None = None
    severity: Severity | None = None


class PlacedEdit(NamedTuple):
    """An edit in a file: the positions `start` to `end` are replaced by `text`."""

    file: str
    start: Position
    end: Position
    text: str


class PlacedFix(NamedTuple):
    """The edits that repair a diagnostic; `safe` if only this repair is likely and nothing is lost."""

    safe: bool
    edits: tuple[PlacedEdit, ...]


class Related(NamedTuple):
    """A second place that explains a diagnostic, such as the first declaration of a name."""

    message: str
    file: str
    start: Position
    end: Position


class Diagnostic(NamedTuple):
    """A finding in its place. `end` is past the last character."""

    code: str
    severity: Severity
    message: str
    help: str | None
    file: str
    start: Position
    end: Position
    related: tuple[Related, ...] = ()
    fix: PlacedFix | None = None


#: Diagnostics of one file that a person is shown at a time.
MOST_TOLD = 300
_BY_WEIGHT = (Severity.ERROR, Severity.WARNING, Severity.INFORMATION)


def first_to_show(diagnostics: Iterable[Diagnostic]) -> tuple[list[Diagnostic], dict[str, int]]:
    """Those to show a person: of each file the first three hundred, errors before warnings before information, in the
    order they came in; and how many of each file are left out."""
    by_file: dict[str, list[Diagnostic]] = {}
    for one in diagnostics:
        by_file.setdefault(one.file, []).append(one)
    told: list[Diagnostic] = []
    for found in by_file.values():
        heaviest = sorted(range(len(found)), key=[_BY_WEIGHT.index(one.severity) for one in found].__getitem__)
        told += (found[at] for at in sorted(heaviest[:MOST_TOLD]))
    untold = {file: len(found) - MOST_TOLD for file, found in by_file.items() if len(found) > MOST_TOLD}
    return told, untold
