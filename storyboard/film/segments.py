"""Encoded segments of the film, cached by content: a retake costs one, an interruption loses one."""

from __future__ import annotations

import json
import os
import pickle
import queue
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from storyboard.child_process import child_command, child_environment, own_process_group
from storyboard.film.content_cache import code_digest, fresh_folder, keep_fresh, key_of
from storyboard.film.encoding import filmed_options
from storyboard.film.segment_child import SegmentTask

_MOST_BYTES = 8 * 1024**3  # kept: half an hour of 1080p; the longest unused go first
#: The modules that decide what a segment looks like; those of `storyboard.drawing` all do.
_MODULES = (
    "blends",
    "camera", "clip_file", "colour", "dissolves", "encoding", "frames", "media", "overlay_filter", "segment_child",
    "shots",
)  # fmt: skip


class EncodingFailed(OSError):
    """A segment could not be encoded; the message says which and why."""


def encode_segments(
    tasks: Sequence[tuple[str, SegmentTask]], folder: Path, tell: Callable[[float], None] = lambda share: None
) -> list[Path]:
    """The files of segments, by name and task, encoded where they are not kept yet. `tell` hears the share that is
    done. Raises OSError."""
    made_by = (code_digest(*_MODULES), *filmed_options().values())
    paths = [folder / f"{key_of(made_by, task)}.mp4" for _, task in tasks]
    missing = {path: number for number, path in enumerate(paths) if not path.exists()}
    if missing:
        with fresh_folder(folder) as fresh:
            _Encoding([(*tasks[number], path) for path, number in missing.items()], fresh, tell).run()
    keep_fresh(folder, paths, _MOST_BYTES)
    return paths


class _Encoding:
    """Segments encoded by children, and how far they are."""

    def __init__(
        self, rows: Sequence[tuple[str, SegmentTask, Path]], fresh: Path, tell: Callable[[float], None]
    ) -> None:
        self._rows, self._fresh, self._tell = rows, fresh, tell
        self._total = sum(task.source.frames for _, task, _ in rows)
        self._done = [0] * len(rows)
        self._problems: list[str] = []
        self._waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._children: list[subprocess.Popen[bytes]] = []
        self._changed = threading.Event()

    def run(self) -> None:
        """Encode everything. Raises EncodingFailed."""
        processors = os.cpu_count() or 1
        workers = min(len(self._rows), max(1, processors // 2))
        threads = max(1, processors // workers)
        for number in range(len(self._rows)):
            self._waiting.put(number)
        hands = [threading.Thread(target=self._serve, args=(threads,), daemon=True) for _ in range(workers)]
        for hand in hands:
            hand.start()
        try:
            while any(hand.is_alive() for hand in hands):
                self._changed.wait(0.2)
                self._changed.clear()
                self._tell(sum(self._done) / self._total)
        finally:
            with suppress(queue.Empty):
                while True:
                    self._waiting.get_nowait()
            for child in self._children:
                child.kill()
            for hand in hands:
                hand.join()
        if self._problems:
            raise EncodingFailed("; ".join(self._problems))

    def _serve(self, threads: int) -> None:
        """Keep one child busy until nothing waits; one that dies is replaced, and its segment has failed."""
        child: subprocess.Popen[bytes] | None = None
        while True:
            try:
                number = self._waiting.get_nowait()
            except queue.Empty:
                break
            if child is None or child.poll() is not None:
                child = _start()
                self._children.append(child)
            if problem := self._ask(child, number, threads):
                self._problems.append(f"{self._rows[number][0]}: {problem}")
        if child is not None:
            with suppress(OSError):
                child.communicate()
        self._changed.set()

    def _ask(self, child: subprocess.Popen[bytes], number: int, threads: int) -> str | None:
        """Have one segment encoded; what went wrong, if something did."""
        assert child.stdin is not None, "it is a pipe"
        assert child.stdout is not None, "it is a pipe"
        _, task, target = self._rows[number]
        partial = self._fresh / target.name
        with suppress(OSError, ValueError):
            pickle.dump((task, partial, threads), child.stdin)
            child.stdin.flush()
            while line := child.stdout.readline():
                facts = json.loads(line)
                if "done" in facts:
                    os.replace(partial, target)
                    self._done[number] = task.source.frames
                    return None
                if "failed" in facts:
                    return str(facts["failed"])
                self._done[number] = int(facts["frames"])
                self._changed.set()
        return "its encoder ended early"


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        child_command("storyboard.film.segment_child"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=child_environment(),
        **own_process_group(),
    )
