"""The head of a figure, from a detected face or from the silhouette, because framing is by the eyes."""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image

from storyboard.drawing.cutouts import CutOut

#: Shoulders begin where a silhouette has this share of its greatest width above the hips.
_SHOULDERS = 0.7
#: The share of the head, without the neck, in everything above the shoulders.
_WITHOUT_NECK = 0.88
#: Heads as shares of a figure's height, at least and at most: of grown people drawn and photographed, and of busts.
_WHOLE_HEADS, _BUST_HEADS = (0.115, 0.34), (0.26, 0.62)
_ROWS = 160
#: Halfway down a head are its eyes, as drawing manuals have it; in a face that was found, higher up, for its box begins
#: at the brows. By its height: the hair above it (in a cut-out as far as it goes, up to the second figure), and the
#: chin below its upper edge; a head's width by its face's.
_EYES, _FACE_EYES = 0.52, 0.38
_HAIR, _MOST_HAIR, _CHIN, _HEAD_WIDTH = 0.35, 0.8, 1.05, 1.3


class Head(NamedTuple):
    """The head of a figure in its pixels: its middle from the left, its height and width, and how far eyes and crown
    are below the figure's upper edge."""

    middle: float
    height: float
    width: float
    eyes: float
    crown: float


def find_head(figure: CutOut) -> Head:
    """The head of a person."""
    face = figure.face
    if face:
        hair = min(face.top, face.height * (_HAIR if figure.is_soft else _MOST_HAIR))
        width, eyes = face.width * _HEAD_WIDTH, face.top + face.height * _FACE_EYES
        return Head(face.middle, face.height * _CHIN + hair, width, eyes, face.top - hair)
    return _silhouettes_head(figure)


def _silhouettes_head(figure: CutOut) -> Head:
    """The head of a figure without a detected face: the upper part of its silhouette, down to the neck."""
    picture = figure.picture
    solid = picture.getchannel("A").resize((picture.width, _ROWS), Image.Resampling.BOX)
    solid = solid.point(lambda value: 255 if value > 127 else 0)
    upper = [_span(solid, row, row + 1) for row in range(_ROWS // 2 if figure.is_whole else _ROWS)]
    widest = max(right - left for left, right in upper)
    broad = (row for row, (left, right) in enumerate(upper) if row > 4 and right - left >= _SHOULDERS * widest)
    least, most = _WHOLE_HEADS if figure.is_whole else _BUST_HEADS
    share = min(max(next(broad, _ROWS // 3) * _WITHOUT_NECK / _ROWS, least), most)
    left, right = _span(solid, 0, max(2, round(share * _ROWS)))
    height = share * picture.height
    return Head((left + right) / 2, height, max(1, right - left), height * _EYES, 0)


def _span(solid: Image.Image, top: int, bottom: int) -> tuple[int, int]:
    """The left and right end of what is solid between two rows."""
    box = solid.crop((0, top, solid.width, bottom)).getbbox()
    return (box[0], box[2]) if box else (0, 0)
