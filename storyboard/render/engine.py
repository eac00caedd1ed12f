"""The engine of a run: sends each clip of a plan at most once, retrieves it, and records every step.

Each clip has a coroutine. It waits for the clip that it starts from, takes a place among the clips in progress, sends
(one call at a time for all clips), and collects. Its whole knowledge is in the ledger.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from storyboard.render.files import next_take
from storyboard.render.planning import SENT, PlanItem, PlannedAction, RunPlan
from storyboard.render.retrieve import ClipCollector, RenderServices
from storyboard.render.submit import LastFrame, clip_purchase
from storyboard.spend.answers import as_answered
from storyboard.spend.budget import Budget
from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.halt import Halt
from storyboard.spend.ledger import DiskFull, LedgerUnusable
from storyboard.spend.outcome import Outcome
from storyboard.spend.sender import Sender
from storyboard.spend.settlement import recover_entries
from storyboard.spend.states import ENDED_BADLY, RUNNING, State


class RunOptions(NamedTuple):
    """Options of a run: the number of clips in progress at a time, and the ceilings."""

    jobs: int
    budget: Budget = Budget()


class Engine:
    """Runs one plan once. `stop` may be called from anywhere in the same event loop."""

    def __init__(self, services: RenderServices, plan: RunPlan, options: RunOptions, last_frame: LastFrame) -> None:
        self._services = services
        self._plan = plan
        self._outcome = Outcome()
        self._places = asyncio.Semaphore(options.jobs)
        self._sender = Sender(services, options.budget)
        self._last_frame = last_frame
        self._ends: dict[str, asyncio.Future[Entry | None]] = {}
        self._halt = Halt(self._sender, services.listen)

    async def run(self) -> Outcome:
        """Carry out the plan. Never raises for what the service or the disk does."""
        loop = asyncio.get_running_loop()
        for item in self._plan.items:
            self._ends[item.job.id] = loop.create_future()
        await self._halt.run(self._do_all())
        self._sum_up()
        return self._outcome

    def stop(self, *, at_once: bool = False) -> None:
        """Send nothing more and end in good order; see `spend.halt`."""
        self._halt.stop(at_once=at_once)

    async def _do_all(self) -> None:
        """Run the coroutines of all clips to their ends."""
        async with asyncio.TaskGroup() as group:
            for item in self._plan.items:
                if work := self._work(item):
                    group.create_task(self._guard(item.job.id, work))
                else:
                    self._ends[item.job.id].set_result(item.take)
            for entry in self._plan.strays:
                group.create_task(self._guard(None, self._collect(entry, None, entry.clip_id, is_new=False)))

    def _work(self, item: PlanItem) -> Coroutine[Any, Any, Entry | None] | None:
        if item.action in (PlannedAction.RUNNING, PlannedAction.GONE):
            return self._collect_known(item)
        if item.action in SENT:
            return self._make(item)
        return self._share(item) if item.leader else None

    async def _guard(self, clip: str | None, work: Coroutine[Any, Any, Entry | None]) -> None:
        """Run the work on one clip. An exception ends this clip and all sending; other clips continue to their end."""
        entry: Entry | None = None
        try:
            entry = await self._halt.guarded(lambda: work)
        finally:
            end = self._ends.get(clip or "")
            if end is not None and not end.done():
                end.set_result(entry)

    async def _collect_known(self, item: PlanItem) -> Entry:
        assert item.current is not None, "it runs, or its file is gone"
        entry = item.current
        place = item.job.place if item.take is not None or entry.own is not None else None
        return await self._collect(entry, place, item.job.id, is_new=False)

    async def _collect(self, entry: Entry, place: int | None, clip: str, *, is_new: bool) -> Entry:
        end = await ClipCollector(self._services, entry, place, is_new=is_new, clip=clip).collect()
        if end.state is State.REFUNDED:
            self._outcome.refunded += end.usd or 0.0
        return end

    async def _share(self, item: PlanItem) -> Entry | None:
        assert item.leader is not None, "it shares"
        return await asyncio.shield(self._ends[item.leader])

    async def _make(self, item: PlanItem) -> Entry | None:
        """Send a clip once the clip that it starts from exists, and collect it."""
        start: Entry | None = None
        if item.job.clip.start_from:
            start = await asyncio.shield(self._ends[item.job.clip.start_from])
            if start is None or not self._stands(start, item.job.clip.start_from):
                self._tell("blocked", item, f"{item.job.clip.start_from}, from which it starts, is not there")
                return None
        async with self._places:
            prepare = partial(clip_purchase, self._services, self._last_frame, item, start)
            entry = await self._sender.send(item.job.id, prepare)
            if entry is None:
                return None
            is_choice = item.action is PlannedAction.RETAKE or entry.own is not None
            return await self._collect(entry, item.job.place if is_choice else None, item.job.id, is_new=True)

    def _tell(self, kind: str, item: PlanItem, words: str = "", *, usd: float | None = None) -> None:
        self._services.listen(Event(kind, item.job.id, words, usd))

    def _sum_up(self) -> None:
        """Sort the clips by outcome, as the ledger has it."""
        outcome, sender, ledger = self._outcome, self._sender, self._services.ledger
        with suppress(DiskFull, LedgerUnusable, OSError):  # where the ledger does not take it now, the next run does it
            recover_entries(ledger, self._services.words, next_take)
        outcome.stopped, outcome.spent, outcome.refused = sender.stopped, sender.spent, sender.refused
        outcome.reasons |= sender.reasons
        of_fingerprint: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in ledger.entries("clip"):
            is_open = entry.state is State.INTENDED
            of_fingerprint[entry.fingerprint].append(
                as_answered(entry, ledger.kept_answer(entry)) if is_open else entry
            )
        outcome.running += [one.clip_id for one in map(self._now, self._plan.strays) if one.state in RUNNING]
        for item in self._plan.items:
            entries = of_fingerprint[item.job.clip.fingerprint]
            self._sort(item, [one for one in entries if one.own in (None, item.job.place)])

    def _now(self, entry: Entry) -> Entry:
        return self._services.ledger.entry(entry.id)

    def _stands(self, entry: Entry, clip: str) -> bool:
        """Whether a take is in the film for a clip: because it is accepted, or because it was picked anyway."""
        picked = next((item.take for item in self._plan.items if item.job.id == clip), None)
        is_picked = picked is not None and picked.id == entry.id
        return entry.state is State.SAVED or (entry.state is State.REJECTED and is_picked)

    def _sort(self, item: PlanItem, entries: list[Entry]) -> None:
        """Add a clip to the outcome; `entries` were made for it, the oldest first."""
        outcome, clip = self._outcome, item.job.id
        states = {one.state for one in entries}
        end = self._ends[clip]
        made = end.result() if end.done() and not end.cancelled() else None
        if states & {State.UNKNOWN, State.INTENDED}:
            outcome.unknown.append(clip)
        elif states & RUNNING:
            outcome.running.append(clip)
        elif clip in outcome.refused or item.action is PlannedAction.LEFT_OUT:
            return
        elif made is not None and self._stands(made, clip):
            outcome.saved.append(clip)
        elif State.REJECTED in {one.state for one in (made, item.current) if one is not None}:
            outcome.rejected.append(clip)
        elif (made is not None and made.state in ENDED_BADLY) or item.action is PlannedAction.ENDED:
            outcome.failed.append(clip)
        else:
            outcome.unsent.append(clip)
