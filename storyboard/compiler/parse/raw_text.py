"""Slices of a block as `Text`: trimmed, joined, and traceable to the characters as typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from storyboard.compiler.ir.parsed import Text
from storyboard.compiler.names import is_wide
from storyboard.compiler.text import Anchor, SourceMap, Span


class RawText(NamedTuple):
    """A block before it is read. `plain` is what the grammar sees, `written` the same characters as typed; `map` leads
    from them to offsets in the block."""

    anchor: Anchor
    plain: str
    written: str
    map: SourceMap

    def text(self, start: int, end: int) -> Text:
        """The characters from `start` to `end`, trimmed of blanks."""
        part = self.written[start:end]
        start += len(part) - len(part.lstrip())
        return Text(part.strip(), self.anchor, self.map, start)

    def span(self, start: int, end: int) -> Span:
        """The place of the characters from `start` to `end`."""
        return self.text(start, end).span()


def join(texts: Sequence[Text]) -> Text:
    """Lines as one: a space between them, none between two wide characters."""
    if len(texts) == 1:
        return texts[0]
    parts: list[str] = []
    pairs: list[tuple[int, int]] = []
    length, last = 0, ""
    for text in texts:
        if not text.string:
            continue
        if last and not (is_wide(last) and is_wide(text.string[0])):
            parts.append(" ")
            length += 1
        pairs += [(length + index, offset) for index, offset in text.runs()]
        parts.append(text.string)
        length += len(text.string)
        last = text.string[-1]
    return Text("".join(parts), texts[0].anchor, SourceMap(pairs)) if pairs else texts[0]
