"""The meaning of an answer with a picture. Pure, like `protocol`: answers in, outcomes out.

The call is charged, and its answer is the only copy of the picture: nothing can be downloaded again. So an uncertain
case is treated as the worse one: it may have been paid.
"""

from __future__ import annotations

import json
from base64 import b64decode
from binascii import Error as NotBase64

from storyboard.catalog import read_table
from storyboard.venice.protocol import Answer, Busy, Delivered, Refused, Unknown, refused_or_busy, storable_text
from storyboard.venice.service import service_facts

PictureOutcome = Delivered | Refused | Busy | Unknown

#: The first bytes of the pictures that the service sends.
_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")


def read_picture_answer(answer: Answer, now: float) -> PictureOutcome:
    """What a call that makes a picture did. `now` is the wall clock in seconds since 1970, for a Retry-After that names
    a moment."""
    if (outcome := refused_or_busy(answer, now)) is not None:
        return outcome
    if answer.status != 200:
        return Unknown(f"answered {answer.status}")
    if is_flagged(answer, "violation"):
        return Refused(answer.status, "the service says that this breaks its rules on content", stops=False)
    if not answer.whole:
        return Unknown("gave an answer that broke off, or was too large to be a picture")
    if picture_in(answer) is None:
        return Unknown("answered with something that is not a picture")
    return Delivered(_request_id(answer))


def picture_in(answer: Answer) -> bytes | None:
    """The bytes of the picture in an answer: the body, or the first of `images` in JSON; None where there is none."""
    if answer.body.startswith(_STARTS):
        return answer.body
    try:
        body = json.loads(answer.body)
        data = b64decode(body["images"][0], validate=True)
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, NotBase64):
        return None
    return data if data.startswith(_STARTS) else None


def is_flagged(answer: Answer, name: str) -> bool:
    """Whether a header of `made_pictures.toml` says `true` of the picture."""
    header = read_table("made_pictures.toml")["judged"][name]
    return answer.headers.get(header, "").strip().lower() == "true"


def _request_id(answer: Answer) -> str | None:
    """The name of the request on the bill: the `id` of a JSON answer, else that of the header."""
    try:
        body = json.loads(answer.body) if answer.body[:1] == b"{" else {}
        found = body.get("id") if isinstance(body, dict) else None
    except (ValueError, RecursionError):
        found = None
    said = found if isinstance(found, str) and found else answer.headers.get("x-request-id", "")
    return storable_text(said)[: service_facts("limits")["queue_id_length"]] or None
