"""Pictures of a script, read for drawing: upright, in RGB or with transparency, no larger than needed."""

from __future__ import annotations

import io
import warnings
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageOps

_LONGEST = 1920  # pixels; a still is drawn at twice a frame of 854
_KEPT = 24  # pictures in memory
_EVEN = 22  # how much a colour may differ, in each channel, and still be the background's
_PLAIN_BORDER = 0.9  # of the border has to be one colour for it to be a background
_OUTSIDE = b"\xff\x00\xfe"  # no photograph has it
_MASK_SIDE = 192  # pixels: a silhouette is looked for at this size


class NoPicture(Exception):
    """A file that cannot be shown as a picture."""


def read_picture(source: Path | bytes) -> Image.Image:
    """A picture as RGB, or as RGBA where one sees through parts of it; the first image of a moving one. Raises
    NoPicture."""
    if isinstance(source, bytes):
        return _read_bytes(source)
    try:
        status = source.stat()
    except OSError as problem:
        raise NoPicture(str(problem)) from None
    return _read_file(source, status.st_mtime_ns, status.st_size)


@lru_cache(_KEPT)
def _read_file(path: Path, _changed: int, _size: int) -> Image.Image:
    try:
        return _read_bytes(path.read_bytes())
    except OSError as problem:
        raise NoPicture(str(problem)) from None


@lru_cache(_KEPT)
def _read_bytes(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as opened:
                opened.draft("RGB", (_LONGEST, _LONGEST))
                picture = as_eight_bit(ImageOps.exif_transpose(opened))
    except (OSError, ValueError, SyntaxError, ArithmeticError, MemoryError, Image.DecompressionBombError) as problem:
        raise NoPicture(str(problem)) from None
    picture.thumbnail((_LONGEST, _LONGEST), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return picture


def as_eight_bit(image: Image.Image) -> Image.Image:
    """An image of any mode as RGB, or RGBA where one sees through parts of it."""
    if image.mode.startswith("I;16"):
        image = image.convert("I")
    if image.mode == "I":
        return image.point(lambda value: value * (1 / 257)).convert("L").convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def cut_out(picture: Image.Image) -> Image.Image | None:
    """A subject without its background: by the picture's own transparency, or where it stands before one plain
    colour. None where it cannot be cut out well."""
    if picture.mode == "RGBA":
        low, _ = picture.getchannel("A").getextrema()
        if isinstance(low, int | float) and low < 250:
            box = picture.getchannel("A").getbbox()
            return picture.crop(box) if box else None
        picture = picture.convert("RGB")
    mask = _silhouette(picture)
    if mask is None:
        return None
    cut = picture.convert("RGBA")
    cut.putalpha(mask.resize(picture.size, Image.Resampling.BICUBIC))
    box = mask.resize(picture.size).point(lambda value: 255 if value > 40 else 0).getbbox()
    return cut.crop(box) if box else None


def _silhouette(picture: Image.Image) -> Image.Image | None:
    small = picture.copy()
    small.thumbnail((_MASK_SIDE, _MASK_SIDE), Image.Resampling.BICUBIC)
    width, height = small.size
    if min(width, height) < 16:
        return None
    rim = [(x, y) for x in range(0, width, 3) for y in (0, 1)] + [
        (x, y) for y in range(0, height, 3) for x in (0, width - 1)
    ]
    colours = [small.getpixel(at) for at in rim]
    middle = tuple(sorted(colour[band] for colour in colours)[len(colours) // 2] for band in range(3))  # type: ignore[index]  # pixels of RGB
    alike = sum(all(abs(a - b) <= _EVEN for a, b in zip(colour, middle, strict=True)) for colour in colours)  # type: ignore[arg-type]  # pixels of RGB
    if alike < len(colours) * _PLAIN_BORDER:
        return None
    framed = ImageOps.expand(small, 1, fill=middle)
    ImageDraw.floodfill(framed, (0, 0), tuple(_OUTSIDE), thresh=_EVEN * 2)
    mask = Image.new("L", framed.size, 255)
    raw = framed.tobytes()
    mask.putdata([0 if raw[at : at + 3] == _OUTSIDE else 255 for at in range(0, len(raw), 3)])
    mask = mask.crop((1, 1, width + 1, height + 1))
    covered = mask.histogram()[255] / (width * height)
    return mask.filter(ImageFilter.GaussianBlur(0.8)) if 0.06 < covered < 0.92 else None
