"""The only reader of images, for requests, checks, board, animatic, paper, editor and sandbox.

So what is sent is what is seen. A large image is decoded in a child process with limited memory and time, one at a
time: a few bytes of a PNG can ask for 89 megapixels, the most that Pillow accepts, which are 270 MB, and twice as much
with a copy.
"""

from __future__ import annotations

import io
import json
import sys
from threading import Lock

from storyboard.catalog import read_table
from storyboard.compiler.images.decoder import SeenImage, UnreadableImage, decode_image, open_image

_ADVICE = "Scale it down to 4,000 pixels a side."
_one_at_a_time = Lock()


def read_image(data: bytes, longest: int) -> SeenImage:
    """Read an image. `longest` is the most pixels that the longer side of the result may have. Raises
    UnreadableImage."""
    closed, limits = open_image(data), read_table("image_files.toml")["read"]
    if closed.pixels > limits["pixels"]:
        raise UnreadableImage(f"has {closed.pixels / 1e6:,.0f} megapixels, too many to be opened safely", _ADVICE)
    if closed.pixels > limits["large_pixels"]:
        return _read_in_child(data, longest)
    return decode_image(closed, longest)


def _read_in_child(data: bytes, longest: int) -> SeenImage:
    from PIL import Image

    from storyboard.child_process import ChildFailed, ask_child

    seconds: float = read_table("image_files.toml")["child"]["wall_seconds"]
    try:
        with _one_at_a_time:
            answer = ask_child(__name__, str(longest), data=data, wall_seconds=seconds)
    except ChildFailed as problem:
        raise UnreadableImage(f"cannot be opened safely: {problem}", _ADVICE) from None
    head, _, body = answer.partition(b"\n")
    told = json.loads(head)
    if "problem" in told:
        raise UnreadableImage(told["problem"], told["advice"])
    pixels = Image.open(io.BytesIO(body), formats=("PNG",))
    pixels.load()
    return SeenImage(pixels, told["width"], told["height"], told["format"])


def run(longest: str) -> None:
    """Be that process: the image comes on standard input; facts as a line of JSON and a PNG go to standard output."""
    from storyboard.child_process import limit_itself

    limits = read_table("image_files.toml")["child"]
    limit_itself(limits["processor_seconds"], limits["memory_bytes"])
    body = io.BytesIO()
    try:
        seen = decode_image(open_image(sys.stdin.buffer.read()), int(longest))
    except UnreadableImage as problem:
        head: dict[str, object] = {"problem": str(problem), "advice": problem.advice}
    else:
        head = {"width": seen.width, "height": seen.height, "format": seen.format}
        seen.pixels.save(body, "PNG", compress_level=1)
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body.getvalue())
