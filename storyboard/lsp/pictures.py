"""Pictures small enough to stand in a message to the editor, and the pages of codes."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from pathlib import Path

from storyboard.ir.resolved import Entity, Picture
from storyboard.pipeline import Analysis

#: Pixels of a thumbnail's longer side, its quality, and how many are kept.
_SIDE, _QUALITY, _KEPT = 160, 70, 128
#: Pictures shown of one name.
_MOST = 4


def thumbnails(analysis: Analysis, entity: Entity) -> list[str]:
    """The pictures of a name as Markdown images: small data URLs, or the address of one on the web."""
    found = [_shown(analysis, picture) for picture in entity.pictures[:_MOST]]
    return [one for one in found if one]


def _shown(analysis: Analysis, picture: Picture) -> str | None:
    if picture.is_url:
        return f"![picture]({_escaped(picture.path)})"
    file = analysis.album.file(picture)
    address = thumbnail(file) if file else None
    return f"![picture]({address})" if address else None


def thumbnail(file: Path) -> str | None:
    """A picture file as a small data URL; None where it cannot be shown."""
    try:
        status = file.stat()
    except OSError:
        return None
    return _thumbnail(file, status.st_mtime_ns, status.st_size)


@lru_cache(_KEPT)
def _thumbnail(file: Path, _changed: int, _size: int) -> str | None:
    from PIL import Image

    from storyboard.film.pictures import NoPicture, read_picture

    try:
        small = read_picture(file).copy()
    except NoPicture:
        return None
    small.thumbnail((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    body = io.BytesIO()
    if small.mode == "RGBA":
        small.save(body, "PNG", optimize=True)
        kind = "png"
    else:
        small.convert("RGB").save(body, "JPEG", quality=_QUALITY)
        kind = "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(body.getvalue()).decode('ascii')}"


def _escaped(address: str) -> str:
    return address.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
