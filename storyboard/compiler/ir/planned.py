"""Shots gathered into clips: one clip is one request, one price, one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from storyboard.catalog import Model
from storyboard.compiler.ir.resolved import Entity, Mention, Picture, Scene, Settings, Shot


class Reference(NamedTuple):
    """An entity with the tag that stands for it in the clip's prompt; `mention` brought it in first. `view` counts the
    pictures of a place, 0 being its image."""

    tag: str
    entity: Entity
    mention: Mention
    view: int = 0

    @property
    def picture(self) -> Picture:
        """The picture that the tag stands for: an element's front, a place's image or view."""
        return self.entity.pictures[self.view]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Clip:
    """One generation request.

    `id` is `s01c01`; `duration` is in seconds, 0 where a shot's could not be read. `references` are in tag order,
    elements first. `settings` are the scene's, or those of its text model. `present` are all entities in the clip in
    the order of appearance, those without a picture too. `start_from` is the id of the clip whose last frame this one
    starts from. `usd` is the catalogue's price by the script's limits, `other_usd` by the other ones (guide or service)
    where they differ; None where the catalogue has none."""

    id: str
    scene: Scene
    shots: tuple[Shot, ...]
    settings: Settings
    duration: int
    references: tuple[Reference, ...]
    present: tuple[Entity, ...]
    start: Picture | None
    end: Picture | None
    start_from: str | None
    usd: float | None
    other_usd: float | None

    @property
    def model(self) -> Model:
        return self.settings.model

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Every picture that its request holds: those of the references, then start and end frame."""
        each = 1 + self.model.angles
        frames = (frame for frame in (self.start, self.end) if frame is not None)
        sent = ((one.picture,) if one.entity.is_location else one.entity.pictures[:each] for one in self.references)
        return (*(picture for pictures in sent for picture in pictures), *frames)


class ScenePlan(NamedTuple):
    """A scene with its clips; none where a duration could not be read. `split` says why each clip after the first
    begins where it does, in words that follow `because`. `wire` is the spelling planned for, `api` or `guide`."""

    scene: Scene
    clips: tuple[Clip, ...]
    split: tuple[str, ...]
    wire: str
