"""Declared names: which characters they may contain, and when two are equal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set as AbstractSet
from functools import cache

from storyboard.catalog import read_table
from storyboard.catalog.patterns import lazy_pattern

APOSTROPHES = "'’‘ʼ＇"
_ONE_APOSTROPHE = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
_SILENT_STOP = lazy_pattern(r"\.(?=\s|$)")
_ROW_OF_SIGNS = lazy_pattern(r"([^\w\s]{32,})")

#: Characters of a name, blanks counted once.
LONGEST_NAME = 200
#: Characters that such a name may take as it is typed: letters taken apart from their marks, blanks, brackets.
_LONGEST_TYPED = 4 * LONGEST_NAME


_FIRST_PLANE = 0xFFFF


def _mark() -> str:
    """One mark of `catalog/unicode.toml`.

    Python looks up a character of the first plane in a table, and compares it with every range beyond U+FFFF one by
    one: so what lies beyond is a class of its own, tried for such characters only.
    """
    near, far = "", ""
    for entry in read_table("unicode.toml")["marks"].split():
        first, _, last = entry.partition("-")
        one = f"{chr(int(first, 16))}-{chr(int(last or first, 16))}"
        if int(first, 16) > _FIRST_PLANE:
            far += one
        else:
            near += one
    return rf"(?:[{near}]|(?=[\U00010000-\U0010ffff])[{far}])"


#: What goes onto the letter before it, by its general category (Mn, Mc, Me). As wide as one character.
MARK = _mark()
#: U+200C and U+200D between two letters, as Persian and the scripts of India write them.
_JOINER = rf"[\u200c\u200d](?<=(?:[^\W_]|{MARK}).)(?=[^\W_])"
#: A letter, a digit, or what belongs to the one before it. As wide as one character, so it may stand in a lookbehind.
LETTER = rf"(?:[^\W_]|{MARK}|{_JOINER})"
#: Names that some system keeps for its devices: no file may be called so there.
_RESERVED = lazy_pattern(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_LONGEST_SLUG = 48
#: As many of them as there are, none given back: found ten times as fast as one by one.
LETTERS = rf"(?:[^\W_]++|{MARK}++|{_JOINER})++"
#: The end of a whole word, and its start.
WORD_END = rf"(?![^\W_])(?!{MARK})(?!{_JOINER})"
WORD_START = rf"(?<![^\W_])(?<!{MARK})(?<!{_JOINER})"
#: The end of a name of wide characters: another character may follow, but nothing that goes onto the last one.
WIDE_END = rf"(?!{MARK}|{_JOINER})"
_INSIDE = rf"(?:[^\W_]|(?<![ \-_{APOSTROPHES}&.]){MARK}|{_JOINER}|[ \-_{APOSTROPHES}&])*+"
_NAME = rf"[^\W_]{_INSIDE}(?:\.(?=\s|$){_INSIDE})*+(?<![ \-_{APOSTROPHES}&])"
_TIGHT = rf"(?:[^\W_]|(?<![\-_{APOSTROPHES}&]){MARK}|{_JOINER}|[\-_{APOSTROPHES}&])*+"
_WORD = rf"[^\W_]{_TIGHT}(?<![\-_{APOSTROPHES}&])"
#: What may be a mark or a joiner: neither is below U+0300, nor among signs of punctuation and currency.
_MAY_BE_MARK = lazy_pattern("[^\0-\u02ff\u2010-\u20cf]")
#: One character that is in no text without marks.
_NO_MARK = "\uffff"
_CLUSTER = rf".(?:{MARK}|\u200c|\u200d\S?)*+"


def pattern_for_text(pattern: str, text: str) -> str:
    """The pattern as `text` needs it: where no mark can be in the text, without the table of marks, of which each copy
    takes as long to compile as a page takes to check."""
    has_marks = not text.isascii() and _MAY_BE_MARK.search(text)
    return pattern if has_marks else _unmarked(pattern)


@cache
def _unmarked(pattern: str) -> str:
    return pattern.replace(_JOINER, _NO_MARK).replace(MARK, _NO_MARK)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.DOTALL)


@cache
def _whole(text: str) -> re.Pattern[str]:
    """A pattern for whole texts, which nobody looks for inside another one."""
    return re.compile(text, re.DOTALL)


def is_name(text: str) -> bool:
    """Whether a plain name may be spelled so: at most 200 letters and digits, single spaces, and - _ ' & . inside."""
    return (
        len(text) <= LONGEST_NAME
        and _whole(pattern_for_text(_NAME, text)).fullmatch(text) is not None
        and "  " not in text
    )


def is_word(text: str) -> bool:
    """Whether a variant may be called so: one word of a name, without a full stop."""
    return len(text) <= LONGEST_NAME and _whole(pattern_for_text(_WORD, text)).fullmatch(text) is not None


def clean_name(typed: str) -> str:
    """The nearest text that can be a name, with full-width forms as plain ones; empty if there is none."""
    if len(typed) > 2 * LONGEST_NAME:
        return ""
    name = _pattern(rf"(?!{LETTER})[^ \-_{APOSTROPHES}&.]").sub(" ", typed)
    name = re.sub(r"\.(?=[^\s.])", ". ", re.sub(r"\.{2,}", ".", name))
    edge = _pattern(rf"^[ \-_{APOSTROPHES}&.]+|[ \-_{APOSTROPHES}&]+$")
    name = edge.sub("", " ".join(name.split()))
    return name if is_name(name) else ""


def is_mark(character: str) -> bool:
    """Whether a character goes onto the letter before it."""
    return character > "\u02ff" and _pattern(MARK).match(character) is not None


def clusters(text: str) -> list[str]:
    """The text in pieces that nothing may part: a character each, with the marks on it, and both sides of a joiner."""
    return list(text) if text.isascii() else _pattern(_CLUSTER).findall(text)


def fold(name: str) -> str:
    """The form under which names are compared: NFC, without case, one kind of apostrophe, single spaces, and without
    a full stop that a space follows or that ends the name. A text that is too long for a name stays as it is."""
    if len(name) > _LONGEST_TYPED:
        return name
    if not name.isascii():
        name = unicodedata.normalize("NFC", name).translate(_ONE_APOSTROPHE)
    folded = name.casefold()
    if "." in folded:
        folded = _SILENT_STOP.sub("", folded)
    folded = " ".join(folded.split())
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


def nfc(text: str) -> str:
    """A text in Unicode NFC, but for signs in long rows without a letter: to put thousands of marks in order takes the
    square of the time, and no name has them."""
    parts = enumerate(_ROW_OF_SIGNS.split(text))
    return "".join(part if index % 2 else unicodedata.normalize("NFC", part) for index, part in parts)


def has_case(text: str) -> bool:
    """Whether the text has letters that know capitals."""
    return text.upper() != text.lower()


def is_wide(character: str) -> bool:
    """Whether a character takes two columns, as CJK ones do."""
    return character > "\u10ff" and unicodedata.east_asian_width(character) in "WF"


def picture_path(name: str, taken: AbstractSet[str]) -> str:
    """The path for a picture of a name, relative to the script: `refs/old-tom.png`, or with a number where that is one
    of those `taken`."""
    slug = _pattern(rf"(?:(?!{LETTER}).)+").sub("-", unicodedata.normalize("NFC", name).lower()).strip("-")
    slug = "".join(clusters(slug)[:_LONGEST_SLUG]).strip("-")
    if not slug or _RESERVED.fullmatch(slug):
        slug = f"picture-{slug}".strip("-")
    path, count = f"refs/{slug}.png", 2
    while path in taken:
        path, count = f"refs/{slug}-{count}.png", count + 1
    return path
