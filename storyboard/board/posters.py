"""Single frames of finished clips."""

from __future__ import annotations

from pathlib import Path

import av
from PIL import Image

from storyboard.film.colour import to_picture


def read_frame(path: Path, second: int) -> Image.Image:
    """The frame of a clip that is shown at `second`, or its last one: upright, with square pixels.

    Raises OSError where the file is no video that can be read.
    """
    with av.open(str(path)) as container:
        if not container.streams.video:
            raise OSError(f"{path.name} has no picture")
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        if second:
            container.seek(second * av.time_base, backward=True)
        last = None
        for last in container.decode(stream):
            if last.time is None or last.time >= second - 0.01:
                break
        if last is None:
            raise OSError(f"{path.name} holds no frame")
        return to_picture(last, float(stream.sample_aspect_ratio or 1))
