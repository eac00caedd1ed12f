"""Fades, and the overlays of a shot, each from its first frame on."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from av.filter import Graph
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from PIL import Image

from storyboard.drawing.overlays import (
    Caption,
    FrameSize,
    bar_height,
    caption_height,
    draw_caption,
    draw_slate,
    draw_title,
)
from storyboard.drawing.report import DrawingLog
from storyboard.film.camera import FRAME_FORMAT, ready_frames
from storyboard.film.colour import to_frame
from storyboard.film.encoding import RATE
from storyboard.film.shots import PanelShot


def covered_frames(
    frames: Iterator[VideoFrame], shot: PanelShot, size: FrameSize, notes: DrawingLog
) -> Iterator[VideoFrame]:
    """Fades, then slate, caption and title over the frames."""
    layers = _layers(shot, size, notes)
    if not layers and not shot.fade_in and not shot.fade_out:
        yield from frames
        return
    graph = Graph()
    graph.threads = 1
    base = Fraction(1, RATE)
    source = last = graph.add_buffer(width=size.width, height=size.height, format=FRAME_FORMAT, time_base=base)
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
        yield from ready_frames(sink)
    source.push(None)
    yield from ready_frames(sink)


def _fades(shot: PanelShot) -> list[str]:
    found = []
    if shot.fade_in:
        found.append(f"type=in:start_frame=0:nb_frames={shot.fade_in.frames}:color={shot.fade_in.colour}")
    if shot.fade_out:
        start = shot.frames - shot.fade_out.frames
        length = 1 if shot.fade_out.is_cut else shot.fade_out.frames
        found.append(f"type=out:start_frame={start}:nb_frames={length}:color={shot.fade_out.colour}")
    return found


class _Layer(NamedTuple):
    """Pictures that lie `top` rows down, each from a frame on."""

    top: int
    pictures: tuple[tuple[int, Image.Image], ...]


def _layers(shot: PanelShot, size: FrameSize, notes: DrawingLog) -> list[_Layer]:
    """The overlays of a shot: slate, captions and title, each from its first frame on."""
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
