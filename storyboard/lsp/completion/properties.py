"""Completion of property values, and of files in properties and INCLUDE lines."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from storyboard.catalog import TEXT, Model
from storyboard.catalog.picture_models import picture_models
from storyboard.catalog.prices import rate_in_words
from storyboard.catalog.speech_models import speech_models
from storyboard.compiler.ir import keys
from storyboard.lsp.completion.cursor import KEY_VALUE, WORD, CompletionOffer, Cursor, known_keys, name_offer
from storyboard.lsp.project_files import files_below
from storyboard.report.prices import sourced
from storyboard.wording import unit_price

_INCLUDE = re.compile(r"\s*INCLUDE\s+(?P<rest>.*)$")
_PATH = re.compile(r"[^\s,]*")


def include_offers(place: Cursor) -> Iterable[CompletionOffer] | None:
    """Scripts, after INCLUDE."""
    found = _INCLUDE.match(place.before)
    return None if found is None else _files(place, found["rest"], "scripts")


def _files(place: Cursor, typed: str, endings: str) -> Iterator[CompletionOffer]:
    source = place.spot.source
    folder = Path(os.path.dirname(source.path))
    start, end = place.at - len(typed), place.end(_PATH)
    for path in files_below(folder, typed, place.analysis.root, endings):
        if (endings == "pictures" and "," in path) or os.path.abspath(folder / path) == source.path:
            continue
        yield CompletionOffer(path, "file", path, start, end, "", None, os.path.abspath(folder / path))


def value_offers(place: Cursor) -> Iterable[CompletionOffer] | None:
    """What a property takes, after its colon."""
    found = KEY_VALUE.match(place.before)
    if found is None:
        return None
    key = " ".join(found["key"].lower().split())
    if key not in known_keys(place):
        return None
    typed = found["rest"].rpartition(",")[2].lstrip() if key in keys.LISTS else found["rest"]
    start, end = place.at - len(typed), place.end(_PATH)
    if key in keys.PICTURES:
        last = (
            [CompletionOffer("last-frame", "value", "last-frame", start, end, "of the clip before")]
            if key == "start"
            else []
        )
        return [*last, *_files(place, typed, "pictures")]
    if key in keys.LAID_OVER:
        none = CompletionOffer("none", "value", "none", start, end, "nothing is laid over")
        return [none, *_files(place, typed, "sounds")]
    if key in ("with", "variants"):
        return [
            name_offer(one, one.name, start, place.end(WORD)) for one in place.entities if key == "with" or one.base
        ]
    return [CompletionOffer(word, "value", word, start, end, detail) for word, detail in _choices(place, key)]


def _choices(place: Cursor, key: str) -> list[tuple[str, str]]:
    """The values of a key with a fixed choice, each with an explanation."""
    model = place.model
    match key:
        case "model":
            return _models(model)
        case "text model":
            return _models(model, TEXT)
        case "aspect":
            return [(one, model.name) for one in model.aspects]
        case "resolution":
            return [(one, sourced(_a_second(model, one), [model.price.basis])) for one in model.resolutions]
        case "audio":
            return [("on", "sound and speech"), ("off", "silent")]
        case "clips":
            return [("auto", "as few clips as the limits allow"), ("one", "one clip a scene")]
        case "limits":
            return [("guide", "the published guide's limits and prices"), ("service", "the service's own, as of today")]
        case "picture model":
            pictures = ((one, f"{one.name}, {unit_price(min(one.usd.values()))} a picture") for one in picture_models())
            return [(one.id, sourced(cost, [one.basis])) for one, cost in pictures]
        case "voice model":
            voices = (
                (one, f"{one.name}, {unit_price(one.usd_per_million)} a million characters") for one in speech_models()
            )
            return [(one.id, sourced(cost, [one.basis])) for one, cost in voices]
        case "speaker":
            return [(voice, one.name) for one in speech_models() for voice in one.voices]
        case "draft":
            return _models(model)
    return []


def _models(beside: Model, kind: str | None = None) -> list[tuple[str, str]]:
    """The models of a kind, as names and what they cost."""
    listed = beside.catalog.models(beside.limits, kind)
    return [(one.short_name, f"{one.name} · {_prices(one)}") for one in listed]


def _a_second(model: Model, resolution: str) -> str:
    """What a silent second costs at a resolution."""
    usd = model.price.a_second(resolution, False)
    return "price unknown" if usd is None else f"{rate_in_words(usd)} a second"


def _prices(model: Model) -> str:
    """What a second of a model costs, in US dollars."""
    listed = [f"{rate_in_words(usd)}/s {what}" for what, usd in model.price.listed()]
    return sourced(", ".join(listed), [model.price.basis]) if listed else "price unknown"
