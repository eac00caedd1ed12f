"""The poster of a film: one of its frames as a picture beside it."""

from __future__ import annotations

import io
from pathlib import Path

from storyboard.files.atomic import save
from storyboard.files.signatures import MADE_BY
from storyboard.film.edge_frames import Undecodable, frame_at


def save_poster(film: Path, second: int) -> None:
    """Write the frame at a second of a film as PNG beside it. Raises OSError."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    try:
        frame = frame_at(film, second)
    except Undecodable as problem:
        raise OSError(f"the poster cannot be read: {problem}") from problem
    signed, body = PngInfo(), io.BytesIO()
    signed.add_text("Software", MADE_BY)
    with Image.open(io.BytesIO(frame)) as picture:
        picture.save(body, "PNG", pnginfo=signed)
    save(film.with_suffix(".png"), body.getvalue())
