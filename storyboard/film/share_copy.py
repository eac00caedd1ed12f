"""A copy of a film of limited size, encoded once, at a bit rate that follows from the size.

The picture is as large as its bits allow: the first size of `share_copy.toml` at which a pixel has enough of them. If
even the smallest has too few, there is no copy. A film that is small enough is copied as it is.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.catalog import read_table
from storyboard.child_process import child_command, child_environment, own_process_group
from storyboard.drawing.overlays import FrameSize
from storyboard.files.atomic import replacing_file


class ShareTask(NamedTuple):
    """What the child encodes: `frames` frames of a film at `rate`, at `size`, with `picture_bits` and `sound_bits` a
    second, of which the encoder may be `buffer` seconds ahead."""

    film: str
    target: str
    frames: int
    rate: str
    shown: FrameSize
    size: FrameSize
    picture_bits: int
    sound_bits: int
    buffer: float


class SizedFilm(NamedTuple):
    """A film on disk, as far as a copy needs it: frames of `size`, as many at `rate`."""

    path: Path
    frames: int
    rate: Fraction
    size: FrameSize


class TooSmall(Exception):
    """A copy of that size cannot be watched; `least` are the megabytes from which it can."""

    def __init__(self, least: int) -> None:
        super().__init__(f"a copy so small cannot be watched; this film needs at least {least} MB")
        self.least = least


def plan_share(film: SizedFilm, megabytes: int, target: Path) -> ShareTask:
    """How to encode a copy of at most this many megabytes. Raises TooSmall."""
    table = read_table("share_copy.toml")
    rules, sound = table["encoding"], table["sound"]
    seconds = float(film.frames / film.rate) + rules["buffer"]
    bits = megabytes * rules["megabyte"] * 8 * (1 - rules["container"]) / seconds
    heard = next((one for one in sound["bits"] if one <= sound["share"] * bits), sound["bits"][-1])
    short = min(film.size)
    sizes = [_scaled(film.size, lines) for lines in rules["lines"] if lines < short]
    for size in (film.size, *sizes):
        if bits - heard >= rules["good"] * _pixels(size, film.rate):
            break
    least = rules["least"] * _pixels(size, film.rate)
    if bits - heard < least:
        needed = (least + sound["bits"][-1]) * seconds / 8 / (1 - rules["container"])
        raise TooSmall(int(needed // rules["megabyte"]) + 1)
    return ShareTask(
        str(film.path), str(target), film.frames, str(film.rate), film.size, size, int(bits - heard), heard,
        rules["buffer"],
    )  # fmt: skip


def write_share(
    film: SizedFilm, megabytes: int, target: Path, tell: Callable[[float], None] = lambda share: None
) -> float:
    """Write a copy of at most this many megabytes to `target`, completely or not at all, and return its megabytes.

    Raises OSError, TooSmall.
    """
    unit: int = read_table("share_copy.toml")["encoding"]["megabyte"]
    with replacing_file(target) as temporary:
        if film.path.stat().st_size <= megabytes * unit:
            shutil.copyfile(film.path, temporary)
        else:
            _encode(plan_share(film, megabytes, temporary), tell)
        size = temporary.stat().st_size
        if size > megabytes * unit:
            raise OSError(f"a copy of {megabytes} MB cannot be made: it came out larger")
    return size / unit


def _encode(task: ShareTask, tell: Callable[[float], None]) -> None:
    """Encode the copy in a child process. Raises OSError with the child's reason."""
    with subprocess.Popen(
        child_command("storyboard.film.share_child"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=child_environment(),
        **own_process_group(),
    ) as child:
        try:
            assert child.stdin is not None, "it is a pipe"
            assert child.stdout is not None, "it is a pipe"
            child.stdin.write(json.dumps(task).encode() + b"\n")
            child.stdin.flush()
            while line := child.stdout.readline():
                facts: dict[str, Any] = json.loads(line)
                if "done" in facts:
                    return
                if "failed" in facts:
                    raise OSError(f"the copy cannot be encoded: {facts['failed']}")
                tell(facts["frames"] / task.frames)
        finally:
            child.kill()
    raise OSError("the copy cannot be encoded: its encoder ended early")


def _scaled(size: FrameSize, lines: int) -> FrameSize:
    share = Fraction(lines, min(size))
    return FrameSize(round(size.width * share / 2) * 2, round(size.height * share / 2) * 2)


def _pixels(size: FrameSize, rate: Fraction) -> float:
    """Of a second."""
    return size.width * size.height * float(rate)
