"""The encoding of a text file: UTF-8 if most of it is, or else the most likely code page.

A code page is judged by the words that it produces. Letters of one script, in lower case, capitals or with an initial
capital, are what people write. Two scripts in one word, capitals inside a word, and signs between letters are not.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: Code pages by their names for people, the likelier first where two read a text equally well.
_CODE_PAGES = {
    "cp1252": "Windows Latin (cp1252)",
    "cp1251": "Windows Cyrillic (cp1251)",
    "cp1250": "Windows Central European (cp1250)",
    "cp1253": "Windows Greek (cp1253)",
    "cp1254": "Windows Turkish (cp1254)",
    "mac_roman": "Mac Roman",
    "koi8_r": "KOI8-R",
    "cp866": "DOS Cyrillic (cp866)",
    "mac_cyrillic": "Mac Cyrillic",
}
_DOUBLE_BYTE = {"shift_jis": "Shift JIS", "euc_jp": "EUC-JP", "euc_kr": "EUC-KR", "gb18030": "GB 18030"}
_ESCAPED = re.compile("[\udc80-\udcff]+")
_WORD = re.compile(r"[^\W\d_]+")
#: Signs outside ASCII that writers type.
_PUNCTUATION = frozenset("‘’‚“”„«»‹›–—…·•¿¡°§№ \u00a0")
#: Characters that are looked at, bytes that are shown, and how many broken bytes a text in UTF-8 may have for each good
#: character outside ASCII.
_SAMPLE, _SHOWN, _BROKEN_SHARE = 60_000, 5, 0.25
#: A Latin word with a larger share of letters outside ASCII is another script, read wrongly.
_MOST_ACCENTS = 0.8
#: Rows of GB 2312 that hold its common characters.
_COMMON_ROWS = range(0xB0, 0xD8)


class DecodedText(NamedTuple):
    """A text, and a remark for the writer if it could not be read as plain UTF-8."""

    text: str
    remark: str | None = None


def decode_text(data: bytes, shown: str) -> DecodedText:
    """The text of a file; `shown` is the file's name in remarks.

    Never raises: bytes that fit no encoding are read as Latin-1, or shown as � if the rest is UTF-8.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return DecodedText(data.decode(encoding))
            except UnicodeDecodeError:
                break
    try:
        return DecodedText(data.decode("utf-8"))
    except UnicodeDecodeError as problem:
        first = data.count(b"\n", 0, problem.start) + 1
    escaped = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    broken = _ESCAPED.findall(escaped)
    good = sum(character > "\x7f" for character in escaped) - sum(map(len, broken))
    if good and len(broken) <= max(1.0, good * _BROKEN_SHARE):
        return DecodedText(_ESCAPED.sub("\ufffd", escaped), _remark_on_bytes(escaped, shown))
    name, text = _likeliest(data)
    return DecodedText(text, f"{shown}: is not UTF-8 (line {first}); it was read as {name}. Check its accented letters")


def _remark_on_bytes(escaped: str, shown: str) -> str:
    """The remark on a file that is UTF-8 except for some bytes: the first few of them, each with its line."""
    places = []
    for found in _ESCAPED.finditer(escaped):
        line = escaped.count("\n", 0, found.start()) + 1
        places.append(f"{found[0].encode('utf-8', 'surrogateescape').hex(' ').upper()} in line {line}")
        if len(places) > _SHOWN:
            places[-1] = "more"
            break
    return f"{shown}: is UTF-8 except for some bytes, which are shown as \ufffd: {', '.join(places)}"


def _likeliest(data: bytes) -> tuple[str, str]:
    """The name of the code page that reads the bytes best, and their text."""
    best, best_text = "cp1252", _decode(data, "cp1252")
    best_score = _score(best_text)
    for encoding in _CODE_PAGES:
        text = _decode(data, encoding)
        if (score := _score(text)) > best_score:
            best, best_text, best_score = encoding, text, score
    for encoding, name in _DOUBLE_BYTE.items():
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_likely(text, encoding):
            return name, text
    return _CODE_PAGES[best], best_text


def _decode(data: bytes, encoding: str) -> str:
    """The bytes in an encoding; bytes that the code page does not define are read as Latin-1."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return "".join(bytes((byte,)).decode(encoding, "ignore") or chr(byte) for byte in data)


def _score(text: str) -> float:
    """How much a decoding looks like written language; higher is better.

    Non-ASCII letters in plausible words count for it, stray signs against it. Only the beginning of a long text is
    read.
    """
    text = text[:_SAMPLE]
    words = sum(_score_word(word) for word in _WORD.findall(text) if not word.isascii())
    signs = sum(one > "\x7f" and not one.isalpha() and one not in _PUNCTUATION for one in text)
    return words - signs


def _score_word(word: str) -> float:
    """The score of one word.

    Non-ASCII letters count for a word that a person would write, and against one that mixes scripts or cases or
    consists mostly of accented letters, which are signs of a wrong code page.
    """
    foreign = sum(letter > "\x7f" for letter in word)
    scripts = {_script(letter) for letter in word}
    is_cased = word in (word.lower(), word.upper(), word.capitalize()) or word[1:].islower()
    if len(scripts) > 1 or not is_cased:
        return -foreign
    if scripts == {"LATIN"} and foreign > _MOST_ACCENTS * len(word) and len(word) > 1:
        return -foreign
    return foreign


def _is_likely(text: str, encoding: str) -> bool:
    """Whether a text of wide (CJK) characters looks like written language."""
    wide = [one for one in text[:_SAMPLE] if one > "\u02ff"]
    if not wide:
        return False
    if encoding == "gb18030":
        rows = [one.encode("gb18030")[0] for one in wide if "\u4e00" <= one <= "\u9fff"]
        return bool(rows) and sum(row in _COMMON_ROWS for row in rows) > 0.9 * len(rows) > 0.6 * len(wide)
    first, last = ("가", "힣") if encoding == "euc_kr" else ("ぁ", "ヿ")
    return sum(first <= one <= last for one in wide) > (0.6 if encoding == "euc_kr" else 0.25) * len(wide)


@lru_cache(512)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
