"""Lines that are nearly headers: `SHOOT 5s`, `CHARACTR Mira`, `int. house`, `1 EXT. HARBOR`, `PLACE Harbor`.

Above a shot, such a line is read as the header that it nearly is, so that nothing else is reported because of it; in a
shot it stays text. Either way it is SB106, with the edits that correct it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.names import is_name
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.spelling import is_near
from storyboard.compiler.syntax import heading_start_in_any_case, heading_words

DECLARATIONS = ("CHARACTER", "PROP", "LOCATION")
#: The most words that a name has where only its place tells that it is one.
_NAME_WORDS = 3

_SHOT = lazy_pattern(r"([^\W\d_]+)(?=[\s,:-]*[0-9]+ ?s(?:ec)?(?![^\W_]))")
#: A camera direction followed by a length: `CLOSE UP 4s`.
_LENGTH_LAST = lazy_pattern(r"([^\W\d_][^.!?:;\n]{1,60}?)[\s,–—-]+([0-9]{1,2}) ?s")
_DECLARATION = lazy_pattern(r"([^\W\d_]{3,12})(\s*[:=]\s*|\s+)(\S.*?)\s*")
#: `Interior.` may begin a sentence; `int.` does not.
_LONG_PREFIX = 6
_DASH = lazy_pattern(r"\s[-–—]+\s")
_NUMBER_BEHIND = r"(?<!\s)\s+{number}\s*$"
_MISSPELT_HEADING = lazy_pattern(r"([A-Z]{2,4})\.\s+[^a-z\n]+?\s[-–—]\s[^a-z\n]+")
_PROPERTY = lazy_pattern(r"\s*([^\W\d_]+)\s*[:：=]")
#: A line that is none of these begins or goes on otherwise.
_WORTH_A_LOOK = lazy_pattern(
    r"[A-Za-z]{3,12}[\s,:-]*[0-9]|[A-Za-z]{3,12}\s*[:=]?\s*\S+(?:\s\S+){0,3}\s*$|(?:int|ext|est|i\s*/\s*e)\b|[0-9#]"
    r"|[^\na-z]+$|[^.!?:;\n]{2,62}[0-9] ?s$",
    re.IGNORECASE,
)


class NearHeader(NamedTuple):
    """A line that is nearly a header.

    `rule` is the header's rule in the grammar, `what` says it to a writer; `edits` are replacements (start, end, text)
    in the line that make it one, in order.
    """

    rule: str
    what: str
    edits: tuple[tuple[int, int, str], ...]


def near_header(line: str, below: str) -> NearHeader | None:
    """The header that a line nearly is, or None; `below` is the line under it.

    The line has no indentation, and full-width forms are plain.
    """
    if line.isascii() and not _WORTH_A_LOOK.match(line):
        return None
    return _shot(line) or _heading(line) or _declaration(line, below)


def _shot(line: str) -> NearHeader | None:
    """A line that is nearly the header of a shot, with its correction."""
    last = _LENGTH_LAST.fullmatch(line)
    if last and last[1].split()[0].strip(",").lower() in _size_words():
        return NearHeader("shot", "a SHOT", ((0, 0, f"SHOT {last[2]}s "), (last.end(1), len(line), "")))
    found = _SHOT.match(line)
    if found is None:
        return None
    word = found[1]
    others = read_table("words.toml")["slip"]["headers"]["shot"]
    if word.upper() == "SHOT" or (word.isupper() and (word in others or is_near(word, "SHOT"))):
        meant = "SHOT" if line[found.end() : found.end() + 1].strip() == "" else "SHOT "
        return NearHeader("shot", "a SHOT", ((0, found.end(), meant),)) if line[: found.end()] != meant else None
    return None


def _heading(line: str) -> NearHeader | None:
    edits = list(_heading_edits(line))
    return NearHeader("heading", "a scene heading", tuple(edits)) if edits else None


def _heading_edits(line: str) -> Iterator[tuple[int, int, str]]:
    upper = line.upper()
    if any(word in upper for word in (*heading_words(), "I/E")):
        yield from _prefix_edits(line)
    typo = _MISSPELT_HEADING.fullmatch(line)
    if typo and (prefix := next((known for known in ("INT", "EXT") if is_near(typo[1], known)), None)):
        yield 0, typo.end(1), prefix


def _prefix_edits(line: str) -> Iterator[tuple[int, int, str]]:
    """The edits of a line in which a word that begins headings stands: before it, in it and behind it."""
    numbered = _numbered_heading().match(line)
    at = numbered.end() if numbered else 0
    if at:
        yield 0, at, ""
    small = heading_start_in_any_case().match(line, at)
    if small and not small["prefix"].isupper() and line[small.end() : small.end() + 1].isalpha():
        typed = small[0].rstrip()
        if (typed.endswith(".") or "/" in typed) and (len(typed) < _LONG_PREFIX or _DASH.search(line)):
            yield at, at + len(typed), typed.upper()
    colon = _colon_heading().match(line, at)
    if colon and (at or colon["prefix"].isupper() or len(colon["prefix"]) < _LONG_PREFIX):
        stop = "" if line[colon.start(2) - 1] == "." else "."
        yield colon.start("prefix"), colon.end(2), f"{line[colon.start('prefix') : colon.start(2)].upper()}{stop}"
    if numbered and numbered["number"]:
        behind = re.compile(_NUMBER_BEHIND.format(number=numbered["number"])).search(line)
        if behind:
            yield behind.start(), behind.end(), ""


@cache
def _size_words() -> frozenset[str]:
    """Words that a camera direction begins with."""
    table = read_table("words.toml")
    phrases = (*table["size"]["phrases"], *table["camera"]["words"], *table["camera_word"]["words"])
    return frozenset(phrase.split()[0].lower() for phrase in phrases)


@cache
def _numbered_heading() -> re.Pattern[str]:
    """What stands before the heading in `1 EXT. HARBOR`, `SCENE 1: EXT. HARBOR`, `## EXT. HARBOR`."""
    return re.compile(
        r"(?:\#+\s*)?(?:(?:SCENE|SC)\.?\s*)?(?P<number>[0-9]{1,4}[A-Za-z]?)?(?:\s*+[.):–—-])?\s*+"
        rf"(?=(?:{'|'.join(heading_words())}|I/E)(?:\.|\s*:|\s*/|\s)\s*\S)"
    )


@cache
def _colon_heading() -> re.Pattern[str]:
    word = "|".join(heading_words())
    prefix = rf"(?P<prefix>(?:{word})(?:\.?\s*/\s*(?:{word}))?|I/E)"
    return re.compile(rf"{prefix}\.?\s*(:)\s*(?=[^\W_])", re.IGNORECASE)


@cache
def _other_words() -> dict[str, str]:
    """Other words for the keywords of declarations."""
    words: dict[str, str] = read_table("words.toml")["slip"]["keywords"]
    return words


def _declaration(line: str, below: str) -> NearHeader | None:
    """A line that is nearly a declaration, with its correction."""
    found = _DECLARATION.fullmatch(line)
    if found is None:
        return None
    word, sign, rest = found[1], found[2].strip(), found[3]
    if word.upper() == "INCLUDE" or (word.isupper() and is_near(word, "INCLUDE")):
        is_file = rest.lower().endswith(".sb") and line[: found.end(2)] != "INCLUDE "
        return NearHeader("include", "an INCLUDE", ((0, found.end(2), "INCLUDE "),)) if is_file else None
    keyword = _keyword(word, sign, rest, is_property(below))
    if keyword is None:
        return None
    return NearHeader("declaration", f"a {keyword}", ((0, found.end(2), f"{keyword} "),))


def _keyword(word: str, sign: str, rest: str, is_followed: bool) -> str | None:
    """The keyword that a word stands for; `is_followed` says that a property stands on the next line."""
    upper = word.upper()
    if not is_name(" ".join(rest.strip("\"'“”„«»").replace(".", " ").split())):
        return None
    if upper in DECLARATIONS:
        # A keyword with a blank is a declaration already.
        is_meant = (word.isupper() or is_followed) if sign else word != upper and _is_short_name(rest)
        return upper if is_meant else None
    if word.isupper() and (upper in _other_words()) and is_followed:
        return _other_words()[upper]
    if word.isupper() and (_is_short_name(rest) or is_followed):
        return next((known for known in DECLARATIONS if is_near(word, known)), None)
    return None


def _is_short_name(rest: str) -> bool:
    return rest[0].isupper() and len(rest.split()) <= _NAME_WORDS and not rest.endswith(".")


@cache
def _property_words() -> frozenset[str]:
    return frozenset({"look", "voice", "front", "angles", "video", "image", *read_table("words.toml")["slip"]["keys"]})


def is_property(line: str) -> bool:
    """Whether a line is a property of a declaration, or has another word for one."""
    found = _PROPERTY.match(flatten(line))
    return found is not None and found[1].lower() in _property_words()
