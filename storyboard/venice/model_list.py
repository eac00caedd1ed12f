"""The model list, `GET /models?type=video`: the properties of each published model, and which ones end.

The list has no prices and no numbers of pictures. Its shape is that of the API reference; an entry with another shape
is ignored, because data from outside is never trusted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from storyboard.venice.protocol import Answer, words_of

#: A longer list is not one of models.
_MOST_MODELS = 5_000
#: Characters of a name or a value that are kept.
_LONGEST = 120
_MOST_VALUES = 100
_SECONDS = re.compile(r"([0-9]{1,3})\s?s?")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,119}")


class ModelListUnavailable(Exception):
    """The answer is not a list of models; the message says what it is."""


class Deprecation(NamedTuple):
    """A model that ends: the day, as the list has it, and the id of the model that takes its place, either of which may
    be empty."""

    date: str
    replacement: str


class ListedModel(NamedTuple):
    """An entry. Lengths are in seconds; `sound` is none, choice or always; `prompt_characters` is None where the list
    is silent."""

    id: str
    name: str
    durations: tuple[int, ...]
    aspects: tuple[str, ...]
    resolutions: tuple[str, ...]
    sound: str
    prompt_characters: int | None
    offline: bool
    deprecation: Deprecation | None


def read_model_list(answer: Answer) -> tuple[ListedModel, ...]:
    """The video models of an answer, each id once. Raises ModelListUnavailable."""
    if answer.status != 200:
        raise ModelListUnavailable(f"the service answered {answer.status}: {words_of(answer)}")
    if not answer.whole:
        raise ModelListUnavailable("the answer is too long for a list of models, or broke off")
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise ModelListUnavailable("the answer is not JSON") from None
    entries = body.get("data") if isinstance(body, dict) else None
    if not isinstance(entries, list):
        raise ModelListUnavailable("the answer has no list of models in it")
    if len(entries) > _MOST_MODELS:
        raise ModelListUnavailable(f"the answer lists {len(entries):,} models, which cannot be right")
    found = {one.id: one for one in _entries(entries)}
    if not found:
        raise ModelListUnavailable("the answer lists no video model")
    return tuple(found.values())


def _entries(entries: list[Any]) -> Iterator[ListedModel]:
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("type", "video") != "video":
            continue
        id_, spec = entry.get("id"), entry.get("model_spec")
        if not isinstance(id_, str) or not _ID.fullmatch(id_) or not isinstance(spec, dict):
            continue
        facts = spec.get("constraints")
        if not isinstance(facts, dict):
            continue
        limit = facts.get("prompt_character_limit")
        yield ListedModel(
            id=id_,
            name=_text(spec.get("name")) or id_,
            durations=tuple(
                sorted({int(one[1]) for one in map(_SECONDS.fullmatch, _texts(facts, "durations")) if one})
            ),
            aspects=_texts(facts, "aspect_ratios"),
            resolutions=_texts(facts, "resolutions"),
            sound="none" if not facts.get("audio") else "choice" if facts.get("audio_configurable") else "always",
            prompt_characters=limit if isinstance(limit, int) and 0 < limit < 1_000_000 else None,
            offline=spec.get("offline") is True,
            deprecation=_deprecation(spec.get("deprecation")),
        )


def _deprecation(said: object) -> Deprecation | None:
    if not isinstance(said, dict):
        return None
    day = _text(said.get("removesAt")) or _text(said.get("date"))
    return Deprecation(day, _text(said.get("replacementModelId")))


def _texts(facts: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = facts.get(key)
    listed = values if isinstance(values, list) else []
    return tuple(text for one in listed[:_MOST_VALUES] if (text := _text(one)))


def _text(value: object) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""
