"""Scene headings in capitals."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from storyboard.compiler.ir.parsed import Heading, Text
from storyboard.compiler.names import fold
from storyboard.compiler.parse.comments import flatten
from storyboard.format.document import ScriptDocument, TextChange
from storyboard.format.meaning import ScriptReader

_WORD = re.compile(r"\S+")


def capitalize_headings(text: str, reader: ScriptReader, keep: Collection[int] = ()) -> str:
    """The text with the words of its headings in capitals, but for their labels, the headings forced with a full stop
    and those to keep, which are counted from 0. A word whose capitals would be another name (`ı`) stays too."""
    page = ScriptDocument(text, reader)
    headings = [(offset, block) for offset, block in page.blocks if isinstance(block, Heading)]
    edits: list[TextChange] = []
    for number, (offset, heading) in enumerate(headings):
        first = offset + heading.header.start
        if number not in keep and flatten(text[first : first + 1]) != ".":
            edits += _capitals(offset, heading.line)
    return page.apply(edits)


def _capitals(offset: int, words: Text) -> Iterator[TextChange]:
    """A word that a comment divides is read in its parts."""
    for (index, place), (end, _) in pairwise((*words.runs(), (len(words.string), 0))):
        for word in _WORD.finditer(words.string, index, end):
            capitals = word[0].upper()
            if capitals != word[0] and fold(capitals) == fold(word[0]):
                start = offset + place + word.start() - index
                yield TextChange(start, start + len(word[0]), capitals)
