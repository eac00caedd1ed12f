"""Dissolves and wipes between two drawn pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from av.video.frame import VideoFrame

from storyboard.drawing.overlays import FrameSize
from storyboard.drawing.report import DrawingLog
from storyboard.film.blends import mix_frames, wipe_frames
from storyboard.film.camera import moved_frames
from storyboard.film.shots import Dissolve, PanelShot


def blended_frames(
    frames: Iterator[VideoFrame], shot: PanelShot, size: FrameSize, notes: DrawingLog
) -> Iterator[VideoFrame]:
    """The frames of a shot, with the neighbouring shots mixed in at its beginning and end."""
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
    """Frames mixed with others, with a share that changes from frame to frame."""
    for number, (frame, other) in enumerate(zip(frames, others, strict=False)):
        share = blend.start + (blend.end - blend.start) * (number + 0.5) / blend.frames
        if not blend.is_wipe:
            yield mix_frames(frame, other, share)
        elif blend.end > blend.start:
            yield wipe_frames(other, frame, share)
        else:
            yield wipe_frames(frame, other, 1 - share)
