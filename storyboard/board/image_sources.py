"""The content of each image of the board, decided before it is drawn and without a drawing library."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from storyboard.board.storyboard import Panel
from storyboard.compiler.aspect import read_aspect
from storyboard.compiler.images import ImageCache
from storyboard.compiler.ir.resolved import Entity
from storyboard.drawing.blocking import Composition
from storyboard.drawing.stage import MissingPicture, StagedShot, find_picture, stage_shot
from storyboard.drawing.still import Still, Subject
from storyboard.wording import listed

_SHORT_SIDE = 900
_FALLBACK_ASPECT = Fraction(16, 9)


class ClipFrame(NamedTuple):
    """The picture of a finished clip at `second`."""

    path: Path
    second: int


class Portrait(NamedTuple):
    """Somebody or something by itself, or a place."""

    subject: Subject


class PictureFile(NamedTuple):
    """A picture on disk, whole."""

    path: Path


class PanelView(NamedTuple):
    """The still of a shot, in a frame of the shape `width` by `height`."""

    still: Still
    width: int
    height: int


ImageSource = ClipFrame | PictureFile | Portrait | PanelView


class PlannedImage(NamedTuple):
    """What a picture is to show, before it is drawn: otherwise as `PlacedImage`."""

    width: int
    height: int
    source: ImageSource
    words: str
    gaps: tuple[MissingPicture, ...]


def place_panel(panel: Panel, images: ImageCache) -> PlannedImage:
    """The picture of a shot: a frame of its take, or else its still."""
    width, height = _shape(panel)
    if panel.take:
        return PlannedImage(width, height, ClipFrame(panel.take.path, panel.into_clip), _in_words(panel), ())
    staged = stage_shot(panel.composition, images)
    return PlannedImage(width, height, PanelView(staged.still, width, height), _in_words(panel), _told(panel, staged))


def place_portrait(entity: Entity, images: ImageCache) -> PlannedImage:
    """The picture of somebody or something of the cast."""
    portrait, gaps = _portrait(entity, images)
    return PlannedImage(320, 180 if entity.is_location else 320, portrait, entity.name, gaps)


def _shape(panel: Panel) -> tuple[int, int]:
    aspect = read_aspect(panel.scene.settings.aspect) or _FALLBACK_ASPECT
    return round(_SHORT_SIDE * max(aspect, Fraction(1))), round(_SHORT_SIDE / min(aspect, Fraction(1)))


def _told(panel: Panel, staged: StagedShot) -> tuple[MissingPicture, ...]:
    """The gaps that are said under a panel: of pictures on the web only its own frames; the cast links to the rest."""
    frames = {picture.path for picture in (panel.shot.start, panel.shot.end) if picture}
    return tuple(gap for gap in staged.gaps if gap.reason != "url" or gap.name in frames)


def _portrait(entity: Entity, images: ImageCache) -> tuple[Portrait, tuple[MissingPicture, ...]]:
    kind = entity.kind.value
    if not entity.pictures:
        return Portrait(Subject(entity.name, kind, None)), ()
    found = find_picture(entity.pictures[0], images)
    if isinstance(found, MissingPicture):
        return Portrait(Subject(entity.name, kind, None)), (found,)
    return Portrait(Subject(entity.name, kind, found)), ()


def _in_words(panel: Panel) -> str:
    if panel.take:
        return f"Take {panel.take.number} of clip {panel.take.clip_id}"
    return _composed_words(panel.composition)


def _composed_words(composition: Composition) -> str:
    place = f" at {composition.place.spoken_name}" if composition.place else ""
    if composition.start:
        return f"The start frame{place}"
    ordered = sorted(composition.figures, key=lambda figure: figure.x)
    names = [figure.entity.spoken_name for figure in ordered]
    return listed(names) + place if names else (place.removeprefix(" at ") or "An empty frame")
