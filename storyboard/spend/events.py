"""Events of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Event(NamedTuple):
    """Something happened to a clip or a picture (`clip` is its id), or (`clip` empty) to the run.

    `kind` is one of: sending, queued, received, running, fetching, saved, waiting, blocked, refused, unknown, rejected,
    failed, late, stopped, notice. `words` are for the person, without an end; `usd` is what the step costs, below zero
    where money comes back; `expected` is how many seconds such a render takes, once the service has said it; `take` its
    number; `file` the kept file's name.
    """

    kind: str
    clip: str
    words: str = ""
    usd: float | None = None
    expected: float | None = None
    take: int | None = None
    file: str | None = None


Listen = Callable[[Event], None]


class Broadcast:
    """Passes events on to a listener for as long as it takes them. A terminal that is closed or a reader that has gone
    away turns the telling off, and stops nothing else."""

    def __init__(self, listen: Listen) -> None:
        self._listen = listen
        self._is_on = True

    def __call__(self, event: Event) -> None:
        if self._is_on:
            try:
                self._listen(event)
            except Exception:  # noqa: BLE001 # whatever happens to a listener, the paid calls go on
                self._is_on = False
