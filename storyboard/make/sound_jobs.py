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
from storyboard.spend.collector import Collector
from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.files import free_number
from storyboard.spend.ledger import Ledger
from storyboard.spend.purchase import Outcome, Purchase
from storyboard.spend.services import Services
from storyboard.spend.settlement import settle_entry
from storyboard.spend.states import State
from storyboard.venice.protocol import Answer, Delivered, RetrieveOutcome, Unknown, read_queue
from storyboard.venice.service import service_facts
from storyboard.venice.sound_jobs import is_sound, read_sound_retrieve
from storyboard.venice.transport import Departure, OpenedResponse, Transport, read_whole

#: Paid, and not on this disk.
WAITED_FOR = frozenset({State.QUEUED, State.DONE})


async def sound_purchase(services: Services, item: SoundItem, copy: int) -> Purchase:
    """The queue call for a take of a sound, the `copy`th of this run from 0. Raises DiskFull."""
    wanted, patience = item.wanted, service_facts("timeouts")
    await asyncio.to_thread(media_answers.keep_room, services.folder, patience["answer_bytes"])
    body = json.dumps(dict(wanted.body), ensure_ascii=False).encode("utf-8", "surrogatepass")

    async def call(transport: Transport, departure: Departure) -> Answer:
        return await transport.charge("audio/queue", body, patience["queue_seconds"], departure)

    def settle_job(ledger: Ledger, entry: Entry, outcome: Outcome) -> Entry:
        assert not isinstance(outcome, Delivered), "a sound is queued"
        return settle_sound(services, ledger, entry, outcome)

    return Purchase(
        id=wanted.id,
        entry=Entry(
            id=0,
            kind="sound",
            fingerprint=wanted.fingerprint,
            clip_id=wanted.id,
            own=CANDIDATE if copy else None,
            stem=stem_of_sound(services.ledger, wanted.fingerprint, wanted.id),
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
        keep=partial(keep_answer, services),
        read=read_queue,
        settle=settle_job,
        bought=lambda paid: Event("queued", paid.clip_id, "paid, in progress", paid.usd, take=paid.number),
        perhaps_paid=item.unknown if item.action is PictureAction.RESEND and not copy else (),
    )


def settle_sound(services: Services, ledger: Ledger, entry: Entry, outcome: Outcome) -> Entry:
    """Record the outcome of a queue call whose answer is already kept. Raises DiskFull, LedgerHeld."""
    assert not isinstance(outcome, Delivered), "a sound is queued"
    settled = settle_entry(ledger, entry, outcome, services.words, _next_take)
    if not isinstance(outcome, Unknown):
        media_answers.discard(ledger.folder, entry)
    return settled


def _next_take(ledger: Ledger, entry: Entry) -> int:
    return free_number(ledger.folder / SOUNDS, entry.stem, ledger.next_number(entry.stem))


class SoundCollector(Collector):
    """Collects one paid sound."""

    product = "sound"
    path = "audio/retrieve"

    def _begins(self, answer: Answer) -> bool:
        return is_sound(answer)

    def _read(self, answer: Answer, now: float) -> RetrieveOutcome:
        return read_sound_retrieve(answer, now)

    async def _receive(self, opened: OpenedResponse) -> bool:
        """Put the sound on disk before the ledger says that it came; from there on it goes the way of a speech."""
        services = self._services
        answer = await read_whole(opened, read_table("made_pictures.toml")["sound"]["answer_bytes"])
        services.mark("sound.before")
        await asyncio.to_thread(
            media_answers.keep, services.folder, self._entry, answer._replace(body=services.hide(answer.body))
        )
        services.mark("sound.received")
        if self._entry.state is State.QUEUED:
            await self._step(State.DONE)
        await self._step(State.SAVING)
        self._entry = await deliver_speech(services, self._entry)
        return True


def waited_for(ledger: Ledger) -> tuple[Entry, ...]:
    """The sounds that are paid and not on this disk, whatever the script says today."""
    return tuple(entry for entry in ledger.entries("sound") if entry.state in WAITED_FOR)
