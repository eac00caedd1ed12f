"""A scene heading: where and when."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.alternatives import any_of
from storyboard.compiler.diagnostics import Edit, Finding, Fix
from storyboard.compiler.ir.parsed import Heading, Kind, Text
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.names import fold
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.resolve.cast import Cast
from storyboard.compiler.resolve.mentions import Reader
from storyboard.compiler.spelling import offer, quote
from storyboard.compiler.text import Span

_INTERIOR = {"INT": True, "EXT": False, "EST": None}


class Setting(NamedTuple):
    """What a heading says. `named` is the place of the location's name; `location` is the variant that is meant, if
    one is; `time` is what the prompt says; `carried` what the next scene may keep."""

    interior: bool | None
    location: Entity | None
    named: Span | None
    place: str | None
    time: str | None
    detail: str | None


@cache
def _times() -> tuple[re.Pattern[str], frozenset[str]]:
    table = read_table("words.toml")["time"]
    words = sorted(table["words"], key=len, reverse=True)
    return re.compile(rf"(?=\w)(?<!\w){any_of(map(re.escape, words))}(?!\w)"), frozenset(table["continuing"])


def read_where(heading: Heading, cast: Cast, time_before: str | None, reader: Reader) -> Setting:
    """The place and time of a heading; a place that names no location is SB206."""
    interior = _INTERIOR.get(heading.prefix or "")
    parts = heading.parts
    if not parts:
        return Setting(interior, None, None, None, None, None)
    location, count = _location(parts, cast)
    named = Span(parts[0].anchor, parts[0].span().start, parts[max(count, 1) - 1].span().end)
    if location is None:
        _report(parts, cast, reader)
    rest = list(parts[max(count, 1) :])
    time, is_continuing = _time(rest)
    if time is not None:
        rest.pop()
    if is_continuing:
        time = time_before
    if location is not None:
        location = _variant(location, [*(part.string for part in rest), *([time] if time else [])], cast)
    return Setting(
        interior,
        location,
        named,
        _quiet(" – ".join(part.string for part in parts[: max(count, 1)])),
        time.lower() if time else None,
        _quiet(", ".join(part.string for part in rest)) or None,
    )


def _location(parts: tuple[Text, ...], cast: Cast) -> tuple[Entity | None, int]:
    for count in range(len(parts), 0, -1):
        found = cast.find(" - ".join(flatten(part.string) for part in parts[:count]))
        if found is not None and found.kind is Kind.LOCATION:
            return found, count
    return None, 0


def _time(rest: list[Text]) -> tuple[str | None, bool]:
    """The time of day that the last part says, and whether it only says that no time has passed."""
    if not rest:
        return None, False
    words, continuing = _times()
    said = words.findall(flatten(rest[-1].string).upper())
    if not said:
        return None, False
    return rest[-1].string, all(word in continuing for word in said)


def _variant(location: Entity, parts: list[str], cast: Cast) -> Entity:
    variants = cast.variants.get(location, {})
    return next((variants[fold(part)] for part in parts if fold(part) in variants), location)


def _report(parts: tuple[Text, ...], cast: Cast, reader: Reader) -> None:
    name = " ".join(parts[0].string.split())
    if cast.is_excused(name) or not cast.is_whole:
        return
    near = cast.near(name, Kind.LOCATION)
    advice = f"Declare it with LOCATION {_title(name)}, so that it looks the same in every clip."
    fix = None
    if near:
        reader.meant |= {entity for one in near if (entity := cast.find(one))}
        advice = f"Did you mean {offer(one.upper() for one in near)}?"
        fix = Fix(False, (Edit(parts[0].span(), near[0].upper()),)) if len(near) == 1 else None
    reader.findings.append(Finding("SB206", parts[0].span(), f"No location is called {quote(name)}.", advice, fix=fix))


def _title(name: str) -> str:
    return " ".join(word[:1].upper() + word[1:].lower() for word in name.split())


def _quiet(words: str) -> str:
    """Words of a heading as a sentence writes them: capitals are the heading's, not theirs."""
    return words.lower() if words == words.upper() else words
