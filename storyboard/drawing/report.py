"""What could not be drawn as it should be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from PIL import Image

from storyboard.drawing.overlays import DrawnText


class DrawingReport(NamedTuple):
    """What could not be drawn as it should: names whose pictures are lost, characters that no font here has."""

    lost: tuple[str, ...]
    missing: tuple[str, ...]


class DrawingLog:
    """What drawing leaves to be said, collected as it goes."""

    def __init__(self) -> None:
        self._lost: dict[str, None] = {}
        self._missing: set[str] = set()

    def lose(self, names: Iterable[str]) -> None:
        self._lost.update(dict.fromkeys(names))

    def take(self, lettered: DrawnText) -> Image.Image:
        self._missing |= lettered.missing
        return lettered.picture

    def drawn(self) -> DrawingReport:
        return DrawingReport(tuple(self._lost), tuple(sorted(self._missing)))
