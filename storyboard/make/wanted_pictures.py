"""Wanted pictures: every picture that a script names and that may be made, and what each is made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath

from storyboard.catalog import read_table
from storyboard.compiler.ir.resolved import Entity, Picture, Scene, Shot, plain
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.prompts.sentences import clean_text
from storyboard.compiler.text import Span


class Role(StrEnum):
    """What a picture is for; the value stands in its id, `Mira.front`."""

    FRONT = "front"
    ANGLE = "angle"
    IMAGE = "image"
    VIEW = "view"
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class WantedPicture:
    """A picture that a script names by a path.

    `id` is `Mira.front`, `Mira.angle1`, `Harbor.view2`, `1.2.start`; `path` is relative to the project root. `sources`
    are the pictures that it is made from, in order: a front for an angle, the base's for a variant, those of everybody
    in its shot for a frame. `entity` is None for a frame, which has its `shot` and `scene` instead. `aspect` is the
    shape that is asked for, `style` the film's, `at` its place in the script; `setting` is what all scenes at a place
    agree on: `interior, night`.
    """

    id: str
    path: str
    role: Role
    aspect: str
    style: str
    at: Span
    setting: str = ""
    sources: tuple[SourcePicture, ...] = ()
    entity: Entity | None = None
    scene: Scene | None = field(default=None, repr=False)
    shot: Shot | None = field(default=None, repr=False)

    @property
    def suffix(self) -> str:
        """What the file's name ends in, in small letters."""
        return PurePosixPath(self.path).suffix.lower()


@dataclass(frozen=True, slots=True)
class SourcePicture:
    """A picture that another one is made from. `entity` is whom it shows."""

    picture: Picture
    entity: Entity


def wanted_pictures(analysis: Analysis) -> tuple[WantedPicture, ...]:
    """Every local picture of a script, whether its file is there or not, each path once: what others are made from
    before them."""
    seen: dict[str, WantedPicture] = {}
    for one in (*_of_cast(analysis), *_of_frames(analysis)):
        seen.setdefault(one.path, one)
    order = list(Role)
    return tuple(sorted(seen.values(), key=lambda one: (_depth(one, seen), order.index(one.role))))


def _depth(one: WantedPicture, wanted: dict[str, WantedPicture]) -> int:
    """How many pictures have to be made one after the other before it."""
    before = [wanted[source.picture.path] for source in one.sources if source.picture.path in wanted]
    return 1 + max((_depth(each, wanted) for each in before if each is not one), default=0)


def _of_cast(analysis: Analysis) -> Iterator[WantedPicture]:
    """The pictures of the cast that the script names."""
    shapes = read_table("made_pictures.toml")["shape"]
    style = _style(analysis)
    taken: set[int] = set()
    for entity in analysis.film.cast:
        aspect = _aspect_of_place(analysis, entity) if entity.is_location else shapes[entity.kind.value]
        setting = _setting(analysis, entity) if entity.is_location else ""
        for number, picture in enumerate(entity.pictures):
            # A variant takes over its base's pictures: they are the base's.
            if picture.is_url or not picture.path or id(picture) in taken:
                continue
            taken.add(id(picture))
            first, more = (Role.IMAGE, Role.VIEW) if entity.is_location else (Role.FRONT, Role.ANGLE)
            role = more if number else first
            name = f"{entity.name}.{role.value}{number or ''}"
            sources = _sources(entity, number)
            yield WantedPicture(name, picture.path, role, aspect, style, picture.at, setting, sources, entity)


def _sources(entity: Entity, number: int) -> tuple[SourcePicture, ...]:
    """The first picture for every further one; the base's for a variant's first."""
    if number:
        return (SourcePicture(entity.pictures[0], entity),)
    base = entity.base
    return (SourcePicture(base.pictures[0], base),) if base is not None and base.pictures else ()


def _aspect_of_place(analysis: Analysis, place: Entity) -> str:
    """The shape of the film where a place is filmed first."""
    for scene in analysis.film.scenes:
        if scene.location is not None and place in (scene.location, scene.location.base):
            return scene.settings.aspect
    return next((scene.settings.aspect for scene in analysis.film.scenes), "16:9")


def _style(analysis: Analysis) -> str:
    """The style of the whole film, as a prompt says it."""
    given = analysis.whole.given.get("style")
    return clean_text(given.value).rstrip(".") if given is not None else ""


def _setting(analysis: Analysis, place: Entity) -> str:
    """Inside or outside, and the time of day, where all scenes at a place say the same."""
    scenes = [scene for scene in analysis.film.scenes if scene.location is place]
    sides = {scene.interior for scene in scenes}
    times = {scene.time for scene in scenes}
    side = {True: "interior", False: "exterior", None: ""}[sides.pop()] if len(sides) == 1 else ""
    return ", ".join(filter(None, (side, times.pop() if len(times) == 1 else "")))


def _of_frames(analysis: Analysis) -> Iterator[WantedPicture]:
    """The start and end frames that the script names."""
    for scene in analysis.film.scenes:
        for shot in scene.shots:
            for role, picture in ((Role.START, shot.start), (Role.END, shot.end)):
                if picture is None or picture.is_url or not picture.path:
                    continue
                yield WantedPicture(
                    f"{shot.number}.{role.value}",
                    picture.path,
                    role,
                    scene.settings.aspect,
                    clean_text(plain(shot.style)).rstrip(".") or clean_text(scene.settings.style or "").rstrip("."),
                    picture.at,
                    "",
                    tuple(_in_frame(scene, shot)),
                    None,
                    scene,
                    shot,
                )


def _in_frame(scene: Scene, shot: Shot) -> Iterator[SourcePicture]:
    """The place first, then everybody and everything of the shot that has a picture."""
    entities = dict.fromkeys(
        one
        for one in (scene.location, *(mention.entity for mention in (*shot.appearances, *scene.appearances)))
        if one is not None
    )
    for entity in entities:
        if entity.pictures and entity.pictures[0].path:
            yield SourcePicture(entity.pictures[0], entity)
