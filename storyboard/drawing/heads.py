"""Where the head of a cut-out figure is, from its silhouette: a camera is framed by eyes, not by feet."""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image

#: A figure narrower than this share of its height is seen from head to foot; a broader one is a bust.
_SLENDER = 0.55
#: Shoulders begin where a silhouette has this share of its greatest width above the hips.
_SHOULDERS = 0.7
#: Of what is above the shoulders, the head without the neck.
_WITHOUT_NECK = 0.88
#: Heads as shares of a figure's height, at least and at most: of grown people drawn and photographed, and of busts.
_WHOLE_HEADS, _BUST_HEADS = (0.115, 0.34), (0.26, 0.62)
_ROWS = 160


class Head(NamedTuple):
    """The head of a figure, in its pixels: its middle from the left, its height from the figure's top, its width."""

    middle: float
    height: float
    width: float

    @property
    def eyes(self) -> float:
        """How far below the figure's top its eyes are: halfway down a head, as drawing manuals have it."""
        return self.height * 0.52


def is_whole(figure: Image.Image) -> bool:
    """Whether a cut-out shows somebody from head to foot."""
    return figure.width < figure.height * _SLENDER


def find_head(figure: Image.Image) -> Head:
    """The head of a cut-out person, RGBA."""
    solid = figure.getchannel("A").resize((figure.width, _ROWS), Image.Resampling.BOX)
    solid = solid.point(lambda value: 255 if value > 127 else 0)
    upper = [_span(solid, row, row + 1) for row in range(_ROWS // 2 if is_whole(figure) else _ROWS)]
    widest = max(right - left for left, right in upper)
    broad = (row for row, (left, right) in enumerate(upper) if row > 4 and right - left >= _SHOULDERS * widest)
    least, most = _WHOLE_HEADS if is_whole(figure) else _BUST_HEADS
    share = min(max(next(broad, _ROWS // 3) * _WITHOUT_NECK / _ROWS, least), most)
    left, right = _span(solid, 0, max(2, round(share * _ROWS)))
    return Head((left + right) / 2, share * figure.height, max(1, right - left))


def _span(solid: Image.Image, top: int, bottom: int) -> tuple[int, int]:
    """The left and right end of what is solid between two rows."""
    box = solid.crop((0, top, solid.width, bottom)).getbbox()
    return (box[0], box[2]) if box else (0, 0)
