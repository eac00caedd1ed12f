"""Patterns that find declared names in text: after an @, or plain.

Two patterns hold the names of a whole cast, so that a text is scanned once however many names there are. They differ in
tolerance. After an @ a name matches in any case and any Unicode form, because the writer says that it is a name.
Without an @ it matches only as declared or in capitals, and as a whole word: `mist` is not Mist.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property, lru_cache
from itertools import groupby
from typing import NamedTuple

from storyboard.catalog.patterns import any_of
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.names import (
    APOSTROPHES,
    WIDE_END,
    WORD_END,
    WORD_START,
    is_wide,
    pattern_for_text,
)
from storyboard.compiler.resolve.cast import Cast


class NamePatterns:
    """The declared names as patterns over text, the longest name first, so that `@Mira.winter` is never `@Mira` and a
    stray word. Each pattern is made when it is first needed: many scripts need one of them only."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.entities = list(cast.by_name.values())
        self._called: dict[str, Entity] = {}

    def after_at(self, text: str) -> re.Pattern[str]:
        """A declared name right after an @ of `text`: whatever its case, a full stop left out perhaps.

        It ends where no letter or digit follows; one that ends in a wide character needs no such end.
        """
        return _after_at(pattern_for_text(self._after_at, text))

    @cached_property
    def _after_at(self) -> str:
        names = sorted((entity.name for entity in self.entities), key=len, reverse=True)
        runs = groupby(names, key=lambda name: is_wide(name[-1]))
        parts = [f"{any_of(map(_pattern, run))}{WIDE_END if ends_wide else WORD_END}" for ends_wide, run in runs]
        return "|".join(parts) or r"(?!)"

    def called(self, typed: str) -> Entity:
        """Whom a text means that `after_at` has found."""
        entity = self._called.get(typed)
        if entity is None:
            entity = self.cast.find(typed)
            assert entity is not None, "the pattern is made of the declared names"
            self._called[typed] = entity
        return entity

    def as_declared(self, text: str) -> re.Pattern[str]:
        """A plain name as a whole word of `text`, spelled as declared or in capitals, without an @.

        A name of wide characters needs no ends: its script writes none.
        """
        return _as_declared(pattern_for_text(self._as_declared, text))

    @cached_property
    def _as_declared(self) -> str:
        names = sorted((entity.name for entity in self.entities if not entity.base), key=len, reverse=True)
        runs = groupby(names, key=_edges)
        words = [_plain_pattern(edges, run) for edges, run in runs]
        return rf"(?<![@＠{{｛])(?:{'|'.join(words) or '(?!)'})"


@lru_cache(maxsize=4)
def _after_at(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@lru_cache(maxsize=4)
def _as_declared(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


class _Edges(NamedTuple):
    """Whether a name needs no word boundary before or after it, because it starts or ends with a wide character."""

    starts_wide: bool
    ends_wide: bool


def _edges(name: str) -> _Edges:
    is_long = len(name) > 1
    return _Edges(is_long and is_wide(name[0]), is_long and is_wide(name[-1]))


def _plain_pattern(edges: _Edges, names: Iterable[str]) -> str:
    """The pattern of a name as a whole word without an @, as declared or in capitals.

    Names of wide characters may touch their neighbours, unless they are a single character.
    """
    spelled = any_of(re.escape(one) for name in names for one in (name, name.upper()))
    start = "" if edges.starts_wide else rf"(?=[^\W_]){WORD_START}"
    return f"{start}{spelled}{WIDE_END if edges.ends_wide else WORD_END}"


def _pattern(name: str) -> str:
    """The pattern of a name in any typing: composed or decomposed, with any apostrophe, with full stops optional. Its
    letters are small, so that names which begin alike are tried together; the case is ignored."""
    parts = []
    name = unicodedata.normalize("NFC", name)
    for index, letter in enumerate(name):
        if letter in APOSTROPHES:
            parts.append(f"[{APOSTROPHES}]")
        elif letter == " ":
            parts.append(r"\s+")
        elif letter == "." and name[index + 1 : index + 2] in ("", " "):
            parts.append(r"\.?")
        elif letter in "ßẞ":
            parts.append("(?:ß|ẞ|ss)")
        elif (apart := unicodedata.normalize("NFD", letter)) != letter:
            parts.append(f"(?:{letter}|{apart})")
        else:
            parts.append(re.escape(letter.lower() if letter.lower().upper() == letter else letter))
    return "".join(parts)
