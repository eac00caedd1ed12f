"""Delivery: from the kept answer to a take in `pictures/`, with a JSON file beside it, and to the path in the
script."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from storyboard.catalog import read_table
from storyboard.compiler.images.cut_outs import CUT_FROM
from storyboard.files.atomic import save
from storyboard.files.sidecar import read_sidecar, sidecar_text
from storyboard.make.placement import Copy, NotPlaced, copy_for, place_take
from storyboard.make.purchase import settle_media
from storyboard.make.sound_jobs import settle_sound
from storyboard.make.sound_takes import is_queued
from storyboard.make.speech_delivery import deliver_speech
from storyboard.make.takes import CANDIDATE, PICTURES, choice_of, known_digests, take_file
from storyboard.make.verdict import PictureVerdict, judge_cut_out, judge_picture
from storyboard.make.wanted_pictures import WantedPicture
from storyboard.spend import media_answers
from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.files import file_fields
from storyboard.spend.services import Services
from storyboard.spend.states import State
from storyboard.venice.pictures import picture_in, read_picture_answer
from storyboard.venice.protocol import Answer, read_queue
from storyboard.venice.speech import read_speech_answer


class Delivery:
    """Puts paid pictures where they belong. `root` is the project folder; `folders` are those whose takes may be
    replaced at a script's path."""

    def __init__(self, services: Services, root: Path, folders: Iterable[Path]) -> None:
        self._services = services
        self._root = root
        self._folders = tuple(folders)
        self._service = services.ledger.service  # a ledger is read in the thread that opened it

    async def deliver(self, entry: Entry, wanted: WantedPicture | None) -> Entry:
        """Judge the result for an entry, keep it, and put it at its path if it is usable.

        `wanted` is None if the script no longer names the picture. Raises DiskFull, and OSError if the disk does not
        accept it.
        """
        services = self._services
        answer = media_answers.find(services.folder, entry)
        data = picture_in(answer) if answer is not None else None
        if answer is None or data is None:
            said = "its answer is no longer on this disk"
            entry = await services.writer.write(lambda: services.ledger.step(entry, State.FAILED, said, said=said))
            services.listen(Event("failed", entry.clip_id, said, entry.usd))
            return entry
        verdict = await asyncio.to_thread(_judge, entry, data, answer)
        copy = None
        if wanted is not None and verdict.problem is None:
            copy = await asyncio.to_thread(copy_for, wanted.path, data)
        facts = await asyncio.to_thread(self._keep, entry, data, answer, verdict, copy)
        services.mark("picture.kept")
        note = ""
        if wanted is not None and copy is not None and entry.own != CANDIDATE:
            note = await asyncio.to_thread(_put, self._root, wanted.path, copy, self._folders)
            services.mark("picture.placed")
        entry = await self._record(entry, facts, verdict, is_choice=entry.own != CANDIDATE)
        await asyncio.to_thread(media_answers.discard, services.folder, entry)
        if verdict.problem is None:
            services.listen(Event("saved", entry.clip_id, note, take=entry.number, file=entry.file))
        else:
            services.listen(Event("rejected", entry.clip_id, f"{entry.file} {verdict.problem}", entry.usd))
        return entry

    async def put_take(self, entry: Entry, wanted: WantedPicture) -> str:
        """Put a take that is kept at the path of its picture; see `put_take_file`."""
        path = take_file(self._services.folder, entry)
        return await asyncio.to_thread(put_take_file, path, self._root, wanted.path, self._folders)

    def _keep(
        self, entry: Entry, data: bytes, answer: Answer, verdict: PictureVerdict, copy: Copy | None
    ) -> dict[str, Any]:
        """Write a take and the facts beside it; the fields of its entry. Doing it twice does no harm."""
        folder = self._services.folder / PICTURES
        name = f"{entry.stem}_t{entry.number}{verdict.suffix or '.undecodable.bin'}"
        path = folder / name
        save(path, data)
        digest = sha256(data).hexdigest()
        facts = {
            "format": "storyboard-picture/1",
            "file": name,
            "picture": entry.clip_id,
            "take": entry.number,
            "rejected": verdict.problem,
            "sha256": digest,
            "placed": [copy.digest] if copy else [],
            "width": verdict.width,
            "height": verdict.height,
            "model": entry.model,
            "made_by": answer.headers.get("x-venice-model-id"),
            "request_id": entry.queue_id,
            "service": self._service,
            "sent": datetime.fromtimestamp(entry.since, UTC).isoformat(timespec="seconds"),
            "usd": entry.usd,
            "basis": entry.basis,
            "fingerprint": entry.fingerprint,
            "request": json.loads(entry.request),
        }
        if is_cut_out(entry):
            facts[CUT_FROM] = json.loads(entry.refs)[0].rpartition("#")[2]
        save(folder / f"{entry.stem}_t{entry.number}.json", sidecar_text(facts))
        return file_fields(path, digest)

    async def _record(self, entry: Entry, facts: dict[str, Any], verdict: PictureVerdict, *, is_choice: bool) -> Entry:
        ledger, write = self._services.ledger, self._services.writer.write
        if verdict.problem is not None:
            said = verdict.problem
            return await write(lambda: ledger.step(entry, State.REJECTED, said, said=said, **facts))
        return await write(lambda: ledger.save(entry, choice_of(entry.clip_id) if is_choice else None, **facts))


async def recover_media(services: Services, delivery: Delivery, wanted: dict[str, WantedPicture]) -> None:
    """Complete what an earlier run was sending or saving when it ended.

    A kept answer decides; without one, nobody knows whether the call was charged. Raises DiskFull, LedgerHeld, OSError.
    """
    ledger = services.ledger
    for entry in (*ledger.entries("picture"), *ledger.entries("sound")):
        read = read_speech_answer if entry.kind == "sound" else read_picture_answer
        found = entry
        if entry.state is State.INTENDED:
            answer = media_answers.find(services.folder, entry)
            if answer is None:
                said = "the run ended before the answer was saved"
                ledger.step(entry, State.UNKNOWN, said, said=said)
                continue
            if entry.kind == "sound" and is_queued(entry):
                settle_sound(services, ledger, entry, read_queue(answer, 0.0))
                continue
            found = settle_media(ledger, entry, read(answer, 0.0))
        is_lost = found.state is State.SAVING and media_answers.find(services.folder, found) is None
        if is_lost and found.kind == "sound" and is_queued(found):
            ledger.step(found, State.DONE, "its answer is no longer on this disk")  # the service has it still
        elif found.state is State.SAVING and found.kind == "sound":
            await deliver_speech(services, found)
        elif found.state is State.SAVING:
            await delivery.deliver(found, wanted.get(found.clip_id))


def put_take_file(take: Path, root: Path, path: str, folders: Iterable[Path]) -> str:
    """Put a kept take at the path of its picture, and remember its digest.

    Returns what prevents that, or an empty text. Raises OSError if the take cannot be read.
    """
    copy = copy_for(path, take.read_bytes())
    _remember_copy(take.with_suffix(".json"), copy)
    return _put(root, path, copy, folders)


def _put(root: Path, path: str, copy: Copy, folders: Iterable[Path]) -> str:
    """Put a copy at its path; what is in the way is said, and nothing is touched then."""
    try:
        place_take(root, path, copy, frozenset(known_digests(*folders)))
    except NotPlaced as problem:
        return str(problem)
    except OSError as problem:
        return f"{path} cannot be written ({problem.strerror or problem})"
    return ""


def is_cut_out(entry: Entry) -> bool:
    """Whether a take of a picture is a cut-out by the service."""
    return bool(entry.model == read_table("made_pictures.toml")["cut_out"]["model"])


def _judge(entry: Entry, data: bytes, answer: Answer) -> PictureVerdict:
    if is_cut_out(entry):
        return judge_cut_out(data, entry.aspect)
    return judge_picture(data, answer, entry.aspect, _resolution(entry))


def _resolution(entry: Entry) -> str | None:
    found = json.loads(entry.request).get("resolution")
    return found if isinstance(found, str) else None


def _remember_copy(sidecar: Path, copy: Copy) -> None:
    """Put the digest of a copy down beside its take, before the copy is there."""
    facts = read_sidecar(sidecar)
    if facts and copy.digest not in (facts.get("sha256"), *facts.get("placed", ())):
        facts["placed"] = [*facts.get("placed", ()), copy.digest]
        with suppress(UnicodeError):
            save(sidecar, sidecar_text(facts))
