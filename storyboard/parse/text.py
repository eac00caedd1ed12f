"""Stretches of a block as `Text`: trimmed, joined, and traceable to where they were typed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from storyboard.ir.parsed import Text
from storyboard.names import is_wide
from storyboard.source import Anchor, Span


class Raw(NamedTuple):
    """A block before it is read. `plain` is what the grammar sees, `written` the same characters as typed; `breaks`
    are pairs (index in them, offset from the start of the block)."""

    anchor: Anchor
    plain: str
    written: str
    breaks: tuple[tuple[int, int], ...]

    def offset(self, index: int) -> int:
        """Where in the block the character at `index` was typed."""
        if len(self.breaks) == 1:
            return self.breaks[0][1] + index
        here, place = self.breaks[bisect_right(self.breaks, (index, 1 << 60)) - 1]
        return place + index - here

    def text(self, start: int, end: int) -> Text:
        """The characters from `start` to `end`, trimmed of blanks."""
        part = self.written[start:end]
        start += len(part) - len(part.lstrip())
        part = part.strip()
        first = (0, self.offset(start))
        if len(self.breaks) == 1:
            return Text(part, self.anchor, (first,))
        end = start + len(part)
        inner = [(index - start, place) for index, place in self.breaks if start < index < end]
        return Text(part, self.anchor, (first, *inner))

    def span(self, start: int, end: int) -> Span:
        return self.text(start, end).span()


def join(texts: Sequence[Text]) -> Text:
    """Lines as one: a space between them, none between two wide characters."""
    if len(texts) == 1:
        return texts[0]
    parts: list[str] = []
    breaks: list[tuple[int, int]] = []
    length, last = 0, ""
    for text in texts:
        if not text.string:
            continue
        if last and not (is_wide(last) and is_wide(text.string[0])):
            parts.append(" ")
            length += 1
        breaks += [(length + index, place) for index, place in text.breaks]
        parts.append(text.string)
        length += len(text.string)
        last = text.string[-1]
    return Text("".join(parts), texts[0].anchor, tuple(breaks) or texts[0].breaks)
