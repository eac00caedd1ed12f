"""Rate limits of the sandbox: calls a minute, and failed calls."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

#: Seconds, from any beginning.
Clock = Callable[[], float]


class RateWindow:
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


class ErrorBudget:
    """More than `most` failed calls in `seconds` block every call for `blocked` seconds."""

    def __init__(self, most: int, seconds: float, blocked: float, clock: Clock) -> None:
        self.blocked, self.clock = blocked, clock
        self._window = RateWindow(most, seconds, clock)
        self._until: float | None = None

    def spend(self) -> None:
        """Count a call that failed."""
        left, _ = self._window.take()
        if left < 0 and not self.wait():
            self._until = self.clock() + self.blocked

    def wait(self) -> float:
        """Seconds until calls are taken again; 0 where they are."""
        return max(0.0, self._until - self.clock()) if self._until is not None else 0.0
