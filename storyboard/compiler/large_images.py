"""Large pictures: decoded one at a time, each in a child process with little memory and time.

A few bytes of a PNG can ask for 89 megapixels, the most that Pillow takes: 270 MB, and twice as much with a copy.
"""

from __future__ import annotations

import io
from threading import Lock

#: The formats that are read, as Pillow names them.
FORMATS = ("PNG", "JPEG", "WEBP")
#: Pixels of a picture that is decoded in a child process; photos of most cameras have as many or fewer.
_LARGE = 20_000_000
#: Limits of the child: seconds of processor, seconds by the clock, bytes. 89 megapixels of PNG take 2 s and 1 GB.
_PROCESSOR_SECONDS, _WALL_SECONDS, _MEMORY_BYTES = 60, 120.0, 2 * 1024**3
_one_at_a_time = Lock()


def is_large(data: bytes) -> bool:
    """Whether a picture's head announces so many pixels. Never raises: what is wrong is said by whoever decodes it."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return image.width * image.height > _LARGE
    except Exception:  # noqa: BLE001 # Pillow stumbles over hostile heads in many ways
        return False


def in_child(module: str, *arguments: str, data: bytes) -> bytes:
    """What `run(*arguments)` of a module writes to standard output with a picture as its standard input. Raises
    child_process.ChildFailed."""
    from storyboard.child_process import ask_child

    with _one_at_a_time:
        return ask_child(module, *arguments, data=data, wall_seconds=_WALL_SECONDS)


def limit_child() -> None:
    """Called first by such a `run`."""
    from storyboard.child_process import limit_itself

    limit_itself(_PROCESSOR_SECONDS, _MEMORY_BYTES)
