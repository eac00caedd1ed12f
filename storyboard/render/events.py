"""What a run tells while it goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Event(NamedTuple):
    """Something happened to a clip, or (`clip` empty) to the run.

    `kind` is one of: sending, queued, running, fetching, saved, waiting, blocked, refused, unknown, rejected, failed,
    late, stopped. `words` are for the person, without an end; `usd` is what the step costs, below zero where money
    comes back; `expected` is how many seconds such a render takes, where known; `take` its number; `file` the kept
    file's name.
    """

    kind: str
    clip: str
    words: str = ""
    usd: float | None = None
    expected: float | None = None
    take: int | None = None
    file: str | None = None


Listen = Callable[[Event], None]
