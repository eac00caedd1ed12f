"""Speech for an animatic by espeak-ng, where it is installed: a guide to the timing, not a performance."""

from __future__ import annotations

import io
import shutil
import subprocess
from array import array
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

from storyboard.compiler.word_count import count_words
from storyboard.film.encoding import SOUND_PACKET, SOUND_RATE
from storyboard.film.timing import TimedSpeech
from storyboard.venice.secret import environment_without_secrets

if TYPE_CHECKING:
    from av.packet import Packet

    from storyboard.film.timeline import Timeline

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


def spoken_packets(stream: AudioStream, reel: Timeline, voices: Voices) -> Iterator[Packet[AudioStream]]:
    """The sound of a reel: each speech from the moment its subtitle stands, silence between."""
    total = reel.seconds * SOUND_RATE // SOUND_PACKET
    waiting = list(reel.speeches)
    held: list[tuple[int, array[int]]] = []
    for number in range(total):
        start = number * SOUND_PACKET
        while waiting and waiting[0].start * SOUND_RATE < start + SOUND_PACKET:
            speech = waiting.pop(0)
            held.append((round(speech.start * SOUND_RATE), _say(voices, speech)))
        held = [(at, samples) for at, samples in held if at + len(samples) > start]
        yield from stream.encode(_frame(start, held))
    yield from stream.encode(None)


def _frame(start: int, held: list[tuple[int, array[int]]]) -> av.AudioFrame:
    mixed = array("h", bytes(SOUND_PACKET * 2))
    for at, samples in held:
        low, high = max(at, start), min(at + len(samples), start + SOUND_PACKET)
        for index in range(low, high):
            mixed[index - start] = max(-32768, min(32767, mixed[index - start] + samples[index - at]))
    both = array("f", (value / 32768 for value in mixed)).tobytes()
    frame = av.AudioFrame(format="fltp", layout="stereo", samples=SOUND_PACKET)
    for plane in frame.planes:
        plane.update(both)
    frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, start, Fraction(1, SOUND_RATE)
    return frame


@lru_cache(64)
def _say(voices: Voices, speech: TimedSpeech) -> array[int]:
    """Samples of a speech at our rate, one channel; none where the program says nothing."""
    wanted = count_words(speech.text) * 60 / max(0.5, speech.end - speech.start)
    pace = round(min(max(wanted, _SLOWEST), _FASTEST))
    variant = _VARIANTS[sha256(speech.speaker.encode()).digest()[0] % len(_VARIANTS)]
    command = [voices.program, "-v", f"en+{variant}", "-s", str(pace), "--stdin", "--stdout"]
    try:
        said = subprocess.run(
            command,
            input=speech.text.encode(),
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
            env=environment_without_secrets(),
        )
        return _samples(said.stdout)
    except (OSError, subprocess.SubprocessError, av.FFmpegError):
        return array("h")


def _samples(wav: bytes) -> array[int]:
    samples = array("h")
    resampler = AudioResampler(format="s16", layout="mono", rate=SOUND_RATE)
    with av.open(io.BytesIO(wav), "r", format="wav") as container:
        for frame in (*container.decode(container.streams.audio[0]), None):
            for part in resampler.resample(frame):
                samples.frombytes(bytes(part.planes[0])[: part.samples * 2])
    return samples
