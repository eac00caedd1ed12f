"""Retrieve paid jobs: poll, download, verify, store."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storyboard.files.atomic import put_in_place, sync_folder
from storyboard.film.verify import Verdict
from storyboard.render.files import (
    CLIPS,
    Rejected,
    digest_of,
    file_name,
    find_put,
    keep_rejected,
    number_for,
    partial_path,
    rejected_files,
    write_sidecar,
)
from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.poll import Averages, PollSchedule
from storyboard.spend.services import Services
from storyboard.spend.states import RUNNING, State
from storyboard.venice.address import may_fetch
from storyboard.venice.protocol import (
    Answer,
    Broken,
    Busy,
    Completed,
    Failed,
    Missing,
    Refused,
    RetrieveOutcome,
    Running,
    Video,
    read_retrieve,
    retry_after,
)
from storyboard.venice.service import service
from storyboard.venice.transport import NoAnswer, OpenedResponse

#: Decodes a clip and says what it is: file, seconds asked for, aspect asked for.
Verify = Callable[[Path, int, str], Awaitable[Verdict]]


_WITHDRAWN = "the service no longer hands the clip out"


class LongWait(Exception):
    """The service asks to wait longer than a run waits; the message says how long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderServices(Services):
    """What a run of clips works with: the decoder that judges them, and how long renders have taken."""

    verify: Verify
    averages: Averages


class Retriever:
    """Collects one entry; `collect` is its life."""

    def __init__(self, tools: RenderServices, entry: Entry, place: int | None, *, is_new: bool, clip: str) -> None:
        self._tools = tools
        self._entry = entry
        self._place = place
        self._clip = clip
        self._patience = PollSchedule(entry.model, tools.averages, tools.clock.now(), is_new=is_new)
        self._without_address = 0
        self._fetches = 0
        self._bad = 0
        self._must_ask = False

    async def collect(self) -> Entry:
        """Wait for the clip and save it. Returns the entry as it stands in the end: saved, ended badly, or still
        running, for a later run. Raises Full, OSError where the disk does not take it, LongWait."""
        if self._entry.state is State.SAVING:
            if found := find_put(self._tools.folder, self._entry):
                return await self._adopt(*found)
            await self._step(State.DONE, "taken up again")
        elif self._entry.state is State.SAVED:
            await self._step(State.DONE, "its file is gone or changed")
        while self._entry.state in RUNNING:
            if self._entry.state is not State.DONE or self._must_ask or not self._address:
                await self._tools.clock.sleep(self._patience.wait(self._tools.clock.now()))
                is_going_on = await self._ask()
            else:
                is_going_on = await self._fetch()
            if not is_going_on or (self._entry.state in RUNNING and self._patience.is_over(self._tools.clock.now())):
                break
        if self._entry.state in RUNNING:
            self._tell("late", "still running at the service; the next run asks again")
        return self._entry

    @property
    def _address(self) -> bool:
        """Whether there is an address that a clip may be fetched from."""
        url = self._entry.download_url
        return url is not None and may_fetch(url.reveal(), self._tools.transport.base_url)

    @property
    def _is_withdrawn(self) -> bool:
        """Whether the address has said often enough that it is withdrawn."""
        most: int = service("media")["withdrawn_tries"]
        return self._entry.withdrawn >= most

    async def _ask(self) -> bool:
        """Ask once. False where this run should not go on asking."""
        tools, entry = self._tools, self._entry
        turn = await tools.pace.turn("retrieve")
        assert entry.queue_id is not None, "it was queued"
        tools.mark("poll.before")
        try:
            async with tools.transport.retrieve(entry.model, entry.queue_id) as opened:
                tools.pace.close("retrieve", turn, opened.answer.status, opened.answer.headers)
                tools.mark("poll.after")
                outcome = read_retrieve(opened.answer, tools.clock.wall())
                if isinstance(outcome, Video):
                    self._patience.is_well()
                    return await self._receive(opened)
        except NoAnswer:
            if turn.is_open:
                tools.pace.close("retrieve", turn, None, {})
            return True
        return await self._understand(outcome)

    async def _understand(self, outcome: RetrieveOutcome) -> bool:
        """Act on an answer that is not a clip."""
        tools, facts, now = self._tools, service("retrieve"), self._tools.clock.now()
        match outcome:
            case Running(average):
                self._patience.is_well()
                tools.averages.tell(self._entry.model, average)
                self._tell("running", expected=tools.averages.of(self._entry.model))
            case Completed():
                self._patience.is_well()
                await self._completed(facts["completed_again"])
            case Failed(words, refunded):
                await self._end(State.REFUNDED if refunded else State.FAILED, words)
            case Missing(words):
                if self._patience.goes_on("missing", now) >= facts["grace_seconds"]:
                    await self._gone(words)
            case Broken(words):
                if self._patience.goes_on("broken", now) >= facts["grace_seconds"]:
                    await self._end(State.FAILED, words)
            case Refused(status, words):
                self._tell("waiting", f"the service does not answer for this key ({status}: {tools.words(words)})")
                grace: float = facts["grace_seconds"]
                return self._patience.goes_on("refused", now) < grace
            case Busy(wait):
                self._hold(wait)
        return True

    async def _completed(self, most: int) -> None:
        if self._entry.state is State.QUEUED:
            await self._step(State.DONE)
        if self._address and not self._must_ask:
            return
        self._must_ask = False
        if self._address:
            return
        self._without_address += 1
        if self._without_address > most:
            said = "gave no address for it" if self._entry.download_url is None else "named an address outside Venice"
            await self._end(State.FAILED, f"the service finished the clip and {said}")

    def _hold(self, wait: float | None) -> None:
        if wait is None:
            return
        if wait > service("timeouts")["longest_wait_seconds"]:
            raise LongWait(f"the service asks to wait {_minutes(wait)}")
        self._tools.pace.hold("retrieve", wait)

    async def _gone(self, words: str) -> None:
        """The service, asked, no longer knows the job."""
        age = self._tools.clock.wall() - self._entry.since
        is_old = age >= service("media")["lifetime_hours"] * 3600
        await self._end(State.EXPIRED if is_old else State.LOST, words)

    async def _fetch(self) -> bool:
        """Fetch the clip from its address. False where this run has tried often enough."""
        url = self._entry.download_url
        assert url is not None, "checked before"
        if self._is_withdrawn:
            await self._gone(_WITHDRAWN)
            return False
        try:
            async with self._tools.transport.fetch(url) as opened:
                if opened.answer.status == 200:
                    return await self._receive(opened)
                wait = await self._refused_fetch(opened.answer)
        except NoAnswer:
            wait = None
        if not self._is_withdrawn and await self._tries_again(wait):
            return True
        if self._must_ask:
            await self._gone(_WITHDRAWN)
        return False

    async def _refused_fetch(self, answer: Answer) -> float | None:
        """Seconds to wait as the answer says, None where it does not."""
        # Before a clip is given up, the service is asked what it knows.
        facts, ledger, entry = service("media"), self._tools.ledger, self._entry
        self._must_ask = answer.status in facts["gone"]
        if answer.status == facts["withdrawn"]:
            self._entry = await self._tools.writer.write(lambda: ledger.count_withdrawn(entry))
        wait = retry_after(answer.headers, self._tools.clock.wall())
        if wait is not None and wait > service("timeouts")["longest_wait_seconds"]:
            raise LongWait(f"the service asks to wait {_minutes(wait)}")
        return wait

    async def _tries_again(self, wait: float | None = None) -> bool:
        """Whether this run fetches once more, after a pause; it has its limit."""
        self._fetches += 1
        most: int = service("media")["tries"]
        if self._fetches >= most:
            return False
        pause = service("polling")["first_seconds"] * self._fetches
        await self._tools.clock.sleep(pause if wait is None else wait)
        return True

    async def _receive(self, opened: OpenedResponse) -> bool:
        """Write a clip to disk, verify it and put it in place. False where this run has tried often enough."""
        if self._entry.state is State.QUEUED:
            await self._step(State.DONE)
        await self._step(State.SAVING)
        self._tell("fetching")
        partial = partial_path(self._tools.folder, self._entry)
        partial.parent.mkdir(parents=True, exist_ok=True)
        try:
            await self._write(opened, partial)
        except NoAnswer as problem:
            await self._step(State.DONE, str(problem))
            _remove(partial)
            return await self._tries_again()
        verdict = await self._tools.verify(partial, self._entry.seconds, self._entry.aspect)
        digest = await asyncio.to_thread(digest_of, partial)
        if verdict.problem is not None:
            return await self._reject(keep_rejected(self._tools.folder, self._entry, partial, digest, verdict))
        await self._put(partial, digest, verdict)
        return True

    async def _write(self, opened: OpenedResponse, partial: Path) -> None:
        """Stream a clip to its temporary file and sync it. Raises NoAnswer where it breaks off."""
        most, written, announced = service("media")["largest_bytes"], 0, opened.length
        with partial.open("wb") as file:
            data = opened.answer.body
            self._tools.mark("download.first")
            file.write(data)
            written += len(data)
            async for chunk in opened.rest:
                written += len(chunk)
                if written > most:
                    raise NoAnswer("it does not end")
                file.write(chunk)
            if announced is not None and written != announced:
                raise NoAnswer("it was cut off")
            self._tools.mark("download.last")
            file.flush()
            await asyncio.to_thread(os.fsync, file.fileno())
        self._tools.mark("download.synced")

    async def _reject(self, kept: Rejected) -> bool:
        """Fetch again, a few times, what came and is not the clip: bytes may be damaged on their way. They are kept."""
        self._bad += 1
        if self._bad >= service("media")["tries_for_a_bad_clip"]:
            await self._end(State.FAILED, f"what the service made is not a clip: {kept.reason}")
        else:
            await self._step(State.DONE, kept.reason)
        return True

    async def _put(self, partial: Path, digest: str, verdict: Verdict) -> None:
        tools, folder = self._tools, self._tools.folder
        while True:
            number = number_for(folder, self._entry)
            name = file_name(self._entry.stem, number)
            write_sidecar(folder, self._entry, name, number, digest, verdict)
            tools.mark("rename.before")
            final = folder / CLIPS / name
            with suppress(FileExistsError):
                put_in_place(partial, final)
                break
        tools.mark("rename.after")
        await self._save(number, digest, verdict.warning)

    async def _adopt(self, number: int, digest: str) -> Entry:
        """The file stands at its name already: an earlier run died before it could say so."""
        sync_folder(self._tools.folder / CLIPS)
        await self._save(number, digest, None)
        return self._entry

    async def _save(self, number: int, digest: str, warning: str | None) -> None:
        name = file_name(self._entry.stem, number)
        status = (self._tools.folder / CLIPS / name).stat()
        facts = {"number": number, "file": name, "size": status.st_size, "modified": status.st_mtime_ns}
        ledger, entry = self._tools.ledger, self._entry
        choice = None if self._place is None else (entry.fingerprint, self._place)
        self._entry = await self._tools.writer.write(
            lambda: ledger.save(entry, choice, **facts, sha256=digest, said=warning)
        )
        self._tell("saved", warning or "", take=number, file=name)

    async def _end(self, state: State, words: str) -> None:
        if state is not State.REFUNDED and (kept := rejected_files(self._tools.folder, self._entry)):
            await self._end_with(kept[0])
            return
        said = self._tools.words(words)
        await self._step(state, said, said=said)
        given_back = -self._entry.usd if state is State.REFUNDED and self._entry.usd else None
        self._tell("failed", said, usd=given_back)

    async def _end_with(self, kept: Rejected) -> None:
        """End with a file that is paid and kept, though it is not the clip."""
        status = (self._tools.folder / CLIPS / kept.file).stat()
        what = kept.reason if kept.can_be_chosen else f"what the service made is not a clip: {kept.reason}"
        state = State.REJECTED if kept.can_be_chosen else State.FAILED
        facts: dict[str, Any] = {"said": what, "file": kept.file, "sha256": kept.digest}
        facts |= {"size": status.st_size, "modified": status.st_mtime_ns}
        ledger, entry = self._tools.ledger, self._entry
        self._entry = await self._tools.writer.write(lambda: ledger.step(entry, state, kept.reason, **facts))
        self._tell("rejected" if kept.can_be_chosen else "failed", what, file=kept.file)

    async def _step(self, state: State, note: str = "", said: str | None = None) -> None:
        facts = {} if said is None else {"said": said}
        ledger, entry = self._tools.ledger, self._entry
        self._entry = await self._tools.writer.write(lambda: ledger.step(entry, state, note, **facts))

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
        self._tools.listen(Event(kind, self._clip, words, usd, expected, take or self._entry.number, file))


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _minutes(seconds: float) -> str:
    return f"{round(seconds / 60)} minutes"
