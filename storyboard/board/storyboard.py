"""The content of the board: scenes, panels, running time, prices, and the diagnostics of each panel."""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, TypeVar

from storyboard.compiler.diagnostics import Diagnostic
from storyboard.compiler.ir.parsed import Script
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.ir.resolved import Beat, Entity, Film, Identity, Scene, Shot, Transition, plain
from storyboard.compiler.text import Anchor, Source
from storyboard.drawing.blocking import Composition, ShotSize, block_shot, size_of
from storyboard.drawing.camera_moves import move_of
from storyboard.film.takes import Take

if TYPE_CHECKING:
    from storyboard.compiler.pipeline import Analysis
from storyboard.report.prices import price_sources

Named = TypeVar("Named", Entity, Identity)


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """A shot and what the board says about it.

    `heads` is where the camera moves, as `Move.heads` has it. `start` is the second of the film at which it begins,
    `into_clip` the second of its clip. `clip` is None where its scene could not be grouped. `opens` and `closes` say
    that it is the first and the last shot of its clip.
    """

    shot: Shot
    scene: Scene
    size: ShotSize | None
    heads: str | None
    composition: Composition
    line: int
    start: int
    clip: Clip | None
    into_clip: int
    opens: bool
    closes: bool
    take: Take | None
    notes: tuple[Diagnostic, ...]

    @property
    def seconds(self) -> int:
        """The length of the shot in seconds; 0 if it is unknown."""
        return self.shot.duration or 0

    @property
    def beats(self) -> tuple[Beat, ...]:
        """What happens in the shot, without the transitions at its end."""
        return self.shot.beats[: len(self.shot.beats) - len(self.leaving)]

    @property
    def leaving(self) -> tuple[Beat, ...]:
        """The transitions at the shot's end."""
        kept = takewhile(lambda beat: isinstance(beat, Transition), reversed(self.shot.beats))
        return tuple(kept)[::-1]


@dataclass(frozen=True, slots=True)
class StoryTotals:
    """Seconds, clips, and US dollars by the catalogue; `unpriced` clips have no price there and are left out.
    `sources` are what the prices rest on, with its date."""

    seconds: int
    shots: int
    clips: int
    usd: float
    unpriced: int
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SceneBoard:
    """A scene with its panels."""

    scene: Scene
    panels: tuple[Panel, ...]
    sum: StoryTotals
    notes: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CastEntry:
    """Somebody or something declared: the scenes it is in, and what is wrong with it."""

    entity: Entity
    scenes: tuple[int, ...]
    notes: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Storyboard:
    """The whole board. `notes` are those that belong to no scene, shot or name."""

    film: Film
    cast: tuple[CastEntry, ...]
    scenes: tuple[SceneBoard, ...]
    sum: StoryTotals
    notes: tuple[Diagnostic, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def panels(self) -> tuple[Panel, ...]:
        """The panels of all scenes, in film order."""
        return tuple(panel for scene_board in self.scenes for panel in scene_board.panels)


def build_storyboard(analysis: Analysis, takes: Iterable[Take] = ()) -> Storyboard:
    """Lay a script out for its reader."""
    film = analysis.film
    notes = notes_by_owner(analysis)
    by_clip = {take.clip_id: take for take in takes}
    clips = {shot: clip for clip in analysis.clips for shot in clip.shots}
    scenes, start = [], 0
    for scene in film.scenes:
        scenes.append(build_scene(analysis, scene, start, clips, by_clip, notes))
        start += scenes[-1].sum.seconds
    scenes_of = scenes_by_entity((scene.number, entities_of(scene)) for scene in film.scenes)
    cast = tuple(
        CastEntry(entity, tuple(scenes_of.get(entity, ())), tuple(notes.get(entity, ()))) for entity in film.cast
    )
    whole = add_sums([scene_board.sum for scene_board in scenes])
    return Storyboard(film, cast, tuple(scenes), whole, tuple(notes.get(None, ())), analysis.diagnostics)


def build_scene(
    analysis: Analysis,
    scene: Scene,
    start: int,
    clips: Mapping[Shot, Clip],
    takes: Mapping[str, Take],
    notes: Mapping[object, Sequence[Diagnostic]],
) -> SceneBoard:
    """One scene, which begins at second `start` of the film. `clips` are by their shots, `takes` by the id of their
    clip, `notes` as `notes_by_owner` has them."""
    panels = []
    for shot in scene.shots:
        panels.append(_panel(analysis, scene, shot, start, clips.get(shot), takes, notes))
        start += shot.duration or 0
    return SceneBoard(scene, tuple(panels), _sum(panels), tuple(notes.get(scene, ())))


def _panel(
    analysis: Analysis,
    scene: Scene,
    shot: Shot,
    start: int,
    clip: Clip | None,
    takes: Mapping[str, Take],
    notes: Mapping[object, Sequence[Diagnostic]],
) -> Panel:
    before = clip.shots[: clip.shots.index(shot)] if clip else ()
    return Panel(
        shot,
        scene,
        size_of(shot.camera),
        move_of(plain(shot.camera)).heads,
        block_shot(shot, scene),
        analysis.layout.line(shot.header),
        start,
        clip,
        sum(earlier.duration or 0 for earlier in before),
        bool(clip) and not before,
        clip is not None and clip.shots[-1] is shot,
        takes.get(clip.id) if clip else None,
        tuple(notes.get(shot, ())),
    )


def _sum(panels: Sequence[Panel]) -> StoryTotals:
    clips = [panel.clip for panel in panels if panel.clip and panel.opens]
    return StoryTotals(
        sum(panel.seconds for panel in panels),
        len(panels),
        len(clips),
        sum(clip.usd or 0.0 for clip in clips),
        sum(clip.usd is None for clip in clips),
        price_sources(clips),
    )


def settings_shown(board: Storyboard) -> list[str]:
    """The models, aspects and sound of the film, each once."""
    rows = [scene_board.scene.settings for scene_board in board.scenes if scene_board.panels]
    models = [panel.clip.model.name for panel in board.panels if panel.clip]
    sound = ["with sound" if row.audio else "silent" for row in rows]
    return list(dict.fromkeys([*models, *(row.aspect for row in rows), *sound]))


def add_sums(sums: Sequence[StoryTotals]) -> StoryTotals:
    """The sum of a film from those of its scenes."""
    return StoryTotals(
        sum(one.seconds for one in sums),
        sum(one.shots for one in sums),
        sum(one.clips for one in sums),
        sum(one.usd for one in sums),
        sum(one.unpriced for one in sums),
        tuple(dict.fromkeys(source for one in sums for source in one.sources)),
    )


def entities_of(scene: Scene) -> frozenset[Entity]:
    """Everybody and everything that counts as being in a scene, and its location."""
    rows = (scene.appearances, *(shot.appearances for shot in scene.shots))
    found = {mention.entity for row in rows for mention in row}
    return frozenset(found | {scene.location} if scene.location else found)


def scenes_by_entity(scenes: Iterable[tuple[int, Iterable[Named]]]) -> dict[Named, list[int]]:
    """The numbers of the scenes that each entity is in, from pairs of a scene's number and its entities, or their
    identities."""
    found = defaultdict[Named, list[int]](list)
    for number, entities in scenes:
        for entity in entities:
            found[entity].append(number)
    return found


def notes_by_owner(analysis: Analysis) -> dict[object, list[Diagnostic]]:
    """Each diagnostic under the shot, scene or name that stands nearest above it; under None where none does."""
    notes: dict[object, list[Diagnostic]] = defaultdict(list)
    if not analysis.diagnostics:
        return notes
    owners = _owners(analysis)
    sources = {source.path: source for source in analysis.sources}
    by_file = {path: _owner_above(script, owners) for path, script in analysis.scripts.items()}
    for diagnostic in analysis.diagnostics:
        offsets, things = by_file.get(diagnostic.file, ([], []))
        at = bisect_left(offsets, _line_end(sources.get(diagnostic.file), diagnostic)) - 1
        notes[things[at] if at >= 0 else None].append(diagnostic)
    return notes


def _line_end(source: Source | None, diagnostic: Diagnostic) -> int:
    """Where the line after a diagnostic's begins: what stands on its own line stands above it."""
    line = diagnostic.start.line
    if source is None or line >= len(source.line_starts):
        return sys.maxsize
    return source.line_starts[line]


def _owners(analysis: Analysis) -> dict[Anchor, object]:
    """The names, scenes and shots by the block that each begins."""
    scenes = analysis.film.scenes
    return {
        **{entity.declared.anchor: entity for entity in analysis.film.cast},
        **{scene.at.anchor: scene for scene in scenes if scene.at is not None},
        **{shot.header.anchor: shot for scene in scenes for shot in scene.shots},
    }


def _owner_above(script: Script, owners: Mapping[Anchor, object]) -> tuple[list[int], list[object]]:
    """Where the blocks of a file begin, and which name, scene or shot stands nearest above, or is, each of them."""
    things: list[object] = []
    for _, block in script.blocks:
        things.append(owners.get(block.anchor) or (things[-1] if things else None))
    return [offset for offset, _ in script.blocks], things
