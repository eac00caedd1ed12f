"""Line patterns that several passes share: the start of a scene heading, transitions, slug lines, emphasis around a
line.

The grammar (`grammar/storyboard.lark`) has the same patterns; a test compares the two.
"""

from __future__ import annotations

import re
from functools import cache

from storyboard.catalog import read_table
from storyboard.catalog.patterns import any_of, lazy_pattern

_SLASH = r"\.?[^\S\n]*/[^\S\n]*"
#: A whole word may also begin a sentence, `INTERIOR lamps glow`: with a blank behind it instead of a full stop it
#: begins a heading only in a line of capitals or with a dash.
_LONG = 5
_LOWER = "a-zà-öø-ÿа-яё"
_LETTERS = lazy_pattern(r"[^\W\d_]+")
#: Emphasis around a whole line: the marks, and what they stand around.
_WRAPPED = lazy_pattern(r"^([^\S\n]*)(\*{1,3}|_)(?=[^\s*_])([^\n*_]*[^\s*_\\])(\2)(?=[^\S\n]*$)", re.MULTILINE)


@cache
def inside_words() -> frozenset[str]:
    """Words that begin the heading of a scene inside."""
    return frozenset(read_table("words.toml")["heading"]["inside"])


@cache
def outside_words() -> frozenset[str]:
    """Words that begin the heading of a scene outside."""
    return frozenset(read_table("words.toml")["heading"]["outside"])


@cache
def heading_words() -> tuple[str, ...]:
    """Every word that begins a heading, `EST` among them; the longest first."""
    words = {*inside_words(), *outside_words(), *read_table("words.toml")["heading"]["establishing"]}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


@cache
def sentence_guard() -> str:
    """The pattern that keeps a sentence from being a heading: a whole word with a blank behind it begins one only in a
    line of capitals or with a dash."""
    long = "|".join(word for word in heading_words() if len(word) >= _LONG)
    return rf"(?!(?:{long})[^\S\n](?![^\n]*\s[-–—]+\s)[^\n]*[{_LOWER}])"


@cache
def heading_prefix() -> str:
    """The pattern of what begins a heading, up to the place: `INT. `, `INT. / EXT. `, `I/E `, `AUSSEN. `.

    The words are its group `prefix`. A space may replace the full stop.
    """
    word = "|".join(heading_words())
    return rf"{sentence_guard()}(?P<prefix>(?:{word})(?:{_SLASH}(?:{word}))?|I/E|E/I)(?:\.[^\S\n]*|[^\S\n]+(?=\S))"


@cache
def heading_start() -> re.Pattern[str]:
    """Matches what begins a heading at the start of a line, in capitals."""
    return re.compile(rf"[^\S\n]*+{heading_prefix()}")


@cache
def heading_start_in_any_case() -> re.Pattern[str]:
    """As `heading_start`, for screenplays and slips that do not keep to capitals."""
    return re.compile(rf"[^\S\n]*+{heading_prefix()}", re.IGNORECASE)


def is_inside(prefix: str) -> bool | None:
    """Whether a heading's prefix says inside (True) or outside (False); None where it says neither, or both."""
    words = {word.strip(" \t.") for word in prefix.upper().split("/")}
    inside, outside = not words.isdisjoint(inside_words()), not words.isdisjoint(outside_words())
    return inside if inside != outside else None


@cache
def transitions() -> frozenset[str]:
    """The transitions that do not end in `TO:`."""
    return frozenset(read_table("words.toml")["transition"]["words"])


def is_transition(line: str) -> bool:
    """Whether a line is a transition without the mark `>`: one of the table, or capitals that end in `TO:`."""
    line = line.strip()
    return line in transitions() or (line.endswith("TO:") and line == line.upper())


@cache
def _slugs() -> re.Pattern[str]:
    words = sorted(_slug_words(), key=len, reverse=True)
    listed = any_of(map(re.escape, words))
    return re.compile(rf"\(?{listed}(?:\s*[.)]?|\s*:\)?|(?:\s*:|\s*[–—]|\s+-+)\s*\S[^\na-z]*)")


def _slug_words() -> list[str]:
    words: list[str] = read_table("words.toml")["slug"]["words"]
    return words


@cache
def _first_words_of_slugs() -> frozenset[str]:
    return frozenset(map(_first_word, _slug_words()))


def _first_word(line: str) -> str:
    found = _LETTERS.match(line)
    return found[0] if found else ""


def is_slug(line: str) -> bool:
    """Whether a line is a slug of the table: alone, with a stop or a colon, with a colon or dash and words in capitals,
    or in brackets."""
    line = line.strip()
    start = line.removeprefix("(")
    if start[:2] != start[:2].upper() or _first_word(start) not in _first_words_of_slugs():
        return False
    return line.startswith("(") == line.endswith(")") and _slugs().fullmatch(line) is not None


def wrapped_lines(text: str) -> list[re.Match[str]]:
    """Lines that stand wholly in marks of emphasis; group 2 is the opening mark, group 4 the closing one."""
    return list(_WRAPPED.finditer(text)) if "*" in text or "_" in text else []
