"""Mentions: plain names in running text, marked with @.

Only characters are marked, and only whole words: headings name places, and things stay words. `will` in lower case is a
word even if Will is declared; at the start of a sentence, a name that is mostly an ordinary word in this script is not
marked. When a shot has as many people as the model allows, further names stay words. The writer's own `@` is doubled,
except in e-mail addresses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from storyboard.catalog import read_table
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.names import WIDE_END, WORD_END, WORD_START, fold, has_case, is_wide
from storyboard.screenplay.comments import parts_of
from storyboard.screenplay.names import DeclaredName, Naming, name_pattern

#: Characters before a name that are looked at for the end of a sentence.
_BEFORE = 40
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_AT = re.compile(r"[@＠]")
_PLAIN_AT = re.compile(r"(?<=[A-Za-z0-9])@(?![{｛@＠])")
_SENTENCE_END = re.compile(r"""(?:^|[.!?…:;]["'”’)\]*_]*\s+|\n\s*)["'“‘(\[*_]*$""")


def escape_at(text: str) -> str:
    """Text in which every @ is a plain one; comments are left alone."""
    if "@" not in text and "＠" not in text:
        return text
    return "".join(
        text[part.start : part.end] if part.is_comment else _escape(text[part.start : part.end])
        for part in parts_of(text)
    )


def _escape(text: str) -> str:
    return _AT.sub(lambda found: found[0] if _PLAIN_AT.match(text, found.start()) else found[0] * 2, text)


class MentionMarker:
    """Marks the names of characters.

    `action` is all action of the script: a word that is mostly in lower case there (`will`, `hope`) counts as a name
    only if it cannot be the word.
    """

    def __init__(self, naming: Naming, action: Iterable[str]) -> None:
        self._naming = naming
        self._action = action

    @cached_property
    def _names(self) -> re.Pattern[str] | None:
        """The pattern of all declared names, the longest first, because the compiler takes the longest that fits."""
        names = sorted((one.name for one in self._naming.declared.values()), key=len, reverse=True)
        if not names:
            return None
        # No name of the one kind begins as one of the other does, so each kind keeps its order.
        wide = [_closed(name) for name in names if is_wide(name[0])]
        others = [_closed(name) for name in names if not is_wide(name[0])]
        kinds = [rf"(?=[^\W_]){WORD_START}(?<![@＠])(?:{'|'.join(others)})"] if others else []
        return re.compile("|".join([*kinds, *wide]), re.IGNORECASE)

    @cached_property
    def _words(self) -> set[str]:
        """The declared names that are ordinary words in this script: in lower case at least as often as certainly
        names."""
        small: Counter[str] = Counter()
        sure: Counter[str] = Counter()
        for text in self._action:
            for found in self._names.finditer(text) if self._names else ():
                if not has_case(found[0]):
                    continue
                if found[0] == found[0].lower():
                    small[fold(found[0])] += 1
                elif not self._begins_sentence(text, found.start(), is_start=True):
                    sure[fold(found[0])] += 1
        return {name for name, count in small.items() if count >= sure[name]}

    def mark(self, text: str, present: set[str], most: int) -> str:
        """The text with @ before every mention of a character, up to `most` characters in a shot.

        `present` are the characters that the shot already has; it grows. Every other @ is escaped.
        """
        if self._names is None:
            return escape_at(text)
        return "".join(
            text[part.start : part.end]
            if part.is_comment
            else self._mark(text[part.start : part.end], present, most, part.start == 0)
            for part in parts_of(text)
        )

    def in_small_letters(self, text: str) -> str:
        """A text in capitals as a sentence writes it; any other text is unchanged.

        Names are written as declared, known camera abbreviations stay in capitals, the rest is in lower case.
        """
        if text != text.upper():
            return text
        pieces: list[str] = []
        at = 0
        for found in self._names.finditer(text) if self._names else ():
            one = self._naming.declared.get(fold(found[0]))
            if one is not None and one.kind is Kind.CHARACTER:
                pieces += (_small(text[at : found.start()]), one.name)
                at = found.end()
        return "".join([*pieces, _small(text[at:])])

    def mentioned(self, texts: Iterable[str]) -> set[str]:
        """The folded names of the characters that texts mention."""
        if self._names is None:
            return set()
        return {
            fold(found[0])
            for text in texts
            for part in parts_of(text)
            if not part.is_comment
            for found in self._names.finditer(text, part.start, part.end)
            if (one := self._naming.declared.get(fold(found[0])))
            and self._is_name(found, text, one, is_start=found.start() == 0)
        }

    def _mark(self, text: str, present: set[str], most: int, is_start: bool) -> str:
        """A text with @ before its people, up to `most` in the shot.

        `present` grows by those who are marked. Everything else is escaped, so that the script reads it as text.
        """
        pieces: list[str] = []
        at = 0
        assert self._names is not None
        for found in self._names.finditer(text):
            one = self._naming.declared.get(fold(found[0]))
            if one is None or one.kind is not Kind.CHARACTER:
                continue
            is_full = one.name not in present and len(present) >= most
            if is_full or not self._is_name(found, text, one, is_start):
                continue
            present.add(one.name)
            pieces += (_escape(text[at : found.start()]), "@", found[0])
            at = found.end()
        pieces.append(_escape(text[at:]))
        return "".join(pieces)

    def _is_name(self, found: re.Match[str], text: str, one: DeclaredName, is_start: bool) -> bool:
        """Whether a word with the letters of a name means that person here.

        Not in lower case, and not at the start of a sentence if the name is also an ordinary word (Will, Rose).
        """
        typed = found[0]
        if not has_case(typed):
            return True
        if typed == typed.lower():
            return False
        if typed == typed.upper() or fold(one.name) not in self._words:
            return True
        return not self._begins_sentence(text, found.start(), is_start)

    @staticmethod
    def _begins_sentence(text: str, at: int, is_start: bool) -> bool:
        """Whether a sentence begins at a place; `is_start` says whether one begins at the start of the text."""
        before = text[:at] if at <= _BEFORE else f"x{text[at - _BEFORE : at]}"
        return _SENTENCE_END.search(before) is not None and (is_start or bool(before.strip()))


def _small(text: str) -> str:
    """A text in lower case, except camera abbreviations (`CU`), `I`, and words with digits."""
    known = read_table("words.toml")["camera"]["words"]

    def small(word: re.Match[str]) -> str:
        typed = word[0]
        return typed if typed in known or typed == "I" or any(map(str.isdigit, typed)) else typed.lower()

    return _WORD.sub(small, text)


def _closed(name: str) -> str:
    """The pattern of a name that ends where its last word ends."""
    return name_pattern(name) + (WIDE_END if is_wide(name[-1]) else WORD_END)
