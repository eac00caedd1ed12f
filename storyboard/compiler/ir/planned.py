"""Clips: shots in groups, each of which is one request, one price, one file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from storyboard.catalog import Model
from storyboard.compiler.ir.resolved import Audio, Dialogue, Effect, Entity, Mention, Picture, Scene, Settings, Shot


class Reference(NamedTuple):
    """An entity with its tag in the clip's prompt; `mention` brought it in first.

    `view` counts the pictures of a place, 0 for its image.
    """

    tag: str
    entity: Entity
    mention: Mention
    view: int = 0

    @property
    def picture(self) -> Picture:
        """The picture behind the tag: an element's front, a place's image or view."""
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
        """The model that films the clip."""
        return self.settings.model

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Every picture that its request holds: those of the references, then start and end frame."""
        return self.pictures_of(lambda entity: entity)

    def pictures_of(self, now: Callable[[Entity], Entity]) -> tuple[Picture, ...]:
        """The same as `now` has them of each entity: one that is remembered may have had others."""
        each = 1 + self.model.angles
        frames = (frame for frame in (self.start, self.end) if frame is not None)
        sent = (
            now(one.entity).pictures[one.view : one.view + 1]
            if one.entity.is_location
            else now(one.entity).pictures[:each]
            for one in self.references
        )
        return (*(picture for pictures in sent for picture in pictures), *frames)


@dataclass(frozen=True, eq=False)
class ScenePlan:
    """A scene with its clips; none where a duration could not be read. `split` says why each clip after the first
    begins where it does, in words that follow `because`. `wire` is the spelling planned for, `api` or `guide`.

    What rules for the whole film ask of every scene is worked out once a scene, since a scene is kept from run to run.
    """

    scene: Scene
    clips: tuple[Clip, ...]
    split: tuple[str, ...]
    wire: str

    @cached_property
    def models(self) -> dict[Entity, list[Model]]:
        """The models that every entity with a picture is sent to, in the order of the clips."""
        found: dict[Entity, list[Model]] = {}
        for clip in self.clips:
            for reference in clip.references:
                models = found.setdefault(reference.entity, [])
                if clip.model not in models:
                    models.append(clip.model)
        return found

    @cached_property
    def seen(self) -> frozenset[Entity]:
        """The entities in the picture; a variant counts as its base."""
        mentions = chain(self.scene.appearances, *(shot.appearances for shot in self.scene.shots))
        return frozenset(one.entity.base or one.entity for one in mentions)

    @cached_property
    def heard(self) -> frozenset[Entity]:
        """The entities that speak without being seen; a variant counts as its base."""
        speeches = (beat for shot in self.scene.shots for beat in shot.beats if isinstance(beat, Dialogue) and beat.off)
        return frozenset(one.speaker.base or one.speaker for one in speeches if one.speaker is not None)

    @cached_property
    def sounds(self) -> tuple[Audio, ...]:
        """The sounds laid over the film in this scene: music, ambience, effects and recordings."""
        found: list[Audio | None] = []
        for shot in self.scene.shots:
            found += (shot.music, shot.ambience)
            found += (beat.audio for beat in shot.beats if isinstance(beat, Effect))
            found += (beat.recording for beat in shot.beats if isinstance(beat, Dialogue))
        return tuple(one for one in found if one is not None)

    @cached_property
    def recorded(self) -> tuple[Shot, ...]:
        """The shots in which a speech has a recording."""
        return tuple(
            shot
            for shot in self.scene.shots
            if any(isinstance(beat, Dialogue) and beat.recording is not None for beat in shot.beats)
        )

    @cached_property
    def frames(self) -> tuple[Picture, ...]:
        """The start and end frames of its shots."""
        frames = (frame for shot in self.scene.shots for frame in (shot.start, shot.end))
        return tuple(one for one in frames if one is not None)

    @cached_property
    def sent_files(self) -> tuple[tuple[Clip, tuple[Picture, ...]], ...]:
        """The clips whose requests hold pictures that are files, with these."""
        return self.files_of(lambda entity: entity)

    def files_of(self, now: Callable[[Entity], Entity]) -> tuple[tuple[Clip, tuple[Picture, ...]], ...]:
        """The same as `now` has them of each entity."""
        pictures = ((clip, clip.pictures_of(now)) for clip in self.clips)
        files = ((clip, tuple(one for one in sent if one.path and not one.is_url)) for clip, sent in pictures)
        return tuple(one for one in files if one[1])
