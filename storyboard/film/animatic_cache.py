"""Drawn shots, cached on disk by their content (`content_cache`) and joined without encoding.

A shot has two segments: its head, which shows the running time of the film, and the rest, which does not. So a change
in the length of one shot only draws that shot, and the heads of the others.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from storyboard.drawing.overlays import FrameSize, RunningTime
from storyboard.drawing.report import DrawingReport
from storyboard.files.atomic import save
from storyboard.film.content_cache import code_digest, fresh_folder, keep_fresh, key_of
from storyboard.film.shots import HEAD, PanelShot
from storyboard.film.workers import DrawingTask, draw_all

_MOST_BYTES = 2 * 1024**3  # kept; the longest unused go first
#: The modules of this package that decide what a frame looks like; those of `storyboard.drawing` all do.
_FRAME_MODULES = ("blends", "camera", "colour", "dissolves", "encoding", "frames", "overlay_filter", "shots")


def draw_kept_segments(
    shots: Sequence[PanelShot],
    size: FrameSize,
    folder: Path,
    workers: int = 2,
    tell: Callable[[float], None] = lambda share: None,
    *,
    small: bool = False,
) -> tuple[list[Path], DrawingReport]:
    """The segments of all shots in order, drawn if they are not cached, and cached as soon as they are drawn.

    An interrupted run loses only the shots in progress. The notes of a shot are stored beside its head. `tell` receives
    the share that is done; `small` segments take few bytes. Raises OSError, workers.DrawingFailed.
    """
    rows = [_segments_of(shot, size, folder, small=small) for shot in shots]
    wanted = {row: shot for row, shot in zip(rows, shots, strict=True) if not all(path.exists() for path in row)}
    with fresh_folder(folder) as fresh:
        tasks = [
            DrawingTask(shot, size, tuple(fresh / path.name for path in (row if _lacks_rest(row) else row[:1])), small)
            for row, shot in wanted.items()
        ]
        total, done = sum(task.frames for task in tasks), 0

        def keep(task: DrawingTask, notes: DrawingReport) -> None:
            nonlocal done
            if notes.lost or notes.missing:
                save(_notes_of(folder / task.paths[0].name), json.dumps(notes).encode())
            for path in task.paths:
                os.replace(path, folder / path.name)
            done += task.frames
            tell(done / total)

        draw_all(tasks, workers, keep)
    paths = [path for row in rows for path in row]
    keep_fresh(folder, paths, _MOST_BYTES)
    return paths, _told(paths)


def _segments_of(shot: PanelShot, size: FrameSize, folder: Path, *, small: bool) -> tuple[Path, ...]:
    """The cache path of a shot's head, and of its rest if there is one."""
    kind = "small " if small else ""
    head = folder / f"{_key(shot, size, f'{kind}head')}.mp4"
    if shot.frames <= HEAD:
        return (head,)
    slate = shot.slate and shot.slate._replace(running=RunningTime(0, 0))
    return head, folder / f"{_key(shot._replace(slate=slate), size, f'{kind}rest')}.mp4"


def _lacks_rest(segments: tuple[Path, ...]) -> bool:
    return any(not path.exists() for path in segments[1:])


def _notes_of(segment: Path) -> Path:
    return segment.with_suffix(".json")


def _told(paths: Iterable[Path]) -> DrawingReport:
    """All notes of segments, each once."""
    lost: dict[str, None] = {}
    missing: set[str] = set()
    for path in dict.fromkeys(paths):
        with suppress(OSError, ValueError):
            names, letters = json.loads(_notes_of(path).read_bytes())
            lost.update(dict.fromkeys(names))
            missing.update(letters)
    return DrawingReport(tuple(lost), tuple(sorted(missing)))


def _key(shot: PanelShot, size: FrameSize, part: str) -> str:
    return key_of(code_digest(*_FRAME_MODULES), size, part, shot)
