"""The engine of making: pictures one after another, each once its inputs exist, then speeches, then queued sounds.

It also collects sounds that an earlier run has paid for. Only one call that costs money is open at a time, so a run
that dies leaves at most one payment unknown.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from storyboard.make.actions import SENT, PictureAction
from storyboard.make.cut_out_purchase import cut_out_purchase
from storyboard.make.cut_outs import CutOutItem, cut_out_entries, shown_cut_out
from storyboard.make.delivery import Delivery
from storyboard.make.planning import PictureItem, PicturePlan
from storyboard.make.purchase import picture_purchase, speech_purchase
from storyboard.make.sound_jobs import WAITED_FOR, SoundCollector, sound_purchase, waited_for
from storyboard.make.sound_takes import chosen_sound, sound_entries
from storyboard.make.sounds import SoundItem
from storyboard.make.speech_delivery import deliver_speech
from storyboard.make.speeches import SpeechItem
from storyboard.spend.budget import Budget
from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.halt import Halt
from storyboard.spend.outcome import Outcome
from storyboard.spend.poll import RenderTimes
from storyboard.spend.sender import Sender
from storyboard.spend.services import Services
from storyboard.spend.states import ENDED_BADLY, State

#: These pictures are there without anything being done.
_THERE = frozenset({PictureAction.FINISHED, PictureAction.YOURS})


class MakeEngine:
    """Carries out one plan once. `stop` may be called from anywhere in the same loop."""

    def __init__(self, services: Services, root: Path, plan: PicturePlan, budget: Budget, delivery: Delivery) -> None:
        self._services = services
        self._root = root
        self._plan = plan
        self._delivery = delivery
        self._sender = Sender(services, budget)
        self._halt = Halt(self._sender, services.listen)
        self._outcome = Outcome()
        self._there: set[str] = set()
        self._new: set[int] = set()  # sounds that this run has queued
        self._averages = RenderTimes()

    async def run(self) -> Outcome:
        """Do everything that the plan says. Never raises for what the service or the disk does."""
        await self._halt.run(self._do_all())
        outcome, sender = self._outcome, self._sender
        outcome.stopped, outcome.spent, outcome.refused = sender.stopped, sender.spent, sender.refused
        outcome.reasons |= sender.reasons
        for item in self._plan.items:
            self._sort(item)
        for cut_out in self._plan.cut_outs:
            self._sort_cut_out(cut_out)
        for speech in self._plan.speeches:
            self._sort_sound(speech)
        for sound in self._plan.sounds:
            self._sort_sound(sound)
        return outcome

    def stop(self, *, at_once: bool = False) -> None:
        """Send nothing more and come to an end in good order; see `spend.halt`."""
        self._halt.stop(at_once=at_once)

    async def _do_all(self) -> None:
        """Make everything in the plan, in order."""
        works = (
            *(partial(self._do, one) for one in self._plan.items),
            *(partial(self._cut_out, one) for one in self._plan.cut),
            *(partial(self._speak, one) for one in self._plan.spoken),
            *(partial(self._queue, one) for one in self._plan.queued),
        )
        for work in works:
            await self._halt.guarded(work)
        for entry in waited_for(self._services.ledger):
            await self._halt.guarded(partial(self._collect, entry))

    async def _do(self, item: PictureItem) -> None:
        """Do what the plan says about one picture."""
        wanted = item.wanted
        if item.action in _THERE:
            self._there.add(wanted.id)
        elif item.action is PictureAction.PUT_BACK:
            assert item.takes.chosen is not None, "there is a take to put back"
            problem = await self._delivery.put_take(item.takes.chosen, wanted)
            self._services.listen(Event("rejected" if problem else "saved", wanted.id, problem or wanted.path))
            if not problem:
                self._there.add(wanted.id)
        elif item.action in SENT:
            await self._make(item)

    async def _make(self, item: PictureItem) -> None:
        """Buy the takes of one picture, once its inputs exist."""
        if self._sender.stopped:
            return
        missing = [name for name in item.after if name not in self._there]
        if missing:
            self._tell("blocked", item, f"{missing[0]}, from which it is made, does not exist")
            return
        for copy in range(item.copies):
            prepare = partial(picture_purchase, self._services, self._root, item, copy)
            entry = await self._sender.send(item.wanted.id, prepare)
            if entry is None:
                return
            entry = await self._delivery.deliver(entry, item.wanted)
            if entry.state is State.SAVED:
                self._there.add(item.wanted.id)

    async def _cut_out(self, item: CutOutItem) -> None:
        if self._sender.stopped:
            return
        entry = await self._sender.send(item.wanted.id, partial(cut_out_purchase, self._services, item))
        if entry is not None:
            await self._delivery.deliver(entry, None)

    async def _speak(self, item: SpeechItem) -> None:
        for copy in range(item.copies):
            if self._sender.stopped:
                return
            entry = await self._sender.send(item.wanted.id, partial(speech_purchase, self._services, item, copy))
            if entry is None:
                return
            await deliver_speech(self._services, entry, item.wanted)

    async def _queue(self, item: SoundItem) -> None:
        for copy in range(item.copies):
            if self._sender.stopped:
                return
            entry = await self._sender.send(item.wanted.id, partial(sound_purchase, self._services, item, copy))
            if entry is None:
                return
            self._new.add(entry.id)

    async def _collect(self, entry: Entry) -> None:
        """Collect what is paid, also where nothing more is sent."""
        is_new = entry.id in self._new
        await SoundCollector(self._services, self._averages, entry, is_new=is_new, name=entry.clip_id).collect()

    def _tell(self, kind: str, item: PictureItem, words: str) -> None:
        self._services.listen(Event(kind, item.wanted.id, words))

    def _sort(self, item: PictureItem) -> None:
        """Put a picture where it belongs, by what the ledger has."""
        outcome, name = self._outcome, item.wanted.id
        entries = [entry for entry in self._services.ledger.entries("picture") if entry.clip_id == name]
        states = {entry.state for entry in entries}
        if states & {State.UNKNOWN, State.INTENDED}:
            outcome.unknown.append(name)
        elif states & {State.SAVING}:
            outcome.running.append(name)
        elif name in outcome.refused or item.action in (PictureAction.LEFT_OUT, PictureAction.YOURS):
            return
        elif name in self._there:
            outcome.saved.append(name)
        elif entries and entries[-1].state is State.REJECTED:
            outcome.rejected.append(name)
        elif entries and entries[-1].state is State.FAILED:
            outcome.failed.append(name)
        else:
            outcome.unsent.append(name)

    def _sort_cut_out(self, item: CutOutItem) -> None:
        """Put a cut-out where it belongs, by what the ledger has."""
        outcome, wanted, ledger = self._outcome, item.wanted, self._services.ledger
        if wanted.id in outcome.refused or item.action in (PictureAction.LEFT_OUT, PictureAction.NOT_NEEDED):
            return
        entries = cut_out_entries(wanted, ledger)
        last = entries[-1].state if entries else None
        if last in (State.UNKNOWN, State.INTENDED):
            outcome.unknown.append(wanted.id)
        elif last is State.SAVING:
            outcome.running.append(wanted.id)
        elif shown_cut_out(wanted, ledger, self._services.folder) is not None:
            outcome.saved.append(wanted.id)
        elif last is State.REJECTED:
            outcome.rejected.append(wanted.id)
        else:
            (outcome.failed if last in ENDED_BADLY else outcome.unsent).append(wanted.id)

    def _sort_sound(self, item: SpeechItem | SoundItem) -> None:
        """Put a speech or a sound where it belongs, by what the ledger has."""
        outcome, wanted, ledger = self._outcome, item.wanted, self._services.ledger
        if wanted.id in outcome.refused or item.action is PictureAction.LEFT_OUT:
            return
        entries = sound_entries(wanted.fingerprint, ledger)
        last = entries[-1].state if entries else None
        if last in (State.UNKNOWN, State.INTENDED):
            outcome.unknown.append(wanted.id)
        elif last is State.SAVING or last in WAITED_FOR:
            outcome.running.append(wanted.id)
        elif chosen_sound(wanted.fingerprint, ledger, self._services.folder) is not None:
            outcome.saved.append(wanted.id)
        elif last is State.REJECTED:
            outcome.rejected.append(wanted.id)
        else:
            (outcome.failed if last in ENDED_BADLY else outcome.unsent).append(wanted.id)
