"""The image of every panel, and of every character, prop and place of the cast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from storyboard.board.images import ClipFrame, ImageSource, PageImage, PanelView, Portrait, encode_images
from storyboard.board.storyboard import Panel, Storyboard
from storyboard.compiler.aspect import read_aspect
from storyboard.compiler.images import ImageCache
from storyboard.compiler.ir.resolved import Entity
from storyboard.drawing.blocking import Composition
from storyboard.drawing.stage import MissingPicture, StagedShot, find_picture, stage
from storyboard.drawing.still import Subject
from storyboard.wording import listed

_SHORT_SIDE = 900
_FALLBACK_ASPECT = Fraction(16, 9)


@dataclass(frozen=True, slots=True, eq=False)
class PlacedImage:
    """A picture in its frame of `width` by `height` units, what it shows in words, and what is missing in it."""

    width: int
    height: int
    image: PageImage
    words: str
    gaps: tuple[MissingPicture, ...]

    @property
    def url(self) -> str:
        return self.image.url


@dataclass(frozen=True, slots=True, eq=False)
class PlacedImages:
    """All pictures of a board. `page_images` holds each image once; `gaps` each file that cannot be
    shown once, without those on the web, which nobody lost."""

    panels: Mapping[Panel, PlacedImage]
    portraits: Mapping[Entity, PlacedImage]
    page_images: tuple[PageImage, ...]
    gaps: tuple[MissingPicture, ...]


class PlannedImage(NamedTuple):
    """What a picture is to show, before it is drawn: otherwise as `PlacedImage`."""

    width: int
    height: int
    source: ImageSource
    words: str
    gaps: tuple[MissingPicture, ...]

    def with_image(self, image: PageImage) -> PlacedImage:
        return PlacedImage(self.width, self.height, image, self.words, self.gaps)


def place_images(board: Storyboard, images: ImageCache) -> PlacedImages:
    """Draw all pictures of a board."""
    sources: dict[Panel | Entity, PlannedImage] = {panel: place_panel(panel, images) for panel in board.panels}
    sources |= {entry.entity: place_portrait(entry.entity, images) for entry in board.cast}
    encoded = encode_images(one.source for one in sources.values())
    placed = {key: one.with_image(encoded.by_source[one.source]) for key, one in sources.items()}
    lost = dict.fromkeys(gap for one in sources.values() for gap in one.gaps if gap.reason != "url")
    return PlacedImages(
        {panel: placed[panel] for panel in board.panels},
        {entry.entity: placed[entry.entity] for entry in board.cast},
        tuple(encoded.by_source.values()),
        (*lost, *encoded.gaps),
    )


def place_panel(panel: Panel, images: ImageCache) -> PlannedImage:
    """The picture of a shot: a frame of its take, or else its still."""
    width, height = _shape(panel)
    if panel.take:
        return PlannedImage(width, height, ClipFrame(panel.take.path, panel.into_clip), _in_words(panel), ())
    staged = stage(panel.composition, images)
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
