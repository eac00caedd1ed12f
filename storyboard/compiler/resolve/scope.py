"""What is known while a scene is read from top to bottom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from storyboard.compiler.diagnostics import Finding
from storyboard.compiler.ir.parsed import Block, Property
from storyboard.compiler.ir.resolved import (
    Entity,
    Mention,
    Prose,
)
from storyboard.compiler.loader import Loader
from storyboard.compiler.resolve.cast import Names, items
from storyboard.compiler.resolve.mentions import Reader
from storyboard.compiler.resolve.settings import Given
from storyboard.compiler.text import Span


class SceneContext(NamedTuple):
    """What a scene needs to know of the rest of the script.

    `names` are the declared ones; `title` the title page's settings; `model` a catalogue id that stands in for the
    title page's; `number` counts headings from 1; `time` is the time of day of the scene before.
    """

    names: Names
    loader: Loader
    title: Given
    model: str | None
    number: int
    time: str | None


@dataclass(slots=True)
class Scope:
    """What is known while a scene is read from top to bottom."""

    context: SceneContext
    findings: list[Finding]
    variants: dict[Entity, Entity] = field(default_factory=dict)
    meant: dict[Entity, Entity] = field(default_factory=dict)
    used: set[Entity] = field(default_factory=set)
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = Reader(self.context.names, self.meaning, self.findings)

    def meaning(self, entity: Entity) -> Entity:
        """What a plain name means in this scene."""
        self.used.add(entity)
        chosen = self.variants.get(entity, entity)
        self.note(chosen)
        return chosen

    def note(self, entity: Entity) -> None:
        """Remember whom the scene last meant by a name."""
        self.meant[entity.base or entity] = entity

    def speaker(self, entity: Entity) -> Entity:
        """What a cue with this name means: what the scene's last mention meant, else the plain name's meaning."""
        self.used.add(entity)
        if entity.base:
            self.note(entity)
            return entity
        if entity in self.meant:
            return self.meant[entity]
        return self.variants.get(entity, entity)


def names_of(reading: Scope, one: Property) -> list[Mention]:
    """The names that a property lists."""
    return [mention for item in items([one]) if (mention := reading.reader.name(item))]


def mentions(prose: Prose) -> Iterable[Mention]:
    """The mentions in a text."""
    return (part for part in prose if isinstance(part, Mention))


def report_stray(findings: list[Finding], span: Span, block: Block | None, message: str) -> None:
    """SB107, unless a slip in the same paragraph explains it."""
    slips = [one for one in block.findings if one.code == "SB106"] if block else []
    if not any(span.start <= slip.span.start < span.end for slip in slips):
        findings.append(Finding("SB107", span, message, "Put it under a SHOT, or make it a comment: [[ … ]]"))
