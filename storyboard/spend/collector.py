"""The collector: polls a queued job until its product is on this disk, or certainly not coming.

    poll ─▶ running: wait         ─▶ the product itself: receive
         ─▶ completed: download   ─▶ the product itself: receive
         ─▶ failed, gone, broken for a minute: end

Each kind of job is a subclass, which knows how its product begins and how to keep, judge and place it. Polling is free,
so an unclear answer is always followed by another poll; only the time of a run is limited, never the job's.
"""

from __future__ import annotations

import asyncio
import os
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.poll import PollSchedule, RenderTimes
from storyboard.spend.services import Services
from storyboard.spend.states import RUNNING, State
from storyboard.venice.address import may_fetch
from storyboard.venice.protocol import (
    Answer,
    Broken,
    Busy,
    Completed,
    Failed,
    Media,
    Missing,
    Refused,
    RetrieveOutcome,
    Running,
    retry_after,
)
from storyboard.venice.service import service_facts
from storyboard.venice.transport import NoAnswer, OpenedResponse


class LongWait(Exception):
    """The service asks for a longer wait than a run makes; the message says how long."""


class Collector(ABC):
    """Collects one entry, in `collect`.

    `name` is the id of the product in events; `is_new` says whether this run has queued the job.
    """

    #: What the job makes, in a message.
    product: ClassVar[str]
    #: The call that asks after the job.
    path: ClassVar[str] = "video/retrieve"

    def __init__(self, services: Services, averages: RenderTimes, entry: Entry, *, is_new: bool, name: str) -> None:
        self._services = services
        self._averages = averages
        self._entry = entry
        self._name = name
        self._patience = PollSchedule(entry.model, averages, services.clock.now(), is_new=is_new)
        self._without_address = 0
        self._tries = 0
        self._must_ask = False

    @abstractmethod
    def _begins(self, answer: Answer) -> bool:
        """Whether the first bytes of an answer are those of the product."""

    @abstractmethod
    def _read(self, answer: Answer, now: float) -> RetrieveOutcome:
        """The meaning of an answer to a poll; `now` is the wall clock in seconds since 1970."""

    @abstractmethod
    async def _receive(self, opened: OpenedResponse) -> bool:
        """Keep the product, judge it, and put it in place.

        Returns False if this run has tried often enough. Raises NoAnswer if the transfer breaks off, DiskFull, and
        OSError if the disk does not accept it.
        """

    async def _resume(self) -> None:
        """Continue with what an earlier run has received in part."""
        if self._entry.state is State.SAVING:
            await self._step(State.DONE, "taken up again")

    async def collect(self) -> Entry:
        """Wait for the product and keep it.

        Returns the entry in its last state: saved, ended without a product, or still running, for a later run. Raises
        DiskFull, OSError if the disk does not accept a write, and LongWait.
        """
        clock = self._services.clock
        await self._resume()
        while self._entry.state in RUNNING:
            if self._entry.state is not State.DONE or self._must_ask or not self._has_address:
                await clock.sleep(self._patience.wait(clock.now()))
                is_going_on = await self._poll()
            else:
                is_going_on = await self._download()
            if not is_going_on or (self._entry.state in RUNNING and self._patience.is_over(clock.now())):
                break
        if self._entry.state in RUNNING:
            self._tell("late", "still running at the service; the next run asks again")
        return self._entry

    @property
    def _has_address(self) -> bool:
        """Whether there is an address from which the product can be downloaded."""
        url = self._entry.download_url
        return url is not None and may_fetch(url.reveal(), self._services.transport.base_url)

    @property
    def _is_withdrawn(self) -> bool:
        """Whether the address has answered often enough that it is withdrawn."""
        most: int = service_facts("media")["withdrawn_tries"]
        return self._entry.withdrawn >= most

    async def _poll(self) -> bool:
        """Poll once. Returns False if this run should stop polling."""
        services, entry = self._services, self._entry
        turn = await services.pace.turn("retrieve")
        assert entry.queue_id is not None, "it was queued"
        services.mark("poll.before")
        try:
            async with services.transport.retrieve(entry.model, entry.queue_id, self.path, self._begins) as opened:
                services.pace.close("retrieve", turn, opened.answer.status, opened.answer.headers)
                services.mark("poll.after")
                outcome = self._read(opened.answer, services.clock.wall())
                if isinstance(outcome, Media):
                    self._patience.is_well()
                    return await self._receive(opened)
        except NoAnswer:
            if turn.is_open:
                services.pace.close("retrieve", turn, None, {})
                return True
            return await self._tries_again()  # the product began, and broke off
        return await self._understand(outcome)

    async def _understand(self, outcome: RetrieveOutcome) -> bool:
        """Act on an answer that is not the product. Returns False if this run should stop polling."""
        facts, now = service_facts("retrieve"), self._services.clock.now()
        grace: float = facts["grace_seconds"]
        match outcome:
            case Running(average):
                self._patience.is_well()
                self._averages.tell(self._entry.model, average)
                self._tell("running", expected=self._averages.of(self._entry.model))
            case Completed():
                self._patience.is_well()
                await self._completed(facts["completed_again"])
            case Failed(words, refunded):
                await self._end(State.REFUNDED if refunded else State.FAILED, words)
            case Missing(words):
                if self._patience.goes_on("missing", now) >= grace:
                    await self._gone(words)
            case Broken(words):
                if self._patience.goes_on("broken", now) >= grace:
                    await self._end(State.FAILED, words)
            case Refused(status, words):
                said = self._services.words(words)
                self._tell("waiting", f"the service does not answer for this key ({status}: {said})")
                return self._patience.goes_on("refused", now) < grace
            case Busy(wait) if wait is not None:
                _check_wait(wait)
                self._services.pace.hold("retrieve", wait)
        return True

    async def _completed(self, most: int) -> None:
        """Note that the job is done; end it as failed after too many answers without a download address."""
        if self._entry.state is State.QUEUED:
            await self._step(State.DONE)
        self._must_ask = False
        if self._has_address:
            return
        self._without_address += 1
        if self._without_address > most:
            said = "gave no address for it" if self._entry.download_url is None else "named an address outside Venice"
            await self._end(State.FAILED, f"the service finished the {self.product} and {said}")

    async def _download(self) -> bool:
        """Download the product from its address. Returns False if this run has tried often enough."""
        url = self._entry.download_url
        assert url is not None, "checked before"
        withdrawn = f"the service no longer delivers the {self.product}"
        if self._is_withdrawn:
            await self._gone(withdrawn)
            return False
        try:
            async with self._services.transport.fetch(url, self._begins) as opened:
                if opened.answer.status == 200:  # HTTP's
                    return await self._receive(opened)
                wait = await self._refused_download(opened.answer)
        except NoAnswer:
            wait = None
        if not self._is_withdrawn and await self._tries_again(wait):
            return True
        if self._must_ask:
            await self._gone(withdrawn)
        return False

    async def _refused_download(self, answer: Answer) -> float | None:
        """The seconds to wait according to the answer, or None."""
        # Before a product is given up, the service is asked what it knows.
        facts, ledger, entry = service_facts("media"), self._services.ledger, self._entry
        self._must_ask = answer.status in facts["gone"]
        if answer.status == facts["withdrawn"]:
            self._entry = await self._services.writer.write(lambda: ledger.count_withdrawn(entry))
        wait = retry_after(answer.headers, self._services.clock.wall())
        if wait is not None:
            _check_wait(wait)
        return wait

    async def _tries_again(self, wait: float | None = None) -> bool:
        """Wait, and say whether this run downloads once more; the number of downloads is limited."""
        self._tries += 1
        most: int = service_facts("media")["tries"]
        if self._tries >= most:
            return False
        pause = service_facts("polling")["first_seconds"] * self._tries
        await self._services.clock.sleep(pause if wait is None else wait)
        return True

    async def _write(self, opened: OpenedResponse, path: Path) -> None:
        """Stream the product to a file and sync it. Raises NoAnswer if the transfer breaks off, and OSError."""
        most, written, announced = service_facts("media")["largest_bytes"], 0, opened.length
        with path.open("wb") as file:
            data = opened.answer.body
            self._services.mark("download.first")
            file.write(data)
            written += len(data)
            async for chunk in opened.rest:
                written += len(chunk)
                if written > most:
                    raise NoAnswer("it does not end")
                file.write(chunk)
            if announced is not None and written != announced:
                raise NoAnswer("it was cut off")
            self._services.mark("download.last")
            file.flush()
            await asyncio.to_thread(os.fsync, file.fileno())
        self._services.mark("download.synced")

    async def _gone(self, words: str) -> None:
        """End, because the service no longer knows the job."""
        age = self._services.clock.wall() - self._entry.since
        is_old = age >= service_facts("media")["lifetime_hours"] * 3600
        await self._end(State.EXPIRED if is_old else State.LOST, words)

    async def _end(self, state: State, words: str) -> None:
        """End without a product."""
        said = self._services.words(words)
        await self._step(state, said, said=said)
        given_back = -self._entry.usd if state is State.REFUNDED and self._entry.usd else None
        self._tell("failed", said, usd=given_back)

    async def _step(self, state: State, note: str = "", said: str | None = None) -> None:
        facts = {} if said is None else {"said": said}
        ledger, entry = self._services.ledger, self._entry
        self._entry = await self._services.writer.write(lambda: ledger.step(entry, state, note, **facts))

    def _tell(
        self,
        kind: str,
        words: str = "",
        *,
        usd: float | None = None,
        expected: float | None = None,
        take: int | None = None,
        file: str | None = None,
    ) -> None:
        """Report an event about the product."""
        self._services.listen(Event(kind, self._name, words, usd, expected, take or self._entry.number, file))


def _check_wait(seconds: float) -> None:
    """Raise LongWait if a run does not wait this long."""
    if seconds > service_facts("timeouts")["longest_wait_seconds"]:
        raise LongWait(f"the service asks for a wait of {round(seconds / 60)} minutes")
