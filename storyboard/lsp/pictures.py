"""Thumbnails for messages to the editor."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from pathlib import Path

from storyboard.compiler.ir.resolved import Entity, Picture
from storyboard.compiler.pipeline import Analysis
from storyboard.files.stamps import Stamp, stamp_of
from storyboard.lsp.markdown import escape, image

#: Pixels of a thumbnail's longer side, its quality, and how many are kept.
_SIDE, _QUALITY, _KEPT = 160, 70, 128
#: Pictures shown of one name.
_MOST = 4


def thumbnails(analysis: Analysis, entity: Entity, *, are_shown: bool) -> list[str]:
    """The pictures of a name in Markdown: as images (small data URLs, or the address of one on the web), or as links
    for an editor that shows none: it would show the letters of a data URL."""
    found = [_shown(analysis, picture, are_shown) for picture in entity.pictures[:_MOST]]
    return [one for one in found if one]


def _shown(analysis: Analysis, picture: Picture, is_shown: bool) -> str | None:
    """A picture in Markdown: as an image, or as a link."""
    if picture.is_url:
        address = _escaped(picture.path)
        return image(address) if is_shown else f"[{escape(picture.path)}]({address})"
    file = analysis.images.file(picture)
    if file is None:
        return None
    if not is_shown:
        return f"[{escape(picture.path)}]({_escaped(file.absolute().as_uri())})"
    small = thumbnail(file)
    return image(small) if small else None


def thumbnail(file: Path) -> str | None:
    """A picture file as a small data URL; None where it cannot be shown."""
    return _thumbnail(file, stamp_of(file))


@lru_cache(_KEPT)
def _thumbnail(file: Path, _stamp: Stamp | None) -> str | None:
    """The thumbnail of a file, cached by its stamp."""
    from PIL import Image

    from storyboard.compiler.images.decoder import UnreadableImage
    from storyboard.drawing.images import read_picture

    try:
        small = read_picture(file).copy()
    except UnreadableImage:
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
