"""Patterns that are compiled when first used, and lists of words as patterns that are fast at any length."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, cast

#: So many are tried one after the other.
_FEW = 4
_AFTER_A_LETTER = frozenset("?*+{")
#: A letter, a digit, an escaped sign or a blank at the beginning of a piece, there once: pieces may share it.
_FIRST = re.compile(r"\\s\+|(?:[^\W_]|\\\W)(?![?*+{])")
_LITERAL = re.compile(r"(?:[\w -](?![?*+{]))*")


class _LazyPattern:
    """What stands for a pattern until somebody asks it for something; from then on its methods are the pattern's."""

    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 # whatever a pattern has
        found = getattr(re.compile(self._source, self._flags), name)
        setattr(self, name, found)
        return found


def lazy_pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """`re.compile`, put off until the pattern is first used: most commands need few of all that there are, and
    compiling is a third of a short run."""
    return cast("re.Pattern[str]", _LazyPattern(source, flags))


def any_of(pieces: Iterable[str]) -> str:
    """A pattern for any of the pieces, each a pattern itself. Those that begin with the same sign stand together
    behind it, in their order, so that a search tries a sign once and not every word of the list."""
    by_sign: dict[str, list[str]] = {}
    others = []
    for piece in dict.fromkeys(part for one in pieces for part in _parts(one)):
        if first := _FIRST.match(piece):
            by_sign.setdefault(first[0], []).append(piece[first.end() :])
        else:
            others.append(piece)
    together = [
        sign + (any_of(rest) if len(rest) > _FEW else f"(?:{'|'.join(rest)})") for sign, rest in by_sign.items()
    ]
    return f"(?:{'|'.join([*together, *others])})"


@cache
def beginning(piece: str) -> str:
    """The letters that every text begins with which a piece matches: `super` of `super[- ]?8`. To look for them in a
    text costs next to nothing, so the pattern of a list need not be made before one of its words may be there."""
    found = _LITERAL.match(piece)
    return found[0] if found else ""


def _parts(piece: str) -> list[str]:
    """`(?:on|at) the left` is `on the left` and `at the left`; `up|down` is two."""
    whole = _split(piece)
    if len(whole) > 1 or not piece.startswith("(?:"):
        return whole
    end = next(at for at in range(len(piece)) if piece[: at + 1].count("(") == piece[: at + 1].count(")"))
    if end < 3 or piece[end + 1 : end + 2] in _AFTER_A_LETTER:
        return whole
    return [one + piece[end + 1 :] for one in _split(piece[3:end])]


def _split(piece: str) -> list[str]:
    """The alternatives outside all brackets."""
    parts = [""]
    depth = 0
    for letter in piece:
        depth += (letter in "([") - (letter in ")]")
        if letter == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
