"""Looks of people, from where a screenplay first shows them in capitals.

    MIRA (24), a lantern keeper in a red coat, stands on the quay.

becomes `look: a lantern keeper in a red coat, 24 years old` of Mira, and `MIRA stands on the quay.`
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from storyboard.compiler.names import WORD_START, fold
from storyboard.screenplay.names import name_pattern
from storyboard.screenplay.script import Action, Element

_AGE = r"(?:(?:early|mid|late)[ -]+)?(?:\d{1,3}['’]?s?|teens|twenties|thirties|forties|fifties|sixties|seventies)"
#: What follows a name at its first appearance: an age in brackets or between commas, a description that begins with an
#: article; and then the end of a sentence or of a part of one.
_SAID = re.compile(
    rf"""\s*(?:\(\s*(?P<age>{_AGE})(?:\s*,\s*(?P<more>[^()]{{2,100}}))?\s*\)|,\s+(?P<bare>{_AGE})(?=[,.]))?
    (?:,\s+(?P<look>(?:an?|the)\s[^,.;:!?()\[\]@*_]{{2,150}})(?=[,.]))?(?P<comma>,(?=\s))?""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")
_COMMENT = re.compile(r"\[\[|/\*")


class ExtractedLooks(NamedTuple):
    """The elements without what is now a look, and the looks by the compared form of the name."""

    elements: list[Element]
    looks: dict[str, str]


def extract_looks(elements: Iterable[Element], names: Sequence[str]) -> ExtractedLooks:
    """Take the looks of people out of the action; `names` are those who may have one."""
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
            said = _SAID.match(line, found.end())
            look = _look(said) if said and found[0] == found[0].upper() else ""
            if look and said:
                looks[name] = look
                pieces.append(line[at : found.end()])
                at = said.end()
        return "".join([*pieces, line[at:]])

    for index, element in enumerate(elements):
        if isinstance(element, Action) and not _COMMENT.search("".join(element.lines)):
            elements[index] = element._replace(lines=tuple(map(take, element.lines)))
    return ExtractedLooks(elements, looks)


def _look(said: re.Match[str]) -> str:
    """What the words after a name say about somebody's look; empty where they say nothing."""
    age = said["age"] or said["bare"] or ""
    age = f"{age} years old" if _NUMBER.fullmatch(age) else age
    return ", ".join(" ".join(part.split()) for part in (said["look"], said["more"], age) if part)
