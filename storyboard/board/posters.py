"""Single frames of finished clips."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from storyboard.film.edge_frames import Undecodable, frame_at


def read_frame(path: Path, second: int) -> Image.Image:
    """The frame of a clip that is shown at `second`, or its last one: upright, with square pixels. It is decoded in a
    child process. Raises OSError where the file is not a video that can be read."""
    try:
        return Image.open(io.BytesIO(frame_at(path, second))).convert("RGB")
    except Undecodable as problem:
        raise OSError(f"{path.name}: {problem}") from None
