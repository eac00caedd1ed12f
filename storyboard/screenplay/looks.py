"""Looks of people, found where a screenplay first shows them in capitals.

    MIRA (24), a lantern keeper in a red coat, stands on the quay.

becomes `look: a lantern keeper in a red coat, 24 years old` of Mira, and `MIRA stands on the quay.`

    NORA BELL, 30, soaked, in a yellow raincoat, runs down the ramp.

becomes `look: soaked, in a yellow raincoat, 30 years old`, and `NORA [[NORA BELL]] runs down the ramp.`
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.compiler.names import WORD_START, fold
from storyboard.screenplay.names import name_pattern
from storyboard.screenplay.script import Action, Element, as_note

_AGE = r"(?:(?:early|mid|late)[ -]+)?(?:\d{1,3}['’]?s?|teens|twenties|thirties|forties|fifties|sixties|seventies)"
#: What follows a name at its first appearance: an age in brackets or between commas, a description that begins with an
#: article; and then the end of a sentence or of a part of one.
_SAID = re.compile(
    rf"""\s*(?:\(\s*(?P<age>{_AGE})(?:\s*,\s*(?P<more>[^()]{{2,100}}))?\s*\)|,\s+(?P<bare>{_AGE})(?=[,.]))?
    (?:,\s+(?P<look>(?:an?|the)\s[^,.;:!?()\[\]@*_]{{2,150}})(?=[,.]))?(?P<comma>,(?=\s))?""",
    re.VERBOSE | re.IGNORECASE,
)
#: The other names of somebody who speaks under the first one.
_SURNAME = re.compile(r"(?:[ ]+[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’.-]+){1,2}(?=,|[ ]*\()")
#: A description without an article: after an age, parts between commas up to a verb of action.
_PART = re.compile(r",?\s+(?P<part>[^\W\d_][^,.;:!?()\[\]@*_]{2,80})(?=,)")
_FIRST_WORD = re.compile(r",?\s+([a-z]+s)\b")
_MOST_PARTS = 5
_NUMBER = re.compile(r"\d+")
_COMMENT = re.compile(r"\[\[|/\*")


class ExtractedLooks(NamedTuple):
    """The elements without the looks, and the looks by folded name."""

    elements: list[Element]
    looks: dict[str, str]


def extract_looks(elements: Iterable[Element], names: Sequence[str]) -> ExtractedLooks:
    """Move the looks of people out of the action; `names` are those who may have one."""
    elements = list(elements)
    looks: dict[str, str] = {}
    if not names:
        return ExtractedLooks(elements, looks)
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile(
        rf"(?=[^\W_]){WORD_START}(?:{'|'.join(map(name_pattern, longest_first))})(?!\w)", re.IGNORECASE
    )
    met: set[str] = set()

    def take(line: str) -> str:
        pieces: list[str] = []
        at = 0
        for found in pattern.finditer(line):
            name = fold(found[0])
            if name in met or found.start() < at:
                continue
            met.add(name)
            if found[0] != found[0].upper():
                continue
            surname = _SURNAME.match(line, found.end())
            said = _said(line, surname.end() if surname else found.end())
            if said.look:
                looks[name] = said.look
                pieces.append(line[at : found.end()])
                if surname:
                    pieces.append(f" {as_note(line[found.start() : surname.end()])}")
                at = said.end
        return "".join([*pieces, line[at:]])

    for index, element in enumerate(elements):
        if isinstance(element, Action) and not _COMMENT.search("".join(element.lines)):
            elements[index] = element._replace(lines=tuple(map(take, element.lines)))
    return ExtractedLooks(elements, looks)


class _SaidLook(NamedTuple):
    """What a line says about somebody's look (may be empty), and the index where that ends."""

    look: str
    end: int


def _said(line: str, start: int) -> _SaidLook:
    """What a line says after a name, from `start`."""
    said = _SAID.match(line, start)
    if said is None:
        return _SaidLook("", start)
    look, end = _look(said), said.end()
    if not (said["age"] or said["bare"]):
        return _SaidLook(look, end)
    parts: list[str] = []
    at = end - 1 if said["comma"] else end
    while len(parts) < _MOST_PARTS and not _acts(line, at) and (part := _PART.match(line, at)):
        parts.append(part["part"])
        at = part.end()
    if not parts or not _acts(line, at):
        return _SaidLook(look, end)
    return _SaidLook(", ".join(filter(None, (said["look"], *parts, _age(said)))), at + 1)


def _acts(line: str, at: int) -> bool:
    """Whether somebody does something from there on: `, runs down the ramp`."""
    found = _FIRST_WORD.match(line, at)
    return found is not None and found[1] in _verbs()


@cache
def _verbs() -> frozenset[str]:
    table = read_table("craft.toml")["action"]["verbs"]
    return frozenset((*table["sure"], *table["unsure"], *table["half"]))


def _look(said: re.Match[str]) -> str:
    """What the words after a name say about the look; empty if they say nothing."""
    return ", ".join(" ".join(part.split()) for part in (said["look"], said["more"], _age(said)) if part)


def _age(said: re.Match[str]) -> str:
    age = said["age"] or said["bare"] or ""
    return f"{age} years old" if _NUMBER.fullmatch(age) else age
