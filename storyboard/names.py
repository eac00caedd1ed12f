"""Names that a writer declares: what one may hold, and when two are the same."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

APOSTROPHES = "'’‘ʼ＇"
_ONE_APOSTROPHE = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
_SILENT_STOP = re.compile(r"\.(?=\s|$)")


@cache
def marks() -> str:
    """All combining marks, as the inside of a character class: they belong to the letter before them."""
    ranges: list[tuple[int, int]] = []
    for code in range(0x300, 0x1F000):
        if unicodedata.category(chr(code)).startswith("M"):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1] = (ranges[-1][0], code)
            else:
                ranges.append((code, code))
    ranges.append((0xE0100, 0xE01EF))
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges if last <= sys.maxunicode)


#: Three blocks hold nearly every mark that a name is written with; the whole list is built for the rest only.
_COMMON_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0e31\u0e34-\u0e4e\u3099\u309a"
)

LETTER = rf"(?:[^\W_]|[{_COMMON_MARKS}])"
_INSIDE = rf"[\w{_COMMON_MARKS} \-{APOSTROPHES}&]*"
_NAME = re.compile(rf"[^\W_]{_INSIDE}(?:\.(?=\s|$){_INSIDE})*(?<![ \-_{APOSTROPHES}&])")
_WORD = re.compile(rf"[^\W_][\w{_COMMON_MARKS}\-{APOSTROPHES}&]*(?<![\-_{APOSTROPHES}&])")


def is_name(text: str) -> bool:
    """Whether a plain name may be spelled so: letters and digits, single spaces, and - _ ' & . inside."""
    return _matches(_NAME, text) and "  " not in text


def is_word(text: str) -> bool:
    """Whether a variant may be called so: one word of a name, without a full stop."""
    return _matches(_WORD, text)


def _matches(pattern: re.Pattern[str], text: str) -> bool:
    if pattern.fullmatch(text):
        return True
    if text.isascii():
        return False
    bare = re.sub(f"[{marks()}]", "", text)
    return bare != text and pattern.fullmatch(bare) is not None


def fold(name: str) -> str:
    """The form under which names are compared: NFC, without case, one kind of apostrophe, single spaces, and without
    a full stop that a space follows or that ends the name."""
    if not name.isascii():
        name = unicodedata.normalize("NFC", name).translate(_ONE_APOSTROPHE)
    folded = name.casefold()
    if "." in folded:
        folded = _SILENT_STOP.sub("", folded)
    folded = " ".join(folded.split())
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


def has_case(text: str) -> bool:
    """Whether the text has letters that know capitals."""
    return text.upper() != text.lower()


def is_wide(character: str) -> bool:
    """Whether a character takes two columns, as CJK ones do."""
    return character > "\u10ff" and unicodedata.east_asian_width(character) in "WF"
