"""Pictures of a script, read for drawing: upright, in RGB or RGBA, no larger than needed."""

from __future__ import annotations

import io
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from PIL import Image

from storyboard.compiler.images import largest_image_file, user_store
from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.compiler.images.reader import read_image
from storyboard.compiler.loader import Unreadable, is_displaced, read_bytes
from storyboard.files.stamps import Stamp, stamp_of

_LONGEST = 1920  # pixels; a still is drawn at twice a frame of 854
_KEPT = 24  # pictures in memory
#: Files of so many bytes are kept from run to run at the size that is drawn: as JPEG of this quality, under this name.
_LARGE, _DISPLAY_QUALITY, _DISPLAY = 1_000_000, 95, f"drawn at {_LONGEST}"


def read_picture(source: Path | bytes) -> Image.Image:
    """A picture as RGB, or as RGBA if it is partly transparent; the first frame of an animation.

    A path has no links in it, as `ImageCache.file` returns it: a link that has appeared since is not followed. Raises
    UnreadableImage.
    """
    if isinstance(source, bytes):
        return _read_bytes(source)
    return _read_file(source, stamp_of(source))


@lru_cache(_KEPT)
def _read_file(path: Path, _stamp: Stamp | None) -> Image.Image:
    """A picture file, cached by its stamp."""
    try:
        if is_displaced(path):
            raise UnreadableImage("has been replaced by a link")
        data = read_bytes(path, largest_image_file())  # no pipe or device may have come in the place of a checked file
    except Unreadable as problem:
        raise UnreadableImage(str(problem)) from None
    if len(data) < _LARGE:
        return _read_bytes(data)
    store, digest = user_store(), sha256(data).hexdigest()
    if (kept := store.encoded(digest, _DISPLAY)) is not None:
        with suppress(UnreadableImage):
            return read_image(kept, _LONGEST).pixels
    picture = _read_bytes(data)
    if picture.mode == "RGB":
        body = io.BytesIO()
        picture.save(body, "JPEG", quality=_DISPLAY_QUALITY)
        store.keep_encoded(digest, _DISPLAY, body.getvalue())
        return read_image(body.getvalue(), _LONGEST).pixels  # the same pixels as in every later run
    return picture


@lru_cache(_KEPT)
def _read_bytes(data: bytes) -> Image.Image:
    return read_image(data, _LONGEST).pixels
