"""Shots drawn as moving pictures: a still, the camera's move over it, what lies over both.

A still is drawn at twice the frame's size, and the move is a window over it that libavfilter's `zoompan` scales to the
frame. The window stands on whole pixels of the still. Brightness and colours are moved as planes of their own, because
on halved colours a window could only stand on every other one: so a move steps by half a pixel of the frame, which the
eye takes for smooth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import av
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from PIL import Image

from storyboard.film.caption import (
    Caption,
    Lettered,
    Size,
    Slate,
    bar_height,
    caption_height,
    draw_caption,
    draw_slate,
    draw_title,
)
from storyboard.film.colour import to_frame
from storyboard.film.encoding import (
    RATE,
    Quality,
    add_silence,
    add_video,
    encode_frames,
    open_mp4,
    silent_packets,
    write_in_step,
)
from storyboard.film.moves import Move, move_named
from storyboard.film.panel import Still, compose

_LARGEST_SHORT_SIDE = 480  # of frames whose stills are drawn at twice the size; above, the frame's own pixels are small
_FINE, _PLAIN = 2.0, 1.25
_FORMAT = VideoFormat("yuv420p")


class Fade(NamedTuple):
    """A fade over `frames` frames, from or to `colour`: `black` or `white`."""

    frames: int
    colour: str = "black"


class Window(NamedTuple):
    """A still under the camera: `frames` frames of the move, of which `before` hold its first view."""

    still: Still
    move: Move
    frames: int


class Blend(NamedTuple):
    """`frames` frames in which another shot shines through, from a share `start` to a share `end` of it. At the end of
    a shot it is the first view of the next one; at its beginning the last view of the one before."""

    window: Window
    frames: int
    start: float
    end: float


class PanelShot(NamedTuple):
    """A shot to draw. `seconds` is its length; it has that many times 24 frames, to the nearest."""

    seconds: float
    still: Still
    captions: tuple[Caption, ...] = ()
    slate: Slate | None = None
    move: Move | None = None
    fade_in: Fade | None = None
    fade_out: Fade | None = None
    blend_in: Blend | None = None
    blend_out: Blend | None = None

    @property
    def frames(self) -> int:
        return max(1, round(self.seconds * RATE))


class Drawn(NamedTuple):
    """What could not be drawn as it should: names whose pictures are lost, characters that no font here has."""

    lost: tuple[str, ...]
    missing: tuple[str, ...]


def frame_size(aspect: str, short_side: int = 480) -> Size:
    """The frame of an aspect such as `16:9`, its shorter side given in pixels; 16:9 where it is none."""
    across, _, down = aspect.partition(":")
    ratio = Fraction(16, 9)
    if (
        across.isdecimal()
        and down.isdecimal()
        and 0 < int(across) <= 4 * int(down)
        and 0 < int(down) <= 4 * int(across)
    ):
        ratio = Fraction(int(across), int(down))
    if ratio >= 1:
        return Size(_even(short_side * ratio), _even(short_side))
    return Size(_even(short_side), _even(short_side / ratio))


def draw_clip(
    shots: Sequence[PanelShot], path: str | Path, size: Size, *, threads: int = 2, sound: bool = True
) -> Drawn:
    """Draw shots as an MP4, with silence unless `sound` is off: their frames, to the frame. The file is written in
    place; who needs it whole or not at all names a temporary one. Raises OSError."""
    notes = _Notes()
    seconds = Fraction(sum(shot.frames for shot in shots), RATE)
    with open_mp4(path) as container:
        stream = add_video(container, size, Fraction(RATE), Quality(threads=threads))
        silent = add_silence(container) if sound else None
        frames = (frame for shot in shots for frame in draw_frames(shot, size, notes))
        silent_row = silent_packets(silent, seconds) if silent else iter(())
        write_in_step(container, encode_frames(stream, frames), silent_row)
    return notes.drawn()


def draw_still(shot: PanelShot, size: Size) -> Image.Image:
    """A shot's panel as a picture: the still at the start of the move with its slate and its first caption."""
    whole = compose(shot.still, *size).picture.convert("RGBA")
    if shot.slate:
        whole.alpha_composite(draw_slate(shot.slate, 0, size).picture, (0, 0))
    first = next((one for one in shot.captions if one.kind != "title"), None)
    whole.alpha_composite(draw_caption(first, size).picture, (0, size.height - caption_height(size)))
    for title in [one for one in shot.captions if one.kind == "title"][:1]:
        whole.alpha_composite(draw_title(title.text, size).picture, (0, bar_height(size)))
    return whole.convert("RGB")


def draw_frames(shot: PanelShot, size: Size, notes: _Notes | None = None) -> Iterator[VideoFrame]:
    """The frames of a shot, BT.709, 4:2:0."""
    notes = notes or _Notes()
    window = Window(shot.still, shot.move or move_named("drift"), shot.frames)
    moved = _blended(_moved(window, size, notes), shot, size, notes)
    yield from islice(_covered(moved, shot, size, notes), shot.frames)


class _Notes:
    """What drawing leaves to be said."""

    def __init__(self) -> None:
        self._lost: dict[str, None] = {}
        self._missing: set[str] = set()

    def lose(self, names: Iterable[str]) -> None:
        self._lost.update(dict.fromkeys(names))

    def take(self, lettered: Lettered) -> Image.Image:
        self._missing |= lettered.missing
        return lettered.picture

    def drawn(self) -> Drawn:
        return Drawn(tuple(self._lost), tuple(sorted(self._missing)))


def _even(value: Fraction | float) -> int:
    return max(2, round(value / 2) * 2)


def _moved(window: Window, size: Size, notes: _Notes, first: int = 0, count: int | None = None) -> Iterator[VideoFrame]:
    """`count` frames of a move from `first` on; before its start it stands at its first view, after its end at its
    last."""
    factor = _FINE if size.short <= _LARGEST_SHORT_SIDE else _PLAIN
    composed = compose(window.still, _even(size.width * factor), _even(size.height * factor))
    notes.lose(composed.lost)
    base = to_frame(composed.picture)
    count = window.frames - first if count is None else count
    graph = Graph()
    graph.threads = 1
    source = graph.add_buffer(width=base.width, height=base.height, format=_FORMAT, time_base=Fraction(1, RATE))
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
    yield from _pulled(sink)


def _path(window: Window, first: int) -> str:
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


def _pulled(sink: FilterContext) -> Iterator[VideoFrame]:
    """All frames that a graph has ready."""
    while True:
        try:
            frame = sink.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        assert isinstance(frame, VideoFrame), "the graph holds pictures"
        yield frame


def _blended(frames: Iterator[VideoFrame], shot: PanelShot, size: Size, notes: _Notes) -> Iterator[VideoFrame]:
    number = 0
    if shot.blend_in:
        blend = shot.blend_in
        others = _moved(blend.window, size, notes, blend.window.frames, blend.frames)
        for frame in _mixed(islice(frames, blend.frames), others, blend):
            number += 1
            yield frame
    if not shot.blend_out:
        yield from frames
        return
    blend = shot.blend_out
    yield from islice(frames, max(0, shot.frames - blend.frames - number))
    others = _moved(blend.window, size, notes, -blend.frames, blend.frames)
    yield from _mixed(frames, others, blend)


def _mixed(frames: Iterable[VideoFrame], others: Iterable[VideoFrame], blend: Blend) -> Iterator[VideoFrame]:
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


def _covered(frames: Iterator[VideoFrame], shot: PanelShot, size: Size, notes: _Notes) -> Iterator[VideoFrame]:
    """Fades, then slate, caption and title over the frames."""
    layers = _layers(shot, size, notes)
    if not layers and not shot.fade_in and not shot.fade_out:
        yield from frames
        return
    graph = Graph()
    graph.threads = 1
    base = Fraction(1, RATE)
    source = last = graph.add_buffer(width=size.width, height=size.height, format=_FORMAT, time_base=base)
    for options in _fades(shot):
        faded = graph.add("fade", options)
        last.link_to(faded)
        last = faded
    entries = []
    for layer in layers:
        first = layer.pictures[0][1]
        entry = graph.add_buffer(width=first.width, height=first.height, format=VideoFormat("yuva420p"), time_base=base)
        laid = graph.add("overlay", f"x=0:y={layer.top}:format=yuv420:eof_action=repeat")
        last.link_to(laid, 0, 0)
        entry.link_to(laid, 0, 1)
        last = laid
        entries.append((entry, layer))
    sink = graph.add("buffersink")
    last.link_to(sink)
    graph.configure()
    for entry, layer in entries:
        for at, picture in layer.pictures:
            frame = to_frame(picture, "yuva420p")
            frame.pts, frame.time_base = at, base
            entry.push(frame)
        entry.push(None)
    for number, frame in enumerate(frames):
        frame.pts, frame.time_base = number, base
        source.push(frame)
        yield from _pulled(sink)
    source.push(None)
    yield from _pulled(sink)


def _fades(shot: PanelShot) -> list[str]:
    found = []
    if shot.fade_in:
        found.append(f"type=in:start_frame=0:nb_frames={shot.fade_in.frames}:color={shot.fade_in.colour}")
    if shot.fade_out:
        start = shot.frames - shot.fade_out.frames
        found.append(f"type=out:start_frame={start}:nb_frames={shot.fade_out.frames}:color={shot.fade_out.colour}")
    return found


class _Layer(NamedTuple):
    """Pictures that lie `top` rows down, each from a frame on."""

    top: int
    pictures: tuple[tuple[int, Image.Image], ...]


def _layers(shot: PanelShot, size: Size, notes: _Notes) -> list[_Layer]:
    layers = []
    if shot.slate:
        seconds = range(-(-shot.frames // RATE))
        slate = shot.slate
        layers.append(_Layer(0, tuple((at * RATE, notes.take(draw_slate(slate, at, size))) for at in seconds)))
    words = [one for one in shot.captions if one.kind != "title" and one.text.strip()]
    if words:
        clear = draw_caption(None, size).picture
        drawn = [(one, notes.take(draw_caption(one, size))) for one in words]
        layers.append(_Layer(size.height - caption_height(size), _timed(drawn, clear)))
    titles = [one for one in shot.captions if one.kind == "title" and one.text.strip()]
    if titles:
        drawn = [(one, notes.take(draw_title(one.text, size))) for one in titles]
        clear = Image.new("RGBA", drawn[0][1].size, (0, 0, 0, 0))
        layers.append(_Layer(bar_height(size), _timed(drawn, clear)))
    return layers


def _timed(drawn: list[tuple[Caption, Image.Image]], clear: Image.Image) -> tuple[tuple[int, Image.Image], ...]:
    """Each picture from its frame on, with nothing where no caption is due."""
    rows: dict[int, Image.Image] = {0: clear}
    for caption, picture in drawn:
        rows[round(caption.start * RATE)] = picture
        rows.setdefault(round(caption.end * RATE), clear)
    return tuple(sorted(rows.items(), key=lambda row: row[0]))
