"""Takes on their way through an upscaler: cut into pieces that fit into a request, and joined again.

    take ─cut─▶ pieces ─(the service)─▶ larger pieces ─join─▶ picture ─▶ with the take's own sound

A piece is a range of frames, encoded almost without loss. The results are copied frame by frame if they are of one
kind, and the sound is the take's, packet by packet.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

from storyboard.child_process import ChildFailed, ask_child
from storyboard.drawing.overlays import FrameSize
from storyboard.film.encoding import Quality, add_video, encode_frames, open_mp4, write_in_step
from storyboard.film.film_format import film_format, is_one_kind
from storyboard.film.limits import clip_file_limits
from storyboard.film.media import TakeMedia, solid_frame
from storyboard.film.remux import SampleRange, write_film
from storyboard.film.track_index import MediaIndex, read_index

#: Of what a piece may have, so much is aimed at: an encoder keeps to a size on average.
_AIMED_AT = 0.85


class CannotUpscale(Exception):
    """A take cannot be cut, or what came back cannot be put together; the message says why."""


class CutTask(NamedTuple):
    """What the child cuts: `frames` frames from `first` on of a take of a `size` and `rate`, into at most `bits` a
    second."""

    take: str
    target: str
    first: int
    frames: int
    size: tuple[int, int]
    rate: str
    bits: int


class MergeTask(NamedTuple):
    """What the child joins: the picture of `pieces`, encoded again if there are several, and the sound of a `take`.

    `frames` are the numbers of frames of the pieces.
    """

    pieces: tuple[str, ...]
    frames: tuple[int, ...]
    take: str
    target: str


def write_black_clip(target: Path, size: FrameSize, rate: Fraction, frames: int) -> None:
    """Write a clip of black frames: as long and large as a take, without anything of it. Raises OSError."""
    even = FrameSize(size.width // 2 * 2, size.height // 2 * 2)
    with open_mp4(target) as container:
        video = add_video(container, even, rate, Quality())
        write_in_step(container, encode_frames(video, repeat(solid_frame(even, "black"), frames)))


def cut_piece(take: TakeMedia, first: int, count: int, most_bytes: int, target: Path) -> None:
    """Write a range of a take's frames, without sound, as an MP4 of at most `most_bytes` bytes. Raises CannotUpscale,
    OSError."""
    bits = int(most_bytes * 8 * _AIMED_AT / float(count / take.rate))
    size = (take.size.width // 2 * 2, take.size.height // 2 * 2)
    _ask("cut", CutTask(str(take.path), str(target), first, count, size, str(take.rate), bits))
    if target.stat().st_size > most_bytes:
        raise CannotUpscale(f"{take.path.name} cannot be cut into pieces of {most_bytes / 1e6:.0f} MB")


def merge(pieces: Sequence[tuple[Path, int]], take: Path, target: Path, scratch: Path) -> None:
    """Write the picture of upscaled pieces, each with its number of frames, under the sound of a take. Raises
    CannotUpscale, OSError."""
    if len(pieces) > 1 and (joined := _join(pieces, scratch / "joined.mp4")):
        pieces = [(joined, sum(count for _, count in pieces))]
    paths, frames = zip(*pieces, strict=True)
    _ask("merge", MergeTask(tuple(map(str, paths)), tuple(frames), str(take), str(target)))


def _join(pieces: Sequence[tuple[Path, int]], target: Path) -> Path | None:
    """The pieces' pictures behind one another in one file, every frame copied; None where they are not of one kind."""
    indexes = [read_index(path) for path, _ in pieces]
    found = [index for index in indexes if index is not None]
    if len(found) < len(pieces) or not is_one_kind(found) or not _have_all(found, pieces):
        return None
    form = found[0].picture.format
    ranges = [SampleRange(index, count) for index, (_, count) in zip(found, pieces, strict=True)]
    write_film(film_format(ranges, form.size, Fraction(form.timescale, form.step), form.colour), ranges, None, target)
    return target


def _have_all(indexes: Sequence[MediaIndex], pieces: Sequence[tuple[Path, int]]) -> bool:
    sizes: set[FrameSize] = {index.picture.format.size for index in indexes}
    rates = {Fraction(index.picture.format.timescale, index.picture.format.step) for index in indexes}
    is_whole = all(
        len(index.picture.sizes) == count and index.can_end_after(count)
        for index, (_, count) in zip(indexes, pieces, strict=True)
    )
    return len(sizes) == len(rates) == 1 and is_whole


def _ask(verb: str, task: CutTask | MergeTask) -> None:
    """Run a task in the child process. Raises CannotUpscale with its reason."""
    data = json.dumps(task).encode()
    try:
        answer = json.loads(
            ask_child("storyboard.film.upscale_child", verb, data=data, wall_seconds=clip_file_limits().wall_seconds)
        )
    except ChildFailed as problem:
        raise CannotUpscale(f"it cannot be put together: {problem}") from None
    if "full" in answer:
        raise OSError(answer["full"])
    if "failed" in answer:
        raise CannotUpscale(answer["failed"])
