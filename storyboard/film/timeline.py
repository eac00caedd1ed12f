"""A script as a sequence of shots to draw: pictures, words, moves, transitions, running time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyboard.compiler.ir.resolved import Scene, Shot, Title, Transition, plain
from storyboard.drawing.blocking import block_shot, size_of
from storyboard.drawing.camera_moves import move_of
from storyboard.drawing.overlays import RunningTime, Slate
from storyboard.drawing.stage import stage_shot
from storyboard.drawing.still import Still
from storyboard.film.shots import CameraWindow, Dissolve, Fade, PanelShot
from storyboard.film.timing import (
    ShotJoins,
    TimedSpeech,
    TimedTitle,
    captions_of,
    screen_timing,
    shot_joins,
    shown_as_cuts,
    speeches_of,
    titles_of,
    transitions_of,
)

if TYPE_CHECKING:
    from storyboard.compiler.pipeline import Analysis


@dataclass(frozen=True, slots=True, eq=False)
class TimelinePart:
    """A shot of the film: what to draw, its second in the film, the joins before and after it, and its titles."""

    scene: Scene
    shot: Shot
    start: int
    drawn: PanelShot
    before: ShotJoins
    after: ShotJoins
    titles: tuple[TimedTitle, ...] = ()

    @property
    def speeches(self) -> tuple[TimedSpeech, ...]:
        """The speeches in it, in seconds of the film."""
        return speeches_of(self.shot, self.shot.duration or 0, self.start)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole film as shots. `aspect` is the one of most seconds; `gaps` are pictures that cannot be shown, as lines
    for a person."""

    parts: tuple[TimelinePart, ...]
    aspect: str
    gaps: tuple[str, ...]

    @property
    def seconds(self) -> int:
        """The film's length: the sum of its shots."""
        return sum(part.shot.duration or 0 for part in self.parts)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Transitions that a film here cannot show, as lines for a person."""
        return tuple(
            f"shot {part.shot.number}: {text} is a plain cut in the film"
            for part in self.parts
            for text in shown_as_cuts(
                transitions_of((*(part.scene.opening if part.shot is part.scene.shots[0] else ()), *part.shot.beats))
            )
        )

    @property
    def speeches(self) -> tuple[TimedSpeech, ...]:
        """Everything that is said, in order."""
        return tuple(speech for part in self.parts for speech in part.speeches)

    @property
    def titles(self) -> tuple[TimedSpeech, ...]:
        """The words on the screen, in order, as speeches without a speaker."""
        return tuple(
            TimedSpeech(part.start + one.start, part.start + one.end, "", one.text, False)
            for part in self.parts
            for one in part.titles
        )

    def without_notes(self) -> Timeline:
        """The same film as an audience would see it: no slate, and no caption but the film's own titles."""
        return replace(self, parts=tuple(replace(part, drawn=_bare(part.drawn)) for part in self.parts))


def _bare(shot: PanelShot) -> PanelShot:
    titles = tuple(caption for caption in shot.captions if caption.kind == "title")
    return shot._replace(slate=None, captions=titles)


def lay_out(analysis: Analysis) -> Timeline:
    """The shots of a script that say how long they are, in order."""
    gaps: dict[str, None] = {}
    rows = [(scene, shot) for scene in analysis.film.scenes for shot in scene.shots if shot.duration]
    cuts = joins_between(rows)
    length = sum(shot.duration or 0 for _, shot in rows)
    parts, start = [], 0
    for number, (scene, shot) in enumerate(rows):
        staged = stage_shot(block_shot(shot, scene), analysis.images)
        gaps.update(dict.fromkeys(str(gap) for gap in staged.gaps if gap.reason != "url"))
        drawn = _shot(scene, shot, staged.still, RunningTime(start, length))
        titles = titles_of(shot, shot.duration or 0, _opening_titles(scene, shot))
        parts.append(TimelinePart(scene, shot, start, drawn, cuts[number], cuts[number + 1], titles))
        start += shot.duration or 0
    return Timeline(_joined(parts), _aspect(rows), tuple(gaps))


def joins_between(rows: Sequence[tuple[Scene, Shot]]) -> list[ShotJoins]:
    """What happens before the first of shots in order, between them, and after the last: one more than there are
    shots."""
    cuts: list[ShotJoins] = []
    held: tuple[Transition, ...] = ()
    for scene, shot in rows:
        opening = scene.opening if shot is scene.shots[0] else ()
        own = transitions_of(shot.beats[:1])
        starts_itself = own if own and shot_joins(own).fade_in else ()
        cuts.append(shot_joins((*held, *transitions_of(opening), *starts_itself)))
        held = transitions_of(shot.beats[len(starts_itself) :])
    return [*cuts, shot_joins(held)]


def _aspect(rows: Iterable[tuple[Scene, Shot]]) -> str:
    seconds: dict[str, int] = {}
    for scene, shot in rows:
        seconds[scene.settings.aspect] = seconds.get(scene.settings.aspect, 0) + (shot.duration or 0)
    return max(seconds, key=lambda aspect: seconds[aspect], default="16:9")


def _shot(scene: Scene, shot: Shot, still: Still, running: RunningTime) -> PanelShot:
    seconds = shot.duration or 0
    direction = plain(shot.camera)
    size = size_of(shot.camera)
    label = f"{shot.number} ({shot.label})" if shot.label else shot.number
    titles = _opening_titles(scene, shot)
    slate = Slate(f"{label}  {scene.heading or ''}", size.words if size else "", seconds, running)
    return PanelShot(seconds, still, captions_of(shot, seconds, titles), slate, move_of(direction))


def _opening_titles(scene: Scene, shot: Shot) -> tuple[Title, ...]:
    """The titles above a scene's first shot."""
    opening = scene.opening if shot is scene.shots[0] else ()
    return tuple(one for one in opening if isinstance(one, Title))


def _joined(parts: list[TimelinePart]) -> tuple[TimelinePart, ...]:
    """Parts with their fades and dissolves, which take no time of their own."""
    table = screen_timing()["transitions"]
    done = []
    for number, part in enumerate(parts):
        drawn = part.drawn
        half = drawn.frames // 2
        if part.before.blends and number:
            frames = min(table["dissolve"] // 2, half, parts[number - 1].drawn.frames // 2)
            drawn = drawn._replace(
                blend_in=Dissolve(_window(parts[number - 1].drawn), frames, 0.5, 0.0, part.before.wipe)
            )
        elif part.before.fade_in:
            drawn = drawn._replace(fade_in=Fade(min(table["fade"], half), part.before.fade_in))
        if part.after.blends and number + 1 < len(parts):
            frames = min(table["dissolve"] // 2, half, parts[number + 1].drawn.frames // 2)
            drawn = drawn._replace(
                blend_out=Dissolve(_window(parts[number + 1].drawn), frames, 0.0, 0.5, part.after.wipe)
            )
        elif part.after.black:
            drawn = drawn._replace(fade_out=Fade(min(table["black"], half), is_cut=True))
        elif part.after.fade_out:
            drawn = drawn._replace(fade_out=Fade(min(table["fade"], half), part.after.fade_out))
        done.append(TimelinePart(part.scene, part.shot, part.start, drawn, part.before, part.after, part.titles))
    return tuple(done)


def _window(shot: PanelShot) -> CameraWindow:
    return CameraWindow(shot.still, shot.move or move_of(""), shot.frames)
