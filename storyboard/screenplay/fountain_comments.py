"""Notes and boneyards of a Fountain text, each replaced by a number on one line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_OPENER = re.compile(r"\[\[|/\*")
_PAGE_BREAK = re.compile(r"^[^\S\n]*={3,}[^\S\n]*$", re.MULTILINE)
_TAG = re.compile(r"\[\[([0-9]+)\]\]")


@dataclass(slots=True)
class NumberedComments:
    """A text in which `[[7]]` stands for comment number 7.

    It has no other comment brackets: a space is put into every opener that has no closer.
    """

    text: str
    comments: list[str] = field(default_factory=list)

    def restore(self, text: str) -> str:
        """Part of the text with its comments back in place."""
        return _TAG.sub(lambda found: self.comments[int(found[1])], text)

    def take(self, text: str) -> tuple[str, str]:
        """Part of the text on one line without its comments, and the comments."""
        found = [self.comments[int(tag[1])] for tag in _TAG.finditer(text)]
        return " ".join(_TAG.sub(" ", text).split()), " ".join(found)


def number_comments(text: str) -> NumberedComments:
    """Replace the comments of a text by numbers.

    A page break counts as a comment: it has no content to film, and in a script `===` begins a clip.
    """
    pieces: list[str] = []
    numbered = NumberedComments("")
    closers = _NoteClosers(text)
    at = 0
    while opener := _OPENER.search(text, at):
        pieces.append(text[at : opener.start()])
        end = closers.end_of(opener)
        if end < 0:
            pieces.append(f"{opener[0][0]} ")
            at = opener.start() + 1
            continue
        pieces.append(f"[[{len(numbered.comments)}]]")
        numbered.comments.append(_kept(text[opener.start() : end]))
        at = end
    pieces.append(text[at:])

    def number(found: re.Match[str]) -> str:
        numbered.comments.append(f"[[{found[0].strip()}]]")
        return f"[[{len(numbered.comments) - 1}]]"

    numbered.text = _PAGE_BREAK.sub(number, "".join(pieces))
    return numbered


def without_numbers(text: str) -> str:
    """Part of a numbered text without the numbers of its comments."""
    return _TAG.sub("", text) if "[[" in text else text


def leading_numbers(text: str) -> int:
    """The index at which the content of a part begins, after comments and spaces."""
    at = 0
    while True:
        start = at
        while text[at : at + 1].isspace():
            at += 1
        found = _TAG.match(text, at)
        if found is None:
            return start or at
        at = found.end()


class _NoteClosers:
    """Finds the ends of notes, searching each part of the text once.

    A note ends before an empty line, but may continue over a line of spaces.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._seen = {"]]": 0, "*/": 0, "\n\n": 0}

    def end_of(self, opener: re.Match[str]) -> int:
        """The end of the comment that begins here, or -1 if it has none."""
        if opener[0] == "/*":
            closer = self._next("*/", opener.end())
            return closer + 2 if closer >= 0 else -1
        closer, blank = self._next("]]", opener.end()), self._next("\n\n", opener.end())
        return closer + 2 if closer >= 0 and not 0 <= blank < closer else -1

    def _next(self, closer: str, at: int) -> int:
        known = self._seen[closer]
        if 0 <= known < at:
            known = self._seen[closer] = self._text.find(closer, at)
        return known


def _kept(comment: str) -> str:
    """A comment as a script can hold it: without blank lines in a note."""
    if comment.startswith("/*"):
        return comment
    return "\n".join(line for line in comment.split("\n") if line.strip())
