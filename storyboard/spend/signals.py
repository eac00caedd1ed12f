"""Signals that stop a run: Ctrl-C, SIGTERM, a closed terminal."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Protocol

from storyboard.venice.service import service_facts

#: SIGHUP is a closed terminal on Unix; SIGBREAK a closed console on Windows.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class StopRun(Protocol):
    """Stops a run in good order, or `at_once` if the person does not want to wait."""

    def __call__(self, *, at_once: bool = False) -> None: ...


@contextmanager
def stopped_by_signals(stop: StopRun, now: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Let signals stop a run inside this block.

    Only a second Ctrl-C stops it at once: a closed terminal sends its signal more than once, and a parent process
    passes a keystroke on. Signals that the caller ignores stay ignored, as `nohup` needs. Does nothing outside the main
    thread.
    """
    loop = asyncio.get_running_loop()
    first: float | None = None

    def stop_by(number: int) -> None:
        nonlocal first
        is_second = first is not None and now() - first >= service_facts("run")["second_stop_seconds"]
        stop(at_once=number == signal.SIGINT and is_second)
        if number == signal.SIGINT and first is None:
            first = now()

    def handle(number: int, _frame: FrameType | None) -> None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(stop_by, number)

    before: dict[int, Any] = {}
    for name in _NAMES:
        number = getattr(signal, name, None)
        if number is None or signal.getsignal(number) is signal.SIG_IGN:
            continue
        with suppress(ValueError, OSError):  # not the main thread
            before[number] = signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
