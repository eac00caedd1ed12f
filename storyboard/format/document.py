"""A script's text with its parse, and changes that leave its comments alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from storyboard.compiler.parse.comments import Comment
from storyboard.compiler.text import Source
from storyboard.format.meaning import ScriptReader

LINE_END = re.compile(r"\r\n|\r|\n")


class TextChange(NamedTuple):
    """Put `text` in the place of what stands from `start` to `end`."""

    start: int
    end: int
    text: str


class ScriptDocument:
    """A text with what was read from it."""

    def __init__(self, text: str, reader: ScriptReader) -> None:
        self.text = text
        self._source = Source("", text)
        self.blocks, self.comments = reader.read(text)
        self._starts = [comment.start for comment in self.comments]

    def comment_at(self, offset: int) -> Comment | None:
        """The comment that a character belongs to."""
        at = bisect_right(self._starts, offset) - 1
        return self.comments[at] if at >= 0 and offset < self.comments[at].end else None

    def is_free(self, start: int, end: int) -> bool:
        """Whether no comment stands between two places."""
        at = bisect_right(self._starts, start) - 1
        if at >= 0 and self.comments[at].end > start:
            return False
        return at + 1 >= len(self.comments) or self.comments[at + 1].start >= end

    def line_start(self, offset: int) -> int:
        """The offset at which the line of a place starts."""
        starts = self._source.line_starts
        return starts[bisect_right(starts, offset) - 1]

    def line_end(self, offset: int) -> int:
        """Where the line of a place ends, its line end included."""
        found = LINE_END.search(self.text, offset)
        return found.end() if found else len(self.text)

    def apply(self, edits: list[TextChange]) -> str:
        """The text with those changes that touch no comment; of two that overlap, the first."""
        pieces: list[str] = []
        at = 0
        for edit in sorted(edits):
            if edit.start < at or not self.is_free(edit.start, edit.end):
                continue
            pieces += (self.text[at : edit.start], edit.text)
            at = edit.end
        return "".join([*pieces, self.text[at:]]) if pieces else self.text
