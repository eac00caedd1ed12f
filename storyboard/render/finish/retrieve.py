"""Retrieve paid pieces: download, verify, store."""

from __future__ import annotations

import asyncio
from pathlib import Path

from storyboard.files.atomic import sync_folder
from storyboard.film.verify import Verdict
from storyboard.render.finish.files import UPSCALED, find_piece, put_piece
from storyboard.render.finish.jobs import FinishJob
from storyboard.render.retrieve import RenderServices, VideoCollector
from storyboard.spend.entry import Entry
from storyboard.spend.files import file_fields
from storyboard.spend.states import State

#: Seconds by which what comes back may be longer or shorter than what was sent: two frames of the slowest usual rate.
_LENGTH_TOLERANCE = 0.25


class PieceCollector(VideoCollector):
    """Collects one piece. `job` is the job that needs it; None if no chosen take does any more."""

    def __init__(self, services: RenderServices, entry: Entry, job: FinishJob | None, *, is_new: bool) -> None:
        super().__init__(services, entry, is_new=is_new, name=entry.clip_id)
        self._piece = next((one for one in job.pieces if one.fingerprint == entry.fingerprint), None) if job else None
        self._is_whole = job is not None and len(job.pieces) == 1

    async def _resume(self) -> None:
        if self._entry.state is State.SAVED:
            await self._step(State.DONE, "its file is gone or changed")
        elif self._entry.state is State.SAVING and (found := find_piece(self._services.folder, self._entry)):
            sync_folder(self._services.folder / UPSCALED)
            await self._save(*found)
        else:
            await super()._resume()

    async def _place_video(self, partial: Path, digest: str, verdict: Verdict) -> None:
        """Keep a result, as a saved or a rejected piece."""
        verdict, services = verdict._replace(problem=self._problem(verdict)), self._services
        services.mark("rename.before")
        name = await asyncio.to_thread(put_piece, services.folder, self._entry, partial, digest, verdict)
        services.mark("rename.after")
        if verdict.problem is None:
            await self._save(name, digest)
        else:
            await self._reject(name, verdict.problem)

    def _problem(self, verdict: Verdict) -> str | None:
        """Why a result cannot replace what was sent, or None.

        Frames are counted if the number sent is known: with fewer frames the film would be short, and pieces would not
        join.
        """
        piece = self._piece
        if not verdict.frames or piece is None:
            return verdict.problem
        missing = verdict.frames < piece.frames if self._is_whole else verdict.frames != piece.frames
        if missing:
            return f"it has {verdict.frames} frames, and what was sent has {piece.frames}"
        if abs(verdict.seconds - piece.seconds) <= _LENGTH_TOLERANCE:
            return None
        return verdict.problem or f"it is {verdict.seconds:.2f} s long, and what was sent {piece.seconds:.2f} s"

    async def _save(self, name: str, digest: str) -> None:
        facts = file_fields(self._services.folder / UPSCALED / name, digest)
        ledger, entry = self._services.ledger, self._entry
        self._entry = await self._services.writer.write(lambda: ledger.save(entry, None, **facts))

    async def _reject(self, name: str, problem: str) -> None:
        """Keep a wrong result and download again, a few times, because bytes may have been damaged on the way."""
        if not self._count_bad():
            await self._step(State.DONE, problem)
            return
        said = f"what came back cannot be used: {problem}; it is kept as {UPSCALED}/{name}"
        await self._step(State.FAILED, said, said=said)
        self._tell("failed", said, file=name)
