"""Retrieve paid pieces: download, verify, store."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from storyboard.files.atomic import sync_folder
from storyboard.film.verify import Verdict
from storyboard.render.files import digest_of, partial_path
from storyboard.render.finish.files import UPSCALED, find_piece, put_piece
from storyboard.render.finish.jobs import FinishJob
from storyboard.render.retrieve import RenderServices
from storyboard.spend.collector import Collector
from storyboard.spend.entry import Entry
from storyboard.spend.states import State
from storyboard.venice.protocol import Answer, RetrieveOutcome, is_video, read_retrieve
from storyboard.venice.service import service
from storyboard.venice.transport import NoAnswer, OpenedResponse

#: Seconds by which what comes back may be longer or shorter than what was sent: two frames of the slowest usual rate.
_FRAMES = 0.25


class PieceCollector(Collector):
    """Collects one piece. `job` is what asks for it, None where no chosen take does any more."""

    product = "clip"

    def __init__(self, tools: RenderServices, entry: Entry, job: FinishJob | None, *, is_new: bool) -> None:
        super().__init__(tools, tools.averages, entry, is_new=is_new, name=entry.clip_id)
        self._verify = tools.verify
        self._piece = next((one for one in job.pieces if one.fingerprint == entry.fingerprint), None) if job else None
        self._is_whole = job is not None and len(job.pieces) == 1
        self._bad = 0

    def _begins(self, answer: Answer) -> bool:
        return is_video(answer)

    def _read(self, answer: Answer, now: float) -> RetrieveOutcome:
        return read_retrieve(answer, now)

    async def _resume(self) -> None:
        if self._entry.state is State.SAVED:
            await self._step(State.DONE, "its file is gone or changed")
        elif self._entry.state is State.SAVING and (found := find_piece(self._tools.folder, self._entry)):
            sync_folder(self._tools.folder / UPSCALED)
            await self._save(*found)
        else:
            await super()._resume()

    async def _receive(self, opened: OpenedResponse) -> bool:
        if self._entry.state is State.QUEUED:
            await self._step(State.DONE)
        await self._step(State.SAVING)
        self._tell("fetching")
        tools = self._tools
        partial = partial_path(tools.folder, self._entry)
        try:
            await self._write(opened, partial)
        except NoAnswer as problem:
            await self._step(State.DONE, str(problem))
            with suppress(OSError):
                partial.unlink()
            return await self._tries_again()
        verdict = await self._verify(partial, self._entry.seconds, self._entry.aspect)
        verdict = verdict._replace(problem=self._problem(verdict))
        digest = await asyncio.to_thread(digest_of, partial)
        tools.mark("rename.before")
        name = await asyncio.to_thread(put_piece, tools.folder, self._entry, partial, digest, verdict)
        tools.mark("rename.after")
        if verdict.problem is None:
            await self._save(name, digest)
        else:
            await self._reject(name, verdict.problem)
        return True

    def _problem(self, verdict: Verdict) -> str | None:
        """Why what came cannot stand in the place of what was sent. Frames count, as far as it is known what was
        sent: a film of fewer would be short, and pieces are joined without a gap."""
        piece = self._piece
        if not verdict.frames or piece is None:
            return verdict.problem
        missing = verdict.frames < piece.frames if self._is_whole else verdict.frames != piece.frames
        if missing:
            return f"it has {verdict.frames} frames, and what was sent has {piece.frames}"
        return (
            None
            if abs(verdict.seconds - piece.seconds) <= _FRAMES
            else verdict.problem or (f"it is {verdict.seconds:.2f} s long, and what was sent {piece.seconds:.2f} s")
        )

    async def _save(self, name: str, digest: str) -> None:
        status = (self._tools.folder / UPSCALED / name).stat()
        facts = {"file": name, "size": status.st_size, "modified": status.st_mtime_ns, "sha256": digest}
        ledger, entry = self._tools.ledger, self._entry
        self._entry = await self._tools.writer.write(lambda: ledger.save(entry, None, **facts))

    async def _reject(self, name: str, problem: str) -> None:
        """Fetch again, a few times, what is not what was asked for: bytes may be damaged on their way. They are
        kept."""
        self._bad += 1
        if self._bad < service("media")["tries_for_a_bad_clip"]:
            await self._step(State.DONE, problem)
            return
        said = f"what came back cannot be used: {problem}; it is kept as {UPSCALED}/{name}"
        await self._step(State.FAILED, said, said=said)
        self._tell("failed", said, file=name)
