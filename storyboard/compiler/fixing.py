"""Fixes applied to files."""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from storyboard.compiler.diagnostics import Diagnostic, PlacedEdit, Severity
from storyboard.compiler.pipeline import Analysis, analyze_text
from storyboard.files.atomic import save
from storyboard.files.overwrite import why_not

#: Rounds after which no further fix is looked for.
_MOST_ROUNDS = 100
_MARK = b"\xef\xbb\xbf"


class Edits:
    """Edits of one text that do not overlap, in order. Two at one place do not if both insert whole lines."""

    def __init__(self) -> None:
        self._edits: list[PlacedEdit] = []

    def __iter__(self) -> Iterator[PlacedEdit]:
        return iter(self._edits)

    def overlaps(self, edit: PlacedEdit) -> bool:
        """Whether an edit changes what one of these does. Only its neighbours can tell, however many there are."""
        start, end = _place(edit)
        before = bisect_left(self._edits, (start, start), key=_place) - 1
        after = bisect_right(self._edits, (start, start), key=_place)
        if any(not (_is_whole_lines(one) and _is_whole_lines(edit)) for one in self._edits[before + 1 : after]):
            return True
        return (before >= 0 and self._edits[before].end.offset > start) or (
            after < len(self._edits) and self._edits[after].start.offset < end
        )

    def add(self, edit: PlacedEdit) -> None:
        """Add an edit, in the order of places."""
        self._edits.insert(bisect_right(self._edits, _place(edit), key=_place), edit)


def _place(edit: PlacedEdit) -> tuple[int, int]:
    return edit.start.offset, edit.end.offset


def _is_whole_lines(edit: PlacedEdit) -> bool:
    return edit.text.startswith("\n") or edit.text.endswith("\n")


def safe_edits(diagnostics: Iterable[Diagnostic]) -> tuple[list[Diagnostic], dict[str, Edits]]:
    """The diagnostics of which the fixes are safe, and their edits by path. Of fixes that change the same words, only
    the first is taken."""
    return compatible_edits(one for one in diagnostics if one.fix and one.fix.safe)


def compatible_edits(diagnostics: Iterable[Diagnostic]) -> tuple[list[Diagnostic], dict[str, Edits]]:
    """As `safe_edits`, of every fix."""
    applied: list[Diagnostic] = []
    edits: defaultdict[str, Edits] = defaultdict(Edits)
    for one in diagnostics:
        if one.fix and not any(edits[edit.file].overlaps(edit) for edit in one.fix.edits):
            for edit in one.fix.edits:
                edits[edit.file].add(edit)
            applied.append(one)
    return applied, {path: edits[path] for path in edits if list(edits[path])}


class FixedFile(NamedTuple):
    """A file that fixes change: its path, its text before and after."""

    path: str
    before: str
    after: str


class FixResult(NamedTuple):
    """The diagnostics whose fixes were applied, in order, and the files that they change."""

    applied: tuple[Diagnostic, ...]
    files: tuple[FixedFile, ...]


def fix_texts(analysis: Analysis, with_unsafe: bool = False) -> FixResult:
    """Apply the safe fixes of a script and its includes, or all fixes of errors and warnings, until none is left.

    Fixes of information are left to the writer. Nothing is written to disk.

    A fix may reveal another finding (a corrected shot has a length to check), so this takes several rounds; a text that
    occurs a second time ends them.
    """
    before = {source.path: source.text for source in analysis.sources}
    texts = dict(before)
    applied: list[Diagnostic] = []
    seen: set[tuple[str, ...]] = set()
    for _ in range(_MOST_ROUNDS):
        choose = compatible_edits if with_unsafe else safe_edits
        chosen, edits = choose(one for one in analysis.diagnostics if one.severity is not Severity.INFORMATION)
        changed = {path: apply_edits(texts[path], edits[path]) for path in edits if path in texts}
        state = tuple({**texts, **changed}.values())
        if not changed or state in seen:
            break
        seen.add(state)
        applied += chosen
        texts |= changed
        unsaved = {os.path.abspath(path): text for path, text in texts.items()}
        analysis = analyze_text(texts[analysis.sources[0].path], analysis.path, analysis.options, texts=unsaved)
        for source in analysis.sources:
            before.setdefault(source.path, source.text)
            texts.setdefault(source.path, source.text)
    files = (FixedFile(path, before[path], text) for path, text in texts.items() if text != before[path])
    return FixResult(tuple(applied), tuple(files))


def save_fixes(files: Iterable[FixedFile]) -> None:
    """Write files that fixes have changed, each whole or not at all. Raises OSError where one cannot be written or was
    changed in between."""
    for file in files:
        _rewrite(file)


def apply_edits(text: str, edits: Iterable[PlacedEdit]) -> str:
    """The text with edits that do not overlap."""
    pieces: list[str] = []
    done = 0
    for edit in sorted(edits, key=_place):
        pieces += (text[done : edit.start.offset], edit.text)
        done = edit.end.offset
    return "".join((*pieces, text[done:]))


def _rewrite(file: FixedFile) -> None:
    if problem := why_not(Path(file.path), example="film.sb"):
        raise OSError(problem)
    with open(file.path, "rb") as opened:
        data = opened.read()
    mark = _MARK if data.startswith(_MARK) else b""
    save(file.path, mark + file.after.encode(), expected=mark + file.before.encode())
