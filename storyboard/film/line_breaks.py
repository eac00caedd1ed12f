"""Words divided for the screen: into parts that are read one after another, and into lines.

A part ends at the end of a sentence, else at a comma, else between words; text without spaces (Chinese, Japanese, Thai)
is divided between letters. Width is counted in columns: an East Asian wide letter takes two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from storyboard.catalog import read_table
from storyboard.wording import columns

_SENTENCE = re.compile(r"(?<=[.!?…。！？؟۔।])[\"”’»)]*\s+(?![a-z])|(?<=[。！？])(?![。！？”’」』）])")
_CLAUSE = re.compile(r"(?<=[,;:،؛])\s+(?=\S)|(?<=[，、；：])|(?<!\s)\s+(?=[–—-]\s)")
_WORD = re.compile(r"\s+")
_LONGEST_ABBREVIATION = 12  # letters, with what stands around it
#: Letters of writing without blanks, marks and Latin words in it apart; Korean has blanks.
_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u303e\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\uff01-\uff9f\U00020000-\U0003ffff"
)
#: What a line does not begin and what it does not end with: marks and vowels of the letter before; opening brackets.
_NO_START = (
    r"、。，．！？；：）］｝」』】〉》〕”’…‥・ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々,.!?;:)\]}"
    r"\u0e30-\u0e3a\u0e45-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b6-\u17d3\u200d\ufe0f"
)
_NO_END = r"（［｛「『【〈《〔“‘(\[{\u0e40-\u0e44\u0ec0-\u0ec4\u17d2\u200d"
#: Between two letters of which one is of such writing, and after blanks.
_PLACE = re.compile(
    rf"(?<=\s)(?=\S)|(?:(?<=[{_UNSPACED}])|(?=[{_UNSPACED}]))(?<!\s)(?<![{_NO_END}])(?=\S)(?![{_NO_START}])"
)
_BEHIND_MARK = re.compile(r"[,;:、，；：،؛][”’」』）]*\s*\Z")
_BEHIND_SENTENCE = re.compile(r"[.!?…。！？؟۔।][\"”’»」』）]*\s*\Z")
#: Columns by which lines may be less even for the sake of a break behind a mark, and behind a sentence.
_MARK_BONUS, _SENTENCE_BONUS = 10, 20
_EVEN_STEP = 4  # columns in which an even width is looked for


def divide_words(text: str, most: int) -> list[str]:
    """Parts of at most `most` columns each, as even as sentences, clauses and words allow."""
    text = " ".join(text.split())
    if columns(text) <= most:
        return [text] if text else []
    for pattern in (_SENTENCE, _CLAUSE, _WORD):
        pieces = list(_cut(text, pattern))
        if len(pieces) > 1:
            return [part for row in _gathered(pieces, most) for part in divide_words(row, most)]
    return _filled(text, most)


def break_lines(text: str, most: int) -> list[str]:
    """Lines of at most `most` columns; where two are enough they are as even as words allow, or the first ends with a
    mark or a sentence."""
    if columns(text) <= most:
        return [text]
    best: tuple[int, list[str]] | None = None
    for found in _PLACE.finditer(text):
        rows = [text[: found.start()].rstrip(), text[found.start() :]]
        first, second = map(columns, rows)
        if first <= most and second <= most:
            uneven = abs(first - second) - _bonus(rows[0])
            if best is None or uneven < best[0]:
                best = uneven, rows
    return best[1] if best else _filled(text, most)


def _bonus(row: str) -> int:
    """How much is gained by a line that ends with a mark, in columns."""
    if _BEHIND_SENTENCE.search(row) and not _ends_abbreviation(row, len(row)):
        return _SENTENCE_BONUS
    return _MARK_BONUS if _BEHIND_MARK.search(row) else 0


def _cut(text: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """A text at the places of a pattern, each piece with what the pattern found behind it."""
    at = 0
    for found in pattern.finditer(text):
        if found.end() > at and not (pattern is _SENTENCE and _ends_abbreviation(text, found.end())):
            yield text[at : found.end()]
            at = found.end()
    if at < len(text):
        yield text[at:]


def _ends_abbreviation(text: str, end: int) -> bool:
    """Whether the full stop before `end` is that of a title or of an initial."""
    words = text[max(0, end - _LONGEST_ABBREVIATION) : end].split()
    last = words[-1].lstrip("(“\"'’") if words else ""
    is_initial = len(last) == len("X.") and last[0].isupper() and last != "I."
    return last.endswith(".") and (is_initial or last[:-1] in _abbreviations())


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(read_table("reading_time.toml")["abbreviations"]["words"])


def _gathered(pieces: Sequence[str], most: int) -> list[str]:
    """Pieces put together again, into as few rows as there have to be, evenly filled."""
    whole = sum(map(columns, pieces))
    wanted = whole / -(-whole // most)
    rows: list[str] = []
    for piece in pieces:
        joined = f"{rows[-1]}{piece}" if rows else piece
        fits = columns(joined.rstrip()) <= most
        if rows and fits and columns(rows[-1]) + columns(piece) / 2 <= wanted:
            rows[-1] = joined
        else:
            rows.append(piece)
    return [row.strip() for row in rows]


def _filled(text: str, most: int) -> list[str]:
    """Rows of words, of letters where a writing has no blanks or a word is longer than a row; as even as that gives no
    more of them."""
    whole = columns(text)
    count = -(-whole // most)
    units = list(_units(text, most))
    for width in range(-(-whole // count), most, _EVEN_STEP):
        rows = _rows(units, width)
        if len(rows) <= count:
            return rows
    return _rows(units, most)


def _units(text: str, most: int) -> Iterator[str]:
    """The parts that are never divided: text between two breaks, or single letters with their marks."""
    for unit in _cut(text, _PLACE):
        if columns(unit.rstrip()) <= most:
            yield unit
            continue
        held = ""
        for letter in unit:
            if held and (columns(letter) or not columns(held)):
                yield held
                held = ""
            held += letter
        yield held


def _rows(units: Sequence[str], most: int) -> list[str]:
    rows = [""]
    for unit in units:
        if rows[-1] and columns(f"{rows[-1]}{unit}".rstrip()) > most:
            rows.append("")
        rows[-1] += unit
    return [row.strip() for row in rows if row.strip()]
