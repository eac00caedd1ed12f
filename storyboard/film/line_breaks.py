"""Words divided for the screen: into parts that are read one after another, and into lines.

A part ends where a sentence does, else at a comma, else between words; what has no blanks (Chinese, Japanese, Thai) is
divided between letters. Width is counted in columns: an East Asian wide letter takes two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from storyboard.wording import columns

_SENTENCE = re.compile(r"(?<=[.!?…。！？])[\"”’»)]*\s+|(?<=[。！？])")
_CLAUSE = re.compile(r"(?<=[,;:，、；：])\s*(?=\S)|(?<!\s)\s+(?=[–—-]\s)")
_WORD = re.compile(r"\s+")


def divide_words(text: str, most: int) -> list[str]:
    """Parts of at most `most` columns each, as even as sentences, clauses and words allow."""
    text = " ".join(text.split())
    if columns(text) <= most:
        return [text] if text else []
    for pattern in (_SENTENCE, _CLAUSE, _WORD):
        pieces = [piece for piece in _cut(text, pattern) if piece]
        if len(pieces) > 1:
            return [part for row in _gathered(pieces, most) for part in divide_words(row, most)]
    return _hard(text, most)


def break_lines(text: str, most: int) -> list[str]:
    """Lines of at most `most` columns, the first not longer than the second where two are enough."""
    if columns(text) <= most:
        return [text]
    words = text.split(" ")
    best: tuple[int, int] | None = None
    for at in range(1, len(words)):
        first, second = columns(" ".join(words[:at])), columns(" ".join(words[at:]))
        if first <= most and second <= most and (best is None or abs(first - second) < best[0]):
            best = (abs(first - second), at)
    if best:
        return [" ".join(words[: best[1]]), " ".join(words[best[1] :])]
    return _hard(text, most)


def _cut(text: str, pattern: re.Pattern[str]) -> list[str]:
    """A text at the places of a pattern, with what the pattern found at the end of the part before."""
    parts, at = [], 0
    for found in pattern.finditer(text):
        parts.append(text[at : found.end()].strip())
        at = found.end()
    return [*parts, text[at:].strip()]


def _gathered(pieces: Sequence[str], most: int) -> list[str]:
    """Pieces put together again, into as few rows as there have to be, evenly filled."""
    whole = sum(columns(piece) + 1 for piece in pieces)
    wanted = whole / -(-whole // most)
    rows: list[str] = []
    for piece in pieces:
        joined = _joined(rows[-1], piece) if rows else piece
        fits = columns(joined) <= most
        if rows and fits and columns(rows[-1]) + columns(piece) / 2 <= wanted:
            rows[-1] = joined
        else:
            rows.append(piece)
    return rows


def _joined(first: str, second: str) -> str:
    """Two parts with a blank between them, unless the writing has none."""
    return first + second if columns(first[-1:]) > 1 else f"{first} {second}"


def _hard(text: str, most: int) -> list[str]:
    """Lines filled with words, and with letters where a word is longer than a line."""
    rows = [""]
    for word in text.split(" "):
        joined = f"{rows[-1]} {word}".strip()
        if columns(joined) <= most:
            rows[-1] = joined
            continue
        if columns(word) <= most:
            rows.append(word)
            continue
        for letter in word:
            if columns(rows[-1]) + columns(letter) > most:
                rows.append("")
            rows[-1] += letter
    return [row for row in rows if row]
