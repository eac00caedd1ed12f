"""The file of a take: what its picture is, and its frames in the form that the film needs."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import av
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from PIL import Image

from storyboard.drawing.overlays import FrameSize
from storyboard.film.clip_file import open_clip, picture_stream
from storyboard.film.colour import BT601, BT709, Converter

if TYPE_CHECKING:
    from av.container import InputContainer


class TakeMedia(NamedTuple):
    """A file as far as cutting needs it. `frames` are those that its index lists at its own `rate`, `size` is as shown,
    upright and with square pixels. `begin` is the second from which it is shown."""

    path: Path
    rate: Fraction
    frames: int
    size: FrameSize
    is_upright: bool
    has_sound: bool
    begin: int = 0


def take_frames(
    media: TakeMedia, size: FrameSize, rate: Fraction, count: int, matrix: int = BT709
) -> Iterator[VideoFrame]:
    """Exactly `count` frames at `rate` from the second at which the take begins, fitted into `size` on black.

    Frames beyond that are cut, and a last frame is held until the end. Decodes in this process: call it in a child.
    Raises OSError, ValueError, av.FFmpegError before the first frame only.
    """
    last: VideoFrame | None = None
    held: VideoFrame | None = None  # what is seen when the part that is shown begins
    given = 0
    with open_clip(media.path) as container:
        start: Fraction | None = None
        for frame in whole_frames(container):
            if frame.pts is None or frame.time_base is None:
                continue
            at = frame.pts * frame.time_base
            start = at + media.begin if start is None else start
            if at < start:
                held = frame
                continue
            due = min(count, int((at - start) * rate + Fraction(1, 2)))
            if last is None and held is not None and due > 0:
                last = _fitted(held, size, media, matrix)
            if last is not None:
                while given < due:
                    yield last
                    given += 1
            if given >= count:
                return
            last = _fitted(frame, size, media, matrix)
    if last is None and held is not None:
        last = _fitted(held, size, media, matrix)
    while last is not None and given < count:
        yield last
        given += 1


def whole_frames(container: InputContainer) -> Iterator[VideoFrame]:
    """Frames up to the first that cannot be decoded; the first of all has to be."""
    video = picture_stream(container)
    video.thread_type = "AUTO"
    frames = container.decode(video)
    some = False
    while True:
        try:
            frame = next(frames)
        except StopIteration:
            return
        except av.FFmpegError:
            if some:
                return
            raise
        some = True
        yield frame


def _fitted(frame: VideoFrame, size: FrameSize, media: TakeMedia, matrix: int) -> VideoFrame:
    """A frame at the film's size, rate and colours."""
    converter, shape = _converter(), FrameSize(frame.width, frame.height)
    if not media.is_upright:
        frame, shape = converter.upright(frame), media.size
    share = min(size.width / shape.width, size.height / shape.height)
    width = min(size.width, max(2, round(shape.width * share / 2) * 2))
    height = min(size.height, max(2, round(shape.height * share / 2) * 2))
    scaled = converter.convert(frame, width, height, matrix=matrix)
    return scaled if (width, height) == tuple(size) else _on_black(scaled, size)


@cache
def _converter() -> Converter:
    """That of this process: several takes of one kind share its tables."""
    return Converter()


def _on_black(frame: VideoFrame, size: FrameSize) -> VideoFrame:
    whole = solid_frame(size, "black", BT601 if frame.colorspace != Colorspace.ITU709 else BT709)
    left, top = (size.width - frame.width) // 4 * 2, (size.height - frame.height) // 4 * 2
    for number, (plane, part) in enumerate(zip(whole.planes, frame.planes, strict=True)):
        ground = Image.frombytes("L", (plane.line_size, plane.height), bytes(plane))
        inner = Image.frombytes("L", (part.width, part.height), bytes(part), "raw", "L", part.line_size)
        ground.paste(inner, (left, top) if number == 0 else (left // 2, top // 2))
        plane.update(ground.tobytes())
    return whole


def solid_frame(size: FrameSize, colour: str, matrix: int = BT709) -> VideoFrame:
    """A frame of black or white."""
    frame = VideoFrame(size.width, size.height, "yuv420p")
    for number, plane in enumerate(frame.planes):
        level = 128 if number else (235 if colour == "white" else 16)  # ITU-R BT.709: 16 is black, 235 white
        plane.update(bytes([level]) * plane.buffer_size)
    frame.colorspace = Colorspace.ITU601 if matrix == BT601 else Colorspace.ITU709
    frame.color_range = ColorRange.MPEG
    return frame
