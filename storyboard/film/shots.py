"""The data of a shot to draw: still, move, fades, dissolves, overlays."""

from __future__ import annotations

from typing import NamedTuple

from storyboard.drawing.camera_moves import CameraMove
from storyboard.drawing.overlays import Caption, Slate
from storyboard.drawing.still import Still
from storyboard.film.encoding import RATE

#: Frames at the head of a shot, its first second: the only ones to show the film's running time, which every edit of a
#: length changes for all later shots. The rest of a shot depends on nothing but the shot.
HEAD = RATE


class Fade(NamedTuple):
    """A fade over `frames` frames, from or to `colour`: `black` or `white`. With `is_cut` the colour appears at
    once."""

    frames: int
    colour: str = "black"
    is_cut: bool = False


class CameraWindow(NamedTuple):
    """A still under the camera: `frames` frames of the move, of which `before` hold its first view."""

    still: Still
    move: CameraMove
    frames: int


class Dissolve(NamedTuple):
    """`frames` frames in which another shot shines through, from a share `start` to a share `end` of it. At the end of
    a shot it is the first view of the next one; at its beginning the last view of the one before. As a wipe, it has
    that share of the frame."""

    window: CameraWindow
    frames: int
    start: float
    end: float
    is_wipe: bool = False


class PanelShot(NamedTuple):
    """A shot to draw. `seconds` is its length; it has that many times 24 frames, to the nearest."""

    seconds: float
    still: Still
    captions: tuple[Caption, ...] = ()
    slate: Slate | None = None
    move: CameraMove | None = None
    fade_in: Fade | None = None
    fade_out: Fade | None = None
    blend_in: Dissolve | None = None
    blend_out: Dissolve | None = None

    @property
    def frames(self) -> int:
        """The number of frames at 24 frames a second."""
        return max(1, round(self.seconds * RATE))
