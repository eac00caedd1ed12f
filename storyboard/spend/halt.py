"""The orderly end of a run: nothing more is sent, and an open call is answered first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from storyboard.spend.collector import LongWait
from storyboard.spend.database import DiskFull, LedgerUnusable
from storyboard.spend.events import Event, Listen
from storyboard.spend.outcome import ExitCode
from storyboard.spend.sender import Sender

_Result = TypeVar("_Result")


class Halt:
    """Runs the work of one run until it is done or stopped. `stop` may be called from anywhere in the same event
    loop."""

    def __init__(self, sender: Sender, listen: Listen) -> None:
        self._sender = sender
        self._listen = listen
        self._halt = asyncio.Event()
        self._halt_at_once = asyncio.Event()

    async def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run some work to its end, or cancel it when the run is stopped."""
        everything, halted = asyncio.create_task(work), asyncio.create_task(self._halt.wait())
        await asyncio.wait([everything, halted], return_when=asyncio.FIRST_COMPLETED)
        if not everything.done():
            await self._finish_open_call()
            everything.cancel()
        halted.cancel()
        with suppress(asyncio.CancelledError):
            await everything

    def stop(self, *, at_once: bool = False) -> None:
        """Send nothing more and end in good order: an open call is answered first, because its answer is paid for.

        With `at_once`, the answer is not awaited.
        """
        if at_once:
            self._halt_at_once.set()
        self._sender.close("stopped by you", ExitCode.INTERRUPTED)
        self._halt.set()

    async def guarded(self, work: Callable[[], Awaitable[_Result]]) -> _Result | None:
        """Run the work on one product. An exception ends this product and all sending; other products continue to their
        end."""
        try:
            return await work()
        except (DiskFull, OSError) as problem:
            words = str(problem) if isinstance(problem, DiskFull) else f"{problem.strerror or problem}"
            self._sender.close(f"the disk cannot be written: {words}", ExitCode.INCOMPLETE)
        except (LongWait, LedgerUnusable) as problem:
            self._sender.close(str(problem), ExitCode.INCOMPLETE)
        except Exception as problem:  # noqa: BLE001 # one product's trouble never cancels another's open call
            self._sender.close(f"a bug in sbc; please report it: {problem!r}", ExitCode.INCOMPLETE)
        return None

    async def _finish_open_call(self) -> None:
        """Wait for the answer to the open call; everything else can be resumed later."""
        if not self._sender.is_idle.is_set():
            self._listen(Event("waiting", "", "waiting for the answer to a call that may cost money"))
        waiting = [asyncio.create_task(one.wait()) for one in (self._halt_at_once, self._sender.is_idle)]
        _, left = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in left:
            task.cancel()
