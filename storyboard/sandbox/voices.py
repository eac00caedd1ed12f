"""Voices of the sandbox: espeak-ng if it is installed, or else a hum with the rhythm of the words.

So one hears who speaks, when, and for how long. The same text and voice give the same bytes on one machine.
"""

from __future__ import annotations

import io
import math
import re
import tempfile
import wave
from array import array
from hashlib import sha256
from pathlib import Path

import av
from av.audio.stream import AudioStream

from storyboard.catalog import read_table
from storyboard.catalog.speech_models import Voice
from storyboard.film.spoken_language import language_of
from storyboard.film.voices import ComputerVoice, find_voices, speak_to_file

#: Samples a second.
RATE = 24_000
#: Seconds of a syllable, and of the pauses after a word and a sentence.
_SYLLABLE, _REST, _STOP = 0.16, 0.06, 0.28
_LOW, _HIGH = 95.0, 230.0  # Hz: how high voices are
_LOUD = 9000
#: Words a minute of the machine's voice, and how high it may be, of espeak-ng's 0 to 99.
_PACE, _LOWEST_PITCH, _PITCHES = 165, 30, 40
_WORD = re.compile(r"\S+")
_VOWELS = re.compile(r"[aeiouyäöüáéíóúàèìòùâêîôû]+", re.IGNORECASE)
_STOPS = ".!?…。！？"
#: PyAV's containers and codecs for formats other than WAV.
_CODECS = {
    "mp3": ("mp3", "libmp3lame"),
    "flac": ("flac", "flac"),
    "opus": ("ogg", "libopus"),
    "aac": ("adts", "aac"),
    "m4a": ("ipod", "aac"),
}


def speak_text(text: str, voice: Voice, form: str) -> bytes:
    """A text as sound, in the format that was asked for; a WAV where PyAV does not write that."""
    return encode_sound(voice_samples(text, voice), form)


def voice_samples(text: str, voice: Voice, pace: int = _PACE) -> array[int]:
    """A text as samples, RATE a second; `pace` in words a minute."""
    return _spoken(text, voice, pace) or _hummed(text, voice)


def _spoken(text: str, voice: Voice, pace: int) -> array[int] | None:
    """A text spoken by the machine's voice; None where it has none, or cannot."""
    program = find_voices()
    if program is None:
        return None
    variants = read_table("computer_voices.toml")["variants"]
    digest = sha256(voice.name.encode()).digest()
    gender = voice.gender or ("female", "male")[digest[0] % 2]
    variant = variants[gender][digest[1] % len(variants[gender])]
    computer = ComputerVoice(variant, _LOWEST_PITCH + digest[2] % _PITCHES)
    language = language_of(text, {"en": "en-us", "fr": "fr-fr", "zh": "cmn"}.get(voice.language or "", voice.language))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        if not speak_to_file(program, text, language, computer, pace, path):
            return None
        return _samples(path)


def _samples(path: Path) -> array[int]:
    """The samples of a WAV file, RATE a second."""
    samples = array("h")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(path), "r") as source:
        for frame in source.decode(source.streams.audio[0]):
            for part in resampler.resample(frame):
                samples.frombytes(part.to_ndarray().tobytes())
        for part in resampler.resample(None):
            samples.frombytes(part.to_ndarray().tobytes())
    return samples


def _hummed(text: str, voice: Voice) -> array[int]:
    """A hum for each syllable of a text."""
    samples = array("h")
    digest = sha256(voice.name.encode()).digest()
    pitch = _LOW + (_HIGH - _LOW) * digest[0] / 255
    for number, word in enumerate(_WORD.findall(text)):
        syllables = max(1, len(_VOWELS.findall(word)) or len(word) // 2)
        for syllable in range(syllables):
            bend = 1 + 0.06 * math.sin(number * 1.7 + syllable)
            samples.extend(_syllable(pitch * bend, 0.3 + 0.4 * digest[1] / 255))
        samples.extend([0] * round(RATE * (_STOP if word[-1] in _STOPS else _REST)))
    return samples


def silent_wav(seconds: float) -> bytes:
    """A WAV in which nothing is heard."""
    return _wav(array("h", [0] * round(RATE * seconds)))


def _syllable(pitch: float, colour: float) -> list[int]:
    """One hum that swells and fades: a tone and two of its overtones."""
    count = round(RATE * _SYLLABLE)
    step = 2 * math.pi * pitch / RATE
    return [
        round(
            _LOUD
            * math.sin(math.pi * at / count) ** 2
            * (math.sin(step * at) + colour * math.sin(2 * step * at) + colour / 2 * math.sin(3 * step * at))
            / (1 + 1.5 * colour)
        )
        for at in range(count)
    ]


def _wav(samples: array[int]) -> bytes:
    body = io.BytesIO()
    with wave.open(body, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return body.getvalue()


def encode_sound(samples: array[int], form: str) -> bytes:
    """Samples of 16 bits, RATE a second, in a format; a WAV where PyAV does not write that."""
    if form not in _CODECS:
        return _wav(samples)
    container, codec = _CODECS[form]
    body = io.BytesIO()
    with av.open(io.BytesIO(_wav(samples)), "r") as source, av.open(body, "w", format=container) as target:
        stream = target.add_stream(codec, rate=RATE)
        assert isinstance(stream, AudioStream), "the codec is one for sound"
        for frame in source.decode(source.streams.audio[0]):
            for packet in stream.encode(frame):
                target.mux(packet)
        for packet in stream.encode(None):
            target.mux(packet)
    return body.getvalue()
