"""Places of a screenplay: the location that a heading means, however it is typed.

The grammar of headings is the language's own (`compiler.headings`); this module chooses names. `HOUSE - KITCHEN` and
`HOUSE - HALL` are two places, `HOUSE - FLASHBACK` is the house.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.patterns import any_of
from storyboard.compiler.headings import SceneHeading, read_heading, read_time
from storyboard.compiler.ir import parsed
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.names import clean_name, fold, is_name
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.syntax import heading_start_in_any_case
from storyboard.screenplay.comments import without_comments
from storyboard.screenplay.names import DeclaredName, Naming, in_title_case
from storyboard.screenplay.script import Heading
from storyboard.screenplay.script_lines import first_block, on_one_line

#: The name of a place of which the screenplay says nothing.
NOWHERE = "Somewhere"
_ARTICLE = re.compile(r"(?:the|an?)\s+(?=\w)")
#: What tells two spellings of one place from each other, but not two places: `ROOM 1-2` is not `ROOM 12`.
_BETWEEN = re.compile(r"(?<!\d)[\W_]+|[\W_]+(?!\d)")


class WrittenHeading(NamedTuple):
    """A heading in the script: its line without the label, and the location for `with` if the line does not name it."""

    line: str
    place: DeclaredName
    says_place: bool


class Places:
    """The places of a screenplay, found heading by heading."""

    def __init__(self, headings: Iterable[Heading], naming: Naming) -> None:
        self._naming = naming
        self._known: dict[str, DeclaredName] = {}
        self._last: DeclaredName | None = None
        self._rooms: defaultdict[str, set[str]] = defaultdict(set)
        #: Headings that name no place.
        self.without_place = 0
        for heading in headings:
            _, read = read_written(heading)
            self._rooms[_loosely(_name(read) or NOWHERE)].add(_loosely(_room(read) or ""))

    def write(self, heading: Heading) -> WrittenHeading:
        """The heading as the script writes it, and its place, which is declared if it is new."""
        line, read = read_written(heading)
        if heading.forced and self._last and _is_time_alone(read):
            return WrittenHeading(line, self._last, True)
        name = _name(read)
        self.without_place += name is None
        name = in_title_case(name or NOWHERE)
        room = _room(read)
        if room and len(self._rooms[_loosely(name)]) > 1:
            name = f"{name} - {in_title_case(room)}"
        place = self._known.get(_loosely(name))
        if place is None:
            place = self._known[_loosely(name)] = self._naming.add(Kind.LOCATION, name)
        self._last = place
        again = read_heading(flatten(without_comments(line)), lambda words: fold(words) == fold(place.name))
        return WrittenHeading(line, place, not again.is_named)


@lru_cache(maxsize=4096)  # a film comes back to its places, and each heading is read twice
def read_written(heading: Heading) -> tuple[str, SceneHeading]:
    """The line of a heading without its label, and its meaning."""
    text = " ".join(on_one_line(heading.text).split())
    prefix = heading_start_in_any_case().match(text)
    rest = text[prefix.end() :].lstrip("-–— ") if prefix else ""
    line = f"{text[: prefix.end()].upper()}{rest}" if prefix and rest else f".{text}"
    block = first_block(line)
    if not isinstance(block, parsed.Heading) or block.findings or not block.parts:
        line = f'."{text}"'
    return line, read_heading(" ".join(flatten(without_comments(line)).split()), any_case=True)


def _name(read: SceneHeading) -> str | None:
    """The name of a heading's place; None if it has none that can be a name."""
    return clean_name(flatten(read.place.text)) or None if read.place else None


def _room(read: SceneHeading) -> str | None:
    """The part of a place that a heading names after it, `KITCHEN` in `HOUSE - KITCHEN - DAY`.

    None before a time or a remark (`HOUSE - FLASHBACK`), and for words that cannot be a name.
    """
    if not read.details or read.details[0].in_brackets:
        return None
    room = " ".join(read.details[0].text.split())
    has_letters = any(letter.isalpha() for letter in room)
    is_said = has_letters and is_name(room) and not read_time(room) and not _remark().search(room.upper())
    return room if is_said else None


def _is_time_alone(read: SceneHeading) -> bool:
    """Whether a heading names only the time that has passed: `.LATER THAT NIGHT`."""
    if read.place is None or read.details or read.time:
        return False
    time = read_time(read.place.text)
    return time is not None and (time.keeps or not time.says_more or _ends_in_time(read.place.text))


def _ends_in_time(words: str) -> bool:
    return read_time(words.rsplit(maxsplit=1)[-1].strip(".,:!")) is not None


def _loosely(name: str) -> str:
    """The form in which places are compared: letters and digits, without a leading article.

    `THE SITTING-ROOM` equals `Sitting Room`.
    """
    folded = fold(name)
    bare = _ARTICLE.sub("", folded, count=1) if _ARTICLE.match(folded) else folded
    return _BETWEEN.sub("", bare) or folded


@cache
def _remark() -> re.Pattern[str]:
    words = sorted(read_table("words.toml")["remark"]["words"], key=len, reverse=True)
    return re.compile(rf"(?=\w)(?<!\w){any_of(map(re.escape, words))}(?!\w)")
