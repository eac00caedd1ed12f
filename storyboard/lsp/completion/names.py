"""Completion of declared names: after an `@`, in a scene heading, in the brackets after a cue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from storyboard.catalog import read_table
from storyboard.compiler.headings import read_prefix
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.names import fold
from storyboard.lsp.completion.cursor import WORD, CompletionOffer, Cursor, name_offer

_AT = re.compile(r"(?<![A-Za-z0-9@])@(\{?)([^@{}\n]{0,80})$")
_DASH = re.compile(r"(?<=\s)[-–—]+\s+")
_EXTENSION = re.compile(r"\s*(?P<name>[^\s()][^\n()]{0,79}?)[^\S\n]{0,8}\((?P<rest>[^()\n]*)$")
#: Extensions of a cue, and what they say.
_HEARD = (
    ("V.O.", "a voice-over"),
    ("O.S.", "heard from off screen"),
    ("O.C.", "heard from off screen"),
    ("CONT'D", "dropped"),
)


def mention_offers(place: Cursor) -> Iterable[CompletionOffer] | None:
    """Names, after an @."""
    found = _AT.search(place.before)
    if found is None:
        return None
    typed = found[2]
    wanted = fold(typed) + (" " if typed.endswith(" ") else "")
    matching = [one for one in place.entities if fold(one.name).startswith(wanted)]
    if not matching:
        return None if " " in typed else ()
    close = "}" if found[1] and not place.after.lstrip(" ").startswith("}") else ""
    start, end = place.at - len(typed), place.end(WORD)
    return [name_offer(one, f"{one.name}{close}", start, end) for one in matching]


def heading_offers(place: Cursor) -> Iterable[CompletionOffer] | None:
    """Places and times of day, in a scene heading."""
    before = place.before.lstrip()
    prefix, at = read_prefix(f"{before}x", any_case=True)  # a blank may replace the stop before a letter
    if prefix is None and not at:
        return None
    rest = before[at:].lstrip()
    dashes = list(_DASH.finditer(rest))
    typed = rest[dashes[-1].end() :] if dashes else rest
    start, end = place.at - len(typed), place.end(WORD)
    if dashes:
        return _times(place, rest[: dashes[0].start()].strip(), start, end)
    return _places(place, start, end)


def _places(place: Cursor, start: int, end: int) -> Iterator[CompletionOffer]:
    """Places for a scene heading."""
    seen: set[str] = set()
    for entity in place.entities:
        if entity.is_location:
            seen.add(fold(entity.name))
            yield name_offer(entity, entity.name.upper(), start, end)._replace(label=entity.name.upper())
    for scene in place.analysis.film.scenes:
        if scene.place and scene.location is None and fold(scene.place) not in seen:
            seen.add(fold(scene.place))
            if scene.at is None or not _holds(place, scene.at):
                yield CompletionOffer(
                    scene.place.upper(), "place", scene.place.upper(), start, end, "of another heading"
                )


def _holds(place: Cursor, span: object) -> bool:
    return getattr(span, "anchor", None) is place.spot.block.anchor


def _times(place: Cursor, where: str, start: int, end: int) -> Iterator[CompletionOffer]:
    """Times of day for a scene heading."""
    cast = place.analysis.whole.names.cast
    location = cast.find(where)
    variants = (
        [one.name.rpartition(".")[2].upper() for one in cast.variants.get(location, {}).values()] if location else []
    )
    used = [scene.time.upper() for scene in place.analysis.film.scenes if scene.time]
    table = list(read_table("words.toml")["time"]["english"])
    for word in dict.fromkeys((*variants, *(one for one in used if one in table), *table)):
        detail = f"the variant {location.name}.{word.lower()}" if location and word in variants else "time of day"
        yield CompletionOffer(word, "time", word, start, end, detail)


def extension_offers(place: Cursor) -> Iterable[CompletionOffer] | None:
    """How a speaker is heard, in the brackets behind a cue."""
    found = _EXTENSION.match(place.before)
    cast = place.analysis.whole.names.cast
    speaker = cast.find(found["name"].lstrip("@")) if found else None
    if found is None or speaker is None or speaker.kind is not Kind.CHARACTER or found["name"] != found["name"].upper():
        return None
    start, end = place.at - len(found["rest"]), place.end(WORD)
    close = "" if place.after.startswith(")") else ")"
    return [CompletionOffer(word, "value", f"{word}{close}", start, end, said) for word, said in _HEARD]
