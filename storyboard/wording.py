"""Wording of times, prices, counts, lists and tables, and foreign text made safe to print.

Terminal, board, paper, editor and reports all use these functions, so that one film has one length and one price.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache

#: Control characters, surrogates, characters that turn the reading direction or that nobody sees (zero-width spaces and
#: joiners, soft hyphens, tags, fillers), and non-characters. A joiner between two letters beyond ASCII is part of the
#: word (Persian, Hindi, emoji) and stays.
_HIDDEN = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\U000e0000-\U000e007f"
)
_JOINER = "\u200c\u200d"
_CENT = 0.01
#: Decimals of a sum below a cent, such as the price of one speech.
FINE_PLACES = 5
#: Replacements for punctuation that a terminal does not have.
_PLAIN = {
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "×": "x",
    "·": "-",
    "→": "->",
    "\u00a0": " ",
    "\u202f": " ",
}


def clock(seconds: float) -> str:
    """A length in whole seconds: `0:05`, `1:05`, and `1:00:05` from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def money(usd: float, places: int = 2) -> str:
    """A price in US dollars: `$2.10`, `$1,234.50`; `places` is 3 for a price a second (`$0.112`)."""
    return f"${usd:,.{places}f}"


def exact_money(usd: float) -> str:
    """A sum, with five places where it is less than a cent: `$2.10`, `$0.00230`."""
    return money(usd) if usd >= _CENT or not usd else money(usd, FINE_PLACES)


def unit_price(usd: float) -> str:
    """What one of something costs, with as many places as it has and at least two: `$3.50`, `$0.0375`."""
    whole, _, places = f"{usd:,.6f}".partition(".")
    return f"${whole}.{places.rstrip('0'):0<2}"


def price(usd: float | None) -> str:
    """A price, or that the catalogue has none: `$2.10`, `price unknown`."""
    return "price unknown" if usd is None else money(usd)


def count(number: int, noun: str, plural: str = "") -> str:
    """A number and its noun: `1 shot`, `2 shots`, `1,200 entries` (with `plural`)."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def listed(names: Sequence[str], most: int | None = None, word: str = "and") -> str:
    """Names in a sentence: `Mira`, `Mira and Tom`, `Mira, Tom and Ada`; at most `most`: `Mira, Tom and 3 more`."""
    if most is not None and len(names) > most:
        names = (*names[:most], f"{len(names) - most:,} more")
    return f"{', '.join(names[:-1])} {word} {names[-1]}" if len(names) > 1 else "".join(names)


def shorten(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis where it has more than `most` characters."""
    return text if len(text) <= most else f"{text[: max(most - 1, 0)].rstrip()}…"


def printable(text: str) -> str:
    """Text for a terminal: what is hidden or steers the terminal is spelled out, as in `\\x1b` or `\\u202e`.

    Line ends are spelled out too: print lines one by one.
    """
    if text.isascii() and text.isprintable():
        return text
    return _hidden().sub(lambda found: _spelled(found[0]), text)


def clean(text: str) -> str:
    """Text for a page or a picture: what is hidden or steers the reading direction is dropped; line ends and tabs
    stay."""
    if text.isascii() and text.isprintable():
        return text
    return _hidden().sub(lambda found: found[0] if found[0] in "\n\t" else "", text)


def one_line(text: str) -> str:
    """Text for a page as a single line, with single blanks."""
    return " ".join(clean(text).split())


def to_utf8(text: str) -> bytes:
    """Data for another program: UTF-8 wherever it goes. A file name that is not UTF-8 has bytes that no encoding takes;
    they are spelled `\\udcXX`, which JSON reads as the same name."""
    return text.encode("utf-8", "backslashreplace")


def columns(text: str) -> int:
    """How many columns of a terminal a printable text takes: two for an East Asian wide character, none for a mark."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def table(rows: Iterable[Sequence[object]], right: Collection[int] = ()) -> Iterator[str]:
    """The lines of a table with columns as wide as their widest cell, two blanks between them; the columns whose
    numbers are in `right` are flush right. Cells are made printable, whole numbers get their commas."""
    cells = [[printable(f"{cell:,}" if isinstance(cell, int) else str(cell)) for cell in row] for row in rows]
    widths = [max(map(columns, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = []
        for number, (cell, width) in enumerate(zip(row, widths, strict=True)):
            gap = " " * (width - columns(cell))
            padded.append(gap + cell if number in right else cell + gap)
        yield "  ".join(padded).rstrip()


def plain_ascii(problem: UnicodeError) -> tuple[str, int]:
    """An error handler of `codecs` for terminals with a small character set: `-` for a dash, else `\\u6f22`."""
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    spelled = (_PLAIN.get(one) or _spelled(one) for one in problem.object[problem.start : problem.end])
    return "".join(spelled), problem.end


codecs.register_error("plain_ascii", plain_ascii)


@cache
def _hidden() -> re.Pattern[str]:
    word = rf"[^\x00-\x7f{_JOINER}]"
    return re.compile(rf"[{_HIDDEN}]|(?<!{word})[{_JOINER}]|[{_JOINER}](?!{word})")


def _spelled(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
