"""Speech in the sandbox's clips: the speeches that a prompt quotes, the times of their words, and the sound."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

import av
from av.audio.stream import AudioStream
from av.packet import Packet

from storyboard.catalog.speech_models import Voice
from storyboard.film.encoding import SOUND_PACKET, SOUND_RATE
from storyboard.film.voices import gender_in, pace_for
from storyboard.sandbox.voices import RATE, voice_samples

#: What is said: `@Element1 says (low): "I never left."`, and `, then (louder): "Go."` of the same one.
_QUOTED = re.compile(r': "(?P<text>[^"\n]+)"')
#: Who says it: the last mention before the words, else the first word since the line or the speech before.
_WHO = re.compile(r"@?\w+")
#: What a prompt says of somebody where they come in first: `@Element1 (a young woman in a red coat)`.
_LOOK = re.compile(r"(?P<who>@\w+) \((?P<look>[^()\n]*)\)")
_LEAD, _REST = 0.25, 0.15  # seconds before the first speech of a shot, and after each


class ToldShot(NamedTuple):
    """A shot as a prompt tells it."""

    start: int
    seconds: int
    text: str


class SpokenWord(NamedTuple):
    """A word and when it is heard, in seconds of the clip."""

    word: str
    start: float
    end: float


class ClipSpeech(NamedTuple):
    """The sound of everything that is said, RATE samples a second, and its words."""

    samples: array[int]
    words: tuple[SpokenWord, ...]


def speak_clip(shots: Sequence[ToldShot], seconds: int) -> ClipSpeech | None:
    """Speak what is quoted in the shots of a clip, each speech in its shot; None where nobody says anything."""
    samples = array("h", bytes(2 * RATE * seconds))
    words: list[SpokenWord] = []
    looks = {match["who"]: match["look"] for shot in shots for match in _LOOK.finditer(shot.text)}
    for shot in shots:
        speeches = _speeches(shot.text)
        room = shot.seconds - _LEAD - _REST * len(speeches)
        pace = pace_for(" ".join(text for _, text in speeches), room)
        at = shot.start + _LEAD
        for who, text in speeches:
            look = looks.get(who, who)
            spoken = voice_samples(text, Voice(look, None, gender_in(look)), pace)
            spoken = spoken[: max(0, int((seconds - at) * RATE))]
            begin = int(at * RATE)
            samples[begin : begin + len(spoken)] = spoken
            length = len(spoken) / RATE
            words += _timed(text, at, length)
            at += length + _REST
    return ClipSpeech(samples, tuple(words)) if words else None


def _speeches(text: str) -> list[tuple[str, str]]:
    """Who says what in a shot, in order."""
    found: list[tuple[str, str]] = []
    at = 0
    for match in _QUOTED.finditer(text):
        begin = max(at, *(text.rfind(sign, at, match.start()) + 1 for sign in '"\n'))
        mention = text.rfind("@", begin, match.start())
        named = _WHO.search(text, max(begin, mention), match.start())
        who = named[0] if named else ""
        found.append((found[-1][0] if found and who in ("", "then") else who, match["text"]))
        at = match.end()
    return found


def _timed(text: str, start: float, seconds: float) -> Iterator[SpokenWord]:
    """The words of a speech, each as long as its share of the letters."""
    letters = sum(map(len, text.split())) or 1
    for word in text.split():
        end = start + seconds * len(word) / letters
        yield SpokenWord(word, round(start, 3), round(end, 3))
        start = end


def sound_packets(stream: AudioStream, samples: array[int], seconds: int) -> Iterator[Packet[AudioStream]]:
    """Samples of RATE as packets of a stream, in whole ones: sound never outlasts the picture."""
    most = int(seconds * SOUND_RATE) // SOUND_PACKET * SOUND_PACKET
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SOUND_RATE, frame_size=SOUND_PACKET)
    source = av.AudioFrame(format="s16", layout="mono", samples=len(samples))
    source.planes[0].update(samples.tobytes())
    source.sample_rate = RATE
    made = 0
    for frame in (*resampler.resample(source), *resampler.resample(None)):
        if frame.samples == SOUND_PACKET and made + SOUND_PACKET <= most:
            frame.pts, frame.time_base = made, Fraction(1, SOUND_RATE)
            made += SOUND_PACKET
            yield from stream.encode(frame)
    yield from stream.encode(None)
