"""Speakers: the people that a cue means, and whether they are seen.

    LENA'S VOICE        Lena, off screen
    VOICE OF LENA       the same
    LENA V.O.           Lena, voice-over: the brackets are missing
    LENA ON PHONE       Lena, voice-over
    EDWARD AND WILL     both, where each of them speaks elsewhere
    ANGRY CROWD         nobody who is seen: no picture

The words are in `catalog/cues.toml`. The cue as typed stays in a note wherever it says more than the name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.alternatives import any_of
from storyboard.compiler.names import APOSTROPHES, clean_name, fold
from storyboard.compiler.parse.comments import flatten
from storyboard.screenplay.script import Element, Speech, as_note

_OFF = re.compile(r"V\.?\s?O\.?|O\.?\s?[SC]\.?", re.IGNORECASE)
_OFF_LAST = re.compile(r"(?P<name>.+?)[\s,-]+(?P<off>V\.\s?O\.?|VO|O\.\s?[SC]\.?|OS|OC)", re.IGNORECASE)
_NUMBER_LAST = re.compile(r"[\s#]*[0-9]+$")
#: Names of more words than this are not looked at for two people, cues of more characters for nothing.
_LONGEST = 80


class Cue(NamedTuple):
    """A cue read: the people who speak, as typed, and the extension that says how they are heard (`O.S.`), if any."""

    people: tuple[str, ...]
    extension: str = ""


def read_cue(typed: str, speaks: Callable[[str], bool]) -> Cue:
    """Who speaks under a cue, given without its extensions. `speaks` tells whether somebody has cues of their own."""
    cue = " ".join(flatten(typed).split())
    if not _says_more(cue):
        return Cue((typed,))
    for pattern, extension in _heard():
        found = pattern.fullmatch(cue)
        if found and clean_name(found["name"]):
            return Cue((found["name"].strip(),), extension)
    if (found := _OFF_LAST.fullmatch(cue)) and clean_name(found["name"]):
        return Cue((found["name"].strip(),), found["off"].upper())
    if (found := _voice_last().fullmatch(cue)) and speaks(found["name"]):
        return Cue((found["name"].strip(),), "O.S.")
    people = [part.strip() for part in _together().split(cue)]
    if len(people) > 1 and all(clean_name(one) and speaks(one) for one in people):
        return Cue(tuple(dict.fromkeys(people)))
    return Cue((typed,))


def is_unseen(name: str) -> bool:
    """Whether a name is that of a crowd, a device or a narrator."""
    return _unseen().search(_NUMBER_LAST.sub("", flatten(name)).upper().rstrip(". ")) is not None


def is_off_screen(speech: Speech) -> bool:
    """Whether a speech is heard only: `(V.O.)`, `(O.S., shouting)`."""
    return any(
        _OFF.fullmatch(part.strip())
        for extension in speech.extensions
        for part in flatten(extension).strip("()").split(",")
    )


def with_people(elements: Iterable[Element]) -> Iterator[Element]:
    """The elements with people in place of cues: two who speak at once say their words each, and a cue that says more
    than a name stays in a note."""
    elements = list(elements)
    plain = {
        fold(clean_name(flatten(one.name))) for one in elements if isinstance(one, Speech) and not _says_more(one.name)
    }
    read: dict[str, Cue] = {}

    def speaks(name: str) -> bool:
        return fold(clean_name(flatten(name))) in plain

    for element in elements:
        if not isinstance(element, Speech):
            yield element
            continue
        cue = read.setdefault(element.name, read_cue(element.name, speaks))
        if cue.people == (element.name,):
            yield element
            continue
        note = f"{as_note(element.name)} {element.note}".strip()
        extension = (f"({cue.extension})",) if cue.extension and not is_off_screen(element) else ()
        first, *others = cue.people
        yield element._replace(name=first, extensions=(*extension, *element.extensions), note=note)
        for one in others:
            yield element._replace(name=one, dual=True, note="")


def _says_more(cue: str) -> bool:
    """Whether a cue may say more than a name."""
    patterns = (*(pattern for pattern, _ in _heard()), _OFF_LAST, _voice_last())
    cue = " ".join(flatten(cue).split())
    return len(cue) <= _LONGEST and (
        any(pattern.fullmatch(cue) for pattern in patterns) or _together().search(cue) is not None
    )


@cache
def _heard() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of cues that name somebody who is heard, and what is noted about it."""
    table = read_table("cues.toml")["voice"]
    after, before, by, devices = (any_of(map(re.escape, table[key])) for key in ("after", "before", "by", "devices"))
    own = rf"(?P<name>.+?)[{APOSTROPHES}]S?\s+(?:{after})"
    return (
        (re.compile(own, re.IGNORECASE), "O.S."),
        (re.compile(rf"(?:{before})\s+(?P<name>.+)", re.IGNORECASE), "O.S."),
        (re.compile(rf"(?P<name>.+?)\s+(?:{by})\s+(?:THE\s+)?(?:{devices})", re.IGNORECASE), "V.O."),
    )


@cache
def _voice_last() -> re.Pattern[str]:
    after = any_of(map(re.escape, read_table("cues.toml")["voice"]["after"]))
    return re.compile(rf"(?P<name>.+?)\s+(?:{after})", re.IGNORECASE)


@cache
def _together() -> re.Pattern[str]:
    words = any_of(map(re.escape, read_table("cues.toml")["together"]["words"]))
    return re.compile(rf"\s+(?:{words}|[&+])\s+|\s*[/,]\s*", re.IGNORECASE)


@cache
def _unseen() -> re.Pattern[str]:
    words = any_of(map(re.escape, read_table("cues.toml")["unseen"]["words"]))
    return re.compile(rf"(?<!\w)(?:{words})$")
