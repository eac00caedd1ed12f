"""Camera moves over a still, from the words of a shot."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from storyboard.catalog import read_table
from storyboard.drawing.blocking import whole_words
from storyboard.drawing.camera_words import move_name

_ASIDE, _NEARER = 0.3, 0.1  # of the still: a move that is less is a drift


class CameraView(NamedTuple):
    """A part of a still: how much larger than whole it is seen, and where it lies, 0 to 1 from the left and the top."""

    zoom: float
    x: float
    y: float


class CameraMove(NamedTuple):
    """A move from one view to another.

    `sway` is how far a hand-held camera sways, as a share of the available room. If it `slides`, the camera moves along
    with the people in the shot: they stay in the frame, and the place passes by. `says` describes the move, in words
    that follow `the camera`.
    """

    name: str
    says: str
    start: CameraView
    end: CameraView
    sway: float = 0.0
    slides: bool = False

    @property
    def heads(self) -> str | None:
        """Where the camera goes: `in`, `out`, `left`, `right`, `up`, `down` or `about`; None where it stays."""
        nearer = self.end.zoom - self.start.zoom
        across, down = self.end.x - self.start.x, self.end.y - self.start.y
        if abs(across) > _ASIDE and abs(across) >= abs(down):
            return "right" if across > 0 else "left"
        if abs(down) > _ASIDE:
            return "down" if down > 0 else "up"
        if abs(nearer) > _NEARER:  # where it slides, the place draws away as the camera comes nearer
            return "in" if (nearer > 0) != self.slides else "out"
        return "about" if self.sway else None


class _MoveTable(NamedTuple):
    moves: dict[str, CameraMove]
    slow: re.Pattern[str]
    fast: re.Pattern[str]
    shares: tuple[float, float]


def move_of(direction: str) -> CameraMove:
    """The move that a camera direction names (`camera_words`), in its pace; a slight drift where it names none."""
    table = _table()
    text = " ".join(direction.lower().replace("-", " ").split())
    move = table.moves[move_name(text)]
    if table.fast.search(text):
        return _scaled(move, table.shares[1])
    return _scaled(move, table.shares[0]) if table.slow.search(text) else move


def move_named(name: str) -> CameraMove:
    """A move of the table by its name. Raises KeyError."""
    return _table().moves[name]


def _scaled(move: CameraMove, share: float) -> CameraMove:
    """The same move, over a larger or smaller way around its middle."""

    def between(low: float, high: float) -> tuple[float, float]:
        middle, half = (low + high) / 2, (high - low) / 2 * share
        return middle - half, middle + half

    zooms = between(move.start.zoom, move.end.zoom)
    rows = [
        tuple(min(1.0, max(0.0, at)) for at in between(*pair))
        for pair in zip(move.start[1:], move.end[1:], strict=True)
    ]
    starts, ends = [row[0] for row in rows], [row[1] for row in rows]
    return move._replace(start=CameraView(max(1.0, zooms[0]), *starts), end=CameraView(max(1.0, zooms[1]), *ends))


@cache
def _table() -> _MoveTable:
    table = read_table("camera_moves.toml")
    pace = table["pace"]
    return _MoveTable(
        {row["name"]: _move(row) for row in table["move"]},
        whole_words(pace["slow"]),
        whole_words(pace["fast"]),
        (pace["slow_share"], pace["fast_share"]),
    )


def _move(row: dict[str, Any]) -> CameraMove:
    views = CameraView(*row["start"]), CameraView(*row["end"])
    return CameraMove(row["name"], row["says"], *views, row.get("sway", 0.0), row.get("slides", False))
