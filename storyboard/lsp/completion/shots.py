"""Completion of the header of a shot: seconds with their price, then sizes, angles and moves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from storyboard.catalog import read_table
from storyboard.lsp.completion.cursor import WORD, CompletionOffer, Cursor
from storyboard.lsp.locate import settings_at
from storyboard.lsp.project_files import offered_words
from storyboard.wording import price

_SHOT = re.compile(r"\s*SHOT\s*[,:—–-]?\s+(?P<rest>.*)$")
_SECONDS = re.compile(r"[0-9]+\s*s(?:ec)?\b[\s,:—–-]*")


def shot_offers(place: Cursor) -> Iterable[CompletionOffer] | None:
    """Seconds, then sizes and moves, after SHOT."""
    found = _SHOT.match(place.before)
    if found is None:
        return None
    rest = found["rest"]
    seconds = _SECONDS.match(rest)
    if seconds is None:
        return _seconds(place, rest) if not rest or rest.isdigit() else ()
    return _camera(place, rest[seconds.end() :])


def _seconds(place: Cursor, typed: str) -> Iterator[CompletionOffer]:
    """The lengths that the model makes, each with its price."""
    model = place.model
    end = place.at + len(re.match(r"[0-9]*(?:\s?s(?:ec)?\b)?", place.after)[0])  # type: ignore[index] # matches always
    settings = settings_at(place.analysis, place.spot.source.path, place.at)
    size = settings.size if settings else model.resolution
    for count in model.lengths:
        usd = model.price.of_clip(count, size, bool(settings and settings.is_heard), 1)
        costs = f"{price(usd)} on {model.name} ({model.price.basis})"
        yield CompletionOffer(f"{count}s", "seconds", f"{count}s", place.at - len(typed), end, costs)


def _camera(place: Cursor, typed: str) -> list[CompletionOffer]:
    """Sizes, angles and moves that begin with the typed letters."""
    known = offered_words()
    abbreviations: dict[str, str] = read_table("words.toml")["camera"]["words"]
    words = [
        *((word, "size", "size or angle") for word in known["angles"]["words"]),
        *((word, "size", full) for word, full in abbreviations.items()),
        *((word, "move", "camera move") for word in known["moves"]["words"]),
    ]
    phrase = typed.rpartition(",")[2].lstrip()
    for fragment in (phrase, phrase.rpartition(" ")[2]):
        start, end = place.at - len(fragment), place.end(WORD)
        found = [
            CompletionOffer(word, kind, word, start, end, detail)
            for word, kind, detail in words
            if word.lower().startswith(fragment.lower())
        ]
        if found:
            return found
    return []
