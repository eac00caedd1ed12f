"""Auditions: one short line of a character in several voices, to choose the `speaker` from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from storyboard.catalog import read_table
from storyboard.catalog.speech_models import SpeechModel, speech_models, usual_speech_model
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.ir.resolved import Dialogue, Entity
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.spelling import listed_or, nearest
from storyboard.film.spoken_language import iso_code, language_of
from storyboard.film.voices import gender_of
from storyboard.make.models import PRIVATE
from storyboard.make.sound_models import named_speech_model
from storyboard.make.sound_takes import chosen_sound
from storyboard.make.speeches import (
    WantedSpeech,
    film_language,
    find_voice,
    speech_body,
    spoken_text,
)
from storyboard.make.takes import SOUNDS
from storyboard.spend.ledger import Ledger

#: Where a sentence ends, the sign included.
_SENTENCE_END = re.compile(r"[。！？]+[”\"’»」]?|[.!?…](?![.!?…])[”\"’»」]?(?=\s|$)")


class NoAudition(ValueError):
    """Nobody of that name can be auditioned; the message says who can, or why."""


def audition_speeches(analysis: Analysis, name: str) -> tuple[WantedSpeech, ...]:
    """One line of a character in several voices that fit. Raises NoAudition.

    The line is the character's first, shortened to what one listens to in a few seconds, or a set sentence. A voice
    fits whose published language is the line's and whose published gender is the one that `voice` or `look` names;
    one of the script's `Voice model` comes before others, one of a model that publishes both before one that is silent,
    and one that somebody else speaks with last; among equals the name of the character decides, so that not everybody
    is offered the same ones. The character's own `speaker` is always among them.
    """
    entity = _character(analysis, name)
    facts = read_table("made_pictures.toml")["audition"]
    text = _line(analysis, entity, facts)
    language = language_of(text, film_language(analysis))
    chosen = _choose(analysis, entity, iso_code(language), facts["voices"])
    if not chosen:
        raise NoAudition(
            f"no listed voice speaks {entity.spoken_name}'s language; `sbc models --voices` lists all voices"
        )
    return tuple(
        WantedSpeech(
            id=f"{entity.name}.{voice}",
            shot="",
            place=0,
            speaker=entity.spoken_name,
            text=text,
            seconds=None,
            model=model,
            body=speech_body(model, voice, text, language),
            file_name=f"audition-{entity.name}-{voice}",
        )
        for model, voice in chosen
    )


def _character(analysis: Analysis, name: str) -> Entity:
    """The character with a name. Raises NoAudition."""
    people = [one for one in analysis.film.cast if one.kind is Kind.CHARACTER]
    found = next((one for one in people if one.name.casefold() == name.strip().casefold()), None)
    if found is None:
        names = [one.name for one in people]
        near = nearest(name, names)
        hint = (
            f"Did you mean {listed_or(near)}?"
            if near
            else f"There are {listed_or(names)}."
            if names
            else "It has none."
        )
        raise NoAudition(f"the script has no character “{name}”. {hint}")
    return found


def _line(analysis: Analysis, entity: Entity, facts: Mapping[str, Any]) -> str:
    """The first line of somebody that has words, shortened; else a set sentence in the language of the film."""
    beats = (beat for clip in analysis.clips for shot in clip.shots for beat in shot.beats)
    spoken = (spoken_text(beat) for beat in beats if isinstance(beat, Dialogue) and beat.speaker is entity)
    if text := next(filter(None, spoken), ""):
        return _shortened(text, facts["characters"])
    sentences: Mapping[str, str] = facts["sentences"]
    return sentences.get(iso_code(film_language(analysis)), sentences["en"])


def _shortened(text: str, most: int) -> str:
    """The sentences of a text that fit into so many characters; of a longer first one as many words as fit."""
    if len(text) <= most:
        return text
    kept = ""
    for found in _SENTENCE_END.finditer(text):
        if found.end() > most:
            break
        kept = text[: found.end()].strip()
    return kept or text[:most].rpartition(" ")[0].rstrip(",;:–—- ") or text[:most]


def _choose(analysis: Analysis, entity: Entity, language: str, count: int) -> list[tuple[SpeechModel, str]]:
    """So many voices, the best first; see `audition_speeches`. Only those that their name alone means as `speaker`."""
    named = named_speech_model(analysis)
    taken = {one.speaker.casefold() for one in analysis.film.cast if one.speaker and one is not entity}
    gender = gender_of(entity)
    ranked: list[tuple[tuple[int, ...], SpeechModel, str]] = []
    for place, model in enumerate(_models(named)):
        for voice in map(model.voice_facts, model.voices):
            if find_voice(voice.name, named) == (model, voice.name) and voice.language in (None, language):
                misfit = gender is not None and voice.gender not in (None, gender)
                silent = (voice.gender is None and gender is not None) + (voice.language is None and not model.hint)
                own = voice.name.casefold() == entity.speaker.casefold()
                if own or not misfit:
                    is_taken = voice.name.casefold() in taken
                    lot = sha256(f"{entity.name} {voice.name}".encode()).digest()[0]
                    rank = int(not own), int(is_taken), int(model is not named), silent, place, lot
                    ranked.append((rank, model, voice.name))
    ranked.sort(key=lambda one: one[0])
    chosen = [(model, voice) for _, model, voice in ranked]
    return _mixed(chosen, count) if gender is None else chosen[:count]


def _mixed(chosen: Sequence[tuple[SpeechModel, str]], count: int) -> list[tuple[SpeechModel, str]]:
    """So many voices of which the first two differ in gender, where nothing says whose it is."""
    first = chosen[:1]
    genders = [model.voice_facts(voice).gender for model, voice in first]
    other = next((one for one in chosen[1:] if one[0].voice_facts(one[1]).gender not in (None, *genders)), None)
    front = [*first, *([other] if other else [])]
    return [*front, *(one for one in chosen if one not in front)][:count]


def _models(named: SpeechModel | None) -> Iterator[SpeechModel]:
    """The named model, the usual one, the others from the cheapest on. A private one is never left for one that passes
    words on."""
    seen = set()
    for model in (*([named] if named else []), usual_speech_model(), *speech_models()):
        is_private_enough = named is None or named.privacy != PRIVATE or model.privacy == PRIVATE
        if model.id not in seen and is_private_enough:
            seen.add(model.id)
            yield model


def audition_report(wanted: Sequence[WantedSpeech], folder: Path) -> Iterator[str]:
    """Where the takes of an audition are, voice by voice, and how the chosen one is written. Raises LedgerUnusable."""
    ledger = Ledger.read(folder)
    assert ledger is not None, "a run has been here"
    with ledger:
        takes = [(one, chosen_sound(one.fingerprint, ledger, folder)) for one in wanted]
    heard = [(one, take) for one, take in takes if take is not None]
    speaker = ""
    for one, take in heard:
        if one.speaker != speaker:
            yield f"{one.speaker}: “{one.text}”"
            speaker = one.speaker
        yield f"  speaker: {one.body['voice']:<16} {folder / SOUNDS / str(take.file)}"
    if heard:
        yield "Listen to them, and write the line of the one you choose below the CHARACTER."
