"""A scene with the entities of this run in place of those of an earlier one.

A scene that is remembered (`storyboard.compiler.incremental`) knows everybody as they were declared when it was read.
Where a declaration has changed in what no scene is read or planned by, the words of a look, the scene is not read
again: whoever wants to see it gets a copy that has the entities of now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from operator import is_
from typing import TypeVar

from storyboard.compiler.ir.planned import Clip, ScenePlan
from storyboard.compiler.ir.resolved import (
    Action,
    BareName,
    Beat,
    Dialogue,
    Entity,
    Mention,
    Prose,
    Scene,
    Shot,
)

_Part = TypeVar("_Part")


def renewed(plan: ScenePlan, now: Mapping[Entity, Entity]) -> ScenePlan:
    """A plan with the entities that are keys of `now` replaced, otherwise the same: what has none of them is kept."""
    return _Renewal(now).plan(plan)


class _Renewal:
    """What has been replaced so far: a mention that stands in several places is one mention afterwards, too."""

    def __init__(self, now: Mapping[Entity, Entity]) -> None:
        self._now = now
        self._mentions: dict[int, Mention] = {}

    def plan(self, plan: ScenePlan) -> ScenePlan:
        shots = {shot: self._shot(shot) for shot in plan.scene.shots}
        scene = self._scene(plan.scene, shots.values())
        return replace(plan, scene=scene, clips=tuple(self._clip(clip, scene, shots) for clip in plan.clips))

    def _entity(self, entity: Entity) -> Entity:
        return self._now.get(entity, entity)

    def _mention(self, mention: Mention) -> Mention:
        if mention.entity not in self._now:
            return mention
        known = self._mentions.get(id(mention))
        if known is None:
            known = self._mentions[id(mention)] = Mention(self._now[mention.entity], mention.at)
        return known

    def _prose(self, prose: Prose) -> Prose:
        return _each(lambda part: part if isinstance(part, str) else self._mention(part), prose)

    def _bare(self, name: BareName) -> BareName:
        return name._replace(entity=self._now[name.entity]) if name.entity in self._now else name

    def _beat(self, beat: Beat) -> Beat:
        if isinstance(beat, Action):
            prose = self._prose(beat.prose)
            return beat if prose is beat.prose else Action(prose, beat.at, beat.text)
        if isinstance(beat, Dialogue) and beat.speaker is not None and beat.speaker in self._now:
            return beat._replace(speaker=self._now[beat.speaker])
        return beat

    def _shot(self, shot: Shot) -> Shot:
        before = (shot.camera, shot.light, shot.sound, shot.style, shot.beats, shot.appearances, shot.bare)
        camera, light, sound, style = map(self._prose, before[:4])
        beats, mentions = _each(self._beat, shot.beats), _each(self._mention, shot.appearances)
        bare = _each(self._bare, shot.bare)
        if all(map(is_, (camera, light, sound, style, beats, mentions, bare), before)):
            return shot
        return replace(
            shot, camera=camera, light=light, sound=sound, style=style, beats=beats, appearances=mentions, bare=bare
        )

    def _scene(self, scene: Scene, shots: Iterable[Shot]) -> Scene:
        return replace(
            scene,
            location=self._entity(scene.location) if scene.location else None,
            setting=self._prose(scene.setting),
            bare=_each(self._bare, scene.bare),
            appearances=_each(self._mention, scene.appearances),
            shots=tuple(shots),
        )

    def _clip(self, clip: Clip, scene: Scene, shots: Mapping[Shot, Shot]) -> Clip:
        return replace(
            clip,
            scene=scene,
            shots=tuple(shots[shot] for shot in clip.shots),
            references=tuple(
                one._replace(entity=self._entity(one.entity), mention=self._mention(one.mention))
                for one in clip.references
            ),
            present=tuple(map(self._entity, clip.present)),
        )


def _each(change: Callable[[_Part], _Part], parts: tuple[_Part, ...]) -> tuple[_Part, ...]:
    """Every part changed; the very same row where none is."""
    changed = tuple(map(change, parts))
    return parts if all(map(is_, changed, parts)) else changed
