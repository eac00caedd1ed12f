"""What the compiler tells the writer: codes, findings, and findings put in their place.

A pass reports a `Finding`, whose spans stand on blocks. At the end of a run `place` turns all of them into
`Diagnostic`s, which name files, lines and columns: sorted, without doubles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from storyboard.compiler.advice import Replacement, tell
from storyboard.compiler.text import Layout, Position, Source, Span


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


#: Every code with its title, in the order of the reference. The titles head the pages of `sbc explain`.
TITLES: dict[str, str] = {
    "SB101": "A line that fits nowhere",
    "SB102": "Unknown property or setting",
    "SB103": "Missing or unreadable duration",
    "SB104": "A value that its property does not take",
    "SB105": "An include that cannot be used",
    "SB106": "Nearly a keyword, property or transition",
    "SB107": "Text that belongs to no scene",
    "SB108": "A shot with nothing to film",
    "SB109": "A name that cannot be one",
    "SB110": "A raw tag, or a mention where none counts",
    "SB201": "Unknown name",
    "SB202": "Name declared twice",
    "SB204": "Declared, never used",
    "SB205": "A declared name written without @",
    "SB206": "Scene heading names no location",
    "SB207": "A name and its variant in one clip",
    "SB208": "Described in words only",
    "SB301": "No visual input",
    "SB302": "Too many visual inputs",
    "SB303": "Too many elements",
    "SB304": "Too many elements beside a start or end frame",
    "SB305": "Too many scene images",
    "SB306": "Too many angles",
    "SB307": "Shot too short or too long",
    "SB308": "More than one clip under clips: one",
    "SB309": "The model has no such feature",
    "SB310": "Duration not among the model's",
    "SB311": "Aspect or resolution not among the model's",
    "SB312": "Prompt too long",
    "SB313": "Angles or video without front",
    "SB314": "More elements in one shot than the API reference takes",
    "SB401": "Image file not found",
    "SB402": "Not an image that can be read",
    "SB403": "Image smaller or narrower than the model wants",
    "SB404": "Path leaves the project root",
    "SB405": "Request too large",
    "SB408": "A picture that cannot serve",
    "SB501": "Prompt outside 50 to 150 words",
    "SB502": "Camera language that the model handles badly",
    "SB503": "More than one camera move",
    "SB504": "Directions that contradict each other",
    "SB505": "Several elements, no positions",
    "SB506": "Too many actions in one shot",
    "SB507": "One thing under two descriptions",
    "SB508": "Dialogue with audio off",
    "SB509": "Dialogue longer than its shot can hold",
    "SB510": "The camera is told late",
    "SB511": "A TODO",
    "SB512": "An element without angles",
}

_WARNINGS = frozenset(
    {
        *("SB106", "SB107", "SB204", "SB205", "SB206", "SB207", "SB314", "SB403", "SB408"),
        *("SB501", "SB502", "SB503", "SB504", "SB505", "SB506", "SB507", "SB508", "SB509", "SB510"),
    }
)
_INFORMATION = frozenset({"SB208", "SB511", "SB512"})


def severity_of(code: str) -> Severity:
    """The severity that a code has by itself; SB309 and SB311 are also given as warnings (see `Finding.severity`)."""
    if code in _WARNINGS:
        return Severity.WARNING
    return Severity.INFORMATION if code in _INFORMATION else Severity.ERROR


class Edit(NamedTuple):
    """Replace the characters of `span` by `text`."""

    span: Span
    text: str


class Fix(NamedTuple):
    """Edits that mend a finding; a safe one keeps what the writer meant and may be applied without asking."""

    safe: bool
    edits: tuple[Edit, ...]


_COMMENT_MARKS = ("[[", "]]", "/*", "*/")


def commented_out(first: Span, last: Span, words: str = "") -> Fix | None:
    """A fix that makes a comment of what stands from one span to another of the same block: nothing is lost. None
    where marks of comments stand in the words."""
    if any(mark in words for mark in _COMMENT_MARKS):
        return None
    start, end = Span(first.anchor, first.start, first.start), Span(last.anchor, last.end, last.end)
    return Fix(False, (Edit(start, "[["), Edit(end, "]]")))


class Note(NamedTuple):
    """A second place that explains the first."""

    message: str
    span: Span


class Finding(NamedTuple):
    """A diagnostic as a pass reports it, before anyone asks in which line it stands.

    What a writer is told to do is a `fix`, and its sentence is made from the edits; `help` is what else helps.
    """

    code: str
    span: Span
    message: str
    help: str | None = None
    related: tuple[Note, ...] = ()
    fix: Fix | None = None
    severity: Severity | None = None


class PlacedEdit(NamedTuple):
    file: str
    start: Position
    end: Position
    text: str


class PlacedFix(NamedTuple):
    safe: bool
    edits: tuple[PlacedEdit, ...]


class Related(NamedTuple):
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


def place(findings: Iterable[Finding], layout: Layout, files: Sequence[Source]) -> tuple[Diagnostic, ...]:
    """Findings as diagnostics: by file in the order of `files`, then by place, each once."""
    order = {id(source): index for index, source in enumerate(files)}
    placed: dict[tuple[int, int, int, str, str], Diagnostic] = {}
    for finding in findings:
        source, start, end = layout.locate(finding.span)
        key = (order[id(source)], start, end, finding.code, finding.message)
        if key not in placed:
            placed[key] = _placed(finding, source, start, end, layout)
    return tuple(placed[key] for key in sorted(placed))


def _placed(finding: Finding, source: Source, start: int, end: int, layout: Layout) -> Diagnostic:
    return Diagnostic(
        finding.code,
        finding.severity or severity_of(finding.code),
        finding.message,
        _help(finding, layout),
        source.path,
        source.position(start),
        source.position(end),
        tuple(_related(note, layout) for note in finding.related),
        _placed_fix(finding.fix, layout) if finding.fix else None,
    )


def _help(finding: Finding, layout: Layout) -> str | None:
    """What the fix does, in a sentence made from its edits, then what else there is to say."""
    if finding.fix is None:
        return finding.help
    told = tell([Replacement(*layout.locate(edit.span), edit.text) for edit in finding.fix.edits])
    return f"{told} {finding.help}" if finding.help else told


def _related(note: Note, layout: Layout) -> Related:
    source, start, end = layout.locate(note.span)
    return Related(note.message, source.path, source.position(start), source.position(end))


def _placed_fix(fix: Fix, layout: Layout) -> PlacedFix:
    edits = []
    for edit in fix.edits:
        source, start, end = layout.locate(edit.span)
        edits.append(PlacedEdit(source.path, source.position(start), source.position(end), edit.text))
    return PlacedFix(fix.safe, tuple(edits))


#: Diagnostics of one file that a person is shown at a time.
MOST_TOLD = 300
_BY_WEIGHT = (Severity.ERROR, Severity.WARNING, Severity.INFORMATION)


def foremost(diagnostics: Iterable[Diagnostic]) -> tuple[list[Diagnostic], dict[str, int]]:
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
