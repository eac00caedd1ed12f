"""Speech for an animatic by espeak-ng, where it is installed: a guide to the timing, not a performance."""

from __future__ import annotations

import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from storyboard.compiler.word_count import count_words
from storyboard.film.laid_sounds import LaidSounds, LaidSpeech
from storyboard.film.sound_plan import LaidSound, samples_of
from storyboard.film.timing import TimedSpeech
from storyboard.venice.secret import environment_without_secrets

_VARIANTS = ("f1", "f2", "f3", "f4", "m1", "m2", "m3", "m4", "m5", "m7")
_SLOWEST, _FASTEST = 140, 320  # words a minute that one still follows
_PATIENCE = 60  # seconds for one speech


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
    laid, names, speeches = list(sounds.overlay.laid), list(sounds.names), list(sounds.laid_speeches)
    for place, speech in enumerate(sounds.speeches):
        path = folder / f"speech-{place}.wav"
        if place in spoken or not _say(voices, speech, path):
            continue
        speeches.append(LaidSpeech(len(laid), place, speech.end, is_computer=True))
        laid.append(LaidSound("speech", str(path), samples_of(speech.start), None))
        names.append(f"{speech.speaker}’s speech")
    missing = tuple(line for line in sounds.missing if line.place not in {one.place for one in speeches})
    return sounds._replace(
        overlay=sounds.overlay._replace(laid=tuple(laid)), names=tuple(names), laid_speeches=tuple(speeches),
        missing=missing,
    )  # fmt: skip


def _say(voices: Voices, speech: TimedSpeech, path: Path) -> bool:
    """Have a speech spoken into a file; whether it was."""
    wanted = count_words(speech.text) * 60 / max(0.5, speech.end - speech.start)
    pace = round(min(max(wanted, _SLOWEST), _FASTEST))
    variant = _VARIANTS[sha256(speech.speaker.encode()).digest()[0] % len(_VARIANTS)]
    command = [voices.program, "-v", f"en+{variant}", "-s", str(pace), "--stdin", "-w", str(path)]
    try:
        subprocess.run(
            command,
            input=speech.text.encode(),
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
            env=environment_without_secrets(),
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return path.exists()
