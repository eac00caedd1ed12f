"""Notes and boneyards of a Fountain text, each replaced by a number on one line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_OPENER = re.compile(r"\[\[|/\*")
_PAGE_BREAK = re.compile(r"^[^\S\n]*={3,}[^\S\n]*$", re.MULTILINE)
_TAG = re.compile(r"\[\[([0-9]+)\]\]")


@dataclass(slots=True)
class NumberedComments:
    """A text in which `[[7]]` stands for the comment of that number; it has no other brackets of comments: an opener
    that closes nowhere is parted by a blank."""

    text: str
    comments: list[str] = field(default_factory=list)

    def restore(self, text: str) -> str:
        """Part of the text with its comments back."""
        return _TAG.sub(lambda found: self.comments[int(found[1])], text)

    def take(self, text: str) -> tuple[str, str]:
        """Part of the text without its comments, on one line, and the comments."""
        found = [self.comments[int(tag[1])] for tag in _TAG.finditer(text)]
        return " ".join(_TAG.sub(" ", text).split()), " ".join(found)


def number_comments(text: str) -> NumberedComments:
    """Take the comments out. A page break is one too: there is nothing to film in it, and in a script `===` begins a
    clip."""
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
    """Part of a numbered text without its comments."""
    return _TAG.sub("", text) if "[[" in text else text


def leading_numbers(text: str) -> int:
    """Where a part of a numbered text begins, after comments and blanks."""
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
    """Finds closers, each part of the text searched once. A note ends before an empty line; one with blanks it may
    run over."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._seen = {"]]": 0, "*/": 0, "\n\n": 0}

    def end_of(self, opener: re.Match[str]) -> int:
        """Where the comment ends that begins here, -1 where it does not end."""
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
    """A comment as a script can hold it: no blank line in a note."""
    if comment.startswith("/*"):
        return comment
    return "\n".join(line for line in comment.split("\n") if line.strip())
