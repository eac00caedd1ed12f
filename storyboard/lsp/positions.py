"""Positions: lines and code units of the editor, code points of the compiler.

In the protocol only line feed, carriage return or both end a line; the same is true in `storyboard.compiler.text`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

from lsprotocol.types import Position, PositionEncodingKind, Range

from storyboard.compiler.text import Source

_WIDE = re.compile(r"[^\x00-\x7f]")
_MARK = "\ufeff"


class TextDocument:
    """A text whose positions can be converted to an editor's units.

    `encoding` was negotiated between editor and server: UTF-8, UTF-16 or UTF-32. A byte-order mark that the editor
    keeps in its text is not part of `text`, but counts in the editor's first line.
    """

    def __init__(self, text: str, encoding: PositionEncodingKind | str = PositionEncodingKind.Utf16) -> None:
        self.mark = _MARK if text.startswith(_MARK) else ""
        self.text = text.removeprefix(_MARK)
        self.encoding = encoding
        self._source = Source("", self.text)

    @cached_property
    def _wide(self) -> list[int]:
        """The offsets of all characters that take more than one unit, once for each unit more."""
        if self.text.isascii() or self.encoding == PositionEncodingKind.Utf32:
            return []
        wide = ((found.start(), self.units(found[0]) - 1) for found in _WIDE.finditer(self.text))
        return [offset for offset, more in wide for _ in range(more)]

    @property
    def lines(self) -> int:
        """The number of lines; the last may be empty."""
        return len(self._source.line_starts)

    def line_of(self, offset: int) -> int:
        """The line, from 0, of a character."""
        return self._source.position(offset).line - 1

    def line_start(self, line: int) -> int:
        """The offset at which a line, from 0, starts."""
        return self._source.line_starts[line]

    def line_end(self, line: int) -> int:
        """The offset behind the last character of a line, its line end not counted."""
        return self.line_start(line) + len(self._source.line(line + 1))

    def offset(self, position: Position) -> int:
        """The character at a position, or the nearest one if the position is past the end of a line or inside a
        character."""
        if position.line < 0:
            return 0
        if position.line >= self.lines:
            return len(self.text)
        start, units = self.line_start(position.line), max(0, position.character)
        if position.line == 0 and self.mark:
            units = max(0, units - self.units(self.mark))
        line = self.text[start : self.line_end(position.line)]
        return start + self._characters(line, units)

    def position(self, offset: int) -> Position:
        """The editor's position of a character."""
        offset = max(0, min(offset, len(self.text)))
        line = self.line_of(offset)
        start = self.line_start(line)
        units = offset - start + bisect_left(self._wide, offset) - bisect_left(self._wide, start)
        return Position(line, units + (self.units(self.mark) if line == 0 and self.mark else 0))

    def range(self, start: int, end: int) -> Range:
        """The editor's range of a stretch of characters."""
        return Range(self.position(start), self.position(end))

    def units(self, text: str) -> int:
        """The length of a text in the editor's units."""
        if text.isascii() or self.encoding == PositionEncodingKind.Utf32:
            return len(text)
        if self.encoding == PositionEncodingKind.Utf8:
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text.encode("utf-16-le", "surrogatepass")) // 2

    def _characters(self, line: str, units: int) -> int:
        """How many whole characters of a line fit into so many units."""
        if line.isascii() or self.encoding == PositionEncodingKind.Utf32:
            return min(units, len(line))
        for index, character in enumerate(line):
            units -= self.units(character)
            if units < 0:
                return index
        return len(line)
