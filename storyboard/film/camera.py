"""Camera moves over a still, as frames.

A still is drawn at twice the size of the frame, and a move is a window over it that libavfilter's `zoompan` scales to
the frame. The window lies on whole pixels of the still. Luma and chroma are moved as separate planes, because on
subsampled chroma a window could only lie on every other pixel: so a move advances in steps of half a frame pixel, which
look smooth.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import av
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.format import VideoFormat
from av.video.frame import VideoFrame

from storyboard.drawing.compositing import compose_figures, compose_still
from storyboard.drawing.overlays import FrameSize, nearest_even
from storyboard.drawing.report import DrawingLog
from storyboard.film.blends import overlay_of
from storyboard.film.colour import to_frame
from storyboard.film.encoding import RATE
from storyboard.film.shots import CameraWindow

_LARGEST_SHORT_SIDE = 480  # of frames whose stills are drawn at twice the size; above, the frame's own pixels are small
_FINE, _PLAIN = 2.0, 1.25
FRAME_FORMAT = VideoFormat("yuv420p")


def moved_frames(
    window: CameraWindow, size: FrameSize, notes: DrawingLog, first: int = 0, count: int | None = None
) -> Iterator[VideoFrame]:
    """`count` frames of a move from frame `first` on; it holds its first view before its start, and its last after its
    end."""
    if window.move.slides and any(one.height < 1 for one in window.still.figures):
        figures = compose_figures(window.still, size.width, size.height)
        notes.lose(figures.lost)
        overlay = overlay_of(figures.picture)
        place = _moved_stills(window, size, notes, first, count, without_figures=True)
        yield from (overlay.over(frame) for frame in place)
    else:
        yield from _moved_stills(window, size, notes, first, count)


def _moved_stills(
    window: CameraWindow,
    size: FrameSize,
    notes: DrawingLog,
    first: int,
    count: int | None,
    *,
    without_figures: bool = False,
) -> Iterator[VideoFrame]:
    """The frames of a move over one composed still, which is drawn larger than a frame."""
    factor = _FINE if size.short <= _LARGEST_SHORT_SIDE else _PLAIN
    wide, high = nearest_even(size.width * factor), nearest_even(size.height * factor)
    composed = compose_still(window.still, wide, high, without_figures=without_figures)
    notes.lose(composed.lost)
    base = to_frame(composed.picture)
    count = window.frames - first if count is None else count
    graph = Graph()
    graph.threads = 1
    source = graph.add_buffer(width=base.width, height=base.height, format=FRAME_FORMAT, time_base=Fraction(1, RATE))
    planes = graph.add("extractplanes", "y+u+v")
    merged = graph.add("mergeplanes", "map0s=0:map0p=0:map1s=1:map1p=0:map2s=2:map2p=0:format=yuv420p")
    source.link_to(planes)
    for number in range(3):
        width, height = (size.width, size.height) if number == 0 else (size.width // 2, size.height // 2)
        zoom = graph.add("zoompan", f"{_path(window, first)}:d={count}:s={width}x{height}:fps={RATE}")
        planes.link_to(zoom, number, 0)
        zoom.link_to(merged, 0, number)
    sink = graph.add("buffersink")
    merged.link_to(sink)
    graph.configure()
    base.pts, base.time_base = 0, Fraction(1, RATE)
    source.push(base)
    source.push(None)
    yield from ready_frames(sink)


def _path(window: CameraWindow, first: int) -> str:
    """The move as expressions of `zoompan`, where `on` counts frames: even, with a soft start and end."""
    move, last = window.move, max(1, window.frames - 1)
    at = f"clip((on+{first})/{last},0,1)"
    eased = f"(0.55*{at}+0.45*{at}*{at}*(3-2*{at}))"
    swing = f"+{move.sway}*sin((on+{first})/7.3)*sin((on+{first})/17.1)" if move.sway else ""

    def between(low: float, high: float) -> str:
        return f"({low:.4f}+{high - low:.4f}*{eased})" if high != low else f"{low:.4f}"

    zoom = between(move.start.zoom, move.end.zoom)
    across, down = between(move.start.x, move.end.x), between(move.start.y, move.end.y)
    swing_down = swing.replace("7.3", "9.7")
    return f"z='{zoom}':x='(iw-iw/zoom)*clip({across}{swing},0,1)':y='(ih-ih/zoom)*clip({down}{swing_down},0,1)'"


def ready_frames(sink: FilterContext) -> Iterator[VideoFrame]:
    """All frames that a graph has ready."""
    while True:
        try:
            frame = sink.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        assert isinstance(frame, VideoFrame), "the graph holds pictures"
        yield frame
