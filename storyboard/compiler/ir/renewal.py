"""A scene with the entities of this run in place of those of an earlier one.

A scene that is remembered (`storyboard.compiler.incremental`) knows everybody as they were declared when it was read.
Where a declaration has changed in what no scene is read or planned by, the words of a look, the scene is not read
again: whoever wants to see it gets a copy that has the entities of now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from storyboard.compiler.ir.planned import Clip, Reference, ScenePlan
from storyboard.compiler.ir.resolved import (
    Action,
    BareName,
    Beat,
    Dialogue,
    Entity,
    Identity,
    Mention,
    Prose,
    Scene,
    Shot,
)


def renewed(plan: ScenePlan, entities: Mapping[Identity, Entity]) -> ScenePlan:
    """A plan with every entity replaced by the one of its identity, otherwise the same."""
    return _Renewal(entities).plan(plan)


class _Renewal:
    """What has been replaced so far: a mention that stands in several places is one mention afterwards, too."""

    def __init__(self, entities: Mapping[Identity, Entity]) -> None:
        self._entities = entities
        self._mentions: dict[int, Mention] = {}

    def plan(self, plan: ScenePlan) -> ScenePlan:
        shots = {shot: self._shot(shot) for shot in plan.scene.shots}
        scene = self._scene(plan.scene, shots.values())
        return replace(plan, scene=scene, clips=tuple(self._clip(clip, scene, shots) for clip in plan.clips))

    def _entity(self, entity: Entity) -> Entity:
        return self._entities.get(entity.identity, entity)

    def _mention(self, mention: Mention) -> Mention:
        known = self._mentions.get(id(mention))
        if known is None:
            known = self._mentions[id(mention)] = mention._replace(entity=self._entity(mention.entity))
        return known

    def _prose(self, prose: Prose) -> Prose:
        return tuple(part if isinstance(part, str) else self._mention(part) for part in prose)

    def _all(self, mentions: Iterable[Mention]) -> tuple[Mention, ...]:
        return tuple(map(self._mention, mentions))

    def _bare(self, names: Iterable[BareName]) -> tuple[BareName, ...]:
        return tuple(name._replace(entity=self._entity(name.entity)) for name in names)

    def _beat(self, beat: Beat) -> Beat:
        if isinstance(beat, Action):
            return beat._replace(prose=self._prose(beat.prose))
        if isinstance(beat, Dialogue) and beat.speaker is not None:
            return beat._replace(speaker=self._entity(beat.speaker))
        return beat

    def _shot(self, shot: Shot) -> Shot:
        return replace(
            shot,
            camera=self._prose(shot.camera),
            light=self._prose(shot.light),
            sound=self._prose(shot.sound),
            style=self._prose(shot.style),
            beats=tuple(map(self._beat, shot.beats)),
            appearances=self._all(shot.appearances),
            bare=self._bare(shot.bare),
        )

    def _scene(self, scene: Scene, shots: Iterable[Shot]) -> Scene:
        return replace(
            scene,
            location=self._entity(scene.location) if scene.location else None,
            setting=self._prose(scene.setting),
            bare=self._bare(scene.bare),
            appearances=self._all(scene.appearances),
            shots=tuple(shots),
        )

    def _clip(self, clip: Clip, scene: Scene, shots: Mapping[Shot, Shot]) -> Clip:
        return replace(
            clip,
            scene=scene,
            shots=tuple(shots[shot] for shot in clip.shots),
            references=tuple(map(self._reference, clip.references)),
            present=tuple(map(self._entity, clip.present)),
        )

    def _reference(self, reference: Reference) -> Reference:
        return reference._replace(entity=self._entity(reference.entity), mention=self._mention(reference.mention))
