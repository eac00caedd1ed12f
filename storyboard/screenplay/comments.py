"""Notes and boneyards in a text, found in one pass even if many are left open.

A note is `[[ … ]]`, a boneyard `/* … */`. They do not nest, and an opener without a closer is text. Positions are
indices into the text, with exclusive ends. The language also has `//` to the end of a line, which no screenplay has:
see `compiler.parse.comments`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_CLOSERS = {"[[": "]]", "/*": "*/"}
_BEGINS_A_LINE = re.compile(r"^(?:\[\[|/\*)", re.MULTILINE)


class CommentSpan(NamedTuple):
    """A part of a text from `start` to `end`: a closed comment, or the text between two."""

    is_comment: bool
    start: int
    end: int


def parts_of(text: str) -> Iterator[CommentSpan]:
    """The text in parts, in order; the parts between comments are included even if they are empty."""
    done = 0
    for start, end in comment_spans(text):
        yield CommentSpan(False, done, start)
        yield CommentSpan(True, start, end)
        done = end
    yield CommentSpan(False, done, len(text))


def comment_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every closed comment."""
    at = 0
    nearest = {opener: text.find(opener) for opener in _CLOSERS}
    while True:
        there = {opener: place for opener, place in nearest.items() if place >= 0}
        if not there:
            return
        opener = min(there, key=lambda one: there[one])
        closer = text.find(_CLOSERS[opener], there[opener] + 2)
        if closer < 0:
            nearest[opener] = -1  # nothing closes this kind any more
            continue
        yield there[opener], closer + 2
        at = closer + 2
        nearest = {one: text.find(one, at) if -1 < place < at else place for one, place in nearest.items()}


def spans_of_whole_lines(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every run of comments that fills whole lines."""
    done = 0
    nearest = dict.fromkeys(_CLOSERS, 0)
    for opener in _BEGINS_A_LINE.finditer(text):
        kind = opener[0]
        if opener.start() >= done and 0 <= nearest[kind] < opener.end():
            nearest[kind] = text.find(_CLOSERS[kind], opener.end())
        end = nearest[kind] + 2
        if opener.start() >= done and nearest[kind] >= 0 and text[end : end + 1] in ("", "\n"):
            yield opener.start(), end
            done = end


def find_comments(text: str) -> list[str]:
    """The closed comments, with their brackets."""
    return [text[start:end] for start, end in comment_spans(text)]


def without_comments(text: str, instead: str = "") -> str:
    """The text with `instead` in place of each closed comment."""
    return instead.join(text[part.start : part.end] for part in parts_of(text) if not part.is_comment)
