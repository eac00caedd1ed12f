"""Fixes put into the files that they mend."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from storyboard.compiler.diagnostics import Diagnostic, PlacedEdit
from storyboard.compiler.pipeline import Analysis
from storyboard.files.atomic import save
from storyboard.files.overwrite import why_not

_MARK = b"\xef\xbb\xbf"


class Edits:
    """Edits of one text that do not overlap, in order. Two that insert at one place do not."""

    def __init__(self) -> None:
        self._edits: list[PlacedEdit] = []

    def __iter__(self) -> Iterator[PlacedEdit]:
        return iter(self._edits)

    def overlaps(self, edit: PlacedEdit) -> bool:
        """Whether an edit changes what one of these does. Only its neighbours can tell, however many there are."""
        start, end = _place(edit)
        before = bisect_left(self._edits, (start, start), key=_place) - 1
        after = bisect_right(self._edits, (start, start), key=_place)
        return (before >= 0 and self._edits[before].end.offset > start) or (
            after < len(self._edits) and self._edits[after].start.offset < end
        )

    def add(self, edit: PlacedEdit) -> None:
        self._edits.insert(bisect_right(self._edits, _place(edit), key=_place), edit)


def _place(edit: PlacedEdit) -> tuple[int, int]:
    return edit.start.offset, edit.end.offset


def safe_edits(diagnostics: Iterable[Diagnostic]) -> tuple[list[Diagnostic], dict[str, Edits]]:
    """The diagnostics of which the fixes are safe, and their edits by path. Of fixes that change the same words, only
    the first is taken."""
    applied: list[Diagnostic] = []
    edits: defaultdict[str, Edits] = defaultdict(Edits)
    for one in diagnostics:
        if one.fix and one.fix.safe and not any(edits[edit.file].overlaps(edit) for edit in one.fix.edits):
            for edit in one.fix.edits:
                edits[edit.file].add(edit)
            applied.append(one)
    return applied, dict(edits)


def fix_files(analysis: Analysis) -> list[Diagnostic]:
    """Apply the safe fixes of an analysis to its files, each file in one step, and tell which were applied. Raises
    OSError where a file cannot be written."""
    applied, edits = safe_edits(analysis.diagnostics)
    for source in analysis.sources:
        if source.path in edits:
            _rewrite(source.path, source.text, edits[source.path])
    return applied


def apply_edits(text: str, edits: Iterable[PlacedEdit]) -> str:
    """The text with edits that do not overlap."""
    pieces: list[str] = []
    done = 0
    for edit in sorted(edits, key=_place):
        pieces += (text[done : edit.start.offset], edit.text)
        done = edit.end.offset
    return "".join((*pieces, text[done:]))


def _rewrite(path: str, text: str, edits: Iterable[PlacedEdit]) -> None:
    if problem := why_not(Path(path), example="film.sb"):
        raise OSError(problem)
    with open(path, "rb") as file:
        data = file.read()
    mark = _MARK if data.startswith(_MARK) else b""
    save(path, mark + apply_edits(text, edits).encode(), expected=mark + text.encode())
