"""Fixes put into the files that they mend."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from storyboard.compiler.diagnostics import Diagnostic, PlacedEdit
from storyboard.compiler.pipeline import Analysis
from storyboard.files.atomic import save
from storyboard.files.overwrite import why_not

_MARK = b"\xef\xbb\xbf"


def fix_files(analysis: Analysis) -> list[Diagnostic]:
    """Apply the safe fixes of an analysis to its files, each file in one step, and tell which were applied. Of fixes
    that touch the same words the first is applied. Raises OSError where a file cannot be written."""
    applied: list[Diagnostic] = []
    edits: defaultdict[str, list[PlacedEdit]] = defaultdict(list)
    for diagnostic in analysis.diagnostics:
        if (
            diagnostic.fix
            and diagnostic.fix.safe
            and not any(_clash(one, edits[one.file]) for one in diagnostic.fix.edits)
        ):
            for edit in diagnostic.fix.edits:
                edits[edit.file].append(edit)
            applied.append(diagnostic)
    for source in analysis.sources:
        if edits[source.path]:
            _rewrite(source.path, source.text, edits[source.path])
    return applied


def _clash(edit: PlacedEdit, others: list[PlacedEdit]) -> bool:
    return any(edit.start.offset < one.end.offset and one.start.offset < edit.end.offset for one in others)


def apply_edits(text: str, edits: list[PlacedEdit]) -> str:
    """The text with edits that do not touch each other."""
    for edit in sorted(edits, key=lambda one: (one.start.offset, one.end.offset), reverse=True):
        text = text[: edit.start.offset] + edit.text + text[edit.end.offset :]
    return text


def _rewrite(path: str, text: str, edits: list[PlacedEdit]) -> None:
    if problem := why_not(Path(path), example="film.sb"):
        raise OSError(problem)
    with open(path, "rb") as file:
        data = file.read()
    mark = _MARK if data.startswith(_MARK) else b""
    save(path, mark + apply_edits(text, edits).encode(), expected=mark + text.encode())
