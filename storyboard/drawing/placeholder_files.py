"""Placeholders as picture files, for pictures that a new or imported script names and that do not exist yet.

The same name always gives the same bytes.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from pathlib import Path

from PIL.PngImagePlugin import PngInfo

from storyboard.compiler.ir.parsed import Kind
from storyboard.drawing.placeholders import draw_stand_in, draw_stand_in_place
from storyboard.drawing.still import Subject
from storyboard.files.atomic import save
from storyboard.files.signatures import PLACEHOLDER
from storyboard.screenplay.names import DeclaredName

#: Width and height in pixels: a person upright, a place as wide as a frame. The service takes no side below 300.
_SIZES = {Kind.CHARACTER: (480, 640), Kind.PROP: (600, 600), Kind.LOCATION: (1024, 576)}


def placeholder_png(kind: Kind, name: str) -> bytes:
    """A placeholder as PNG."""
    width, height = _SIZES[kind]
    if kind is Kind.LOCATION:
        picture = draw_stand_in_place(name, None, width, height)
    else:
        picture = draw_stand_in(Subject(name, kind.value, None), width, height)
    out = io.BytesIO()
    mark = PngInfo()
    mark.add_text("Software", PLACEHOLDER)
    picture.convert("RGB").save(out, "PNG", compress_level=3, pnginfo=mark)
    return out.getvalue()


def draw_missing(declared: Iterable[DeclaredName], folder: Path) -> int:
    """Draw a placeholder for every name whose picture is not in the folder yet. Returns their number.

    If one fails or the command is interrupted, none is left. Raises OSError.
    """
    drawn: list[Path] = []
    is_done = False
    try:
        for one in declared:
            if one.picture is None:
                continue
            file = folder / one.picture
            if not os.path.lexists(file):
                file.parent.mkdir(parents=True, exist_ok=True)
                picture = placeholder_png(one.kind, one.name)
                drawn.append(file)
                save(file, picture)
        is_done = True
    finally:
        for file in () if is_done else drawn:
            file.unlink(missing_ok=True)
    return len(drawn)
