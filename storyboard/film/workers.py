"""Worker processes for drawing, because the picture libraries hold Python's lock for most of their work.

A worker reads tasks from its standard input and answers on its standard output. It ends when its input does, so none
outlives its parent.
"""

from __future__ import annotations

import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from av import FFmpegError

from storyboard.child_process import child_command, child_environment, own_process_group
from storyboard.drawing.overlays import FrameSize
from storyboard.drawing.report import DrawingReport
from storyboard.film.frames import draw_segments
from storyboard.film.shots import HEAD, PanelShot


class DrawingTask(NamedTuple):
    """A shot to draw to `paths`: its head and, where there are two, what comes after; `small` ones in few bytes."""

    shot: PanelShot
    size: FrameSize
    paths: tuple[Path, ...]
    small: bool = False

    @property
    def frames(self) -> int:
        """How many there are to draw."""
        return self.shot.frames if len(self.paths) > 1 else min(self.shot.frames, HEAD)


class DrawingFailed(Exception):
    """A shot could not be drawn; the message says why."""


#: Told of each task as soon as it is drawn.
Keep = Callable[[DrawingTask, DrawingReport], None]


def draw_all(tasks: Sequence[DrawingTask], workers: int, keep: Keep = lambda task, report: None) -> list[DrawingReport]:
    """Draw shots, by `workers` processes where there are that many. Raises DrawingFailed, OSError."""
    if len(tasks) < 2 or workers < 2:
        reports = []
        for task in tasks:
            reports.append(draw_segments(task.shot, task.paths, task.size, small=task.small))
            keep(task, reports[-1])
        return reports
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in sorted(range(len(tasks)), key=lambda number: -tasks[number].frames):
        waiting.put(number)
    results: dict[int, DrawingReport | str] = {}
    children: list[subprocess.Popen[bytes]] = []
    hands = [
        threading.Thread(target=_serve, args=(tasks, waiting, results, children, keep))
        for _ in range(min(workers, len(tasks)))
    ]
    for hand in hands:
        hand.start()
    try:
        for hand in hands:
            hand.join()
    except BaseException:  # the command ends: what waits is not begun any more
        with suppress(queue.Empty):
            while True:
                waiting.get_nowait()
        for child in children:
            child.kill()
        raise
    answers = [results.get(number, "its worker ended early") for number in range(len(tasks))]
    for answer in answers:
        if isinstance(answer, str):
            raise DrawingFailed(answer)
    return [answer for answer in answers if isinstance(answer, DrawingReport)]


def _serve(
    tasks: Sequence[DrawingTask],
    waiting: queue.SimpleQueue[int],
    results: dict[int, DrawingReport | str],
    children: list[subprocess.Popen[bytes]],
    keep: Keep,
) -> None:
    """Keep one process busy until nothing waits."""
    command = child_command("storyboard.film.workers")
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environment(), **own_process_group()
    ) as child:
        children.append(child)
        assert child.stdin is not None, "it is a pipe"
        assert child.stdout is not None, "it is a pipe"
        while True:
            try:
                number = waiting.get_nowait()
            except queue.Empty:
                child.stdin.close()
                return
            try:
                pickle.dump(tasks[number], child.stdin)
                child.stdin.flush()
                answer = pickle.load(child.stdout)  # noqa: S301 # our own process answers
                if isinstance(answer, DrawingReport):
                    keep(tasks[number], answer)
                results[number] = answer
            except (EOFError, OSError, pickle.UnpicklingError):
                results[number] = "its worker ended early"
                return


def run() -> None:
    """Be a worker."""
    given, said = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            task: DrawingTask = pickle.load(given)  # noqa: S301 # our own parent asks
        except EOFError:
            return
        answer: DrawingReport | str
        try:
            answer = draw_segments(task.shot, task.paths, task.size, threads=1, small=task.small)
        except (OSError, ValueError, MemoryError, FFmpegError) as problem:
            answer = str(problem) or type(problem).__name__
        pickle.dump(answer, said)
        said.flush()
