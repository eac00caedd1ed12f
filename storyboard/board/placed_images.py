"""The image of every panel, and of every character, prop and place of the cast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storyboard.board.image_sources import PlannedImage, place_panel, place_portrait
from storyboard.board.images import PageImage, encode_images
from storyboard.board.storyboard import Panel, Storyboard
from storyboard.compiler.images import ImageCache
from storyboard.compiler.ir.resolved import Entity
from storyboard.drawing.stage import MissingPicture


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
        """The address of the picture on the page."""
        return self.image.url


@dataclass(frozen=True, slots=True, eq=False)
class PlacedImages:
    """All pictures of a board. `page_images` holds each image once; `gaps` each file that cannot be
    shown once, without those on the web, which nobody lost."""

    panels: Mapping[Panel, PlacedImage]
    portraits: Mapping[Entity, PlacedImage]
    page_images: tuple[PageImage, ...]
    gaps: tuple[MissingPicture, ...]


def place_images(board: Storyboard, images: ImageCache) -> PlacedImages:
    """Draw all pictures of a board."""
    sources: dict[Panel | Entity, PlannedImage] = {panel: place_panel(panel, images) for panel in board.panels}
    sources |= {entry.entity: place_portrait(entry.entity, images) for entry in board.cast}
    encoded = encode_images(one.source for one in sources.values())
    placed = {
        key: PlacedImage(one.width, one.height, encoded.by_source[one.source], one.words, one.gaps)
        for key, one in sources.items()
    }
    lost = dict.fromkeys(gap for one in sources.values() for gap in one.gaps if gap.reason != "url")
    return PlacedImages(
        {panel: placed[panel] for panel in board.panels},
        {entry.entity: placed[entry.entity] for entry in board.cast},
        tuple(encoded.by_source.values()),
        (*lost, *encoded.gaps),
    )
