"""The meaning of an answer with speech. Pure, like `protocol`. The call is charged, and its answer is the sound."""

from __future__ import annotations

from storyboard.venice.pictures import PictureOutcome
from storyboard.venice.protocol import Answer, Delivered, Unknown, refused_or_busy, storable_text
from storyboard.venice.service import service_facts

#: How the files of sound begin, and what they are called: RIFF, MP3 with and without tags, FLAC, Ogg, MP4.
_STARTS = ((b"RIFF", ".wav"), (b"ID3", ".mp3"), (b"fLaC", ".flac"), (b"OggS", ".ogg"))


def read_speech_answer(answer: Answer, now: float) -> PictureOutcome:
    """What a call that speaks did. `now` is the wall clock in seconds since 1970, for a Retry-After that names a
    moment."""
    if (outcome := refused_or_busy(answer, now)) is not None:
        return outcome
    if answer.status != 200:
        return Unknown(f"answered {answer.status}")
    if not answer.whole:
        return Unknown("gave an answer that broke off, or was too large to be a speech")
    if sound_suffix(answer.body) is None:
        return Unknown("answered with something that is not sound")
    said = storable_text(answer.headers.get("x-request-id", ""))
    return Delivered(said[: service_facts("limits")["queue_id_length"]] or None)


def sound_suffix(data: bytes) -> str | None:
    """What a file of these bytes is called, by how they begin; None where they are not sound."""
    known = next((suffix for start, suffix in _STARTS if data.startswith(start)), None)
    if known is None and data[4:8] == b"ftyp":
        return ".m4a"
    return ".mp3" if known is None and data[:1] == b"\xff" and data[1:2] >= b"\xe0" else known
