"""Ledger writes during a run, which wait as long as another program holds the file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from storyboard.spend import answers
from storyboard.spend.answers import KeptAnswer
from storyboard.spend.entry import Entry
from storyboard.spend.events import Event, Listen
from storyboard.spend.ledger import Ledger, LedgerHeld
from storyboard.venice.clock import Clock
from storyboard.venice.service import service_facts

_Result = TypeVar("_Result")


class LedgerWriter:
    """Repeats a write until nobody else holds the ledger, without blocking the event loop."""

    def __init__(self, ledger: Ledger, clock: Clock, listen: Listen) -> None:
        self._ledger = ledger
        self._clock = clock
        self._listen = listen
        self._told = -float("inf")
        ledger.wait_for_others(service_facts("run")["ledger_pause_seconds"])

    async def write(self, work: Callable[[], _Result]) -> _Result:
        """Run work that writes to the ledger. Raises what the work raises, except LedgerHeld."""
        while True:
            try:
                return work()
            except LedgerHeld as problem:
                self._tell(str(problem))
            await self._clock.sleep(service_facts("run")["ledger_pause_seconds"])

    async def keep_answer(self, entry: Entry, answer: KeptAnswer) -> Entry:
        """Put the answer to a paid call on disk at once: into the ledger, or else into a file beside it.

        The file is then moved to the ledger, by this run or the next. Raises DiskFull, OSError, and LedgerUnusable if
        the ledger does not accept it.
        """
        try:
            return self._ledger.keep_answer(entry, answer)
        except LedgerHeld:
            with suppress(OSError):
                answers.keep(self._ledger.folder, entry.id, entry.fingerprint, answer)
            return await self.write(lambda: self._ledger.keep_answer(entry, answer))
        except Exception:
            answers.keep(self._ledger.folder, entry.id, entry.fingerprint, answer)
            raise

    def _tell(self, words: str) -> None:
        now = self._clock.now()
        if now - self._told >= service_facts("run")["ledger_told_seconds"]:
            self._told = now
            self._listen(Event("waiting", "", f"{words}, tried again until it is free"))
