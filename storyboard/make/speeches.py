"""Speeches that are laid over the film and have no recording: the requests, and what a run does."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from storyboard.catalog import read_table
from storyboard.catalog.speech_models import SpeechModel, speech_models, usual_speech_model
from storyboard.compiler.ir.resolved import Dialogue
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.prompts.sentences import clean_text
from storyboard.compiler.word_count import count_words
from storyboard.files.sidecar import read_sidecar
from storyboard.film.spoken_language import iso_code, language_of
from storyboard.make.actions import SENT, PictureAction
from storyboard.make.fingerprint import fingerprint_of
from storyboard.make.sound_models import named_speech_model
from storyboard.make.sound_takes import chosen_sound, sound_standing
from storyboard.make.takes import SOUNDS
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import Ledger
from storyboard.spend.session import Selection
from storyboard.spend.states import State


@dataclass(frozen=True, slots=True)
class WantedSpeech:
    """A speech to be spoken. `id` is `1.2.speech1`; `shot` and `place` (among the shot's speeches, from 0) are where it
    is, in a shot of so many `seconds`, None where it is in no shot; `body` is the request, `model` and `usd` who speaks
    it for how much; the names of its files begin with `file_name`. `is_named`: the script names the model itself."""

    id: str
    shot: str
    place: int
    speaker: str
    text: str
    seconds: int | None
    model: SpeechModel
    body: Mapping[str, str]
    file_name: str
    is_named: bool = False

    @property
    def is_known(self) -> bool:
        """Whether the voice is one of the list, or of the model that the script names: nobody else speaks in its
        place."""
        return self.is_named or self.model.find_voice(self.body["voice"]) is not None

    @property
    def usd(self) -> float:
        """US dollars by the model list."""
        return self.model.price(len(self.body["input"]))

    @property
    def fingerprint(self) -> str:
        """What names the sound that is made: the same words of the same voice have the same, wherever they stand. The
        language is a hint, and other lines may change which one it is: it names nothing."""
        told = json.dumps(
            {key: self.body[key] for key in self.body if key != "language"}, ensure_ascii=False, sort_keys=True
        )
        return fingerprint_of("audio/speech", told)


@dataclass(frozen=True, slots=True)
class SpeechItem:
    """A speech and what happens to it.

    `unknown` are takes that are perhaps paid; `take` is the one that is heard; `copies` is the number of takes to make.
    """

    wanted: WantedSpeech
    action: PictureAction
    why: str = ""
    take: Entry | None = None
    unknown: tuple[Entry, ...] = ()
    copies: int = 1

    @property
    def usd(self) -> float:
        """What a run pays for it, in US dollars."""
        return self.wanted.usd * self.copies if self.action in SENT else 0.0


def wanted_speeches(analysis: Analysis) -> tuple[WantedSpeech, ...]:
    """The speeches of a script that a voice speaks, in its order."""
    return tuple(_speeches(analysis, named_speech_model(analysis)))


def film_language(analysis: Analysis) -> str:
    """The language of everything that is spoken, as espeak-ng calls it."""
    beats = (beat for clip in analysis.clips for shot in clip.shots for beat in shot.beats)
    return language_of(" ".join(spoken_text(beat) for beat in beats if isinstance(beat, Dialogue)))


def spoken_text(beat: Dialogue) -> str:
    """The words of a speech without parentheticals."""
    return " ".join(clean_text(line.text) for line in beat.lines)


def speech_body(model: SpeechModel, voice: str, text: str, language: str, manner: str | None = None) -> dict[str, str]:
    """The request for a text spoken by a voice. `language` is that of a text that does not say its own, as espeak-ng
    calls it; `manner` goes along where the model takes it."""
    body = {"input": text, "model": model.id, "voice": voice, "response_format": _format(model)}
    if hint := model.language_hint(iso_code(language_of(text, language))):
        body["language"] = hint
    if model.delivery and manner:
        body["prompt"] = clean_text(manner)
    return body


def _speeches(analysis: Analysis, named: SpeechModel | None) -> Iterator[WantedSpeech]:
    """The speeches of a script that are laid over the film and have no recording."""
    language = film_language(analysis)
    for clip in analysis.clips:
        for shot in clip.shots:
            beats = [beat for beat in shot.beats if isinstance(beat, Dialogue)]
            for place, beat in enumerate(beats):
                text = spoken_text(beat)
                is_laid = beat.is_laid_over(is_heard=clip.settings.is_heard) and beat.recording is None
                if not is_laid or beat.speaker is None or not text:
                    continue
                model, voice = find_voice(beat.speaker.speaker, named)
                manner = beat.manner or next((line.manner for line in beat.lines if line.manner), None)
                body = speech_body(model, voice, text, language, manner)
                name = f"{shot.number}.speech{place + 1}"
                seconds = shot.duration or 0
                who = beat.speaker.spoken_name
                yield WantedSpeech(
                    name, shot.number, place, who, text, seconds, model, body, f"{name}-{who}", model is named
                )


def find_voice(name: str, named: SpeechModel | None) -> tuple[SpeechModel, str]:
    """The model that speaks and the voice as it is spelled there: the named one, the usual one, or the first that has
    such a voice. A voice that is in no list keeps its name: the named model may have got it since."""
    for model in (*([named] if named else []), usual_speech_model(), *speech_models()):
        if voice := model.find_voice(name):
            return model, voice
    model = named or usual_speech_model()
    return model, name or model.voice


def _format(model: SpeechModel) -> str:
    """Sound without loss where the model has it."""
    return "wav" if "wav" in model.formats else model.formats[0]


def plan_speeches(
    wanted: tuple[WantedSpeech, ...], ledger: Ledger | None, folder: Path, selection: Selection, copies: int = 1
) -> tuple[SpeechItem, ...]:
    """Say what a run into `folder` does about every speech, which makes so many takes of each that it sends. Equal
    speeches are one."""
    sent: set[str] = set()
    items = []
    paces = voice_paces(ledger, folder)
    for one in wanted:
        item = replace(_item(one, ledger, folder, selection), copies=copies)
        if item.action in SENT and one.fingerprint in sent:
            item = SpeechItem(one, PictureAction.LEFT_OUT, "the same words as before")
        elif item.action in SENT:
            sent.add(one.fingerprint)
            item = replace(item, why="; ".join(filter(None, (item.why, _too_long(one, paces)))))
        items.append(item)
    return tuple(items)


def voice_paces(ledger: Ledger | None, folder: Path) -> dict[tuple[str, str], float]:
    """How many words a second each voice has spoken so far, by its model and its name, in the takes of a folder."""
    words: Counter[tuple[str, str]] = Counter()
    seconds: dict[tuple[str, str], float] = {}
    for entry in ledger.entries("sound") if ledger else ():
        request = json.loads(entry.request)
        if entry.state is State.SAVED and entry.file and "input" in request:
            length = read_sidecar((folder / SOUNDS / entry.file).with_suffix(".json")).get("seconds")
            if isinstance(length, int | float) and length > 0:
                voice = entry.model, str(request.get("voice"))
                words[voice] += count_words(str(request["input"]))
                seconds[voice] = seconds.get(voice, 0.0) + length
    return {voice: words[voice] / length for voice, length in seconds.items() if words[voice]}


def _too_long(wanted: WantedSpeech, paces: Mapping[tuple[str, str], float]) -> str:
    """That a speech will be longer than its shot, by the pace of its voice, or the usual one of a voice that has not
    spoken yet; empty where it will not."""
    pace = paces.get((wanted.model.id, wanted.body["voice"])) or read_table("craft.toml")["speech"]["words_a_second"]
    seconds = count_words(wanted.text) / pace
    if wanted.seconds is None or seconds <= wanted.seconds:
        return ""
    return f"about {seconds:.1f} s long, and its shot has {wanted.seconds}"


def _item(wanted: WantedSpeech, ledger: Ledger | None, folder: Path, selection: Selection) -> SpeechItem:
    there = sound_standing(wanted.id, wanted.fingerprint, ledger, folder, selection)
    most = read_table("made_pictures.toml")["speech"]["characters"]
    if there.action in SENT and not wanted.is_known:
        why = f"no model of the list has the voice {wanted.body['voice']}: choose another, or name its Voice model"
        return SpeechItem(wanted, PictureAction.BLOCKED, why)
    if there.action is PictureAction.NEW and len(wanted.body["input"]) > most:
        return SpeechItem(wanted, PictureAction.BLOCKED, f"a speech has at most {most:,} characters; divide it")
    return SpeechItem(wanted, *there)


def made_speeches(analysis: Analysis, folder: Path) -> dict[tuple[str, int], Path]:
    """The files of the speeches that were made, by the number of the shot and the place among its speeches. Raises
    LedgerUnusable."""
    ledger = Ledger.read(folder)
    if ledger is None:
        return {}
    with ledger:
        takes = {
            (one.shot, one.place): chosen_sound(one.fingerprint, ledger, folder) for one in wanted_speeches(analysis)
        }
        return {key: folder / SOUNDS / str(take.file) for key, take in takes.items() if take is not None}
