"""Slots of looks: where in the phrases of a clip the look of each of its entities stands.

A look is the one text that is in every prompt of a film, word for word the same, and a writer types it last. So a clip
is worded with a slot in place of each look, and the looks are put in when the prompt is wanted. What is around a slot
depends on a look only by whether there is one, and by how it ends: a sentence that ends in `(is it a gull?)` has its
end. A look has no brackets of its own (`description`), so nothing around it is levelled by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.prompts.sentences import description, sentence_end

LookOf = Callable[[Entity], str]

#: Stands on both sides of a slot's number. It is no blank and no letter, and stands in no script that is filmed.
_MARK = "\0"
_SLOT = lazy_pattern(rf"{_MARK}(\d+){_MARK}")


class _ToldLook(NamedTuple):
    """A look as a prompt tells it; `end` is what of it ends a sentence."""

    text: str
    end: str


def own_look(entity: Entity) -> str:
    """The look that an entity is declared with."""
    return entity.look


def has_slot(text: str) -> bool:
    """Whether a look stands in a phrase."""
    return _MARK in text


@lru_cache(maxsize=4096)
def _told(look: str) -> _ToldLook | None:
    """A look as it is put into its slots; None where nothing is left of it."""
    text = description(look)
    if not text:
        return None
    end = sentence_end(text)
    return _ToldLook(text[: len(text) - len(end)], end)


def _end_of(look: str) -> str | None:
    """What of a look ends a sentence; None where nothing of the look is told."""
    told = _told(look)
    return told.end if told else None


class LookSlots:
    """The slots of one clip, made while it is worded with the looks that it has then."""

    def __init__(self) -> None:
        self._entities: list[Entity] = []
        self._ends: dict[Entity, str | None] = {}

    def has_look(self, entity: Entity, look_of: LookOf) -> bool:
        """Whether there is a look to be told."""
        return self._end(entity, look_of) is not None

    def slot(self, entity: Entity, look_of: LookOf) -> str:
        """A slot for a look, with the end of the sentence that it may be; empty where there is none to tell."""
        end = self._end(entity, look_of)
        if end is None:
            return ""
        self._entities.append(entity)
        return f"{_MARK}{len(self._entities) - 1}{_MARK}{end}"

    def _end(self, entity: Entity, look_of: LookOf) -> str | None:
        if entity not in self._ends:
            self._ends[entity] = _end_of(look_of(entity))
        return self._ends[entity]

    def fit(self, look_of: LookOf) -> bool:
        """Whether the looks are there and end as they did when the clip was worded."""
        return all(_end_of(look_of(entity)) == end for entity, end in self._ends.items())

    def looks(self, look_of: LookOf) -> tuple[str, ...]:
        """The looks in the order of their slots."""
        return tuple(map(look_of, self._entities))

    def fill(self, text: str, look_of: LookOf) -> str:
        """A phrase with its looks."""
        if _MARK not in text:
            return text

        def look(slot: re.Match[str]) -> str:
            number = int(slot[1])
            told = _told(look_of(self._entities[number])) if number < len(self._entities) else None
            return told.text if told else ""

        return _SLOT.sub(look, text)
