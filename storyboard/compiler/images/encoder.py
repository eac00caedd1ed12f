"""Image encoding for requests: small enough for the model and the request, without metadata."""

from __future__ import annotations

import io
from base64 import b64encode
from functools import cache
from math import ceil
from typing import Any, NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.video_models import SideLimits
from storyboard.compiler.images.reader import read_image


class SizeStep(NamedTuple):
    """How far the images of a clip are reduced: `quality` of JPEG and WebP (1 to 100), the `share` of the model's long
    side that the longer side may have, and whether an opaque image may stay a PNG."""

    quality: int
    share: float
    png: bool


class Encoding(NamedTuple):
    """How one image is sent: `kind` is `jpeg`, `png` or `webp`; `quality` is 1 to 100, 0 without loss; `width` and
    `height` are in pixels."""

    kind: str
    quality: int
    width: int
    height: int

    @property
    def largest_size(self) -> int:
        """An upper bound of the characters that the image takes in a request."""
        bytes_a_pixel: int = _table()["most_bytes_a_pixel"]["lossy" if self.kind == "jpeg" else "lossless"]
        return self.width * self.height * bytes_a_pixel


@cache
def size_steps() -> tuple[SizeStep, ...]:
    """The steps of `image_files.toml`, the best images first."""
    return tuple(SizeStep(**row) for row in _table()["steps"])


def _table() -> dict[str, Any]:
    table: dict[str, Any] = read_table("image_files.toml")["sent"]
    return table


def choose_encoding(
    width: int, height: int, file_format: str, step: SizeStep, sides: SideLimits, *, opaque: bool
) -> Encoding:
    """How an image of `width` by `height` pixels is sent after a step. `file_format` is Pillow's name; the shorter side
    keeps what the model wants where it has that."""
    short, long = sorted((width, height))
    longest = min(long, max(round(step.share * sides.most), ceil(min(sides.least, short) * long / short)))
    scale = longest / long
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if file_format == "WEBP":
        return Encoding("webp", step.quality, *size)
    if not opaque or (step.png and file_format in _table()["lossless"]):
        return Encoding("png", 0, *size)
    return Encoding("jpeg", step.quality, *size)


def encode_image(data: bytes, encoding: Encoding) -> str:
    """An image file as a data URL. Raises UnreadableImage."""
    pixels = read_image(data, max(encoding.width, encoding.height)).pixels
    body = io.BytesIO()
    if encoding.kind == "png":
        pixels.save(body, "PNG")
    elif encoding.kind == "webp":
        pixels.save(body, "WEBP", quality=encoding.quality)
    else:
        pixels.convert("RGB").save(body, "JPEG", quality=encoding.quality)
    return f"data:image/{encoding.kind};base64,{b64encode(body.getvalue()).decode('ascii')}"
