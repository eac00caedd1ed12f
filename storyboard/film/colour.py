"""Colours of frames, there and back.

Video keeps brightness and two differences of colour; how they come from red, green and blue is said by the stream's
matrix and range. Untagged video is BT.601 in standard definition and BT.709 above it, by the custom that players
follow; ours is BT.709 and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from PIL import Image

_UNSAID = 2  # ITU-T H.273, table 4: unspecified
_HIGH_DEFINITION = 576  # lines above which untagged video is taken for BT.709
BT709 = 1  # ITU-T H.273: primaries, transfer and matrix of BT.709


def to_picture(frame: VideoFrame, pixel_shape: float = 1.0) -> Image.Image:
    """A frame as an upright RGB picture with square pixels, in the colours that its stream means. `pixel_shape` is the
    width of a pixel by its height."""
    from av.video.reformatter import ColorRange, Colorspace
    from PIL import Image

    matrix = int(frame.colorspace)
    if matrix == _UNSAID:
        matrix = Colorspace.ITU709 if frame.height > _HIGH_DEFINITION else Colorspace.ITU601
    shown = frame.reformat(
        width=max(1, round(frame.width * pixel_shape)),
        format="rgb24",
        src_colorspace=matrix,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=int(frame.color_range) or ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation="BICUBIC",
    )
    plane = shown.planes[0]
    picture = Image.frombytes("RGB", (shown.width, shown.height), bytes(plane), "raw", "RGB", plane.line_size)
    return picture.rotate(frame.rotation, expand=True) if frame.rotation % 360 else picture


def to_frame(picture: Image.Image, form: str = "yuv420p") -> VideoFrame:
    """A picture as a frame of the pixel format `form`, converted and tagged as BT.709. RGBA keeps its transparency."""
    from av.video.frame import VideoFrame
    from av.video.reformatter import ColorRange, Colorspace

    raw = VideoFrame.from_bytes(picture.convert("RGBA").tobytes(), *picture.size, format="rgba")
    frame = raw.reformat(
        format=form,
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        dst_color_trc=BT709,
        dst_color_primaries=BT709,
        interpolation="BICUBIC",
    )
    frame.colorspace, frame.color_range = Colorspace.ITU709, ColorRange.MPEG
    return frame
