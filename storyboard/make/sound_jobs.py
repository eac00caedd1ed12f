"""Jobs of the audio queue: the call that pays for one, and its way from the queue to a take in `sounds/`."""

from __future__ import annotations

import asyncio
import json
from functools import partial

from storyboard.catalog import read_table
from storyboard.make.actions import PictureAction
from storyboard.make.purchase import keep_answer, stem_of_sound
from storyboard.make.sounds import SoundItem
from storyboard.make.speech_delivery import deliver_speech
from storyboard.make.takes import CANDIDATE, SOUNDS
from storyboard.spend import media_answers
from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.files import free_number
from storyboard.spend.ledger import Ledger
from storyboard.spend.poll import Averages, PollSchedule
from storyboard.spend.purchase import Outcome, Purchase
from storyboard.spend.services import Services
from storyboard.spend.settlement import settle
from storyboard.spend.states import State
from storyboard.venice.protocol import (
    Answer,
    Broken,
    Busy,
    Completed,
    Delivered,
    Failed,
    Missing,
    Refused,
    RetrieveOutcome,
    Running,
    Unknown,
    read_queue,
)
from storyboard.venice.service import service
from storyboard.venice.sound_jobs import CutSound, read_sound_retrieve
from storyboard.venice.transport import Departure, NoAnswer, Transport

#: Paid, and not on this disk.
WAITED_FOR = frozenset({State.QUEUED, State.DONE})


async def sound_purchase(tools: Services, item: SoundItem, copy: int) -> Purchase:
    """The queue call for a take of a sound, the `copy`th of this run from 0. Raises Full."""
    wanted, patience = item.wanted, service("timeouts")
    await asyncio.to_thread(media_answers.keep_room, tools.folder, patience["answer_bytes"])
    body = json.dumps(dict(wanted.body), ensure_ascii=False).encode("utf-8", "surrogatepass")

    async def call(transport: Transport, departure: Departure) -> Answer:
        return await transport.charge("audio/queue", body, patience["queue_seconds"], departure)

    def settle_job(ledger: Ledger, entry: Entry, outcome: Outcome) -> Entry:
        assert not isinstance(outcome, Delivered), "a sound is queued"
        return settle_sound(tools, ledger, entry, outcome)

    return Purchase(
        id=wanted.id,
        entry=Entry(
            id=0,
            kind="sound",
            fingerprint=wanted.fingerprint,
            clip_id=wanted.id,
            own=CANDIDATE if copy else None,
            stem=stem_of_sound(tools.ledger, wanted.fingerprint, wanted.id),
            state=State.PLANNED,
            model=wanted.model.id,
            seconds=wanted.seconds,
            aspect="",
            usd=item.price,
            basis=item.basis,
            request=json.dumps(dict(wanted.body), ensure_ascii=False, sort_keys=True),
            refs="[]",
            shots=wanted.shot,
        ),
        limit="queue",
        call=call,
        keep=partial(keep_answer, tools),
        read=read_queue,
        settle=settle_job,
        bought=lambda paid: Event("queued", paid.clip_id, "paid, and in work", paid.usd, take=paid.number),
        perhaps_paid=item.unknown if item.action is PictureAction.RESEND and not copy else (),
    )


def settle_sound(tools: Services, ledger: Ledger, entry: Entry, outcome: Outcome) -> Entry:
    """Put down what became of a queue call whose answer is kept already. Raises Full, LedgerHeld."""
    assert not isinstance(outcome, Delivered), "a sound is queued"
    settled = settle(ledger, entry, outcome, tools.words, _next_take)
    if not isinstance(outcome, Unknown):
        media_answers.discard(ledger.folder, entry)
    return settled


def _next_take(ledger: Ledger, entry: Entry) -> int:
    return free_number(ledger.folder / SOUNDS, entry.stem, ledger.next_number(entry.stem))


class SoundCollector:
    """Collects one paid sound; `collect` is its life. `is_new`: this run has queued it."""

    def __init__(self, tools: Services, averages: Averages, entry: Entry, *, is_new: bool) -> None:
        self._tools = tools
        self._averages = averages
        self._entry = entry
        self._patience = PollSchedule(entry.model, averages, tools.clock.now(), is_new=is_new)
        self._empty = 0
        self._cut = 0

    async def collect(self) -> Entry:
        """Wait for the sound and keep it. Returns the entry as it stands in the end: saved, ended badly, or still
        running, for a later run. Raises Full, OSError where the disk does not take it."""
        clock = self._tools.clock
        is_going_on = True
        while is_going_on and self._entry.state in WAITED_FOR and not self._patience.is_over(clock.now()):
            await clock.sleep(self._patience.wait(clock.now()))
            is_going_on = await self._ask()
        if self._entry.state in WAITED_FOR:
            self._tell("late", "still running at the service; the next run asks again")
        return self._entry

    async def _ask(self) -> bool:
        """Ask once. False where this run should not go on asking."""
        tools, entry, facts = self._tools, self._entry, read_table("made_pictures.toml")["sound"]
        assert entry.queue_id is not None, "it was queued"
        turn = await tools.pace.turn("retrieve")
        tools.mark("poll.before")
        try:
            answer = await tools.transport.retrieve_sound(
                entry.model, entry.queue_id, facts["retrieve_seconds"], facts["answer_bytes"]
            )
        except NoAnswer:
            tools.pace.close("retrieve", turn, None, {})
            return True
        tools.pace.close("retrieve", turn, answer.status, answer.headers)
        tools.mark("poll.after")
        outcome = read_sound_retrieve(answer, tools.clock.wall())
        if isinstance(outcome, Delivered):
            await self._keep(answer)
            return False
        return await self._understand(outcome)

    async def _keep(self, answer: Answer) -> None:
        """Put the sound on disk before the ledger says that it came; from there on as a speech."""
        tools = self._tools
        kept = answer._replace(body=tools.hide(answer.body))
        tools.mark("sound.before")
        await asyncio.to_thread(media_answers.keep, tools.folder, self._entry, kept)
        tools.mark("sound.received")
        if self._entry.state is State.QUEUED:
            await self._step(State.DONE)
        await self._step(State.SAVING)
        self._entry = await deliver_speech(tools, self._entry)

    async def _understand(self, outcome: RetrieveOutcome) -> bool:
        """Act on an answer that is not the sound."""
        facts, now = service("retrieve"), self._tools.clock.now()
        grace: float = facts["grace_seconds"]
        match outcome:
            case Running(average):
                self._patience.is_well()
                self._averages.tell(self._entry.model, average)
                self._tell("running", "" if average else "in work")
            case Completed():
                self._empty += 1
                if self._empty > facts["completed_again"]:
                    await self._end(State.FAILED, "the service finished it and gave no sound")
            case Failed(words, refunded):
                await self._end(State.REFUNDED if refunded else State.FAILED, words)
            case Missing(words):
                if self._patience.goes_on("missing", now) >= grace:
                    await self._gone(words)
            case Broken(words):
                if self._patience.goes_on("broken", now) >= grace:
                    await self._end(State.FAILED, words)
            case Refused(status, words):
                said = self._tools.words(words)
                self._tell("waiting", f"the service does not answer for this key ({status}: {said})")
                return self._patience.goes_on("refused", now) < grace
            case CutSound():
                self._cut += 1
                most: int = service("media")["tries"]
                return self._cut < most
            case Busy(wait) if wait is not None:
                if wait > service("timeouts")["longest_wait_seconds"]:
                    return False
                self._tools.pace.hold("retrieve", wait)
        return True

    async def _gone(self, words: str) -> None:
        """The service, asked, no longer knows the job."""
        age = self._tools.clock.wall() - self._entry.since
        is_old = age >= service("media")["lifetime_hours"] * 3600
        await self._end(State.EXPIRED if is_old else State.LOST, words)

    async def _end(self, state: State, words: str) -> None:
        said = self._tools.words(words)
        await self._step(state, said, said)
        given_back = -self._entry.usd if state is State.REFUNDED and self._entry.usd else None
        self._tell("failed", said, given_back)

    async def _step(self, state: State, note: str = "", said: str | None = None) -> None:
        facts = {} if said is None else {"said": said}
        ledger, entry = self._tools.ledger, self._entry
        self._entry = await self._tools.writer.write(lambda: ledger.step(entry, state, note, **facts))

    def _tell(self, kind: str, words: str = "", usd: float | None = None) -> None:
        expected = self._averages.of(self._entry.model)
        self._tools.listen(Event(kind, self._entry.clip_id, words, usd, expected, self._entry.number))


def waited_for(ledger: Ledger) -> tuple[Entry, ...]:
    """The sounds that are paid and not on this disk, whatever the script says today."""
    return tuple(entry for entry in ledger.entries("sound") if entry.state in WAITED_FOR)
