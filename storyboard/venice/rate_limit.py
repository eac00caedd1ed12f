"""Rate limits: calls a minute, failed calls, and the pauses that the service asks for."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Literal, get_args

from storyboard.venice.clock import Clock
from storyboard.venice.protocol import reset_after
from storyboard.venice.service import service_facts

Call = Literal["queue", "retrieve", "picture", "audio"]

_OPEN = float("inf")


class Turn:
    """One call: open until it is answered."""

    __slots__ = ("ended",)

    def __init__(self) -> None:
        self.ended = _OPEN

    @property
    def is_open(self) -> bool:
        """Whether the call has not been answered yet."""
        return self.ended == _OPEN


class RateLimiter:
    """Hands out turns. A call counts from its answer on, not from its start: the service counts it at some moment in
    between, so its window is never overrun, however long the way there took."""

    def __init__(self, clock: Clock, *, is_limited: bool = True) -> None:
        self._clock = clock
        self._is_limited = is_limited
        self._turns: dict[Call, deque[Turn]] = {call: deque() for call in get_args(Call)}
        self._lines: dict[Call, asyncio.Lock] = {call: asyncio.Lock() for call in get_args(Call)}
        self._held: dict[Call, float] = dict.fromkeys(get_args(Call), 0.0)
        self._failures: deque[float] = deque()
        self._answered = asyncio.Event()

    async def turn(self, call: Call) -> Turn:
        """Wait until one more call may be made, first come, first served."""
        async with self._lines[call]:
            while (wait := self._wait(call)) > 0:
                self._answered.clear()
                if wait == _OPEN:
                    await self._answered.wait()
                else:
                    await self._clock.sleep(wait)
            turn = Turn()
            if self._is_limited:
                self._turns[call].append(turn)
            return turn

    def close(self, call: Call, turn: Turn, status: int | None, headers: Mapping[str, str]) -> None:
        """A call is over; `status` is None where there was no answer."""
        now = self._clock.now()
        turn.ended = now
        if status is None or status >= 400:
            self._failures.append(now)
        reset = reset_after(headers, self._clock.wall())
        if reset is not None:
            self.hold(call, min(reset, service_facts("limits")["window_seconds"]))
        self._answered.set()

    def hold(self, call: Call, seconds: float) -> None:
        """No call of this kind for some time."""
        self._held[call] = max(self._held[call], self._clock.now() + seconds)

    def _wait(self, call: Call) -> float:
        """Seconds until a call may be made, as far as is known now; infinite where an open one has to end first."""
        now = self._clock.now()
        wait = max(self._held[call] - now, self._wait_for_failures(now))
        facts = service_facts("limits")
        turns, window = self._turns[call], facts["window_seconds"]
        while turns and turns[0].ended <= now - window:
            turns.popleft()
        taken = [turn.ended for turn in turns if turn.ended > now - window]
        if len(taken) < facts[f"{call}_calls"]:
            return wait
        soonest = min(taken)
        return _OPEN if soonest == _OPEN else max(wait, soonest + window - now)

    def _wait_for_failures(self, now: float) -> float:
        facts = service_facts("limits")
        while self._failures and self._failures[0] <= now - facts["failed_seconds"]:
            self._failures.popleft()
        most = int(facts["failed_calls"] * facts["careful_share"])
        if len(self._failures) < most:
            return 0.0
        seconds: float = facts["failed_seconds"]
        return self._failures[-most] + seconds - now
