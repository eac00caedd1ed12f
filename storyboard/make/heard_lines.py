"""Comparison of the words heard in a take with the script: which line was said, changed or missing.

The words of both are normalized (case, punctuation, numbers, contractions), then aligned so that as many as possible
match in order; a speech is judged by the words aligned with its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from storyboard.catalog import read_table
from storyboard.compiler.spelling import distance
from storyboard.venice.transcription import HeardWord

_FILE = "heard_words.toml"
_WORD = re.compile(r"[\w']+")
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "‘": "'"})


class LineVerdict(StrEnum):
    """What became of a line; the value is what a report says."""

    SAID = "said"
    CHANGED = "changed"
    NOT_SAID = "not said"


class ScriptSpeech(NamedTuple):
    """A speech of a clip: who says it, and its words as the script has them."""

    speaker: str
    text: str


class HeardLine(NamedTuple):
    """A speech and what was heard of it.

    `heard` are the transcribed words, or empty; `start` and `end` are seconds of the take, None if unknown.
    """

    line: ScriptSpeech
    verdict: LineVerdict
    heard: str = ""
    start: float | None = None
    end: float | None = None


class HeardTake(NamedTuple):
    """The lines of a take, and other words that were heard in it."""

    lines: tuple[HeardLine, ...]
    besides: tuple[str, ...] = ()

    @property
    def is_as_written(self) -> bool:
        """Whether every line was said, and nothing else."""
        return not self.besides and all(line.verdict is LineVerdict.SAID for line in self.lines)


class _Token(NamedTuple):
    """A comparable word, and the number of the line or of the heard word that it comes from."""

    word: str
    of: int


def compare_lines(lines: Sequence[ScriptSpeech], heard: Sequence[HeardWord], names: frozenset[str]) -> HeardTake:
    """Judge the lines of a clip by the words that were heard in its take. `names` are those of the script's people and
    places, which recognition spells as it likes."""
    most, fold = _table("alike", "most_words"), frozenset(word for name in names for word in _words(name))
    script = [token for number, line in enumerate(lines) for token in _numbered(_tokens(line.text, number))][:most]
    takes = _numbered(_heard_tokens(heard, _all(script)))[:most]
    pairs = _aligned(script, takes, fold)
    owner = _owners(script, takes, pairs)
    judged = tuple(_judge(number, line, script, takes, pairs, owner, heard) for number, line in enumerate(lines))
    return HeardTake(judged, tuple(_besides(takes, owner, heard)))


def _judge(
    number: int,
    line: ScriptSpeech,
    script: Sequence[_Token],
    takes: Sequence[_Token],
    pairs: Mapping[int, int],
    owner: Mapping[int, int],
    heard: Sequence[HeardWord],
) -> HeardLine:
    """Judge one line by the words that are aligned with it."""
    own = [place for place, token in enumerate(script) if token.of == number]
    matched = [place for place in own if place in pairs]
    owned = [word for word, whose in owner.items() if whose == number]
    if not own:
        return HeardLine(line, LineVerdict.SAID)
    if len(matched) < _table("alike", "not_said_below") * len(own):
        return HeardLine(line, LineVerdict.NOT_SAID)
    its = [word for word in range(min(owned), max(owned) + 1) if owner.get(word, number) == number]
    said = [heard[word] for word in its]
    is_whole = len(matched) == len(own) and sum(token.of in its for token in takes) <= len(own)
    times = [one for one in said if one.start is not None and one.end is not None]
    return HeardLine(
        line,
        LineVerdict.SAID if is_whole else LineVerdict.CHANGED,
        _joined(said),
        times[0].start if times else None,
        times[-1].end if times else None,
    )


def _owners(script: Sequence[_Token], takes: Sequence[_Token], pairs: Mapping[int, int]) -> dict[int, int]:
    """Whose line each heard word is part of, by the number of the word: that of the word that it stands beside in the
    script, and, between such words, of a line that misses some there."""
    by_take = {take: place for place, take in pairs.items()}
    owner = {takes[take].of: script[place].of for take, place in by_take.items()}
    bounds = [-1, *sorted(by_take), len(takes)]
    for before, after in pairwise(bounds):
        first = by_take[before] + 1 if before >= 0 else 0
        last = by_take[after] if after < len(takes) else len(script)
        neighbours = {script[by_take[one]].of for one in (before, after) if one in by_take}
        missing = [script[place].of for place in range(first, last) if script[place].of in neighbours]
        inside = script[by_take[before]].of if before >= 0 and len(neighbours) == 1 and after in by_take else None
        whose = missing[0] if missing else inside
        if whose is not None:
            for take in range(before + 1, after):
                owner.setdefault(takes[take].of, whose)
    return owner


def _besides(takes: Sequence[_Token], owner: Mapping[int, int], heard: Sequence[HeardWord]) -> Iterator[str]:
    """Runs of words that belong to no line."""
    run: list[int] = []
    for number in sorted({token.of for token in takes} - set(owner)):
        if run and number != run[-1] + 1:
            yield _joined([heard[one] for one in run])
            run = []
        run.append(number)
    if run:
        yield _joined([heard[one] for one in run])


def _joined(words: Sequence[HeardWord]) -> str:
    """Words as a text; those of scripts without blanks without any."""
    is_wide = all(any(ord(letter) > _FIRST_WIDE for letter in one.text) for one in words)
    return ("" if is_wide else " ").join(one.text for one in words)


def _aligned(script: Sequence[_Token], takes: Sequence[_Token], names: frozenset[str]) -> dict[int, int]:
    """The longest row of words that both have in order: places in the takes by places in the script."""
    alike = {(one, other): _is_alike(one, other, names) for one in _all(script) for other in _all(takes)}
    rows = [[0] * (len(takes) + 1)]
    for token in script:
        above, row = rows[-1], [0]
        for place, take in enumerate(takes):
            row.append(above[place] + 1 if alike[token.word, take.word] else max(above[place + 1], row[place]))
        rows.append(row)
    pairs: dict[int, int] = {}
    at, place = len(script), len(takes)
    while at and place:
        if alike[script[at - 1].word, takes[place - 1].word] and rows[at][place] == rows[at - 1][place - 1] + 1:
            at, place = at - 1, place - 1
            pairs[at] = place
        elif rows[at - 1][place] >= rows[at][place - 1]:
            at -= 1
        else:
            place -= 1
    return pairs


def _all(tokens: Sequence[_Token]) -> frozenset[str]:
    return frozenset(token.word for token in tokens)


@cache
def _is_alike(one: str, other: str, names: frozenset[str]) -> bool:
    """Whether two words count as one."""
    if one == other:
        return True
    if one in names:
        return distance(one, other, max(1, len(one) // 2)) <= max(1, len(one) // 2)
    least = read_table(_FILE)["alike"]["letters"]
    return min(len(one), len(other)) >= least and not (one + other).isdigit() and distance(one, other, 1) <= 1


def _tokens(text: str, number: int) -> list[_Token]:
    return [_Token(word, number) for word in _words(text)]


def _heard_tokens(heard: Sequence[HeardWord], script: frozenset[str]) -> list[_Token]:
    """The tokens of heard words, without the sounds that nobody writes into a script, unless this one has them."""
    fillers = frozenset(_table("fillers", "words")) - script
    tokens = (token for number, word in enumerate(heard) for token in _tokens(word.text, number))
    return [token for token in tokens if token.word not in fillers]


def _words(text: str) -> list[str]:
    """The words of a text in small letters, without marks, contractions written out."""
    found: list[str] = []
    for word in _WORD.findall(_plain(text)):
        for part in _written_out(word.strip("'_")).replace("'", "").split():
            found += _unspaced(part)
    return found


def _plain(text: str) -> str:
    """A text in small letters without accents."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    return unicodedata.normalize("NFC", "".join(one for one in plain if unicodedata.category(one) != "Mn"))


@cache
def _number_words() -> dict[str, int]:
    return {_plain(word): number for word, number in _table("numbers", "words").items()}


def _written_out(word: str) -> str:
    """A word, or the words that it is short for."""
    for ending, whole in _table("contractions", "endings").items():
        if word.endswith(ending):
            return f"{word.removesuffix(ending)}{whole}"
    stem, apostrophe, last = word.partition("'")
    if apostrophe and last == "s" and stem in _table("contractions", "before_is"):
        return f"{stem} is"
    return str(_table("contractions", "same").get(word, word))


def _unspaced(word: str) -> list[str]:
    """A word; of a script without blanks, each of its signs."""
    return list(word) if any(ord(letter) > _FIRST_WIDE for letter in word) else [word]


_TEN, _HUNDRED, _THOUSAND, _AND = 10, 100, 1000, "and"

#: Hiragana and everything after it: scripts without spaces, and Hangul, whose syllables can be compared as well.
_FIRST_WIDE = 0x3040


def _numbered(tokens: Sequence[_Token]) -> list[_Token]:
    """The words with numbers in figures: twenty-three is 23, two hundred and four 204, nineteen ninety 1990."""
    table, found = _number_words(), list[_Token]()
    value: int | None = None
    for place, token in enumerate(tokens):
        number = table.get(token.word)
        following = tokens[place + 1].word if place + 1 < len(tokens) else ""
        if token.word == _AND and value is not None and value >= _HUNDRED and following in table:
            continue
        if number is not None and value is not None and (more := _together(value, number)) is not None:
            value = more
            found[-1] = _Token(str(value), found[-1].of)
            continue
        value = number
        word = token.word if number is None else str(number)
        if word.isdigit() and found and found[-1].word.isdigit():
            found[-1] = _Token(found[-1].word + word, token.of)
            value = None
        else:
            found.append(_Token(word, token.of))
    return found


def _together(value: int, number: int) -> int | None:
    """Two number words that are one number; None where they are two."""
    units = value % _THOUSAND
    if number == _HUNDRED and value > _THOUSAND and 0 < units < _TEN:
        return value - units + units * number
    if number >= _HUNDRED and value:
        return value * number if value < number else None
    if number < _TEN <= value and value % _TEN == 0:
        return value + number
    return value + number if value >= _HUNDRED and value % _HUNDRED == 0 and number < _HUNDRED else None


def _table(section: str, key: str) -> Any:  # noqa: ANN401 # a list or a table of the file
    return read_table(_FILE)[section][key]
