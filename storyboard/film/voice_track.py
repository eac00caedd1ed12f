"""The speech of a take for transcription: mono at 16,000 samples a second, as speech recognition needs it, in a WAV.

A child process decodes it.
"""

from __future__ import annotations

import io
import wave
from array import array
from pathlib import Path
from typing import NamedTuple

from storyboard.child_process import ChildFailed, ask_child
from storyboard.film.clip_file import open_clip

#: Samples a second.
_RATE = 16_000
_PATIENCE = 60.0  # seconds
_LONGEST = 600 * _RATE  # samples


class VoiceTrack(NamedTuple):
    """A WAV file, its length in seconds, and the highest value of its samples, of 32,767."""

    data: bytes
    seconds: float
    peak: int


def voice_track(path: Path) -> VoiceTrack | None:
    """The sound of a take; None where it has none, or none that can be decoded."""
    try:
        data = ask_child(__name__, str(path), data=b"", wall_seconds=_PATIENCE)
    except ChildFailed:
        return None
    if not data:
        return None
    with wave.open(io.BytesIO(data)) as sound:
        samples = array("h", sound.readframes(sound.getnframes()))
    return VoiceTrack(data, len(samples) / _RATE, max(map(abs, samples), default=0)) if samples else None


def run(path: str) -> None:
    """The child process: writes the WAV to standard output, and nothing if there is no sound."""
    import sys

    sys.stdout.buffer.write(decode_voice_track(Path(path)))


def decode_voice_track(path: Path) -> bytes:
    """The sound of a file as WAV; empty where it has none. Raises OSError, ValueError, av.FFmpegError."""
    import av

    samples = bytearray()
    with open_clip(path) as container:
        if not container.streams.audio:
            return b""
        resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
        for frame in container.decode(container.streams.audio[0]):
            frame.pts = None
            for part in resampler.resample(frame):
                samples += bytes(part.planes[0])[: 2 * part.samples]
            if len(samples) > 2 * _LONGEST:
                break
        for part in resampler.resample(None):
            samples += bytes(part.planes[0])[: 2 * part.samples]
    body = io.BytesIO()
    with wave.open(body, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(bytes(samples[: 2 * _LONGEST]))
    return body.getvalue()
