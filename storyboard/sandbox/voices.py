"""Voices of the sandbox: a hum with the rhythm of the words, so that one hears who speaks, when, and for how long.

No program for speech is needed. The same text and voice give the same bytes.
"""

from __future__ import annotations

import io
import math
import re
import wave
from array import array
from hashlib import sha256

import av
from av.audio.stream import AudioStream

#: Samples a second.
RATE = 24_000
#: Seconds of a syllable, and of the rests behind a word and a sentence.
_SYLLABLE, _REST, _STOP = 0.16, 0.06, 0.28
_LOW, _HIGH = 95.0, 230.0  # Hz: how high voices are
_LOUD = 9000
_WORD = re.compile(r"\S+")
_VOWELS = re.compile(r"[aeiouyäöüáéíóúàèìòùâêîôû]+", re.IGNORECASE)
_STOPS = ".!?…。！？"
#: Containers and codecs of PyAV for what is not a WAV.
_CODECS = {
    "mp3": ("mp3", "libmp3lame"),
    "flac": ("flac", "flac"),
    "opus": ("ogg", "libopus"),
    "aac": ("adts", "aac"),
    "m4a": ("ipod", "aac"),
}


def speak(text: str, voice: str, form: str) -> bytes:
    """A text as sound, in the format that was asked for; a WAV where PyAV does not write that."""
    samples = array("h")
    digest = sha256(voice.encode()).digest()
    pitch = _LOW + (_HIGH - _LOW) * digest[0] / 255
    for number, word in enumerate(_WORD.findall(text)):
        syllables = max(1, len(_VOWELS.findall(word)) or len(word) // 2)
        for syllable in range(syllables):
            bend = 1 + 0.06 * math.sin(number * 1.7 + syllable)
            samples.extend(_syllable(pitch * bend, 0.3 + 0.4 * digest[1] / 255))
        samples.extend([0] * round(RATE * (_STOP if word[-1] in _STOPS else _REST)))
    return encoded(samples, form)


def silence(seconds: float) -> bytes:
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


def encoded(samples: array[int], form: str) -> bytes:
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
