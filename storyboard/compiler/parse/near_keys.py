"""Misspelt property keys, and other words for a key."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from storyboard.catalog import read_table
from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.ir import keys
from storyboard.compiler.spelling import is_near

#: A line that begins as a property does, its key in whatever case.
KEY = lazy_pattern(r"([^\W\d_]+(?: [^\W\d_]+)?)\s*:\s*(?=\S)")
#: A shorter key is not guessed at: too many words are one letter away from it.
_SHORTEST_GUESS = 4


@cache
def ordinary_words() -> frozenset[str]:
    """Words that look like a key misspelt and are words of their own."""
    return frozenset(read_table("words.toml")["slip"]["innocent"])


@cache
def text_keys() -> frozenset[str]:
    """Words that some write before a shot's action, which needs none."""
    return frozenset(read_table("words.toml")["slip"]["text_keys"])


def meant_key(word: str, known: Sequence[str]) -> str | None:
    """The key among `known` that a word means: as a synonym, or misspelt."""
    if (meant := other_word(word, known)) is not None:
        return meant
    if word in ordinary_words():
        return None
    return next((key for key in known if len(key) >= _SHORTEST_GUESS and is_near(word, key)), None)


def other_word(word: str, known: Sequence[str]) -> str | None:
    """The key among `known` that a word in small letters is another word for, as `lighting` or `son`."""
    others: dict[str, list[str]] = read_table("words.toml")["slip"]["keys"]
    return next((key for key in others.get(word, ()) if key in known), None)


def is_odd_property(line: str) -> bool:
    """Whether a line among properties is meant for one: its key is of small letters, and one word or like a key, or it
    is another word for one, whatever its case."""
    line = line.strip()
    found = KEY.match(line)
    if found is None or line.startswith("//", found.end()):
        return False
    known = (*keys.SCENE, *keys.SHOT)
    if not found[1].islower():
        return other_word(found[1].lower(), known) is not None
    return " " not in found[1] or meant_key(found[1], known) is not None
