"""Runs started from the page: `sbc render` and `sbc make`, each a process that outlives the studio.

A run writes its output to a file beside its products, so that it never waits for a reader. The studio reads the file
and tells the page; a studio that is opened later continues reading.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from storyboard.spend.lock import is_held

#: What a run says is kept there, in the folder of its takes.
LOG = "studio-run.jsonl"
#: Bytes that are read at a time.
_PIECE = 1 << 18


def start_run(words: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    """Start `sbc` with these words as a process in its own session, working in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOG).open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "storyboard.cli", *words],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=dict(os.environ),  # the one child that pays, and so needs the key
            cwd=Path.cwd(),
            start_new_session=True,
        )


class RunLog:
    """The output of the latest run in a folder, from where it was last read. A run that ended before the first read is
    skipped."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOG
        self._at = 0
        is_over = not is_held(folder) or any(one["event"] == "end" for one in self.news())
        self._at = self._size() if is_over else 0

    def restart(self) -> None:
        """Start over, because a new run has begun a new file."""
        self._at = 0

    def news(self) -> list[dict[str, Any]]:
        """The events since the last call. A line that is not an event is text for the person, as `said`."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._at)
                data = file.read(_PIECE)
        except OSError:
            return []
        whole = data[: data.rfind(b"\n") + 1]
        self._at += len(whole)
        return [_event(line) for line in whole.decode("utf-8", "replace").splitlines() if line.strip()]

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except OSError:
            return 0


def _event(line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        event = None
    return event if isinstance(event, dict) and "event" in event else {"event": "said", "words": line}
