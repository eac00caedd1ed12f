"""Shots drawn as moving pictures: a still, the camera move over it, and overlays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path

from av.video.frame import VideoFrame
from PIL import Image

from storyboard.compiler.aspect import read_aspect
from storyboard.drawing.camera_moves import move_named
from storyboard.drawing.compositing import compose_still
from storyboard.drawing.overlays import (
    FrameSize,
    bar_height,
    caption_height,
    draw_caption,
    draw_slate,
    draw_title,
    nearest_even,
)
from storyboard.drawing.report import DrawingLog, DrawingReport
from storyboard.film.camera import moved_frames
from storyboard.film.dissolves import blended_frames
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
from storyboard.film.overlay_filter import covered_frames
from storyboard.film.shots import HEAD, CameraWindow, PanelShot


def frame_size(aspect: str, short_side: int = 480) -> FrameSize:
    """The frame of an aspect such as `16:9`, its shorter side given in pixels; 16:9 where it is not an aspect."""
    ratio = read_aspect(aspect) or Fraction(16, 9)
    if ratio >= 1:
        return FrameSize(nearest_even(short_side * ratio), nearest_even(short_side))
    return FrameSize(nearest_even(short_side), nearest_even(short_side / ratio))


def draw_clip(
    shots: Sequence[PanelShot], path: str | Path, size: FrameSize, *, threads: int = 2, sound: bool = True
) -> DrawingReport:
    """Draw shots as an MP4, with silence unless `sound` is off: their frames, to the frame. The file is written in
    place; who needs it whole or not at all names a temporary one. Raises OSError."""
    notes = DrawingLog()
    seconds = Fraction(sum(shot.frames for shot in shots), RATE)
    with open_mp4(path) as container:
        stream = add_video(container, size, Fraction(RATE), Quality(threads=threads))
        silent = add_silence(container) if sound else None
        frames = (frame for shot in shots for frame in draw_frames(shot, size, notes))
        silent_row = silent_packets(silent, seconds) if silent else iter(())
        write_in_step(container, encode_frames(stream, frames), silent_row)
    return notes.drawn()


def draw_segments(
    shot: PanelShot, paths: Sequence[Path], size: FrameSize, *, threads: int = 2, small: bool = False
) -> DrawingReport:
    """Draw a shot as silent MP4s that follow each other: its head and, where there are two paths, what comes after;
    `small` ones in few bytes. Raises OSError."""
    notes = DrawingLog()
    frames = draw_frames(shot, size, notes)
    for path, count in zip(paths, (HEAD, shot.frames), strict=False):
        with open_mp4(path) as container:
            stream = add_video(container, size, Fraction(RATE), Quality(threads=threads, small=small))
            write_in_step(container, encode_frames(stream, islice(frames, count)))
    return notes.drawn()


def draw_still(shot: PanelShot, size: FrameSize) -> Image.Image:
    """A shot's panel as a picture: the still at the start of the move with its slate and its first caption."""
    whole = compose_still(shot.still, *size).picture.convert("RGBA")
    if shot.slate:
        whole.alpha_composite(draw_slate(shot.slate, 0, size).picture, (0, 0))
    first = next((one for one in shot.captions if one.kind != "title"), None)
    whole.alpha_composite(draw_caption(first, size).picture, (0, size.height - caption_height(size)))
    for title in [one for one in shot.captions if one.kind == "title"][:1]:
        whole.alpha_composite(draw_title(title.text, size).picture, (0, bar_height(size)))
    return whole.convert("RGB")


def draw_frames(shot: PanelShot, size: FrameSize, notes: DrawingLog | None = None) -> Iterator[VideoFrame]:
    """The frames of a shot, BT.709, 4:2:0."""
    notes = notes or DrawingLog()
    window = CameraWindow(shot.still, shot.move or move_named("drift"), shot.frames)
    moved = blended_frames(moved_frames(window, size, notes), shot, size, notes)
    yield from islice(covered_frames(moved, shot, size, notes), shot.frames)
