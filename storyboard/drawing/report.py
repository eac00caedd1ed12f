"""The report of a drawing: pictures and characters that could not be drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from PIL import Image

from storyboard.drawing.overlays import DrawnText


class DrawingReport(NamedTuple):
    """What could not be drawn: names whose pictures are lost, and characters that no font here has."""

    lost: tuple[str, ...]
    missing: tuple[str, ...]


class DrawingLog:
    """Collects a drawing report while drawing."""

    def __init__(self) -> None:
        self._lost: dict[str, None] = {}
        self._missing: set[str] = set()

    def lose(self, names: Iterable[str]) -> None:
        """Record subjects whose pictures could not be read."""
        self._lost.update(dict.fromkeys(names))

    def take(self, lettered: DrawnText) -> Image.Image:
        """The picture of drawn text, after recording the characters that it lacks."""
        self._missing |= lettered.missing
        return lettered.picture

    def drawn(self) -> DrawingReport:
        """The report of everything recorded so far."""
        return DrawingReport(tuple(self._lost), tuple(sorted(self._missing)))
