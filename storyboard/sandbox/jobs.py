"""What the sandbox remembers: jobs, calls, and how many calls a minute it has taken."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from storyboard.catalog import Model
from storyboard.sandbox.bodies import Queue

#: Seconds, from any beginning.
Clock = Callable[[], float]


@dataclass(slots=True)
class Job:
    """A clip that was asked and charged."""

    queue_id: str
    model: Model
    body: Queue
    since: float
    failed: str | None = None
    deleted: bool = False
    fetches: int = 0
    video: bytes | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Memory:
    """Everything that happened at a server. `charges` counts accepted queue calls by prompt, `queued` all of them."""

    calls: list[Call] = field(default_factory=list)
    jobs: dict[str, Job] = field(default_factory=dict)
    queued: Counter[str] = field(default_factory=Counter)
    charges: Counter[str] = field(default_factory=Counter)

    def count_refused(self, path: str, body: bytes) -> None:
        """Count a queue call that did not come to the application."""
        if path.endswith("/queue"):
            with suppress(ValueError, TypeError, KeyError):
                self.queued[str(json.loads(body)["prompt"])] += 1


class Window:
    """At most `most` calls in any `seconds`."""

    def __init__(self, most: int, seconds: float, clock: Clock) -> None:
        self.most, self.seconds, self.clock = most, seconds, clock
        self._times: deque[float] = deque()

    def take(self) -> tuple[int, float]:
        """Count a call: how many more are free, -1 where this one is too many, and seconds until one is."""
        now = self.clock()
        while self._times and self._times[0] <= now - self.seconds:
            self._times.popleft()
        if len(self._times) >= self.most:
            return -1, self._times[0] + self.seconds - now
        self._times.append(now)
        return self.most - len(self._times), self._times[0] + self.seconds - now
