"""Cut-outs: people and things without their backgrounds.

A cut-out made by the service (`sbc make --cut-out`) comes first; then a picture's own transparency, a plain ground
(`plain_ground`), and segmentation of a photograph (`segmentation`, in a child process). If none is good enough, the
picture itself is shown with soft edges, around the face if there is one. Results of segmentation are cached between
runs, by the picture's content.
"""

from __future__ import annotations

import io
import json
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter

from storyboard.catalog import read_table
from storyboard.child_process import ChildFailed, ask_child
from storyboard.compiler.images import user_store
from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.drawing.images import read_picture
from storyboard.drawing.plain_ground import cut_from_plain_ground
from storyboard.drawing.segmentation import FaceBox
from storyboard.drawing.version import drawing_version
from storyboard.files.stamps import Stamp, stamp_of

_KEPT = 24  # cut-outs in memory
#: A figure narrower than this share of its height is seen from head to foot; a broader one is a bust. One with a face
#: is whole with so many faces below the brows, where a grown person has so many down to the feet.
_SLENDER, _FACES_DOWN, FACES_TALL = 0.55, 7.2, 9.3
_SEEN_THROUGH = 250  # a picture whose alpha falls below this is cut out already
_OUTLINE = 40  # alpha from which on a mask counts as somebody
_SEARCHED, _QUALITY = 960, 95  # the longer side, and the JPEG quality, of what is sent to the child
#: A photograph's silhouette fades over this share of its width where the photograph's own side cuts it.
_FADE = 0.06
#: A portrait with soft edges: what it shows around a face, in faces, and without one, its width by its height; how
#: much of its shorter side fades away.
_BESIDE, _ABOVE, _BELOW = 2.1, 0.9, 8.6
_SLENDEREST, _BROADEST, _MIDDLE_HEIGHT = 0.55, 1.35, 0.22
_SOFTNESS, _HAIR = 0.16, 0.35


class CutOut(NamedTuple):
    """A person or thing to lay over a backdrop, RGBA.

    `face` is the place of the face in its pixels, if one was searched and found. `is_soft` marks a portrait with soft
    edges that includes its own background; `is_card` marks the placeholder of a missing picture.
    """

    picture: Image.Image
    face: FaceBox | None = None
    is_soft: bool = False
    is_card: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it shows a person from head to foot."""
        if self.face:
            return self.picture.height - self.face.top >= _FACES_DOWN * self.face.height
        return self.picture.width < self.picture.height * _SLENDER

    @property
    def share_of_whole(self) -> float:
        """How much of a person it shows, from the head down; 1 if no face is known."""
        if self.face is None:
            return 1.0
        return min(1.0, (self.picture.height - self.face.top) / (FACES_TALL * self.face.height))

    def scaled(self, scale: float) -> CutOut:
        """The same in another size."""
        size = max(1, round(self.picture.width * scale)), max(1, round(self.picture.height * scale))
        face = self.face and FaceBox(*(value * scale for value in self.face))
        return self._replace(picture=self.picture.resize(size, Image.Resampling.BICUBIC), face=face)


class _Photo(NamedTuple):
    """What the child finds: the face, in shares of the picture's sides, and the mask, at the child's size."""

    face: FaceBox | None
    mask: Image.Image | None


def read_cut_out(source: Path | bytes, kind: str, made: Path | None = None) -> CutOut:
    """A person (`character`) or thing (`prop`) without its background, or with soft edges if it cannot be cut out well.

    `made` is the service's cut-out, which is preferred. Raises UnreadableImage.
    """
    if made is not None and isinstance(source, Path):
        with suppress(UnreadableImage, OSError):
            return _cut_made(source, stamp_of(source), made, stamp_of(made), kind)
    if isinstance(source, bytes):
        return _cut_bytes(source, kind)
    return _cut_file(source, stamp_of(source), kind)


@lru_cache(_KEPT)
def _cut_file(path: Path, _stamp: Stamp | None, kind: str) -> CutOut:
    return _cut_out(read_picture(path), kind)


@lru_cache(_KEPT)
def _cut_bytes(data: bytes, kind: str) -> CutOut:
    return _cut_out(read_picture(data), kind)


@lru_cache(_KEPT)
def _cut_made(source: Path, _stamp: Stamp | None, made: Path, _made_stamp: Stamp | None, kind: str) -> CutOut:
    """What the service has cut out, with the face as it is found in the picture itself. Raises UnreadableImage where
    nothing is cut out of it."""
    cut = read_picture(made)
    box = (
        cut.getchannel("A").point(lambda value: 255 if value > _OUTLINE else 0).getbbox()
        if cut.mode == "RGBA"
        else None
    )
    if box is None:
        raise UnreadableImage("has nobody cut out")
    face = _search(read_picture(source).convert("RGB"), kind).face if kind == "character" else None
    return CutOut(cut.crop(box), _moved(_in_pixels(face, cut.size), box[0], box[1]))


def _in_pixels(face: FaceBox | None, size: tuple[int, int]) -> FaceBox | None:
    """A face in shares of a picture's sides, in its pixels."""
    width, height = size
    return face and FaceBox(face.left * width, face.top * height, face.width * width, face.height * height)


def _cut_out(picture: Image.Image, kind: str) -> CutOut:
    """A person or thing cut out of a picture: by transparency, plain ground or segmentation, else a portrait."""
    if picture.mode == "RGBA":
        low, _ = picture.getchannel("A").getextrema()
        box = picture.getchannel("A").getbbox()
        if isinstance(low, int | float) and low < _SEEN_THROUGH and box:
            return CutOut(picture.crop(box))
        picture = picture.convert("RGB")
    if (mask := cut_from_plain_ground(picture)) is not None:
        return _masked(picture, mask, None)
    photo = _search(picture, kind)
    face = _in_pixels(photo.face, picture.size)
    if photo.mask is None:
        return _portrait(picture, face, kind)
    mask = photo.mask.resize(picture.size, Image.Resampling.BICUBIC)
    return _masked(picture, ImageChops.multiply(mask, _faded_sides(picture.size)), face)


def _masked(picture: Image.Image, mask: Image.Image, face: FaceBox | None) -> CutOut:
    cut = picture.convert("RGBA")
    cut.putalpha(mask)
    box = mask.point(lambda value: 255 if value > _OUTLINE else 0).getbbox() or (0, 0, *picture.size)
    return CutOut(cut.crop(box), _moved(face, box[0], box[1]))


def _moved(face: FaceBox | None, left: float, top: float) -> FaceBox | None:
    return face and face._replace(left=face.left - left, top=face.top - top)


def _faded_sides(size: tuple[int, int]) -> Image.Image:
    """A mask that fades out at the left and right: an arm that the photograph cuts ends in no straight line."""
    width = size[0]
    reach = max(1, round(width * _FADE))
    row = Image.new("L", (width, 1), 255)
    for column in range(reach):
        value = round(255 * column / reach)
        row.putpixel((column, 0), value)
        row.putpixel((width - 1 - column, 0), value)
    return row.resize(size)


def _portrait(picture: Image.Image, face: FaceBox | None, kind: str) -> CutOut:
    """The part of a picture that shows somebody, with edges that fade away; a bust does not fade below."""
    if face:
        box = (
            max(0, round(face.middle - _BESIDE * face.width)),
            max(0, round(face.top - _ABOVE * face.height)),
            min(picture.width, round(face.middle + _BESIDE * face.width)),
            min(picture.height, round(face.top + _BELOW * face.height)),
        )
    else:
        breadth = min(max(picture.width / picture.height, _SLENDEREST), _BROADEST)
        width = min(picture.width, round(picture.height * breadth))
        height = min(picture.height, round(width / breadth))
        left, top = (picture.width - width) // 2, round((picture.height - height) * _MIDDLE_HEIGHT)
        box = (left, top, left + width, top + height)
    part = picture.crop(box).convert("RGBA")
    moved = _moved(face, box[0], box[1])
    hair = moved.top - _HAIR * moved.height if moved else part.height
    portrait = CutOut(part, moved, is_soft=True)
    below = 0.0 if kind == "character" and not portrait.is_whole else part.height
    part.putalpha(_soft_edges(part.size, max(0.0, hair), below))
    return portrait


def _soft_edges(size: tuple[int, int], most_above: float, most_below: float) -> Image.Image:
    """A mask for a picture of this size: opaque in the middle, nothing left at the edges. `most_above` and `most_below`
    are how far it may fade from the upper and the lower edge, in pixels: not into a head."""
    small = 4  # it is soft: a quarter of the size does
    width, height = max(8, size[0] // small), max(8, size[1] // small)
    reach = max(1.0, min(width, height) * _SOFTNESS)
    above, below = (round(min(reach, most / small)) for most in (most_above, most_below))
    margin = round(reach)
    inner = Image.new("L", (width + 2 * margin, height + 2 * margin), 0)
    top, bottom = (margin + above if above else 0), (margin + height - below if below else height + 2 * margin)
    box = (2 * margin, top, max(2 * margin + 1, width), max(top + 1, bottom))
    inner.paste(255, box)
    blurred = inner.filter(ImageFilter.GaussianBlur(reach / 2)).crop((margin, margin, margin + width, margin + height))
    soft = blurred.point(lambda value: max(0, min(255, round((value - 24) * 255 / 200))))
    return soft.resize(size, Image.Resampling.BICUBIC)


def _search(picture: Image.Image, kind: str) -> _Photo:
    """Look for somebody or something in a photograph; nothing is found where the child fails."""
    small = picture.copy()
    small.thumbnail((_SEARCHED, _SEARCHED), Image.Resampling.BOX)
    body = io.BytesIO()
    small.save(body, "JPEG", quality=_QUALITY)
    data, store = body.getvalue(), user_store()
    digest, how = sha256(data).hexdigest(), f"cut out as {kind} by {drawing_version()}"
    kept = store.encoded(digest, how)
    if kept is not None and (known := _read_answer(kept)) is not None:
        return known
    try:
        seconds: float = read_table("image_files.toml")["child"]["wall_seconds"]
        answer = ask_child("storyboard.drawing.segmentation", kind, data=data, wall_seconds=seconds)
    except ChildFailed:
        return _Photo(None, None)
    found = _read_answer(answer)
    if found is None:
        return _Photo(None, None)
    store.keep_encoded(digest, how, answer)
    return found


def _read_answer(answer: bytes) -> _Photo | None:
    """What the child has written; None where it is not of that shape, as a damaged file of the store."""
    head, _, body = answer.partition(b"\n")
    try:
        told = json.loads(head)
        width, height = told["size"]
        box = told["face"]
        face = FaceBox(box[0] / width, box[1] / height, box[2] / width, box[3] / height) if box else None
        mask = Image.open(io.BytesIO(body), formats=("PNG",)).convert("L") if body else None
    except (ValueError, KeyError, TypeError, IndexError, ZeroDivisionError, OSError):
        return None
    return _Photo(face, mask)
