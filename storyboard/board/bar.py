"""The bar of the film: scenes, clips and takes to scale."""

from __future__ import annotations

from typing import NamedTuple

from storyboard.board.storyboard import Storyboard

_MOST_MARKS = 9
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600)  # seconds that a clock is read in


class BarSegment(NamedTuple):
    """A stretch of the bar: where it begins and how wide it is, in per cent of the film, and what it stands for."""

    x: float
    width: float
    number: str
    words: str
    odd: bool


class BarMark(NamedTuple):
    """A point on the bar's clock."""

    x: float
    second: int


class FilmBar(NamedTuple):
    """The bar: scenes above shots above clips, and a clock below."""

    scenes: tuple[BarSegment, ...]
    shots: tuple[BarSegment, ...]
    clips: tuple[BarSegment, ...]
    marks: tuple[BarMark, ...]


def build_bar(board: Storyboard) -> FilmBar:
    """Lay the film out to scale; an empty bar where it has no second."""
    whole = board.sum.seconds
    if not whole:
        return FilmBar((), (), (), ())
    percent = 100 / whole
    scenes, shots, clips, at = [], [], [], 0
    for scene_board in board.scenes:
        odd = bool(scene_board.scene.number % 2)
        if scene_board.panels:
            number = scene_board.scene.number
            words = f"Scene {number}: {scene_board.scene.heading or 'without a heading'}, {scene_board.sum.seconds} s"
            scenes.append(BarSegment(at * percent, scene_board.sum.seconds * percent, str(number), words, odd))
        for panel in scene_board.panels:
            words = f"Shot {panel.shot.number}, {panel.seconds} s"
            shots.append(BarSegment(at * percent, panel.seconds * percent, panel.shot.number, words, odd))
            if panel.clip and panel.opens:
                clip = panel.clip
                words = f"Clip {clip.id}, {clip.duration} s"
                clips.append(BarSegment(at * percent, clip.duration * percent, clip.id, words, odd))
            at += panel.seconds
    return FilmBar(tuple(scenes), tuple(shots), tuple(clips), _marks(whole))


def _marks(whole: int) -> tuple[BarMark, ...]:
    step = next((step for step in _STEPS if whole / step <= _MOST_MARKS), 3600 * -(-whole // (3600 * _MOST_MARKS)))
    return tuple(BarMark(second * 100 / whole, second) for second in range(0, whole, step))
