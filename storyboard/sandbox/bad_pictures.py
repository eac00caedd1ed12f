"""Wrong pictures for faults, made from the right one."""

from __future__ import annotations

import io

from PIL import Image

_TINY = 64


def tiny_picture(data: bytes) -> bytes:
    """A picture of the same shape and of a few bytes, as placeholders are."""
    picture = Image.open(io.BytesIO(data))
    return _png(Image.new("RGB", (_TINY, max(1, round(_TINY * picture.height / picture.width))), (128, 128, 128)))


def black_picture(data: bytes) -> bytes:
    """A black picture of the same size, in as many bytes as one that shows something."""
    picture = Image.open(io.BytesIO(data))
    body = io.BytesIO()
    Image.new("RGB", picture.size).save(body, "PNG", compress_level=0)
    return body.getvalue()


def lying_picture(data: bytes) -> bytes:
    """The picture on its side, or cut to a strip where it is square."""
    picture = Image.open(io.BytesIO(data))
    if picture.width == picture.height:
        return _png(picture.crop((0, 0, picture.width, picture.height // 2)))
    return _png(picture.transpose(Image.Transpose.ROTATE_90))


def jpeg_picture(data: bytes) -> bytes:
    """The picture as a JPEG, whatever it was."""
    body = io.BytesIO()
    Image.open(io.BytesIO(data)).convert("RGB").save(body, "JPEG", quality=98)
    return body.getvalue()


def _png(picture: Image.Image) -> bytes:
    body = io.BytesIO()
    picture.save(body, "PNG")
    return body.getvalue()
