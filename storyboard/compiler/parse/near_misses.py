"""SB106: lines that would be filmed as text and are nearly something else.

Every line is legal as action, so a misspelt keyword would end up in a prompt. A false alarm is as bad as a missed
slip: each kind asks for more than a likeness of one word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.compiler.diagnostics import Edit, Finding, Fix
from storyboard.compiler.ir import keys
from storyboard.compiler.ir.parsed import Text
from storyboard.compiler.names import is_name
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.spelling import is_near, quote
from storyboard.compiler.syntax import heading_start_in_any_case, transitions
from storyboard.compiler.text import Span


class TypedLine(NamedTuple):
    """A line that will be text. `role` is `text` or `speech`; `near_header` says that it stands where a property
    could."""

    text: Text
    role: str
    near_header: bool


_KEYS = {"heading": keys.SCENE, "shot": keys.SHOT}

_SHOT_LIKE = re.compile(r"([A-Za-z]+)(?=[\s,:-]*[0-9]+ ?s(?:ec)?(?![^\W_]))")
_DECLARATION_LIKE = re.compile(r"([A-Za-z]{3,12})\s+(\S.*)")
#: `Interior.` may begin a sentence; `int.` does not.
_LONG_PREFIX = 6
_HEADING_TYPO = re.compile(r"([A-Z]{2,4})\.\s+[^a-z\n]+?\s[-–—]\s[^a-z\n]+")
_KEY_LIKE = re.compile(r"([^\W\d_]+(?: [^\W\d_]+)?)\s*:\s*(?=\S)")
_TITLE_LIKE = re.compile(r"([A-Za-z]{4,7})\s*:\s*\S")
_DECLARATIONS = ("CHARACTER", "PROP", "LOCATION")
_TITLES = ("SUPER", "TITLE", "CHYRON")
#: A line that can be none of the slips starts otherwise or holds none of these signs.
_WORTH_A_LOOK = re.compile(
    r"[^\n:]{1,24}:|[A-Za-z]{3,12}[\s,:-]*[0-9]|[A-Za-z]{3,12}\s+\S+(?:\s\S+){0,3}$|(?:int|ext|est|i/e)\b|[^\na-z]+$",
    re.IGNORECASE,
)


@cache
def _innocent() -> frozenset[str]:
    """Words that look like a key misspelt and are words of their own."""
    return frozenset(read_table("words.toml")["slip"]["innocent"])


def find_slips(kind: str, lines: Sequence[TypedLine], header: Span) -> list[Finding]:
    """The slips among the text lines of a block; `header` is its first line, under which a stray property belongs."""
    known = _KEYS.get(kind, ())
    findings = []
    for line in lines:
        plain = flatten(line.text.string)
        if line.role == "speech":
            found = _exact_key(line.text, plain, known, header) if ":" in plain[:16] else None
        elif _WORTH_A_LOOK.match(plain):
            found = (
                _shot_slip(line.text, plain)
                or _heading_slip(line.text, plain)
                or _declaration_slip(line.text, plain)
                or _transition_slip(line.text, plain)
                or _key_slip(line, plain, known, header)
                or _title_slip(line.text, plain)
            )
        else:
            found = None
        if found:
            findings.append(found)
    return findings


def _slip(text: Text, start: int, end: int, meant: str, what: str, safe: bool = True) -> Finding:
    span = text.span(start, end)
    typed = text.string[start:end]
    return Finding(
        "SB106",
        span,
        f"{quote(typed)} would be filmed as text. Did you mean {what}?",
        f"Write {meant} instead, or begin the line with ! if it is action.",
        fix=Fix(safe, (Edit(span, meant),)),
    )


def _shot_slip(text: Text, plain: str) -> Finding | None:
    found = _SHOT_LIKE.match(plain)
    if found is None:
        return None
    word = found[1]
    if word.upper() == "SHOT" or (word.isupper() and is_near(word, "SHOT")):
        meant = "SHOT" if plain[found.end() : found.end() + 1].strip() == "" else "SHOT "
        return _slip(text, 0, found.end(), meant, "a SHOT")
    return None


def _heading_slip(text: Text, plain: str) -> Finding | None:
    found = heading_start_in_any_case().match(plain)
    if found and not found["prefix"].isupper() and plain[found.end() : found.end() + 1].isalpha():
        typed = found[0].rstrip()
        if (typed.endswith(".") or "/" in typed) and (len(typed) < _LONG_PREFIX or " - " in plain):
            return _slip(text, 0, len(typed), typed.upper(), "a scene heading")
    typo = _HEADING_TYPO.fullmatch(plain)
    if typo:
        for prefix in ("INT", "EXT"):
            if is_near(typo[1], prefix):
                return _slip(text, 0, typo.end(1), prefix, "a scene heading")
    return None


def _declaration_slip(text: Text, plain: str) -> Finding | None:
    found = _DECLARATION_LIKE.fullmatch(plain)
    if found is None:
        return None
    word, rest = found[1], found[2].strip()
    if word.upper() == "INCLUDE" or (word.isupper() and is_near(word, "INCLUDE")):
        return _slip(text, 0, found.end(1), "INCLUDE", "an INCLUDE") if rest.endswith(".sb") else None
    if not rest[0].isupper() or len(rest.split()) > 3 or rest.endswith(".") or not is_name(rest.replace(".", " ")):
        return None
    if word.istitle() or word.islower():
        keyword = word.upper() if word.upper() in _DECLARATIONS else None
    else:
        keyword = next((known for known in _DECLARATIONS if word.isupper() and is_near(word, known)), None)
    return _slip(text, 0, found.end(1), keyword, f"a {keyword}") if keyword else None


def _transition_slip(text: Text, plain: str) -> Finding | None:
    if len(plain) > 24 or plain.endswith("!"):
        return None
    upper = plain.upper()
    bare = upper.rstrip(".:")
    if plain not in (upper, plain.capitalize()):
        return None
    for known in sorted(transitions()):
        if bare == known.rstrip(".:") and upper != plain and plain[-1] not in ".:":
            return None
        if bare == known.rstrip(".:") or (plain == upper and len(known) > 6 and is_near(upper, known)):
            return _slip(text, 0, len(plain), known, "a transition")
    if upper.endswith((" TO", " TO.")) and plain == upper and len(upper.split()) <= 3:
        return _slip(text, 0, len(plain), f"{bare}:", "a transition")
    if upper.endswith(" TO:") and len(upper.split()) <= 3 and plain != upper:
        return _slip(text, 0, len(plain), upper, "a transition")
    return None


def _key_slip(line: TypedLine, plain: str, known: Sequence[str], header: Span) -> Finding | None:
    found = _KEY_LIKE.match(plain)
    if found is None or not known:
        return None
    if exact := _exact_key(line.text, plain, known, header):
        return exact
    word = found[1].lower()
    if not line.near_header or word in _innocent():
        return None
    near = [key for key in known if len(key) > 3 and is_near(word, key)]
    return _slip(line.text, 0, found.end(1), near[0], f"the property {near[0]}") if near else None


def _exact_key(text: Text, plain: str, known: Sequence[str], header: Span) -> Finding | None:
    """A property below the text, where it is text itself."""
    found = _KEY_LIKE.match(plain)
    if found is None or found[1] not in known:
        return None
    return Finding(
        "SB106",
        text.span(),
        f"“{found[1]}:” would be filmed as text: properties stand directly under the header.",
        "Move the line up, directly under the header, or begin it with ! if it is action.",
        fix=Fix(
            False,
            (
                Edit(Span(header.anchor, header.end, header.end), f"\n{text.string}"),
                Edit(text.span(), ""),
            ),
        ),
    )


def _title_slip(text: Text, plain: str) -> Finding | None:
    found = _TITLE_LIKE.match(plain)
    if found is None:
        return None
    word = found[1]
    if word.upper() in _TITLES or (word.isupper() and any(is_near(word, known) for known in _TITLES)):
        meant = next(known for known in _TITLES if known == word.upper() or is_near(word, known))
        return _slip(text, 0, found.end(1), meant, f"a {meant}")
    return None
