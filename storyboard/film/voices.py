"""Speech for an animatic by espeak-ng, where it is installed: a guide to the timing, not a performance."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.child_process import child_environment
from storyboard.compiler.word_count import count_words
from storyboard.film.laid_sounds import LaidSounds, LaidSpeech
from storyboard.film.sound_plan import LaidSound, samples_of
from storyboard.film.timing import TimedSpeech

_SLOWEST, _FASTEST = 140, 320  # words a minute that one still follows
_PATIENCE = 60  # seconds for one speech


class ComputerVoice(NamedTuple):
    """How a computer speaks a character: the variant of espeak-ng's voices, and the pitch, 0 to 99."""

    variant: str
    pitch: int


class Voices(NamedTuple):
    """The program that speaks."""

    program: str


def find_voices() -> Voices | None:
    """espeak-ng, None where it is not installed."""
    program = shutil.which("espeak-ng")
    return Voices(program) if program else None


def speak(sounds: LaidSounds, voices: Voices, folder: Path) -> LaidSounds:
    """Lay a computer's voice over the film for every speech that nobody speaks yet, from files in a folder."""
    spoken = {one.place for one in sounds.laid_speeches}
    cast = cast_voices(sounds.speeches)
    laid, names, speeches = list(sounds.overlay.laid), list(sounds.names), list(sounds.laid_speeches)
    for place, speech in enumerate(sounds.speeches):
        path = folder / f"speech-{place}.wav"
        if place in spoken or not _say(voices, speech, cast[speech.speaker], path):
            continue
        speeches.append(LaidSpeech(len(laid), place, speech.end, is_computer=True))
        laid.append(LaidSound("speech", str(path), samples_of(speech.start), None))
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
        said = [_words(entity.voice or ""), _words(entity.look or "")] if entity else []
        kind = next((kind for words in said if (kind := _kind(words, table["words"], ("female", "male")))), None)
        if kind is None:
            kind = ("female", "male")[sha256(speech.speaker.encode()).digest()[0] % 2]
        height = next((high for words in said if (high := _kind(words, table["words"], ("low", "high")))), "usual")
        variant = min(table["variants"][kind], key=lambda one: taken[one])
        taken[variant] += 1
        found[speech.speaker] = ComputerVoice(variant, table["pitch"][height])
    return found


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _kind(words: Iterable[str], table: Mapping[str, Collection[str]], kinds: tuple[str, str]) -> str | None:
    """The first kind that words name."""
    return next((kind for word in words for kind in kinds if word in table[kind]), None)


def language_of(text: str) -> str:
    """The language of a text as espeak-ng calls it: by its script, else by its commonest words."""
    table = read_table("computer_voices.toml")
    for first, last, language in table["script"][0]["ranges"]:
        if any(first <= letter <= last for letter in text):
            return str(language)
    words = Counter(_words(text))
    languages = {name: rows for name, rows in table["languages"].items() if isinstance(rows, list)}
    found: str = max(languages, key=lambda name: sum(words[word] for word in languages[name]))
    return found


def _say(voices: Voices, speech: TimedSpeech, voice: ComputerVoice, path: Path) -> bool:
    """Have a speech spoken into a file; whether it was."""
    wanted = count_words(speech.text) * 60 / max(0.5, speech.end - speech.start)
    pace = round(min(max(wanted, _SLOWEST), _FASTEST))
    name = f"{language_of(speech.text)}+{voice.variant}"
    command = [voices.program, "-v", name, "-p", str(voice.pitch), "-s", str(pace), "--stdin", "-w", str(path)]
    try:
        subprocess.run(
            command,
            input=speech.text.encode(),
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
            env=child_environment(),
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return path.exists()
