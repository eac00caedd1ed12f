"""The scope of a scene: names, variants and uses known while it is read from top to bottom.

The plain name of an entity with variants means what the scene last said about it: a mention with its variant, or else
the variant in `variants:`, or else the one that the heading names, or else the plain entity. So a scope changes while a
scene is read, and each scene begins with a new one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from storyboard.compiler.diagnostics import Finding, commented_out
from storyboard.compiler.headings import TimeOfDay
from storyboard.compiler.ir.parsed import Beat, Block, Paragraph, Property, Speech
from storyboard.compiler.ir.resolved import (
    Audio,
    Entity,
    Mention,
    Prose,
)
from storyboard.compiler.loader import Loader
from storyboard.compiler.resolve.mentions import MentionReader
from storyboard.compiler.resolve.name_patterns import NamePatterns
from storyboard.compiler.resolve.properties import list_items
from storyboard.compiler.resolve.scene_settings import FilmSettings


class SceneContext(NamedTuple):
    """What a scene needs to know about the rest of the script.

    `names` are the declared names; `settings` resolves the settings of a scene; `music` is the title page's; `number`
    counts headings from 1; `time` is the time of day of the scene before.
    """

    names: NamePatterns
    loader: Loader
    settings: FilmSettings
    music: Audio | None
    number: int
    time: TimeOfDay | None


@dataclass(slots=True)
class Scope:
    """What is known while a scene is read from top to bottom: chosen variants, last meanings, and names used so far."""

    context: SceneContext
    findings: list[Finding]
    variants: dict[Entity, Entity] = field(default_factory=dict)
    meant: dict[Entity, Entity] = field(default_factory=dict)
    used: set[Entity] = field(default_factory=set)
    reader: MentionReader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = MentionReader(self.context.names, self.meaning, self.findings)

    def meaning(self, entity: Entity) -> Entity:
        """The entity that a plain name means in this scene: itself or a variant."""
        self.used.add(entity)
        chosen = self.variants.get(entity, entity)
        self.note(chosen)
        return chosen

    def note(self, entity: Entity) -> None:
        """Remember which entity the scene last meant by a name."""
        self.meant[entity.base or entity] = entity

    def speaker(self, entity: Entity) -> Entity:
        """The entity that speaks under a cue with this name: the last one mentioned, or else the plain name's
        meaning."""
        self.used.add(entity)
        if entity.base:
            self.note(entity)
            return entity
        if entity in self.meant:
            return self.meant[entity]
        return self.variants.get(entity, entity)


def names_of(reading: Scope, one: Property) -> list[Mention]:
    """The mentions in the list of a property."""
    return [mention for item in list_items([one]) if (mention := reading.reader.name(item))]


def mentions_in(prose: Prose) -> Iterable[Mention]:
    """The mentions in a text."""
    return (part for part in prose if isinstance(part, Mention))


def report_stray(findings: list[Finding], block: Block, body: Iterable[Beat], message: str) -> None:
    """SB107 for each paragraph and speech of a block that is not filmed, unless another finding explains it."""
    slips = sorted(one.span.start for one in block.findings if one.code == "SB106")
    for beat in body:
        if isinstance(beat, Paragraph | Speech):
            span = beat.text.span() if isinstance(beat, Paragraph) else beat.at
            if bisect_left(slips, span.start) == bisect_left(slips, span.end):
                words = beat.text.string if isinstance(beat, Paragraph) else ""
                is_plain = bool(words) and span.end - span.start == len(words)
                fix = commented_out(span, span, words) if is_plain else None
                findings.append(Finding("SB107", span, message, "A shot takes the text under its SHOT line.", fix=fix))
