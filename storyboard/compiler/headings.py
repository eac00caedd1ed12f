"""The grammar of a scene heading: place and time, in all the spellings that screenplays use.

    heading = prefix place {separator place} [separator time [number]] [remark]

A separator is a dash with spaces around it. After a place, a comma, a full stop, a slash, an opening bracket or a dash
without spaces can be one too: `HARBOR, TWO DAYS LATER`, `HARBOR/DUSK`, `HARBOR—DUSK`. A remark is text in brackets at
the end of a part: `HOUSE (FLASHBACK) - DAY`.

The language and the importers, which know no declared places yet, both read headings with this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.patterns import any_of, lazy_pattern
from storyboard.compiler.syntax import heading_start, heading_start_in_any_case, is_inside, wrapped_lines

_LABEL = lazy_pattern(r"#([^#\n]+)#\s*$")
_DASH = lazy_pattern(r"(?<=\s)[-–—]+(?=\s)")
_DASHES_FIRST = lazy_pattern(r"\s*[-–—]+(?:\s+|$)")
_DASH_LAST = lazy_pattern(r"(?<=\s)[-–—]+\s*$")
_TIGHT = lazy_pattern(r"[,./]|[-–—]+")
_TIGHT_BEFORE_TIME = lazy_pattern(r"/|[–—]+|(?<=\w)-(?=\s)")
_NUMBER = lazy_pattern(r"(?<=\s)#?[0-9]+[A-Z]?$")
_WORD = lazy_pattern(r"[^\W\d_]+")
_MARKS = " .,-–—"
#: Longer parts, in characters, and headings of more parts than this are not divided: no screenplay has them.
_LONGEST_PART, _MOST_PARTS = 300, 16
#: Shorter words than this are too like others to be taken for a misspelt time.
_SHORTEST_TIME = 4


class HeadingWords(NamedTuple):
    """A stretch of a heading: from `start` to `end` of its line, without blanks at either end. `in_brackets` says that
    it is a remark."""

    start: int
    end: int
    text: str
    in_brackets: bool = False


class TimeOfDay(NamedTuple):
    """The time of a scene: the words as typed, and the same in English and lower case, for prompts.

    `keeps` says that the words only mean that no time has passed (`CONTINUOUS`): the time of the scene before applies.
    `says_more` says that other words are beside them: `TWO DAYS LATER`.
    """

    typed: str
    english: str
    keeps: bool
    says_more: bool


class SceneHeading(NamedTuple):
    """A parsed heading. `interior` is None if the prefix says neither inside nor outside, says both, or is missing.

    `is_named` says that the place is a declared one. `details` are the words that are neither place nor time, including
    numbers of story days. `variants` are the words that may name a variant of the place: details and time.
    """

    prefix: str | None
    interior: bool | None
    place: HeadingWords | None
    is_named: bool
    details: tuple[HeadingWords, ...]
    time: TimeOfDay | None
    time_words: HeadingWords | None
    label: str | None

    @property
    def variants(self) -> tuple[str, ...]:
        """Words that may name a variant of the place: the heading's own, then their English."""
        own = [part.text for part in self.details]
        if self.time is None:
            return tuple(own)
        bare = [self.time_words.text] if self.time_words else []
        return (*own, *bare, self.time.typed, self.time.english)


def read_heading(line: str, names_place: Callable[[str], bool] | None = None, any_case: bool = False) -> SceneHeading:
    """Parse a heading line, whatever separates its parts.

    `names_place` says whether words name a declared place; without it, the words before a time count as the place.
    `any_case` also accepts prefixes in lower case, as screenplays write them.
    """
    if wrapped := wrapped_lines(line):
        marks = wrapped[0]
        line = f"{' ' * marks.end(2)}{marks[3]}"
    label = None
    if found := _LABEL.search(line):
        label, line = found[1].strip() or None, line[: found.start()]
    prefix, at = read_prefix(line, any_case)
    if found := _DASHES_FIRST.match(line, at):
        at = found.end()
    place, rest, is_named = _place(divide_heading(line, at), names_place)
    time, time_words, details = _time(rest)
    return SceneHeading(
        prefix, is_inside(prefix) if prefix else None, place, is_named, tuple(details), time, time_words, label
    )


def read_prefix(line: str, any_case: bool = False) -> tuple[str | None, int]:
    """The prefix of a heading, and the index at which its place begins. A forcing full stop may come before or replace
    it."""
    forced = line.startswith(".") and not line.startswith("..")
    found = (heading_start_in_any_case() if any_case else heading_start()).match(line, 1 if forced else 0)
    return (found["prefix"], found.end()) if found else (None, 1 if forced else 0)


def divide_heading(line: str, start: int) -> list[HeadingWords]:
    """The parts of a heading between its dashes; `start` is where its place begins."""
    end = len(line)
    if trailing := _DASH_LAST.search(line, start):
        end = trailing.start()
    parts = []
    for dash in _DASH.finditer(line, start, end):
        parts.append(_words(line, start, dash.start()))
        start = dash.end()
    parts.append(_words(line, start, end))
    return [part for part in parts if part.text]


def read_time(words: str) -> TimeOfDay | None:
    """The time of day that words tell, None where they tell none."""
    english, continuing = _english_times(), _continuing_times()
    bare = " ".join(words.split())
    if (word := bare.upper()) in english:  # most headings say one word of the table and nothing else
        return TimeOfDay(bare, english[word], word in continuing, False)
    pattern = _any_time_within()
    said = [found.upper() for found in pattern.findall(words)]
    if not said:
        return None
    in_english = pattern.sub(lambda found: english[found[0].upper()], bare).lower()
    says_more = any(map(str.isalnum, pattern.sub("", bare)))
    return TimeOfDay(bare, in_english, all(word in continuing for word in said), says_more)


def misspelt_time(words: HeadingWords) -> tuple[HeadingWords, str] | None:
    """The word that is nearly a time of day (two letters swapped, one missing, one doubled), and the one meant."""
    for found in _WORD.finditer(words.text):
        typed = found[0].upper()
        meant = _slips().get(typed)
        if meant is not None:
            start = words.start + found.start()
            return HeadingWords(start, start + len(typed), found[0]), meant
    return None


def _place(
    parts: Sequence[HeadingWords], names_place: Callable[[str], bool] | None
) -> tuple[HeadingWords | None, list[HeadingWords], bool]:
    """The place, what follows it, and whether the place is a declared one.

    The longest leading run of parts that names a place is the place; else what stands before a time in the first part;
    else the first part.
    """
    if not parts:
        return None, [], False
    if names_place is not None:
        for count in range(min(len(parts), _MOST_PARTS), 0, -1):
            place, remarks = _without_remarks(parts[count - 1])
            run = " - ".join((*(part.text for part in parts[: count - 1]), place.text))
            if names_place(run):
                whole = HeadingWords(parts[0].start, place.end, run)
                return whole, [*remarks, *_flat(parts[count:])], True
    first, remarks = _without_remarks(parts[0])
    place, tail = _before_time(first, names_place)
    is_named = names_place is not None and tail is not None
    return place, [*([tail] if tail else []), *remarks, *_flat(parts[1:])], is_named


def _before_time(
    part: HeadingWords, names_place: Callable[[str], bool] | None
) -> tuple[HeadingWords, HeadingWords | None]:
    """`HARBOR, TWO DAYS LATER` divided before its time; the part itself where that is not to be told."""
    place, tail = part, None
    for found in reversed(list(_TIGHT.finditer(part.text, 0, _LONGEST_PART))):
        if not part.text[found.end() :].strip(_MARKS):
            continue
        before = part.text[: found.start()]
        told = (
            _any_time_within().search(part.text, found.end())
            if names_place
            else _time_last().search(place.text, found.end())
        )
        if before.strip() and told and (names_place is None or names_place(before)):
            place = _words(part.text, 0, found.start(), part.start)
            tail = _words(part.text, found.end(), len(part.text), part.start)
            if names_place is not None:
                break
        elif names_place is None:
            break
    return place, tail


def _time(rest: Sequence[HeadingWords]) -> tuple[TimeOfDay | None, HeadingWords | None, list[HeadingWords]]:
    """The time of day: the last of several parts that has one outside brackets, else what brackets say."""
    details = list(rest)
    for index in range(len(details) - 1, -1, -1):
        part = details[index]
        number = _NUMBER.search(part.text)
        words = part.text[: number.start()].rstrip() if number else part.text
        time = read_time(words)
        if time is None:
            if part.in_brackets:
                continue
            break
        del details[index]
        if number:
            details.insert(index, _words(part.text, number.start(), len(part.text), part.start))
        start = 0
        if not part.in_brackets and (split := _room_before_time(words)):
            start = split.end()
            details.insert(index, _words(part.text, 0, split.start(), part.start))
            time = read_time(words[start:])
        return time, _words(part.text, start, len(words), part.start), details
    return None, None, details


def _room_before_time(words: str) -> re.Match[str] | None:
    """What divides `KITCHEN/NIGHT`, a room and a time."""
    for found in _TIGHT_BEFORE_TIME.finditer(words, 0, _LONGEST_PART):
        if read_time(words[found.end() :]) and not read_time(words[: found.start()]):
            return found
    return None


def _flat(parts: Sequence[HeadingWords]) -> Iterator[HeadingWords]:
    for part in parts:
        bare, remarks = _without_remarks(part)
        if bare.text:
            yield bare
        yield from remarks


def _without_remarks(part: HeadingWords) -> tuple[HeadingWords, list[HeadingWords]]:
    """A part without what stands in brackets at its end, and that; a part that is all brackets stays one."""
    remarks: list[HeadingWords] = []
    text = part.text
    end = len(text)
    while text.endswith(")", 0, end):
        opener = text.rfind("(", 0, end)
        if opener <= 0 or ")" in text[opener : end - 1]:
            break
        remarks.append(_words(text, opener + 1, end - 1, part.start)._replace(in_brackets=True))
        end = opener
        while text[end - 1 : end].isspace():
            end -= 1
    return HeadingWords(part.start, part.start + end, text[:end]), [one for one in reversed(remarks) if one.text]


def _words(text: str, start: int, end: int, offset: int = 0) -> HeadingWords:
    """The characters from `start` to `end`, trimmed; `offset` is where the text begins in the line."""
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    part = part.strip()
    return HeadingWords(offset + start, offset + start + len(part), part)


def _english_times() -> dict[str, str]:
    """Every time of day in capitals, with its English in small letters."""
    english: dict[str, str] = read_table("words.toml")["time"]["english"]
    return english


@cache
def _continuing_times() -> frozenset[str]:
    return frozenset(read_table("words.toml")["time"]["continuing"])


@cache
def _any_time_within() -> re.Pattern[str]:
    return re.compile(rf"(?=\w)(?<!\w){_any_time()}(?!\w)", re.IGNORECASE)


@cache
def _time_last() -> re.Pattern[str]:
    return re.compile(rf"(?=\w)(?<!\w){_any_time()}(?:\s+#?[0-9]+[A-Z]?)?\W*$", re.IGNORECASE)


def _any_time() -> str:
    words = sorted(_english_times(), key=len, reverse=True)
    return any_of(map(re.escape, words))


@cache
def _slips() -> dict[str, str]:
    """Every slip of one word of the table, with the word."""
    table = read_table("words.toml")["time"]
    known, innocent = table["english"], frozenset(table["innocent"])
    slips: dict[str, str] = {}
    for word in known:
        if len(word) < _SHORTEST_TIME or " " in word or "-" in word or not word.isalpha():
            continue
        for at in range(len(word)):
            slips.setdefault(word[:at] + word[at + 1 :], word)
            slips.setdefault(word[:at] + word[at] + word[at:], word)
            slips.setdefault(word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :], word)
    return {slip: word for slip, word in slips.items() if slip not in known and slip not in innocent}
