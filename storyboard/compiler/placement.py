"""Findings in their place: by file, line and column, sorted, without doubles, each with its help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from storyboard.compiler.advice import Replacement, tell
from storyboard.compiler.codes import severity_of
from storyboard.compiler.diagnostics import Diagnostic, Finding, Fix, Note, PlacedEdit, PlacedFix, Related
from storyboard.compiler.text import Layout, Source


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
