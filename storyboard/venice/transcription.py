"""Transcription: the form that carries a sound to the service, and the meaning of its answer.

Pure, like `protocol`. The call is charged, and its answer is the words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from storyboard.venice.pictures import PictureOutcome
from storyboard.venice.protocol import Answer, Delivered, Unknown, refused_or_busy, storable_text
from storyboard.venice.service import service_facts

#: The service found the sound empty, silent or broken.
_NOTHING_HEARD = 422
#: Words of one answer that are read; a clip has a hundredth of them.
_MOST_WORDS = 2000


class HeardWord(NamedTuple):
    """A word that was heard, and when, in seconds; None where the model does not say."""

    text: str
    start: float | None = None
    end: float | None = None


class FormData(NamedTuple):
    """The body of a call, and what kind it is."""

    body: bytes
    content_type: str


def form_data(fields: Mapping[str, str], name: str, file: bytes) -> FormData:
    """A form with one WAV file (RFC 7578). The same form gives the same bytes."""
    boundary = sha256(file).hexdigest()
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    begin = f"{''.join(parts)}{head}Content-Type: audio/wav\r\n\r\n".encode()
    return FormData(begin + file + f"\r\n--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}")


def read_transcription_answer(answer: Answer, now: float) -> PictureOutcome:
    """What a call that transcribes did. `now` is the wall clock in seconds since 1970, for a Retry-After that names a
    moment. A 422 says that nothing is heard in the sound, and whether that is charged is not published: it is taken as
    an answer that was paid, so that nobody asks for it again."""
    if answer.status != _NOTHING_HEARD:
        if (outcome := refused_or_busy(answer, now)) is not None:
            return outcome
        if answer.status != 200:
            return Unknown(f"answered {answer.status}")
    if not answer.whole:
        return Unknown("gave an answer that broke off")
    if answer.status == 200 and _fields(answer.body) is None:
        return Unknown("answered with something that is not a transcription")
    said = storable_text(answer.headers.get("x-request-id", ""))
    return Delivered(said[: service_facts("limits")["queue_id_length"]] or None)


def words_in(answer: Answer) -> tuple[HeardWord, ...]:
    """The words of an answer, with their times where it has them; none of one that says that nothing is heard."""
    fields = _fields(answer.body) if answer.status == 200 else None
    if fields is None:
        return ()
    times = fields.get("timestamps")
    timed = times.get("word") if isinstance(times, dict) else None
    if isinstance(timed, list) and timed:
        words = [_word(one) for one in timed[:_MOST_WORDS] if isinstance(one, dict)]
        return tuple(word for word in words if word.text)
    return tuple(HeardWord(word) for word in storable_text(str(fields["text"])).split()[:_MOST_WORDS])


def _word(row: dict[str, Any]) -> HeardWord:
    text, start, end = row.get("word"), row.get("start"), row.get("end")
    is_timed = isinstance(start, int | float) and isinstance(end, int | float) and 0 <= start <= end < 1e6
    return HeardWord(storable_text(text).strip() if isinstance(text, str) else "", *((start, end) if is_timed else ()))


def _fields(body: bytes) -> dict[str, Any] | None:
    """The fields of an answer; None where it is not a transcription."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) and isinstance(fields.get("text"), str) else None
