"""Transcripts of takes: the request, what a run does with each take, and the kept answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from storyboard.catalog import read_table
from storyboard.catalog.transcription_models import TranscriptionModel
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.ir.resolved import Dialogue
from storyboard.compiler.pipeline import Analysis
from storyboard.files.atomic import save
from storyboard.files.sidecar import read_sidecar, sidecar_text
from storyboard.film.takes import Take
from storyboard.film.voice_track import VoiceTrack, voice_track
from storyboard.make.actions import SENT, PictureAction
from storyboard.make.fingerprint import fingerprint_of
from storyboard.make.heard_lines import ScriptSpeech
from storyboard.make.purchase import MediaCall, media_purchase, settle_media, stem_of
from storyboard.make.speeches import spoken_text
from storyboard.make.takes import TRANSCRIPTS
from storyboard.spend import media_answers
from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.files import file_fields
from storyboard.spend.ledger import Ledger
from storyboard.spend.purchase import Purchase
from storyboard.spend.services import Services
from storyboard.spend.session import Selection
from storyboard.spend.states import ENDED_BADLY, RUNNING, State
from storyboard.venice.transcription import HeardWord, form_data, read_transcription_answer, words_in

_FORMAT = "storyboard-transcript/1"


@dataclass(frozen=True, slots=True)
class WantedTranscript:
    """A clip whose take is to be listened to: the lines that the script has its people say in it, and the chosen take,
    None where there is none. `track` is the take's sound, None where it has none that can be decoded; `digest` is that
    of its file."""

    clip: str
    lines: tuple[ScriptSpeech, ...]
    take: Take | None
    track: VoiceTrack | None
    digest: str
    model: TranscriptionModel

    @property
    def usd(self) -> float:
        """US dollars by the model list."""
        return self.model.price(self.track.seconds) if self.track else 0.0

    @property
    def fields(self) -> dict[str, str]:
        """What is asked besides the sound."""
        return {"model": self.model.id, "response_format": "json", "timestamps": "true"}

    @property
    def told(self) -> str:
        """The request as JSON, the sound by its take and the take's digest."""
        name = self.take.path.name if self.take else ""
        return json.dumps({**self.fields, "take": name, "sha256": self.digest}, sort_keys=True)

    @property
    def fingerprint(self) -> str:
        """What names the transcript: the same model has listened to the same take."""
        return fingerprint_of(
            "audio/transcriptions", json.dumps({**self.fields, "sha256": self.digest}, sort_keys=True)
        )


@dataclass(frozen=True, slots=True)
class TranscriptItem:
    """A take and what a run does about it. `entry` is the transcript that is there, `unknown` those perhaps paid."""

    wanted: WantedTranscript
    action: PictureAction
    why: str = ""
    entry: Entry | None = None
    unknown: tuple[Entry, ...] = ()

    @property
    def usd(self) -> float:
        """What a run pays for it, in US dollars."""
        return self.wanted.usd if self.action in SENT else 0.0


def spoken_lines(analysis: Analysis) -> dict[str, tuple[ScriptSpeech, ...]]:
    """The lines that are said in the clips themselves, by clip, of those that have any; what is laid over the film is
    not among them."""
    lines = {clip.id: tuple(_lines(clip)) for clip in analysis.clips}
    return {clip: found for clip, found in lines.items() if found}


def _lines(clip: Clip) -> Iterator[ScriptSpeech]:
    is_heard = clip.settings.is_heard
    for beat in (beat for shot in clip.shots for beat in shot.beats if isinstance(beat, Dialogue)):
        if is_heard and not beat.is_laid_over(is_heard=is_heard) and (text := spoken_text(beat)):
            yield ScriptSpeech(beat.speaker.spoken_name if beat.speaker else "Somebody", text)


def wanted_transcripts(
    analysis: Analysis,
    takes: Sequence[Take],
    model: TranscriptionModel,
    is_meant: Callable[[str], bool] = lambda clip: True,
) -> tuple[WantedTranscript, ...]:
    """The clips in which somebody speaks, with the sound of their takes; that of clips which are not meant is not
    decoded."""
    by_clip = {take.clip_id: take for take in takes}
    found = []
    for clip, lines in spoken_lines(analysis).items():
        take = by_clip.get(clip)
        track = voice_track(take.path) if take and is_meant(clip) else None
        digest = sha256(take.path.read_bytes()).hexdigest() if take else ""
        found.append(WantedTranscript(clip, lines, take, track, digest, model))
    return tuple(found)


def plan_transcripts(
    wanted: Sequence[WantedTranscript], ledger: Ledger, selection: Selection
) -> tuple[TranscriptItem, ...]:
    """Say what a run does about the take of each clip."""
    return tuple(_item(one, ledger, selection) for one in wanted)


def _item(wanted: WantedTranscript, ledger: Ledger, selection: Selection) -> TranscriptItem:
    """What a run does with the take of one clip, in the order in which the reasons count."""
    entries = [one for one in ledger.entries("transcript") if one.fingerprint == wanted.fingerprint]
    unknown = tuple(entry for entry in entries if entry.state in (State.UNKNOWN, State.INTENDED))
    kept = next(
        (one for one in reversed(entries) if one.state is State.SAVED and _path(ledger.folder, one).is_file()), None
    )
    if wanted.take is None:
        return TranscriptItem(wanted, PictureAction.LEFT_OUT, "there is no take yet")
    if selection.only is not None and wanted.clip not in selection.only:
        return TranscriptItem(wanted, PictureAction.LEFT_OUT)
    if wanted.track is None or wanted.track.peak < read_table("made_pictures.toml")["transcript"]["silent_below"]:
        return TranscriptItem(
            wanted, PictureAction.SILENT, "nothing is heard in it" if wanted.track else "it has no sound"
        )
    if wanted.clip in selection.resend and unknown:
        return TranscriptItem(wanted, PictureAction.RESEND, unknown=unknown)
    if wanted.clip in selection.retake:
        return TranscriptItem(wanted, PictureAction.RETAKE)
    if kept is not None:
        return TranscriptItem(wanted, PictureAction.FINISHED, "heard before", kept)
    if unknown:
        why = f"perhaps paid: --resend-unknown {wanted.clip} asks again"
        return TranscriptItem(wanted, PictureAction.UNKNOWN, why, unknown=unknown)
    if entries and entries[-1].state in ENDED_BADLY | RUNNING and entries[-1].state is not State.LOST:
        return TranscriptItem(wanted, PictureAction.ENDED, f"--retake {wanted.clip} asks again ({entries[-1].said})")
    return TranscriptItem(wanted, PictureAction.NEW)


async def transcript_purchase(services: Services, item: TranscriptItem) -> Purchase:
    """The call that has a take written down. Raises DiskFull."""
    wanted, facts = item.wanted, read_table("made_pictures.toml")["transcript"]
    assert wanted.take is not None, "there is something to listen to"
    assert wanted.track is not None, "there is something to listen to"
    await asyncio.to_thread(media_answers.keep_room, services.folder, facts["answer_bytes"])
    form = form_data(wanted.fields, f"{wanted.take.path.stem}.wav", wanted.track.data)
    entry = Entry(
        id=0,
        kind="transcript",
        fingerprint=wanted.fingerprint,
        clip_id=wanted.clip,
        own=None,
        stem=stem_of(f"{wanted.clip}-take{wanted.take.number}-heard"),
        state=State.PLANNED,
        model=wanted.model.id,
        seconds=round(wanted.track.seconds),
        aspect="",
        usd=wanted.usd,
        basis=wanted.model.basis,
        request=wanted.told,
        refs="[]",
        shots="",
    )
    call = MediaCall(
        "audio/transcriptions", form.body, facts["call_seconds"], facts["answer_bytes"], "audio",
        read_transcription_answer, form.content_type,
    )  # fmt: skip
    return media_purchase(services, entry, call, item.unknown if item.action is PictureAction.RESEND else ())


async def deliver_transcript(services: Services, entry: Entry) -> Entry:
    """Keep the words that came for an entry, with what is known of them beside. Raises DiskFull, OSError where the disk
    does not take it."""
    answer = media_answers.find(services.folder, entry)
    if answer is None:
        said = "its answer is no longer on this disk"
        entry = await services.writer.write(lambda: services.ledger.step(entry, State.FAILED, said, said=said))
        services.listen(Event("failed", entry.clip_id, said, entry.usd))
        return entry
    words = words_in(answer)
    facts = await asyncio.to_thread(_keep, services.folder, entry, words)
    services.mark("transcript.kept")
    entry = await services.writer.write(lambda: services.ledger.save(entry, (entry.fingerprint, 0), **facts))
    services.listen(Event("saved", entry.clip_id, "", take=entry.number, file=entry.file))
    await asyncio.to_thread(media_answers.discard, services.folder, entry)
    return entry


def _keep(folder: Path, entry: Entry, words: Sequence[HeardWord]) -> dict[str, Any]:
    """Write a transcript; the fields of its entry."""
    path = folder / TRANSCRIPTS / f"{entry.stem}_t{entry.number}.json"
    facts = {
        "format": _FORMAT,
        "file": path.name,
        "clip": entry.clip_id,
        "heard": [{"word": one.text, "start": one.start, "end": one.end} for one in words],
        "model": entry.model,
        "request_id": entry.queue_id,
        "usd": entry.usd,
        "basis": entry.basis,
        "fingerprint": entry.fingerprint,
        "request": json.loads(entry.request),
    }
    data = sidecar_text(facts)
    save(path, data)
    return file_fields(path, sha256(data).hexdigest())


def kept_words(folder: Path, entry: Entry) -> tuple[HeardWord, ...]:
    """The words of a transcript that is kept; none where its file is not one of ours."""
    rows = read_sidecar(_path(folder, entry)).get("heard", [])
    return tuple(
        HeardWord(row["word"], row.get("start"), row.get("end"))
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and isinstance(row.get("word"), str)
    )


async def recover_transcripts(services: Services) -> None:
    """Bring to an end what an earlier run was asking or keeping when it ended. Raises DiskFull, LedgerHeld, OSError."""
    ledger = services.ledger
    for entry in ledger.entries("transcript"):
        found = entry
        if entry.state is State.INTENDED:
            answer = media_answers.find(services.folder, entry)
            if answer is None:
                said = "the run ended before the answer was saved"
                ledger.step(entry, State.UNKNOWN, said, said=said)
                continue
            found = settle_media(ledger, entry, read_transcription_answer(answer, 0.0))
        if found.state is State.SAVING:
            await deliver_transcript(services, found)


def _path(folder: Path, entry: Entry) -> Path:
    return folder / TRANSCRIPTS / (entry.file or "")
