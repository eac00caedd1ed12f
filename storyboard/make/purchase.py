"""The paid calls for a take of a picture and for a speech, as `spend.sender` makes them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.catalog import read_table
from storyboard.compiler.images import largest_image_file
from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.compiler.loader import Loader, Unreadable
from storyboard.files.normalization import safe_name
from storyboard.make.actions import PictureAction
from storyboard.make.planning import PictureItem
from storyboard.make.requests import input_address, is_too_large
from storyboard.make.sound_takes import sound_entries
from storyboard.make.speeches import SpeechItem
from storyboard.make.takes import CANDIDATE, FOLDERS
from storyboard.spend import media_answers
from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.files import free_number
from storyboard.spend.ledger import Ledger
from storyboard.spend.purchase import CannotSend, Outcome, Purchase
from storyboard.spend.services import Services
from storyboard.spend.states import State
from storyboard.venice.pictures import PictureOutcome, read_picture_answer
from storyboard.venice.protocol import Answer, Busy, Delivered, Queued, Refused, Unknown
from storyboard.venice.rate_limit import Call
from storyboard.venice.speech import read_speech_answer
from storyboard.venice.transport import Departure, Transport


async def picture_purchase(services: Services, root: Path, item: PictureItem, copy: int) -> Purchase:
    """The call for a take of a picture, the `copy`th of this run from 0. Raises CannotSend, DiskFull."""
    request, wanted = item.request, item.wanted
    addresses, names = await asyncio.to_thread(_inputs, root, item)
    fingerprint = request.fingerprint(names)
    take = len(item.takes.entries) + copy + 1
    seed = request.seed(fingerprint, take)
    body = request.filled(addresses, seed)
    facts = read_table("made_pictures.toml")["call"]
    await asyncio.to_thread(media_answers.keep_room, services.folder, facts["answer_bytes"])
    told: dict[str, Any] = json.loads(request.told(names))
    if seed is not None:
        told["seed"] = seed
    entry = Entry(
        id=0,
        kind="picture",
        fingerprint=fingerprint,
        clip_id=wanted.id,
        own=CANDIDATE if copy else None,
        stem=stem_of(wanted.id),
        state=State.PLANNED,
        model=request.model.id,
        seconds=0,
        aspect=request.aspect,
        usd=request.usd,
        basis=request.model.basis,
        request=json.dumps(told, ensure_ascii=False, sort_keys=True),
        refs=json.dumps(names, ensure_ascii=False),
        shots=wanted.shot.number if wanted.shot else "",
    )
    call = MediaCall(request.path, body, facts["seconds"], facts["answer_bytes"], "picture", read_picture_answer)
    given_up = item.takes.unknown if item.action is PictureAction.RESEND and not copy else ()
    return media_purchase(services, entry, call, given_up)


class MediaCall(NamedTuple):
    """A call whose answer is what is bought: its path and body, patience in seconds, the largest answer in bytes, the
    rate that it counts against, and what its answer means."""

    path: str
    body: bytes
    seconds: float
    answer_bytes: int
    limit: Call
    read: Callable[[Answer, float], PictureOutcome]
    content_type: str = "application/json"


async def keep_answer(services: Services, entry: Entry, answer: Answer) -> Entry:
    """Put an answer on disk before anybody acts on it. Raises OSError."""
    services.mark("answer.before")
    await asyncio.to_thread(media_answers.keep, services.folder, entry, answer)
    services.mark("answer.after")
    return entry


def media_purchase(services: Services, entry: Entry, media: MediaCall, perhaps_paid: tuple[Entry, ...]) -> Purchase:
    """The purchase of what comes with the answer to its call."""

    async def call(transport: Transport, departure: Departure) -> Answer:
        return await transport.charge(
            media.path, media.body, media.seconds, departure, media.answer_bytes, media.content_type
        )

    def settle(ledger: Ledger, entry: Entry, outcome: Outcome) -> Entry:
        assert not isinstance(outcome, Queued), "it comes with its answer"
        return settle_media(ledger, entry, outcome)

    return Purchase(
        id=entry.clip_id,
        entry=entry,
        limit=media.limit,
        call=call,
        keep=partial(keep_answer, services),
        read=media.read,
        settle=settle,
        bought=lambda paid: Event("received", paid.clip_id, "", paid.usd, take=paid.number),
        perhaps_paid=perhaps_paid,
    )


async def speech_purchase(services: Services, item: SpeechItem, copy: int) -> Purchase:
    """The call for a take of a speech, the `copy`th of this run from 0. Raises DiskFull."""
    wanted, facts = item.wanted, read_table("made_pictures.toml")["speech"]
    await asyncio.to_thread(media_answers.keep_room, services.folder, facts["answer_bytes"])
    body = json.dumps(dict(wanted.body), ensure_ascii=False).encode("utf-8", "surrogatepass")
    entry = Entry(
        id=0,
        kind="sound",
        fingerprint=wanted.fingerprint,
        clip_id=wanted.id,
        own=CANDIDATE if copy else None,
        stem=stem_of_sound(services.ledger, wanted.fingerprint, wanted.file_name),
        state=State.PLANNED,
        model=wanted.model.id,
        seconds=0,
        aspect="",
        usd=wanted.usd,
        basis=wanted.model.basis,
        request=json.dumps(dict(wanted.body), ensure_ascii=False, sort_keys=True),
        refs="[]",
        shots=wanted.shot,
    )
    call = MediaCall("audio/speech", body, facts["call_seconds"], facts["answer_bytes"], "audio", read_speech_answer)
    given_up = item.unknown if item.action is PictureAction.RESEND and not copy else ()
    return media_purchase(services, entry, call, given_up)


def stem_of(picture: str) -> str:
    """What the files of a picture's takes begin with. Names that ASCII cannot tell apart differ by a digest."""
    plain = safe_name(picture)
    if plain and picture.isascii():
        return plain
    return f"{plain or 'picture'}-{sha256(picture.encode()).hexdigest()[:8]}"


def stem_of_sound(ledger: Ledger, fingerprint: str, name: str) -> str:
    """What the files of a sound's takes begin with: as those that are there, wherever the script has it now, so that
    no two takes of one sound have one number."""
    before = sound_entries(fingerprint, ledger)
    return before[-1].stem if before else stem_of(name)


def settle_media(ledger: Ledger, entry: Entry, outcome: PictureOutcome) -> Entry:
    """Record the outcome of a call whose answer is already kept. Raises DiskFull, LedgerHeld."""
    match outcome:
        case Delivered(request_id):
            number = free_number(ledger.folder / FOLDERS[entry.kind], entry.stem, ledger.next_number(entry.stem))
            return ledger.step(entry, State.SAVING, "answered", number=number, queue_id=request_id)
        case Refused(status, said):
            settled = ledger.step(entry, State.REFUSED, f"answered {status}", said=said)
        case Busy():
            settled = ledger.step(entry, State.PLANNED, "the service was busy")
        case Unknown(why):
            return ledger.step(entry, State.UNKNOWN, f"the service {why}", said=f"the service {why}")
    media_answers.discard(ledger.folder, entry)
    return settled


def _inputs(root: Path, item: PictureItem) -> tuple[list[str], list[str]]:
    """The input pictures of a call, as addresses and as names with their digests. Raises CannotSend."""
    addresses: list[str] = []
    names: list[str] = []
    loader = Loader(root)
    for source in item.wanted.sources[: item.request.inputs]:
        picture = source.picture
        if picture.is_url:
            addresses.append(picture.path)
            names.append(picture.path)
            continue
        try:
            data = loader.read_picture(picture.path, largest_image_file())
            addresses.append(input_address(data))
        except Unreadable as problem:
            raise CannotSend(str(problem)) from None
        except UnreadableImage as problem:
            raise CannotSend(f"{picture.path} {problem}") from None
        names.append(f"{picture.path}#sha256:{sha256(data).hexdigest()}")
    if is_too_large(addresses):
        raise CannotSend("the pictures that it is made from are too large for one request")
    return addresses, names
