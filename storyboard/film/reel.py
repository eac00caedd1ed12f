"""A script as a row of shots to draw: pictures, words, moves, transitions, running time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.film.caption import Slate
from storyboard.film.drawing import Blend, Fade, PanelShot, Window
from storyboard.film.framing import Composition, compose, size_of
from storyboard.film.moves import move_of
from storyboard.film.pacing import Joins, Speech, captions_of, joins, pacing, speeches_of, transitions_of
from storyboard.film.panel import Standing, Still, Subject
from storyboard.ir.resolved import Entity, Picture, Scene, Shot, Title, Transition, plain

if TYPE_CHECKING:
    from storyboard.album import Album
    from storyboard.pipeline import Analysis


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A shot of the film: what to draw, its second in the film, and the joins before and after it."""

    scene: Scene
    shot: Shot
    start: int
    drawn: PanelShot
    before: Joins
    after: Joins


@dataclass(frozen=True, slots=True)
class Reel:
    """The whole film as shots. `aspect` is the one of most seconds; `gaps` are pictures that cannot be shown, as lines
    for a person."""

    parts: tuple[Part, ...]
    aspect: str
    gaps: tuple[str, ...]

    @property
    def seconds(self) -> int:
        """The film's length: the sum of its shots."""
        return sum(part.shot.duration or 0 for part in self.parts)

    @property
    def speeches(self) -> tuple[Speech, ...]:
        """Everything that is said, in order."""
        rows = (speeches_of(part.shot, part.shot.duration or 0, part.start) for part in self.parts)
        return tuple(speech for row in rows for speech in row)


def lay_out(analysis: Analysis) -> Reel:
    """The shots of a script that say how long they are, in order."""
    gaps: dict[str, None] = {}
    rows = [(scene, shot) for scene in analysis.film.scenes for shot in scene.shots if shot.duration]
    cuts = _cuts(analysis, rows)
    parts, start = [], 0
    for number, (scene, shot) in enumerate(rows):
        drawn = _shot(scene, shot, start, analysis.album, gaps)
        parts.append(Part(scene, shot, start, drawn, cuts[number], cuts[number + 1]))
        start += shot.duration or 0
    return Reel(_joined(parts), _aspect(rows), tuple(gaps))


def _cuts(analysis: Analysis, rows: list[tuple[Scene, Shot]]) -> list[Joins]:
    """What happens before the first shot, between shots, and after the last."""
    cuts: list[Joins] = []
    held: tuple[Transition, ...] = ()
    for scene, shot in rows:
        opening = scene.opening if shot is scene.shots[0] else ()
        own = transitions_of(shot.beats[:1])
        starts_itself = own if own and joins(own).fade_in else ()
        cuts.append(joins((*held, *transitions_of(opening), *starts_itself)))
        held = transitions_of(shot.beats[len(starts_itself) :])
    return [*cuts, joins(held)]


def _aspect(rows: Iterable[tuple[Scene, Shot]]) -> str:
    seconds: dict[str, int] = {}
    for scene, shot in rows:
        seconds[scene.settings.aspect] = seconds.get(scene.settings.aspect, 0) + (shot.duration or 0)
    return max(seconds, key=lambda aspect: seconds[aspect], default="16:9")


def _shot(scene: Scene, shot: Shot, start: int, album: Album, gaps: dict[str, None]) -> PanelShot:
    seconds = shot.duration or 0
    direction = plain(shot.camera)
    size = size_of(shot.camera)
    right = f"{size.words} · {seconds} s" if size else f"{seconds} s"
    label = f"{shot.number} ({shot.label})" if shot.label else shot.number
    opening = scene.opening if shot is scene.shots[0] else ()
    titles = tuple(one for one in opening if isinstance(one, Title))
    return PanelShot(
        seconds,
        _still(compose(shot, scene), album, gaps),
        captions_of(shot, seconds, titles),
        Slate(f"{label}  {scene.heading or ''}", right, start),
        move_of(direction),
    )


def _still(composition: Composition, album: Album, gaps: dict[str, None]) -> Still:
    end = _frame("end frame", composition.end, album, gaps) if composition.end else None
    if composition.start:
        return Still(_frame("start frame", composition.start, album, gaps), (), end)
    place = _subject(composition.place, album, gaps) if composition.place else None
    figures = tuple(
        Standing(_subject(one.entity, album, gaps), one.x, one.foot, one.height) for one in composition.figures
    )
    return Still(place, figures, end)


def _subject(entity: Entity, album: Album, gaps: dict[str, None]) -> Subject:
    if not entity.pictures:
        return Subject(entity.spoken_name, entity.kind.value, None)
    return _frame(entity.spoken_name, entity.pictures[0], album, gaps)._replace(kind=entity.kind.value)


def _frame(name: str, picture: Picture, album: Album, gaps: dict[str, None]) -> Subject:
    """A picture of the script; one that cannot be shown leaves a line in `gaps`."""
    if picture.is_url:
        return Subject(name, "frame", None, "picture on the web")
    file = album.file(picture)
    if file is not None:
        return Subject(name, "frame", file)
    problem = album.look(picture).problem if picture.path else "missing"
    said = "not found" if problem == "missing" else f"it {problem}"
    gaps[f"{picture.path or name}: {said}; a stand-in is drawn for it"] = None
    return Subject(name, "frame", None, "picture missing")


def _joined(parts: list[Part]) -> tuple[Part, ...]:
    """Parts with their fades and dissolves, which take no time of their own."""
    table = pacing()["transitions"]
    done = []
    for number, part in enumerate(parts):
        drawn = part.drawn
        half = drawn.frames // 2
        if part.before.dissolve and number:
            frames = min(table["dissolve"] // 2, half, parts[number - 1].drawn.frames // 2)
            drawn = drawn._replace(blend_in=Blend(_window(parts[number - 1].drawn), frames, 0.5, 0.0))
        elif part.before.fade_in:
            drawn = drawn._replace(fade_in=Fade(min(table["fade"], half), part.before.fade_in))
        if part.after.dissolve and number + 1 < len(parts):
            frames = min(table["dissolve"] // 2, half, parts[number + 1].drawn.frames // 2)
            drawn = drawn._replace(blend_out=Blend(_window(parts[number + 1].drawn), frames, 0.0, 0.5))
        elif part.after.fade_out:
            drawn = drawn._replace(fade_out=Fade(min(table["fade"], half), part.after.fade_out))
        done.append(Part(part.scene, part.shot, part.start, drawn, part.before, part.after))
    return tuple(done)


def _window(shot: PanelShot) -> Window:
    return Window(shot.still, shot.move or move_of(""), shot.frames)
