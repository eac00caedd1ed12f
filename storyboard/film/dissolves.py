"""One picture through another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from av.video.frame import VideoFrame
from PIL import Image

from storyboard.drawing.overlays import FrameSize
from storyboard.drawing.report import DrawingLog
from storyboard.film.camera import moved_frames
from storyboard.film.shots import Dissolve, PanelShot


def blended_frames(
    frames: Iterator[VideoFrame], shot: PanelShot, size: FrameSize, notes: DrawingLog
) -> Iterator[VideoFrame]:
    number = 0
    if shot.blend_in:
        blend = shot.blend_in
        others = moved_frames(blend.window, size, notes, blend.window.frames, blend.frames)
        for frame in _mixed(islice(frames, blend.frames), others, blend):
            number += 1
            yield frame
    if not shot.blend_out:
        yield from frames
        return
    blend = shot.blend_out
    yield from islice(frames, max(0, shot.frames - blend.frames - number))
    others = moved_frames(blend.window, size, notes, -blend.frames, blend.frames)
    yield from _mixed(frames, others, blend)


def _mixed(frames: Iterable[VideoFrame], others: Iterable[VideoFrame], blend: Dissolve) -> Iterator[VideoFrame]:
    for number, (frame, other) in enumerate(zip(frames, others, strict=False)):
        share = blend.start + (blend.end - blend.start) * (number + 0.5) / blend.frames
        yield mix(frame, other, share)


def mix(frame: VideoFrame, other: VideoFrame, share: float) -> VideoFrame:
    """A frame with a share of another of the same size and format in it."""
    mixed = VideoFrame(frame.width, frame.height, frame.format.name)
    for plane, below, above in zip(mixed.planes, frame.planes, other.planes, strict=True):
        size = (plane.line_size, plane.height)
        plane.update(Image.blend(_plane(below, size), _plane(above, size), share).tobytes())
    mixed.colorspace, mixed.color_range = frame.colorspace, frame.color_range
    return mixed


def _plane(plane: object, size: tuple[int, int]) -> Image.Image:
    stride = plane.line_size  # type: ignore[attr-defined]  # PyAV's planes have one base in its types
    if stride >= size[0]:
        return Image.frombuffer("L", size, bytes(plane), "raw", "L", stride, 1)  # type: ignore[call-overload]  # a buffer
    narrow = Image.frombuffer("L", (stride, size[1]), bytes(plane), "raw", "L", stride, 1)  # type: ignore[call-overload]  # a buffer
    wide = Image.new("L", size)
    wide.paste(narrow)
    return wide
