"""Colour conversion of frames.

Video stores luma and two chroma differences; the stream's matrix and range say how they relate to red, green and blue.
Untagged video is BT.601 in standard definition and BT.709 above it, as players assume; ours is BT.709 and tagged as
such.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from av.filter import Graph
    from av.video.frame import VideoFrame
    from PIL import Image

_UNSAID = 2  # ITU-T H.273, table 4: unspecified
HIGH_DEFINITION = 576  # lines above which untagged video is taken for BT.709
BT709 = 1  # ITU-T H.273: primaries, transfer and matrix of BT.709
BT601 = 6  # the same, of BT.601 with 525 lines
_ALL_BT601 = frozenset({5, 6})  # the same matrix, with 625 and with 525 lines
WIDE_GAMUTS = frozenset({9, 11, 12})  # the same, table 2: BT.2020, DCI-P3, Display P3
HIGH_DYNAMIC_RANGE = frozenset({16, 18})  # the same, table 3: PQ, HLG


class Converter:
    """Frames at another size, as BT.709 or BT.601 in 4:2:0, or as RGB.

    One converter serves all streams of a process, one after another, because its tables take seconds to build when
    transfer functions or primaries differ.
    """

    def __init__(self) -> None:
        from av.video.reformatter import VideoReformatter

        self._reformatter = VideoReformatter()
        self._graphs: dict[tuple[object, ...], Graph] = {}

    def convert(
        self, frame: VideoFrame, width: int, height: int, form: str = "yuv420p", matrix: int = BT709
    ) -> VideoFrame:
        """A frame in the pixel format `form`. RGB is of full range, YUV of the limited one, by `matrix`."""
        from av.video.reformatter import ColorRange, Interpolation

        is_rgb, is_wide = form.startswith("rgb"), _is_converted(frame)
        wanted = _space(BT601 if matrix == BT601 else BT709)
        given = _matrix_of(frame)
        # swscale between two matrices darkens a picture by one level, or costs ten times as much as the filter.
        is_filtered = form == "yuv420p" and not is_wide and {given, wanted} == {_space(BT601), _space(BT709)}
        exact = Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT if is_rgb else Interpolation(0)
        converted = self._reformatter.reformat(
            frame,
            width=width,
            height=height,
            format=form,
            src_colorspace=given,
            dst_colorspace=given if is_filtered else wanted,
            src_color_range=int(frame.color_range) or ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG if is_rgb else ColorRange.MPEG,
            dst_color_trc=BT709 if is_wide else None,
            dst_color_primaries=BT709 if is_wide else None,
            interpolation=Interpolation.BICUBIC | exact,
        )
        return self._between_matrices(converted, matrix) if is_filtered else converted

    def upright(self, frame: VideoFrame) -> VideoFrame:
        """A frame turned as its stream says, by quarters."""
        quarters = round(frame.rotation / 90) % 4  # against the clock
        return self._filtered(frame, *_TURNS[quarters], _TURNED) if quarters else frame

    def _between_matrices(self, frame: VideoFrame, matrix: int) -> VideoFrame:
        """A frame of 4:2:0 whose differences of colour are those of the other matrix."""
        names = ("bt709", "bt601-6-525") if matrix == BT601 else ("bt601-6-525", "bt709")
        shown = self._filtered(frame, f"colorspace=iall={names[0]}:all={names[1]}:fast=1")  # fast: the matrix alone
        shown.colorspace = _space(matrix)
        return shown

    def _filtered(self, frame: VideoFrame, *filters: str) -> VideoFrame:
        """A frame after filters of libavfilter, with the tags that it had."""
        key = (frame.width, frame.height, frame.format.name, *filters)
        graph = self._graphs.get(key) or self._graphs.setdefault(key, _graph(frame, filters))
        if frame.pts is None:
            frame.pts = 0
        graph.push(frame)
        shown = cast("VideoFrame", graph.pull())
        shown.colorspace, shown.color_range = frame.colorspace, frame.color_range
        shown.color_trc, shown.color_primaries = frame.color_trc, frame.color_primaries
        return shown


#: How a frame is turned by quarters against the clock.
_TURNS = ((), ("transpose=cclock",), ("hflip", "vflip"), ("transpose=clock",))
#: Afterwards nothing says any more that it is to be turned.
_TURNED = "sidedata=mode=delete:type=DISPLAYMATRIX"


def _graph(frame: VideoFrame, filters: Sequence[str]) -> Graph:
    """Filters for frames like this one."""
    from av.filter import Graph

    graph = Graph()
    graph.threads = 1
    size, form = f"{frame.width}x{frame.height}", frame.format.name
    steps = [graph.add("buffer", f"video_size={size}:pix_fmt={form}:time_base=1/24:range=tv")]
    steps += [graph.add(name, options) for name, _, options in (one.partition("=") for one in filters)]
    for step, following in pairwise([*steps, graph.add("buffersink")]):
        step.link_to(following)
    graph.configure()
    return graph


def _space(matrix: int) -> int:
    """What swscale calls a matrix."""
    from av.video.reformatter import Colorspace

    return Colorspace.ITU601 if matrix == BT601 else Colorspace.ITU709


def _is_converted(frame: VideoFrame) -> bool:
    """Whether a frame looks wrong unless its transfer function and primaries are converted, too: high dynamic range and
    wide gamuts. The curves of BT.601, BT.709 and sRGB are left alone, as players do."""
    return frame.color_trc in HIGH_DYNAMIC_RANGE or frame.color_primaries in WIDE_GAMUTS


def _matrix_of(frame: VideoFrame) -> int:
    if (matrix := int(frame.colorspace)) != _UNSAID:
        return _space(BT601) if matrix in _ALL_BT601 else matrix
    return _space(untagged_matrix(frame.height))


def untagged_matrix(lines: int) -> int:
    """The assumed matrix of untagged video with this many lines, numbered as in ISO/IEC 23091-2; players assume the
    same."""
    return BT709 if lines > HIGH_DEFINITION else BT601


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
