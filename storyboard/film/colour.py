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
HIGH_DEFINITION = 576  # lines above which untagged video is taken for BT.709
BT709 = 1  # ITU-T H.273: primaries, transfer and matrix of BT.709
BT601 = 6  # the same, of BT.601 with 525 lines
WIDE_GAMUTS = frozenset({9, 11, 12})  # the same, table 2: BT.2020, DCI-P3, Display P3
HIGH_DYNAMIC_RANGE = frozenset({16, 18})  # the same, table 3: PQ, HLG


class Converter:
    """Frames of one stream at another size, as BT.709 in 4:2:0 or RGB.

    One converter serves a whole stream: between transfer functions or primaries its tables take seconds to build.
    """

    def __init__(self) -> None:
        from av.video.reformatter import VideoReformatter

        self._reformatter = VideoReformatter()

    def convert(
        self, frame: VideoFrame, width: int, height: int, form: str = "yuv420p", matrix: int = BT709
    ) -> VideoFrame:
        """A frame in the pixel format `form`. RGB is of full range, YUV of the limited one, by `matrix`."""
        from av.video.reformatter import ColorRange, Colorspace, Interpolation

        target = BT709 if _is_converted(frame) else None
        is_rgb = form.startswith("rgb")
        # Between two kinds of YUV, exact rounding costs five times as much for one level of brightness.
        exact = Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT if is_rgb else Interpolation(0)
        return self._reformatter.reformat(
            frame,
            width=width,
            height=height,
            format=form,
            src_colorspace=_matrix_of(frame),
            dst_colorspace=Colorspace.ITU601 if matrix == BT601 else Colorspace.ITU709,
            src_color_range=int(frame.color_range) or ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG if is_rgb else ColorRange.MPEG,
            dst_color_trc=target,
            dst_color_primaries=target,
            interpolation=Interpolation.BICUBIC | exact,
        )


def _is_converted(frame: VideoFrame) -> bool:
    """Whether a frame looks wrong unless its transfer function and primaries are converted, too: high dynamic range and
    wide gamuts. The curves of BT.601, BT.709 and sRGB are left alone, as players do."""
    return frame.color_trc in HIGH_DYNAMIC_RANGE or frame.color_primaries in WIDE_GAMUTS


def _matrix_of(frame: VideoFrame) -> int:
    from av.video.reformatter import Colorspace

    if (matrix := int(frame.colorspace)) != _UNSAID:
        return matrix
    return Colorspace.ITU709 if frame.height > HIGH_DEFINITION else Colorspace.ITU601


def to_picture(frame: VideoFrame, pixel_shape: float = 1.0) -> Image.Image:
    """A frame as an upright RGB picture with square pixels, in the colours that its stream means. `pixel_shape` is the
    width of a pixel by its height."""
    from PIL import Image

    shown = Converter().convert(frame, max(1, round(frame.width * pixel_shape)), frame.height, "rgb24")
    plane = shown.planes[0]
    picture = Image.frombytes("RGB", (shown.width, shown.height), bytes(plane), "raw", "RGB", plane.line_size)
    return picture.rotate(frame.rotation, expand=True) if frame.rotation % 360 else picture


def to_frame(picture: Image.Image, form: str = "yuv420p", matrix: int = BT709) -> VideoFrame:
    """A picture as a frame of the pixel format `form`, converted by `matrix` and tagged so. RGBA keeps its
    transparency."""
    from av.video.frame import VideoFrame
    from av.video.reformatter import ColorRange, Colorspace

    space = Colorspace.ITU601 if matrix == BT601 else Colorspace.ITU709
    raw = VideoFrame.from_bytes(picture.convert("RGBA").tobytes(), *picture.size, format="rgba")
    frame = raw.reformat(
        format=form,
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=space,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        dst_color_trc=BT709,
        dst_color_primaries=BT709,
        interpolation="BICUBIC",
    )
    frame.colorspace, frame.color_range = space, ColorRange.MPEG
    return frame
