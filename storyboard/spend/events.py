"""Events of a run, for displays and programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Event(NamedTuple):
    """Something that happened to a clip or picture (`clip` is its id), or to the run (`clip` is empty).

    `kind` is one of: sending, queued, received, running, fetching, saved, waiting, blocked, refused, unknown, rejected,
    failed, late, stopped, notice. `words` are for the person, without a full stop. `usd` is the cost of the step in US
    dollars, negative for a refund. `expected` is the seconds that such a render takes, once the service has said so.
    `take` is the number of the take, `file` the name of the kept file.
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
    """Passes events to a listener until it fails.

    A closed terminal, or a reader that has gone away, only ends the display and not the run.
    """

    def __init__(self, listen: Listen) -> None:
        self._listen = listen
        self._is_on = True

    def __call__(self, event: Event) -> None:
        if self._is_on:
            try:
                self._listen(event)
            except Exception:  # noqa: BLE001 # whatever happens to a listener, the paid calls go on
                self._is_on = False
