"""Which place a heading speaks of, however it is typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from storyboard.catalog import read_table
from storyboard.catalog.alternatives import any_of
from storyboard.compiler.names import fold, is_name
from storyboard.compiler.parse.comments import flatten

_REMARK = re.compile(r"(?<!\s)\s*[(（][^()（）]*[)）]\s*$")
#: What tells two spellings of one place from each other, but not two places: `ROOM 1-2` is not `ROOM 12`.
_BETWEEN = re.compile(r"(?<!\d)[\W_]+|[\W_]+(?!\d)")


def place_of(typed: str) -> str:
    """The place in the first part of a heading: without a remark in brackets, and without the time that stands behind
    a comma or a dash without blanks (`HOUSE (FLASHBACK)`, `HOUSE, NIGHT`, `HOUSE—NIGHT`)."""
    place = _time_at_end().sub("", _REMARK.sub("", typed)).strip()
    return place or typed


def room_of(parts: Sequence[str]) -> str | None:
    """The part of a place that a heading names after it, `KITCHEN` in `HOUSE - KITCHEN - DAY`. None where a time or a
    remark follows (`HOUSE - FLASHBACK`), or what no name may be."""
    if len(parts) < 2:
        return None
    room = " ".join(flatten(parts[1]).split())
    has_letters = any(letter.isalpha() for letter in room)
    return room if has_letters and is_name(room) and not _no_room().search(room.upper()) else None


def is_only_time(typed: str) -> bool:
    """Whether a heading names no place, but the time that has passed: `.LATER THAT NIGHT`."""
    return _only_time().fullmatch(typed.upper().strip()) is not None


def loosely(name: str) -> str:
    """The form under which places are compared: letters and digits, so that `SITTING-ROOM` is `Sitting Room`."""
    return _BETWEEN.sub("", fold(name)) or fold(name)


@cache
def _times() -> str:
    words = sorted(read_table("words.toml")["time"]["english"], key=len, reverse=True)
    return any_of(map(re.escape, words))


@cache
def _no_room() -> re.Pattern[str]:
    table = read_table("words.toml")
    words = sorted([*table["time"]["english"], *table["remark"]["words"]], key=len, reverse=True)
    return re.compile(rf"(?=\w)(?<!\w){any_of(map(re.escape, words))}(?!\w)")


@cache
def _time_at_end() -> re.Pattern[str]:
    return re.compile(rf"(?<!\s)\s*[,–—-]\s*(?=\w)(?:{_times()})\W*$", re.IGNORECASE)


@cache
def _only_time() -> re.Pattern[str]:
    later = "|".join(map(re.escape, read_table("words.toml")["time"]["continuing"]))
    return re.compile(rf"(?:(?:{later})\b.*|(?:.*\s)?(?=\w)(?:{_times()}))\W*", re.DOTALL)
