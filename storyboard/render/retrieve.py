"""Retrieve paid clips: download, verify, store. `spend.collector` has what all queued jobs share."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
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
from storyboard.spend.collector import Collector
from storyboard.spend.entry import Entry
from storyboard.spend.poll import RenderTimes
from storyboard.spend.services import Services
from storyboard.spend.states import State
from storyboard.venice.protocol import Answer, RetrieveOutcome, is_video, read_retrieve
from storyboard.venice.service import service_facts
from storyboard.venice.transport import NoAnswer, OpenedResponse

#: Decodes a clip and says what it is: file, seconds asked for, aspect asked for.
Verify = Callable[[Path, int, str], Awaitable[Verdict]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderServices(Services):
    """The services of a run of clips: the decoder that verifies them, and how long renders have taken."""

    verify: Verify
    averages: RenderTimes


class VideoCollector(Collector):
    """Collects a video: downloads it to a partial file and verifies it."""

    product = "clip"

    def __init__(self, services: RenderServices, entry: Entry, *, is_new: bool, name: str) -> None:
        super().__init__(services, services.averages, entry, is_new=is_new, name=name)
        self._verify = services.verify
        self._bad = 0

    def _begins(self, answer: Answer) -> bool:
        return is_video(answer)

    def _read(self, answer: Answer, now: float) -> RetrieveOutcome:
        return read_retrieve(answer, now)

    async def _receive(self, opened: OpenedResponse) -> bool:
        """Write the video to disk, verify it and put it in place. Returns False if this run has tried often enough."""
        if self._entry.state is State.QUEUED:
            await self._step(State.DONE)
        await self._step(State.SAVING)
        self._tell("fetching")
        partial = partial_path(self._services.folder, self._entry)
        partial.parent.mkdir(parents=True, exist_ok=True)
        try:
            await self._write(opened, partial)
        except NoAnswer as problem:
            await self._step(State.DONE, str(problem))
            with suppress(OSError):
                partial.unlink()
            return await self._tries_again()
        verdict = await self._verify(partial, self._entry.seconds, self._entry.aspect)
        await self._place_video(partial, await asyncio.to_thread(digest_of, partial), verdict)
        return True

    @abstractmethod
    async def _place_video(self, partial: Path, digest: str, verdict: Verdict) -> None:
        """Put a complete video in its place, depending on the verdict."""

    def _count_bad(self) -> bool:
        """Count a wrong video; True if this run downloads no further one."""
        self._bad += 1
        most: int = service_facts("media")["tries_for_a_bad_clip"]
        return self._bad >= most


class ClipCollector(VideoCollector):
    """Collects one clip, which is put into the film at `place` if that is given."""

    def __init__(self, services: RenderServices, entry: Entry, place: int | None, *, is_new: bool, clip: str) -> None:
        super().__init__(services, entry, is_new=is_new, name=clip)
        self._place = place

    async def _resume(self) -> None:
        if self._entry.state is State.SAVED:
            await self._step(State.DONE, "its file is gone or changed")
        elif self._entry.state is State.SAVING and (found := find_put(self._services.folder, self._entry)):
            await self._adopt(*found)
        else:
            await super()._resume()

    async def _place_video(self, partial: Path, digest: str, verdict: Verdict) -> None:
        if verdict.problem is None:
            await self._put(partial, digest, verdict)
        else:
            await self._reject(keep_rejected(self._services.folder, self._entry, partial, digest, verdict))

    async def _reject(self, kept: Rejected) -> None:
        """Keep a wrong file and download again, a few times, because bytes may have been damaged on the way."""
        if self._count_bad():
            await self._end(State.FAILED, f"what the service made is not a clip: {kept.reason}")
        else:
            await self._step(State.DONE, kept.reason)

    async def _put(self, partial: Path, digest: str, verdict: Verdict) -> None:
        """Give a downloaded clip its final name and record it."""
        services, folder = self._services, self._services.folder
        while True:
            number = number_for(folder, self._entry)
            name = file_name(self._entry.stem, number)
            write_sidecar(folder, self._entry, name, number, digest, verdict)
            services.mark("rename.before")
            final = folder / CLIPS / name
            with suppress(FileExistsError):
                put_in_place(partial, final)
                break
        services.mark("rename.after")
        await self._save(number, digest, verdict.warning)

    async def _adopt(self, number: int, digest: str) -> None:
        """The file already has its final name: an earlier run died before it could record that."""
        sync_folder(self._services.folder / CLIPS)
        await self._save(number, digest, None)

    async def _save(self, number: int, digest: str, warning: str | None) -> None:
        """Record that the clip has its final name, with its warning, and report it."""
        name = file_name(self._entry.stem, number)
        status = (self._services.folder / CLIPS / name).stat()
        facts = {"number": number, "file": name, "size": status.st_size, "modified": status.st_mtime_ns}
        ledger, entry = self._services.ledger, self._entry
        choice = None if self._place is None else (entry.fingerprint, self._place)
        self._entry = await self._services.writer.write(
            lambda: ledger.save(entry, choice, **facts, sha256=digest, said=warning)
        )
        self._tell("saved", warning or "", take=number, file=name)

    async def _end(self, state: State, words: str) -> None:
        """End without a clip, or with a kept file that is not the clip."""
        if state is not State.REFUNDED and (kept := rejected_files(self._services.folder, self._entry)):
            await self._end_with(kept[0])
        else:
            await super()._end(state, words)

    async def _end_with(self, kept: Rejected) -> None:
        """End with a file that is paid for and kept, although it is not the clip."""
        status = (self._services.folder / CLIPS / kept.file).stat()
        what = kept.reason if kept.can_be_chosen else f"what the service made is not a clip: {kept.reason}"
        state = State.REJECTED if kept.can_be_chosen else State.FAILED
        facts: dict[str, Any] = {"said": what, "file": kept.file, "sha256": kept.digest}
        facts |= {"size": status.st_size, "modified": status.st_mtime_ns}
        ledger, entry = self._services.ledger, self._entry
        self._entry = await self._services.writer.write(lambda: ledger.step(entry, state, kept.reason, **facts))
        self._tell("rejected" if kept.can_be_chosen else "failed", what, file=kept.file)
