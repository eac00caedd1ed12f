"""Selection ranges: from the word under the cursor to its line, its shot or declaration, its scene, the file."""

from __future__ import annotations

import re

from lsprotocol import types

from storyboard.lsp.handlers.open_file import Answer, OpenFile, on_open_file
from storyboard.lsp.outline import OutlineEntry, outline

_WORD = re.compile(r"[\w'’-]+")


def _select(file: OpenFile, params: types.SelectionRangeParams) -> list[types.SelectionRange]:
    entries = outline(file.analysis, file.path)
    return [_around(file, entries, file.page.offset(position)) for position in params.positions]


def _around(file: OpenFile, entries: list[OutlineEntry], at: int) -> types.SelectionRange:
    """The selection ranges around a position, from the smallest to the file."""
    page = file.page
    steps = [(0, len(page.text)), *_entries_around(entries, at)]
    line = page.line_of(at)
    start, end = page.line_start(line), page.line_end(line)
    steps.append((start, end))
    words = (found.span() for found in _WORD.finditer(page.text, start, end))
    steps += [span for span in words if span[0] <= at <= span[1]][:1]
    selected: types.SelectionRange | None = None
    last: tuple[int, int] | None = None
    for step in steps:
        if step != last and (last is None or last[0] <= step[0] <= step[1] <= last[1]):
            selected = types.SelectionRange(page.range(*step), selected)
            last = step
    assert selected is not None, "there is always the file"
    return selected


def _entries_around(entries: list[OutlineEntry], at: int) -> list[tuple[int, int]]:
    for entry in entries:
        if entry.start <= at <= entry.end:
            return [(entry.start, entry.end), *_entries_around(entry.parts, at)]
    return []


ANSWERS: tuple[Answer, ...] = ((types.TEXT_DOCUMENT_SELECTION_RANGE, on_open_file(_select), None),)
