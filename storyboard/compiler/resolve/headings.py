"""Scene headings: place and time, with the place resolved to a location.

The longest run of leading parts that names a declared location is the place: `HOUSE - KITCHEN - NIGHT` may be one
location or two. An undeclared place is SB206 and reaches the prompt in the heading's words. CONTINUOUS, LATER and SAME
keep the time of the scene before.

With `LOCATION Harbor` and `LOCATION Harbor.dusk` declared:

    EXT. HARBOR - NIGHT             Harbor, at night
    EXT. HARBOR - DUSK              Harbor.dusk: a variant with the name of the time of day is meant
    EXT. HARBOR - PIER - LATER      the detail `pier`, the time of the scene before, and the variant of that time
    EXT. HARBOR DUSK                SB106: the dash is missing; read as if it were there
    EXT. HARBOUR - NIGHT            SB206, with the edit to HARBOR; `Harbour` goes into the prompt

`compiler.headings` divides the words into parts without knowing names; here the parts get their meaning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.compiler.diagnostics import Edit, Finding, Fix
from storyboard.compiler.headings import HeadingWords, SceneHeading, TimeOfDay, misspelt_time, read_heading, read_time
from storyboard.compiler.ir.parsed import Heading, Kind
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.names import clean_name, fold
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.resolve.cast import Cast
from storyboard.compiler.resolve.mentions import MentionReader
from storyboard.compiler.spelling import listed_or, quote
from storyboard.compiler.text import Span

#: No name of a place is longer than this, in characters.
_LONGEST = 300


class Setting(NamedTuple):
    """The place and time of a heading.

    `named` is the span of the location's name. `location` is the variant that is meant, if one is. `time` is the time
    of day in force, possibly that of the scene before. `detail` is the rest of the heading's words.
    """

    interior: bool | None
    location: Entity | None
    named: Span | None
    place: str | None
    time: TimeOfDay | None
    detail: str | None


class NamedLocation(NamedTuple):
    """A location that `with` names under a heading."""

    location: Entity
    at: Span


def read_setting(
    heading: Heading, cast: Cast, time_before: TimeOfDay | None, reader: MentionReader, said: NamedLocation | None
) -> Setting:
    """The place and time of a heading.

    `said` is the first location in the scene's `with`. It is the place if the heading's own words name none; without
    it, such words are SB206. `time_before` is the time of day of the scene before, which CONTINUOUS keeps.
    """
    read = read_heading(flatten(heading.line.string), lambda name: _location(name, cast) is not None)
    if read.place is None or not heading.parts:
        return Setting(read.interior, None, None, None, None, None)
    location = _location(read.place.text, cast) if read.is_named else None
    at = heading.line.span(read.place.start, read.place.end)
    place = " – ".join(read.place.text.split(" - "))
    if location is None and said is not None:
        location, at = said
    elif location is None:
        place_words = read.place
        dashed = _with_dash(heading, read, cast, reader)
        if dashed is None or dashed.place is None:
            _report(heading, place_words, cast, reader)
        else:
            read, location = dashed, _location(dashed.place.text, cast)
    read = _spelled(heading, read, location, cast, reader)
    time = read.time
    if time is not None and time.keeps:
        time = time_before or (time if time.says_more else None)
    details = [part.text for part in read.details if not part.text.isdigit()]
    detail = ", ".join(map(_in_english, details))
    if location is not None:
        carried = (time.typed, time.english) if time is not None else ()
        location = _variant(location, [*read.variants, *carried], cast)
        detail = detail.lower() if detail == detail.upper() else detail
    return Setting(read.interior, location, at, place, time, detail or None)


def _location(name: str, cast: Cast) -> Entity | None:
    found = cast.find(name)
    return found if found is not None and found.kind is Kind.LOCATION else None


def _variant(location: Entity, words: Sequence[str], cast: Cast) -> Entity:
    variants = cast.variants.get(location, {})
    return next((variants[fold(word)] for word in words if fold(word) in variants), location)


def _in_english(detail: str) -> str:
    """A detail, translated if it is a time of day: `HAUS - NACHT - TRAUM`."""
    time = read_time(detail)
    return time.english if time is not None and not time.says_more else detail


def _spelled(
    heading: Heading, read: SceneHeading, location: Entity | None, cast: Cast, reader: MentionReader
) -> SceneHeading:
    """The heading with its time of day spelled correctly; SB106 marks a misspelt one."""
    if read.time is not None or not read.details or read.details[-1].in_brackets:
        return read
    last = read.details[-1]
    found = misspelt_time(last)
    if found is None or cast.find(last.text) or (location and fold(last.text) in cast.variants.get(location, {})):
        return read
    word, meant = found
    if word.text != word.text.upper():
        meant = meant.capitalize() if word.text.istitle() else meant.lower()
    span = heading.line.span(word.start, word.end)
    message = f"{quote(word.text)} is not a time of day. Did you mean {meant}?"
    reader.findings.append(Finding("SB106", span, message, fix=Fix(True, (Edit(span, meant),))))
    at = word.start - last.start
    time = read_time(f"{last.text[:at]}{meant}{last.text[at + len(word.text) :]}")
    return read._replace(details=read.details[:-1], time=time)


def _with_dash(heading: Heading, read: SceneHeading, cast: Cast, reader: MentionReader) -> SceneHeading | None:
    """`HARBOR DUSK` read with the missing dash, which SB106 reports; None unless a declared place comes before a
    time."""
    assert read.place is not None, "a heading without a place is not asked"
    typed = read.place.text
    gaps = [gap for gap in re.finditer(r"(?<=\S)\s+", typed[:_LONGEST]) if _location(typed[: gap.start()], cast)]
    if read.time is not None or not gaps:
        return None
    gap = gaps[-1]
    time = read_time(typed[gap.end() :])
    if time is None:
        return None
    start = read.place.start
    message = f"{quote(typed)} does not name a location: the time of day comes after a dash."
    fix = Fix(True, (Edit(heading.line.span(start + gap.start(), start + gap.end()), " - "),))
    span = heading.line.span(start, read.place.end)
    reader.findings.append(Finding("SB106", span, message, fix=fix))
    place = HeadingWords(start, start + gap.start(), typed[: gap.start()])
    return read._replace(place=place, is_named=True, time=time)


def _report(heading: Heading, place: HeadingWords, cast: Cast, reader: MentionReader) -> None:
    """SB206, with the declared place that may be meant, or the fix that declares a new one."""
    name = " ".join(place.text.split())
    if cast.is_excused(name) or not cast.is_whole:
        return
    span = heading.line.span(place.start, place.end)
    near = cast.near(_without_article(name), Kind.LOCATION) or cast.near(name, Kind.LOCATION)
    reader.meant |= {entity for one in near if (entity := cast.find(one))}
    advice: str | None = None
    if len(near) > 1:
        fix, advice = None, f"Did you mean {listed_or(one.upper() for one in near)}?"
    elif near:
        fix = Fix(False, (Edit(span, near[0].upper()),))
    else:
        fix = cast.declaring(Kind.LOCATION, _title(clean_name(name)))
        advice = "A declared place looks the same in every clip."
    reader.findings.append(Finding("SB206", span, f"No location is called {quote(name)}.", advice, fix=fix))


def _without_article(name: str) -> str:
    first, _, rest = name.partition(" ")
    return rest if fold(first) in _articles() else name


@cache
def _articles() -> frozenset[str]:
    return frozenset(read_table("words.toml")["article"]["words"])


def _title(name: str) -> str:
    return " ".join(word[:1].upper() + word[1:].lower() for word in name.split())
