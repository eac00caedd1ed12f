"""The live board in an editor: its parts, its pictures and takes, and links between shots and lines.

The editor shows it in a view of its own and uses its existing connection: no port is opened.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import NamedTuple

from storyboard.board.image_sources import ClipFrame
from storyboard.board.live import BoardOrder, BoardPiece, LiveBoard
from storyboard.compiler.ir.resolved import Shot
from storyboard.compiler.pipeline import Analysis
from storyboard.film.takes import Take


class BoardUpdate(NamedTuple):
    """What a view has to be told: `order` is what the board holds now, `new` are the pieces that the view has not
    got."""

    order: BoardOrder
    new: dict[str, BoardPiece]


class BoardView:
    """The board of one script as one view shows it."""

    def __init__(self) -> None:
        self._board = LiveBoard()
        self._seen: set[str] = set()

    def update(self, analysis: Analysis, takes: Sequence[Take], *, is_new: bool) -> BoardUpdate:
        """Draw what has changed. A view that `is_new` has got nothing yet."""
        if is_new:
            self._seen.clear()
        self._board.draw(analysis, takes)
        return BoardUpdate(self._board.order, self._board.new_pieces(self._seen))

    def picture(self, name: str) -> str | None:
        """A picture of the board as base64 of WebP, by the name that the page asks for it with."""
        from storyboard.board.images import draw_image

        source = self._board.files.get(name)
        return None if source is None else b64encode(draw_image(source)).decode("ascii")

    def take(self, name: str) -> str | None:
        """The file of a take of the board."""
        source = self._board.files.get(name)
        return str(source.path) if isinstance(source, ClipFrame) else None


def shot_at(analysis: Analysis, path: str, at: int) -> str | None:
    """The number of the shot at a character of a file: the last that begins above it, else the file's first."""
    places = ((analysis.layout.locate(shot.header), shot.number) for shot in _shots(analysis))
    here = [(start, number) for (source, start, _), number in places if source.path == path]
    above = [number for start, number in here if start <= at]
    return above[-1] if above else here[0][1] if here else None


def header_of(analysis: Analysis, number: str) -> tuple[str, int] | None:
    """The file and the character at which the shot of a number begins."""
    for shot in _shots(analysis):
        if shot.number == number:
            source, start, _ = analysis.layout.locate(shot.header)
            return source.path, start
    return None


def _shots(analysis: Analysis) -> list[Shot]:
    return [shot for scene in analysis.film.scenes for shot in scene.shots]
