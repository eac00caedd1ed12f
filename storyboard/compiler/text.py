"""Source text: a file as saved, and positions in it.

A `Span` is measured from the start of its block, not of the file: an edit above a block moves the block and changes
nothing inside it, so cached results for it stay valid. `Layout` knows the current place of each block in a compilation
and turns spans into positions.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple


class Anchor:
    """The block that a span is measured from: equal to itself alone, with no content of its own."""

    __slots__ = ()


class Span(NamedTuple):
    """Characters `start` to `end` (exclusive) of a block, counted in code points of the file as written."""

    anchor: Anchor
    start: int
    end: int


class SourceMap:
    """Where the characters of a text stand in the longer text that it was cut from.

    Made of pairs (index in the text, offset in the original), ascending in both, the first at index 0: from each pair
    on, characters that follow one another in the text do so in the original. One map is built for a block and shared
    by everything cut out of that block; a look-up bisects, however many lines and comments there are.
    """

    __slots__ = ("_indices", "_offsets")

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        self._indices: list[int] = []
        self._offsets: list[int] = []
        for index, offset in pairs:
            self._indices.append(index)
            self._offsets.append(offset)

    def offset(self, index: int) -> int:
        """Where in the original the character at `index` stands."""
        at = bisect_right(self._indices, index) - 1
        return self._offsets[at] + index - self._indices[at]

    def index_of(self, offset: int) -> int:
        """The inverse of `offset`: where in the text a character of the original stands."""
        at = max(0, bisect_right(self._offsets, offset) - 1)
        return self._indices[at] + offset - self._offsets[at]

    def runs(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Pairs (index, offset) for the stretches of the text between `start` and `end`: the first begins at
        `start`."""
        if start < end:
            yield start, self.offset(start)
            first = bisect_right(self._indices, start)
            until = bisect_left(self._indices, end)
            yield from zip(self._indices[first:until], self._offsets[first:until], strict=True)


class Position(NamedTuple):
    """A place in a file: line and column from 1, offset from 0, in code points; a byte-order mark is not counted."""

    line: int
    column: int
    offset: int


class Source:
    """The text of one file without its byte-order mark, under the path by which diagnostics name it.

    A line ends with a line feed, a carriage return, or both.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def line_starts(self) -> list[int]:
        """Offsets of the first character of every line."""
        text = self.text
        if "\r" not in text:
            # The editor asks after every key: (1).__add__ counts each line feed without a step of Python.
            return [0, *accumulate(map((1).__add__, map(len, text.split("\n")[:-1])))]
        starts, at, size = [0], 0, len(text)
        while at < size:
            character = text[at]
            at += 1
            if character == "\n" or (character == "\r" and text[at : at + 1] != "\n"):
                starts.append(at)
        return starts

    def position(self, offset: int) -> Position:
        """The line and column of an offset."""
        line = bisect_right(self.line_starts, offset)
        return Position(line, offset - self.line_starts[line - 1] + 1, offset)

    def line(self, number: int) -> str:
        """The text of line `number` (from 1), without its line end."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


class Location(NamedTuple):
    """Where a block stands: its file and the offset of its first character there."""

    source: Source
    offset: int


class Layout:
    """Where every block of a compilation stands."""

    def __init__(self, blocks: Mapping[Anchor, Location]) -> None:
        self._blocks = blocks

    def locate(self, span: Span) -> tuple[Source, int, int]:
        """The file of a span and its absolute offsets."""
        source, offset = self._blocks[span.anchor]
        return source, offset + span.start, offset + span.end

    def line(self, span: Span) -> int:
        """The line, from 1, on which a span starts."""
        source, start, _ = self.locate(span)
        return source.position(start).line
