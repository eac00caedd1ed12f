"""Staging: the still of a shot, from the script's own pictures.

A picture that cannot be shown does not stop anything. It becomes a `MissingPicture`, and a placeholder is drawn for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.ir.resolved import Entity, Picture
from storyboard.drawing.blocking import Composition
from storyboard.drawing.still import PlacedSubject, Still, Subject

if TYPE_CHECKING:
    from storyboard.compiler.images import ImageCache

_CUT_OUT = (Kind.CHARACTER.value, Kind.PROP.value)
_NOTES = {"url": "picture on the web", "missing": "picture missing", "unreadable": "picture unreadable"}


class MissingPicture(NamedTuple):
    """A picture that cannot be shown.

    `reason` is `url`, `missing` or `unreadable`; `name` is its name; `detail` says what is wrong with an unreadable
    one, as in `is empty`.
    """

    reason: str
    name: str
    detail: str = "cannot be read as a picture"

    @property
    def note(self) -> str:
        """The reason in a word or two."""
        return _NOTES[self.reason]

    def __str__(self) -> str:
        said = {"url": "is on the web", "missing": "not found"}.get(self.reason, f"it {self.detail}")
        return f"{self.name}: {said}; a stand-in is drawn for it"


class StagedShot(NamedTuple):
    """A still, and its missing pictures; those on the web are listed too, but are not problems."""

    still: Still
    gaps: tuple[MissingPicture, ...]


def find_picture(picture: Picture, images: ImageCache) -> Path | MissingPicture:
    """The path of a picture, or why it cannot be shown."""
    if picture.is_url:
        return MissingPicture("url", picture.path)
    problem = images.look(picture).problem if picture.path else "missing"
    if problem:
        name = picture.path or "picture"
        return MissingPicture("missing", name) if problem == "missing" else MissingPicture("unreadable", name, problem)
    return images.file(picture) or MissingPicture("missing", picture.path)


def stage_shot(composition: Composition, images: ImageCache) -> StagedShot:
    """The still of a composition."""
    gaps: dict[MissingPicture, None] = {}

    def frame(name: str, picture: Picture, kind: str = "frame", words: str = "") -> Subject:
        found = find_picture(picture, images)
        if isinstance(found, MissingPicture):
            gaps[found] = None
            return Subject(name, kind, None, found.note, words)
        return Subject(name, kind, found, cut_out=images.cut_out(picture) if kind in _CUT_OUT else None)

    def subject(entity: Entity) -> Subject:
        words = entity.look if entity.is_location else ""
        if not entity.pictures:
            return Subject(entity.spoken_name, entity.kind.value, None, None, words)
        return frame(entity.spoken_name, entity.pictures[0], entity.kind.value, words)

    end = frame("end frame", composition.end) if composition.end else None
    if composition.start:
        still = Still(frame("start frame", composition.start), (), end)
    else:
        place = subject(composition.place) if composition.place else None
        figures = tuple(
            PlacedSubject(
                subject(one.entity),
                one.x,
                one.foot,
                one.height,
                one.holder.spoken_name if one.holder else None,
                one.grip,
            )
            for one in composition.figures
        )
        still = Still(place, figures, end)
    return StagedShot(still, tuple(gaps))
