"""Placement of findings: by file, line and column, sorted, without duplicates, each with its help.

A damaged file can have a finding in every word. At most ten thousand are kept, errors first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from storyboard.compiler.codes import severity_of
from storyboard.compiler.diagnostics import Diagnostic, Finding, Fix, Note, PlacedEdit, PlacedFix, Related, Severity
from storyboard.compiler.text import Layout, Source

#: Findings of one compilation that are worded and kept.
MOST_PLACED = 10_000


def place_findings(findings: Iterable[Finding], layout: Layout, files: Sequence[Source]) -> tuple[Diagnostic, ...]:
    """Findings as diagnostics: by file in the order of `files`, then by place, each once."""
    order = {id(source): index for index, source in enumerate(files)}
    found: dict[tuple[int, int, int, str, str], Finding] = {}
    for finding in findings:
        source, start, end = layout.locate(finding.span)
        found.setdefault((order[id(source)], start, end, finding.code, finding.message), finding)
    kept = sorted(found)
    if len(kept) > MOST_PLACED:
        kept = sorted(sorted(kept, key=lambda key: not _is_error(found[key]))[:MOST_PLACED])
    return tuple(_placed(found[key], files[key[0]], key[1], key[2], layout) for key in kept)


def _is_error(finding: Finding) -> bool:
    return (finding.severity or severity_of(finding.code)) is Severity.ERROR


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
    from storyboard.compiler.fix_sentences import Replacement, replacement_sentence

    told = replacement_sentence([Replacement(*layout.locate(edit.span), edit.text) for edit in finding.fix.edits])
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
