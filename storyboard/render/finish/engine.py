"""The engine of finishing: sends each piece of a plan at most once, retrieves it, and joins finished takes.

Each take has a coroutine. Only one call that costs money is open at a time, so a run that dies leaves at most one
payment unknown.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from pathlib import Path

from storyboard.film.upscale import CannotUpscale
from storyboard.render.finish.files import is_piece_there
from storyboard.render.finish.jobs import TakePiece
from storyboard.render.finish.planning import SENT, FinishAction, FinishItem, FinishPlan
from storyboard.render.finish.product import make_finished
from storyboard.render.finish.retrieve import PieceCollector
from storyboard.render.finish.submit import no_number, piece_purchase
from storyboard.render.retrieve import RenderServices
from storyboard.spend.budget import Budget
from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.halt import Halt
from storyboard.spend.ledger import DiskFull, LedgerUnusable
from storyboard.spend.outcome import Outcome
from storyboard.spend.sender import Sender
from storyboard.spend.settlement import recover_entries
from storyboard.spend.states import ENDED_BADLY, RUNNING, State

_WORKED_ON = SENT | {FinishAction.COLLECT, FinishAction.MERGE}


class FinishEngine:
    """Carries out one plan once.

    `scratch` is a folder for pieces that are cut; `stop` may be called from anywhere in the same event loop.
    """

    def __init__(self, services: RenderServices, plan: FinishPlan, budget: Budget, jobs: int, scratch: Path) -> None:
        self._services = services
        self._plan = plan
        self._scratch = scratch
        self._places = asyncio.Semaphore(jobs)
        self._merging = asyncio.Semaphore(1)
        self._sender = Sender(services, budget)
        self._halt = Halt(self._sender, services.listen)
        self._outcome = Outcome()
        self._made: set[str] = set()
        self._unusable: set[str] = set()

    async def run(self) -> Outcome:
        """Carry out the plan. Never raises for what the service or the disk does."""
        await self._halt.run(self._do_all())
        outcome, sender = self._outcome, self._sender
        with suppress(DiskFull, LedgerUnusable, OSError):  # where the ledger does not take it now, the next run does it
            recover_entries(self._services.ledger, self._services.words, no_number, "finish")
        outcome.stopped, outcome.spent, outcome.refused = sender.stopped, sender.spent, sender.refused
        outcome.reasons |= sender.reasons
        for item in self._plan.items:
            self._sort(item)
        return outcome

    def stop(self, *, at_once: bool = False) -> None:
        """Send nothing more and end in good order; see `spend.halt`."""
        self._halt.stop(at_once=at_once)

    async def _do_all(self) -> None:
        async with asyncio.TaskGroup() as group:
            for item in self._plan.items:
                if item.action in _WORKED_ON:
                    group.create_task(self._halt.guarded(partial(self._finish, item)))
            for entry in self._plan.strays:
                group.create_task(self._halt.guarded(partial(self._collect, entry, None, is_new=False)))

    async def _finish(self, item: FinishItem) -> None:
        """Finish one take: get its pieces, then join them."""
        works = [self._piece(item, piece) for piece in item.job.pieces]
        entries = [entry for entry in await asyncio.gather(*works) if entry is not None]
        if len(entries) < len(works) or any(entry.state is not State.SAVED for entry in entries):
            return
        self._services.mark("merge.before")
        try:
            async with self._merging:
                path, note = await asyncio.to_thread(make_finished, self._services.folder, item.job, entries)
        except CannotUpscale as problem:
            self._unusable.add(item.clip)
            self._tell("failed", item, f"what came back cannot be used: {problem}; it is kept")
            return
        self._services.mark("merge.after")
        self._made.add(item.clip)
        self._services.listen(Event("saved", item.clip, note, take=item.job.take.number, file=path.name))

    async def _piece(self, item: FinishItem, piece: TakePiece) -> Entry | None:
        """The entry of a piece: sent if the plan says so, collected if it is not on disk yet."""
        if piece in item.to_send:
            async with self._places:
                prepare = partial(piece_purchase, self._services, item, piece, self._scratch)
                entry = await self._sender.send(item.clip, prepare)
                return entry and await self._collect(entry, item, is_new=True)
        entry = item.entries.get(piece.number)
        if entry is None or (entry.state is State.SAVED and is_piece_there(self._services.folder, entry)):
            return entry
        return await self._collect(entry, item, is_new=False)

    async def _collect(self, entry: Entry, item: FinishItem | None, *, is_new: bool) -> Entry:
        job = item.job if item else None
        end = await PieceCollector(self._services, entry, job, is_new=is_new).collect()
        if end.state is State.REFUNDED:
            self._outcome.refunded += end.usd or 0.0
        return end

    def _tell(self, kind: str, item: FinishItem, words: str) -> None:
        self._services.listen(Event(kind, item.clip, words))

    def _sort(self, item: FinishItem) -> None:
        """Add a clip to the outcome, by the state of its entries in the ledger."""
        outcome, clip = self._outcome, item.clip
        if item.action in (FinishAction.BLOCKED, FinishAction.LEFT_OUT):
            return
        ours = {piece.fingerprint for piece in item.job.pieces}
        latest = {one.fingerprint: one for one in self._services.ledger.entries("finish") if one.fingerprint in ours}
        states = {one.state for one in latest.values()}
        if states & {State.UNKNOWN, State.INTENDED}:
            outcome.unknown.append(clip)
        elif states & RUNNING:
            outcome.running.append(clip)
        elif clip in self._made or item.action is FinishAction.FINISHED:
            outcome.saved.append(clip)
        elif states & ENDED_BADLY or clip in self._unusable:
            outcome.failed.append(clip)
        elif clip not in outcome.refused:
            outcome.unsent.append(clip)
