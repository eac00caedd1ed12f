"""Delivery of speeches and other sounds: from the kept answer to a take in `sounds/`, with a JSON file beside it."""

from __future__ import annotations

import asyncio
import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.catalog import read_table
from storyboard.compiler.check.recorded_speeches import declared_seconds
from storyboard.files.atomic import save
from storyboard.files.sidecar import sidecar_text
from storyboard.files.stamps import stamp_of
from storyboard.film.encoding import SOUND_RATE
from storyboard.film.sound import SoundOverlay, place_sounds
from storyboard.film.sound_plan import LaidSound, samples_of
from storyboard.make.sound_takes import is_queued
from storyboard.make.speeches import WantedSpeech
from storyboard.make.takes import CANDIDATE, SOUNDS
from storyboard.spend import media_answers
from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.files import file_fields
from storyboard.spend.services import Services
from storyboard.spend.states import State
from storyboard.venice.speech import sound_suffix

_FULL_SCALE = 32_768  # of 16 bits


class SpeechVerdict(NamedTuple):
    """What a sound is: `problem` is None, or why it cannot be heard; its length in seconds."""

    problem: str | None
    seconds: float = 0.0


async def deliver_speech(services: Services, entry: Entry, wanted: WantedSpeech | None = None) -> Entry:
    """Keep what came for an entry, and listen whether it can be heard. Raises DiskFull, OSError where the disk does not
    take it."""
    answer = media_answers.find(services.folder, entry)
    suffix = sound_suffix(answer.body) if answer is not None else None
    if answer is None or suffix is None:
        said = "its answer is no longer on this disk"
        entry = await services.writer.write(lambda: services.ledger.step(entry, State.FAILED, said, said=said))
        services.listen(Event("failed", entry.clip_id, said, entry.usd))
        return entry
    path = services.folder / SOUNDS / f"{entry.stem}_t{entry.number}{suffix}"
    await asyncio.to_thread(save, path, answer.body)
    verdict = await asyncio.to_thread(listen_to, path)
    facts = await asyncio.to_thread(_note, path, entry, answer.body, verdict)
    services.mark("sound.kept")
    ledger = services.ledger
    if verdict.problem is None:
        choice = None if entry.own == CANDIDATE else (entry.fingerprint, 0)
        entry = await services.writer.write(lambda: ledger.save(entry, choice, **facts))
        words = _too_long(verdict.seconds, wanted)
        services.listen(Event("saved", entry.clip_id, words, take=entry.number, file=entry.file))
    else:
        said = verdict.problem
        entry = await services.writer.write(lambda: ledger.step(entry, State.REJECTED, said, said=said, **facts))
        services.listen(Event("rejected", entry.clip_id, f"{entry.file} {said}", entry.usd))
    await asyncio.to_thread(media_answers.discard, services.folder, entry)
    return entry


def _too_long(seconds: float, wanted: WantedSpeech | None) -> str:
    """That a speech is longer than its shot; empty where it is not."""
    if wanted is None or wanted.seconds is None or seconds <= wanted.seconds:
        return ""
    return f"it takes {seconds:.1f} s, and its shot has {wanted.seconds}"


def listen_to(path: Path) -> SpeechVerdict:
    """Whether a sound file can be decoded to its end, and holds more than silence."""
    facts = read_table("made_pictures.toml")["speech"]
    longest = facts["longest_seconds"]
    sound = LaidSound("speech", os.path.realpath(path), 0, None)
    placed = place_sounds(samples_of(longest), SoundOverlay((sound,)))
    if 0 not in placed.placed:
        return SpeechVerdict(placed.unheard.get(0, "cannot be decoded"))
    heard = placed.placed[0]
    seconds = (heard.end - heard.begin) / SOUND_RATE
    stamp = stamp_of(path)
    declared = declared_seconds(path, stamp) if stamp else None
    if seconds < facts["shortest_seconds"]:
        problem = f"has {seconds:.2f} seconds"
    elif heard.peak < facts["silent_below"] / _FULL_SCALE:
        problem = "is silent"
    # A head that was written before the end was known says nothing, in numbers of hours.
    elif declared is not None and seconds < facts["whole"] * declared and declared <= longest:
        problem = f"breaks off after {seconds:.1f} of {declared:.1f} s"
    else:
        return SpeechVerdict(None, seconds)
    return SpeechVerdict(problem, seconds)


def _note(path: Path, entry: Entry, data: bytes, verdict: SpeechVerdict) -> dict[str, Any]:
    """Write the facts beside a take; the fields of its entry."""
    digest = sha256(data).hexdigest()
    facts = {
        "format": "storyboard-sound/1",
        "file": path.name,
        "sound" if is_queued(entry) else "speech": entry.clip_id,
        "take": entry.number,
        "rejected": verdict.problem,
        "seconds": round(verdict.seconds, 3),
        "sha256": digest,
        "model": entry.model,
        "request_id": entry.queue_id,
        "usd": entry.usd,
        "basis": entry.basis,
        "fingerprint": entry.fingerprint,
        "request": json.loads(entry.request),
    }
    save(path.with_suffix(".json"), sidecar_text(facts))
    return file_fields(path, digest)
