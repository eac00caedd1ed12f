"""Speech for an animatic by espeak-ng, if it is installed: a guide to the timing, not a performance."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, TypeVar

from storyboard.catalog import read_table
from storyboard.catalog.speech_models import Gender
from storyboard.child_process import child_environment
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.word_count import count_words
from storyboard.film.laid_sounds import LaidSounds, LaidSpeech
from storyboard.film.sound_plan import LaidSound, samples_of
from storyboard.film.spoken_language import language_of
from storyboard.film.timing import TimedSpeech

_SLOWEST, _FASTEST = 140, 320  # words a minute that one still follows
_PATIENCE = 60  # seconds for one speech
_EITHER: tuple[Gender, Gender] = ("female", "male")


_Kind = TypeVar("_Kind", bound=str)


class ComputerVoice(NamedTuple):
    """How a computer speaks a character: the variant of espeak-ng's voices, and the pitch, 0 to 99."""

    variant: str
    pitch: int


class SpeechProgram(NamedTuple):
    """The program that speaks."""

    program: str


def find_voices() -> SpeechProgram | None:
    """espeak-ng, None where it is not installed."""
    program = shutil.which("espeak-ng")
    return SpeechProgram(program) if program else None


def lay_speeches(sounds: LaidSounds, voices: SpeechProgram, folder: Path) -> LaidSounds:
    """Lay a computer voice over the film for every speech that has no other sound, from files in a folder."""
    spoken = {one.place for one in sounds.laid_speeches}
    cast = cast_voices(sounds.speeches)
    film_language = language_of(" ".join(speech.text for speech in sounds.speeches))
    laid, names, speeches = list(sounds.overlay.laid), list(sounds.names), list(sounds.laid_speeches)
    for place, speech in enumerate(sounds.speeches):
        path = folder / f"speech-{place}.wav"
        if place in spoken:
            continue
        language, pace = language_of(speech.text, film_language), pace_for(speech.text, speech.end - speech.start)
        if not speak_to_file(voices, speech.text, language, cast[speech.speaker], pace, path):
            continue
        speeches.append(LaidSpeech(len(laid), place, speech.end, is_computer=True))
        laid.append(LaidSound("speech", os.path.realpath(path), samples_of(speech.start), None))
        names.append(f"{speech.speaker}’s speech")
    missing = tuple(line for line in sounds.missing if line.place not in {one.place for one in speeches})
    return sounds._replace(
        overlay=sounds.overlay._replace(laid=tuple(laid)), names=tuple(names), laid_speeches=tuple(speeches),
        missing=missing,
    )  # fmt: skip


def cast_voices(speeches: Iterable[TimedSpeech]) -> dict[str, ComputerVoice]:
    """A voice for every speaker, by what the script says of voice and look; no two alike while there are others."""
    table = read_table("computer_voices.toml")
    found: dict[str, ComputerVoice] = {}
    taken: Counter[str] = Counter()
    for speech in speeches:
        if speech.speaker in found:
            continue
        entity = speech.beat.speaker if speech.beat else None
        said = _said(entity)
        kind = gender_of(entity) or _EITHER[sha256(speech.speaker.encode()).digest()[0] % 2]
        height = next((high for words in said if (high := _kind(words, table["words"], ("low", "high")))), "usual")
        variant = min(table["variants"][kind], key=lambda one: taken[one])
        taken[variant] += 1
        found[speech.speaker] = ComputerVoice(variant, table["pitch"][height])
    return found


def gender_of(entity: Entity | None) -> Gender | None:
    """The gender of somebody by what the script says of their voice, else of their look; None where it says none."""
    return (gender_in(entity.voice or "") or gender_in(entity.look or "")) if entity else None


def gender_in(text: str) -> Gender | None:
    """The gender that a description says, by the first word that does; None where it says none."""
    return _kind(_words(text), read_table("computer_voices.toml")["words"], _EITHER)


def _said(entity: Entity | None) -> list[list[str]]:
    return [_words(entity.voice or ""), _words(entity.look or "")] if entity else []


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _kind(words: Iterable[str], table: Mapping[str, Collection[str]], kinds: tuple[_Kind, _Kind]) -> _Kind | None:
    """The first kind that words name."""
    return next((kind for word in words for kind in kinds if word in table[kind]), None)


def pace_for(text: str, seconds: float) -> int:
    """The words a minute at which a text takes this many seconds, within an intelligible range."""
    return round(min(max(count_words(text) * 60 / max(0.5, seconds), _SLOWEST), _FASTEST))


def speak_to_file(voices: SpeechProgram, text: str, language: str, voice: ComputerVoice, pace: int, path: Path) -> bool:
    """Speak a text into a WAV file, in espeak-ng's name of a language, at a pace in words a minute; returns whether it
    worked."""
    name = f"{language}+{voice.variant}"
    command = [voices.program, "-v", name, "-p", str(voice.pitch), "-s", str(pace), "--stdin", "-w", str(path)]
    try:
        subprocess.run(
            command,
            input=text.encode("utf-8", "replace"),
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
            env=child_environment(),
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return path.exists()
