"""Blending of two frames: mixed, wiped, or overlaid. Frames are 4:2:0 and of one size."""

from __future__ import annotations

from typing import NamedTuple

from av.video.frame import VideoFrame
from PIL import Image

from storyboard.film.colour import BT709, to_frame


def mix_frames(frame: VideoFrame, other: VideoFrame, share: float) -> VideoFrame:
    """A frame mixed with a share of another one of the same size and format."""
    mixed = VideoFrame(frame.width, frame.height, frame.format.name)
    for plane, below, above in zip(mixed.planes, frame.planes, other.planes, strict=True):
        size = (plane.line_size, plane.height)
        plane.update(Image.blend(_plane(below, size), _plane(above, size), share).tobytes())
    mixed.colorspace, mixed.color_range = frame.colorspace, frame.color_range
    return mixed


def wipe_frames(coming: VideoFrame, going: VideoFrame, share: float) -> VideoFrame:
    """A frame that moves in from the left over a share of the width, pushing another one out."""
    mixed = VideoFrame(coming.width, coming.height, coming.format.name)
    edge = round(coming.width * share / 2) * 2
    for plane, new, old in zip(mixed.planes, coming.planes, going.planes, strict=True):
        size = (plane.line_size, plane.height)
        picture = _plane(old, size).copy()
        width = edge * plane.width // coming.width
        picture.paste(_plane(new, size).crop((0, 0, width, plane.height)), (0, 0))
        plane.update(picture.tobytes())
    mixed.colorspace, mixed.color_range = coming.colorspace, coming.color_range
    return mixed


class FrameOverlay(NamedTuple):
    """A picture with transparency as planes of 4:2:0, and its opacity in their sizes."""

    planes: tuple[Image.Image, ...]
    masks: tuple[Image.Image, ...]

    def over(self, frame: VideoFrame, share: float = 1.0) -> VideoFrame:
        """The picture over a frame of its size, as opaque as `share` says."""
        laid = VideoFrame(frame.width, frame.height, frame.format.name)
        for plane, below, above, mask in zip(laid.planes, frame.planes, self.planes, self.masks, strict=True):
            size = (plane.line_size, plane.height)
            ground = _plane(below, size).copy()
            ground.paste(above, (0, 0), mask.point(lambda value: round(value * share)) if share < 1 else mask)
            plane.update(ground.tobytes())
        laid.colorspace, laid.color_range = frame.colorspace, frame.color_range
        return laid


def overlay_of(picture: Image.Image, matrix: int = BT709) -> FrameOverlay:
    """An RGBA picture as an overlay."""
    frame = to_frame(picture, "yuv420p", matrix)
    planes = tuple(
        _plane(plane, (plane.line_size, plane.height)).crop((0, 0, plane.width, plane.height)) for plane in frame.planes
    )
    opacity = picture.getchannel("A")
    return FrameOverlay(planes, tuple(opacity.resize(plane.size, Image.Resampling.BOX) for plane in planes))


def _plane(plane: object, size: tuple[int, int]) -> Image.Image:
    stride = plane.line_size  # type: ignore[attr-defined]  # PyAV's planes have one base in its types
    if stride >= size[0]:
        return Image.frombuffer("L", size, bytes(plane), "raw", "L", stride, 1)  # type: ignore[call-overload]  # a buffer
    narrow = Image.frombuffer("L", (stride, size[1]), bytes(plane), "raw", "L", stride, 1)  # type: ignore[call-overload]  # a buffer
    wide = Image.new("L", size)
    wide.paste(narrow)
    return wide
