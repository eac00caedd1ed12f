"""The child process that encodes the parts of a film that cannot be copied; `storyboard.film.segments` starts it.

A segment is a clip's place in the film: its take decoded and fitted, or the animatic's panels if there is none, with
fades, dissolves, wipes and titles. Takes come from outside, so the process has limits and no key; it reads tasks that
its parent has pickled, and answers in JSON, which is safe to read.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import av
from av.video.frame import VideoFrame

from storyboard.child_process import limit_itself
from storyboard.drawing.overlays import FrameSize, draw_subtitle, draw_title
from storyboard.film.blends import FrameOverlay, mix_frames, overlay_of, wipe_frames
from storyboard.film.colour import BT709
from storyboard.film.encoding import RATE, Quality, add_video, encode_frames, open_mp4, write_in_step
from storyboard.film.frames import draw_frames
from storyboard.film.limits import clip_file_limits
from storyboard.film.media import TakeMedia, solid_frame, take_frames
from storyboard.film.shots import PanelShot


class SegmentSource(NamedTuple):
    """The picture in a clip's place, `frames` frames long: its take, or the animatic's panels without a take."""

    media: TakeMedia | None
    panels: tuple[PanelShot, ...]
    frames: int


class PictureFade(NamedTuple):
    """From frame `start` up to frame `end`: out of a colour where it `opens`, else into it."""

    start: int
    end: int
    colour: str
    opens: bool


class Blend(NamedTuple):
    """Over the first or the last `frames` frames of a clip its neighbour is seen, too: half of it at the cut."""

    other: SegmentSource
    frames: int
    is_wipe: bool


class InnerBlend(NamedTuple):
    """A dissolve or wipe between two shots of one clip, `frames` frames on either side of frame `at`."""

    at: int
    frames: int
    is_wipe: bool


class ShownTitle(NamedTuple):
    """Words from frame `start` up to frame `end`, coming and going in `fade` frames; a card stands on black, a subtitle
    at the bottom."""

    text: str
    start: int
    end: int
    fade: int
    is_card: bool
    is_subtitle: bool = False


class SegmentTask(NamedTuple):
    """A segment to encode at a size and a rate, with colours by `matrix`. From frame `black` on it is black."""

    source: SegmentSource
    size: FrameSize
    rate: Fraction
    matrix: int = BT709
    fades: tuple[PictureFade, ...] = ()
    black: int | None = None
    blend_in: Blend | None = None
    blend_out: Blend | None = None
    inner: tuple[InnerBlend, ...] = ()
    titles: tuple[ShownTitle, ...] = ()


def encode_segment(
    task: SegmentTask, path: Path, threads: int, tell: Callable[[int], None] = lambda frames: None
) -> None:
    """Encode a segment to a file. Raises OSError, ValueError, av.FFmpegError."""
    with open_mp4(path) as container:
        video = add_video(container, task.size, task.rate, Quality(True, threads, task.matrix))
        write_in_step(container, encode_frames(video, _counted(segment_frames(task), tell)))


def _counted(frames: Iterator[VideoFrame], tell: Callable[[int], None]) -> Iterator[VideoFrame]:
    for number, frame in enumerate(frames, 1):
        yield frame
        tell(number)


def segment_frames(task: SegmentTask) -> Iterator[VideoFrame]:
    """The frames of a segment as the film shows them."""
    count = task.source.frames
    before = _last_frame(task.blend_in.other, task) if task.blend_in else None
    after = next(_source_frames(task.blend_out.other, task), None) if task.blend_out else None
    titles = [(title, _drawn(title, task)) for title in task.titles]
    edges = _frames_at(task.source, {at for one in task.inner for at in (one.at - 1, one.at)}, task)
    for number, frame in enumerate(_source_frames(task.source, task)):
        shown = _blended(_blended_inside(frame, task, number, edges), task, number, count, before, after)
        for title, overlay in titles:
            if title.start <= number < title.end:
                share = min(1.0, (number - title.start + 1) / title.fade, (title.end - number) / title.fade)
                ground = solid_frame(task.size, "black", task.matrix) if title.is_card else shown
                shown = mix_frames(shown, overlay.over(ground), share) if title.is_card else overlay.over(shown, share)
        yield _faded(shown, task, number)


def _blended(
    frame: VideoFrame,
    task: SegmentTask,
    number: int,
    count: int,
    before: VideoFrame | None,
    after: VideoFrame | None,
) -> VideoFrame:
    """A frame near a cut, mixed with the neighbouring clip."""
    first, last = task.blend_in, task.blend_out
    if first and before is not None and number < first.frames:
        share = 0.5 - 0.5 * (number + 0.5) / first.frames
        return wipe_frames(frame, before, 1 - share) if first.is_wipe else mix_frames(frame, before, share)
    if last and after is not None and number >= count - last.frames:
        share = 0.5 * (number - count + last.frames + 0.5) / last.frames
        return wipe_frames(after, frame, share) if last.is_wipe else mix_frames(frame, after, share)
    return frame


def _blended_inside(frame: VideoFrame, task: SegmentTask, number: int, edges: dict[int, VideoFrame]) -> VideoFrame:
    """A frame near a change of shots within the clip, with the nearest frame of the other shot."""
    for one in task.inner:
        share = (number - one.at + one.frames + 0.5) / (2 * one.frames)  # of the change
        if not 0 < share < 1 or one.at not in edges or one.at - 1 not in edges:
            continue
        going, coming = (frame, edges[one.at]) if number < one.at else (edges[one.at - 1], frame)
        return wipe_frames(coming, going, share) if one.is_wipe else mix_frames(going, coming, share)
    return frame


def _frames_at(source: SegmentSource, numbers: set[int], task: SegmentTask) -> dict[int, VideoFrame]:
    """The frames of a source with these numbers."""
    found: dict[int, VideoFrame] = {}
    if numbers:
        for number, frame in enumerate(_source_frames(source, task)):
            if number in numbers:
                found[number] = frame
            if number >= max(numbers):
                break
    return found


def _faded(frame: VideoFrame, task: SegmentTask, number: int) -> VideoFrame:
    if task.black is not None and number >= task.black:
        return solid_frame(task.size, "black", task.matrix)
    for fade in task.fades:
        if fade.start <= number < fade.end:
            share = (number - fade.start + 0.5) / (fade.end - fade.start)
            return mix_frames(frame, _plain(task.size, fade.colour, task.matrix), 1 - share if fade.opens else share)
    return frame


@lru_cache(4)
def _plain(size: FrameSize, colour: str, matrix: int) -> VideoFrame:
    return solid_frame(size, colour, matrix)


def _drawn(title: ShownTitle, task: SegmentTask) -> FrameOverlay:
    """The overlay of a title or subtitle."""
    from PIL import Image

    if title.is_subtitle:
        drawn = draw_subtitle(title.text.splitlines(), task.size).picture
        top = task.size.height - drawn.height
    else:
        drawn = draw_title(title.text, task.size).picture
        top = (task.size.height - drawn.height) // 2
    whole = Image.new("RGBA", (task.size.width, task.size.height), (0, 0, 0, 0))
    whole.paste(drawn, (0, top))
    return overlay_of(whole, task.matrix)


def _last_frame(source: SegmentSource, task: SegmentTask) -> VideoFrame | None:
    found: deque[VideoFrame] = deque(_source_frames(source, task), maxlen=1)
    return found[0] if found else None


def _source_frames(source: SegmentSource, task: SegmentTask) -> Iterator[VideoFrame]:
    """A clip's frames without effects. A take that ends early, or cannot be decoded, is filled from the animatic."""
    given = 0
    if source.media:
        with suppress(OSError, ValueError, av.FFmpegError):
            for frame in take_frames(source.media, task.size, task.rate, source.frames, task.matrix):
                given += 1
                yield frame
    if given < source.frames:
        yield from islice(_panel_frames(source.panels, task), given, source.frames)


def _panel_frames(panels: Iterable[PanelShot], task: SegmentTask) -> Iterator[VideoFrame]:
    """The animatic's panels at the film's rate, and black behind them without end."""
    number = drawn = 0
    for panel in panels:
        for frame in draw_frames(panel, task.size):
            drawn += 1
            while number * RATE < drawn * task.rate:
                yield frame
                number += 1
    while True:
        yield solid_frame(task.size, "black", task.matrix)


def run() -> None:
    """Be the child process: tasks on standard input, each answered by lines of JSON on standard output."""
    limit_itself(None, clip_file_limits().memory_bytes, writes=True)
    import av.logging

    av.logging.set_level(None)
    given, said = sys.stdin.buffer, sys.stdout.buffer

    def say(facts: dict[str, object]) -> None:
        said.write(json.dumps(facts).encode() + b"\n")
        said.flush()

    while True:
        try:
            task, path, threads = pickle.load(given)  # noqa: S301 # our own parent asks
        except EOFError:
            os._exit(0)
        try:
            encode_segment(task, path, threads, lambda frames: say({"frames": frames}))
        except (OSError, ValueError, MemoryError, av.FFmpegError) as problem:
            say({"failed": str(problem) or type(problem).__name__})
        else:
            say({"done": True})
