"""Replies under a fault: connections that break, errors of the service, and files that replace a clip."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from email.utils import formatdate
from time import time
from typing import Any, Literal, NamedTuple

from storyboard.sandbox import errors
from storyboard.sandbox.bad_clips import BOXES_ONLY, short_clip, sound_only
from storyboard.sandbox.bad_pictures import black_picture, jpeg_picture, lying_picture, tiny_picture
from storyboard.sandbox.voices import silent_wav

#: How an answer goes over the wire. `whole` as it is; not at all: the end of the connection (`close`), its end by a
#: reset (`reset`, `reset-early` before the body of the request was read), silence (`stall`). In part: half the head
#: (`cut-head`), half the body and the end (`cut`), a reset (`reset-half`) or silence (`hang`). Or: a byte at a time
#: (`trickle`), for ever (`endless`), bytes that are not HTTP (`garbage`).
Wire = Literal[
    "whole",
    "close",
    "reset",
    "reset-early",
    "stall",
    "cut-head",
    "cut",
    "reset-half",
    "hang",
    "trickle",
    "endless",
    "garbage",
]


class FaultReply(NamedTuple):
    """An answer to be sent. `pause` are the seconds between the bytes of a trickle."""

    status: int
    headers: dict[str, str]
    body: bytes
    wire: Wire = "whole"
    pause: float = 4.0

    @property
    def is_video(self) -> bool:
        """Whether the reply is a clip."""
        return self.status == 200 and self.headers.get("content-type", "").startswith("video/")


class FaultPlay(NamedTuple):
    """One kind of fault. `value` is what may stand after `=`: nothing (""), `seconds`, `hundredths`, or any text; with
    a `?` it may be left out. Those `on_video` are played on answers that are clips, all others on every answer."""

    about: str
    play: Callable[[FaultReply, str], FaultReply]
    value: str = ""
    on_video: bool = False


_JSON = {"content-type": "application/json"}
_HTML = {"content-type": "text/html"}
_PAGE = b"<!doctype html><html><body>Please wait</body></html>"
_PLAYLIST = b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:10,\nhttp://127.0.0.1/secret.ts\n"
_HUGE = b'{"queue_id": "' + b"a" * 10_000_000 + b'"}'
_DEEP = b'{"error":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
#: Beside the fields of an answer: texts that cannot be encoded, and numbers that are not numbers or too large.
_ODD_TEXT = {"download_url": "https://x.venice.ai/\ud83d", "note": "\udc00\x00"}
_ODD_NUMBERS = b'"average_execution_time": NaN, "execution_duration": %s, "quote": 1e999' % (b"9" * 400)
_BOMB_BYTES = 1 << 29
_WORDS = "Something is wrong"

#: Bodies of a status, by the name that a fault says: `queue:400=issues`.
SHAPES: dict[str, dict[str, Any]] = {
    "text": errors.standard_error(_WORDS),
    "object": {"error": {"code": "invalid", "message": _WORDS}},
    "issues": errors.detailed_error([(("duration",), "Expected one of 5s, 10s")]),
    "details": {"error": _WORDS, "details": {"_errors": [], "duration": {"_errors": ["Expected one of 5s, 10s"]}}},
    "prompt": errors.policy_violation("Blocked by moderation", "A quiet harbor"),
    "code": {"code": "INVALID", "error": _WORDS},
    "size": errors.too_large(35_000_000),
    "credit": errors.no_credit(),
    "policy": errors.content_rejection("The model provider rejected this request.", refunded=True),
    "kept": errors.content_rejection("The model provider rejected this request.", refunded=False),
    "surrogates": errors.standard_error("bad \ud83d"),
    "consent": errors.consent_needed(["reference_image"], "You confirm that you may use these faces.", "1"),
}
#: Further values of a status: no JSON, or none at all.
BODIES = ("html", "empty", "deep")


def play_status(status: int, value: str) -> FaultReply:
    """An answer of one status. The value names its body; or it is a Retry-After, `date` for a moment to come; or the
    address of a redirect."""
    if value == "html":
        return FaultReply(status, _HTML, b"<html><body>edge</body></html>")
    if value == "empty":
        return FaultReply(status, {}, b"")
    if value == "deep":
        return FaultReply(status, _JSON, _DEEP)
    body = SHAPES.get(value, SHAPES["consent" if status == 409 else "text"])
    headers = dict(_JSON)
    if 300 <= status < 400:
        headers["location"] = value or "https://example.com/"
    elif value and value not in SHAPES:
        headers["retry-after"] = formatdate(time() + 2, usegmt=True) if value == "date" else value
    return FaultReply(status, headers, json.dumps(body).encode())


def _wire(kind: Wire) -> Callable[[FaultReply, str], FaultReply]:
    def played(reply: FaultReply, value: str) -> FaultReply:
        return reply._replace(wire=kind, pause=float(value) if value else reply.pause)

    return played


def _body(body: bytes, headers: dict[str, str] = _JSON) -> Callable[[FaultReply, str], FaultReply]:
    return lambda _reply, _value: FaultReply(200, headers, body)


def _field(key: str) -> Callable[[FaultReply, str], FaultReply]:
    """One field of the JSON answer set to the value, or left out where there is none."""

    def played(reply: FaultReply, value: str) -> FaultReply:
        try:
            fields = json.loads(reply.body)
        except ValueError:
            return reply  # a clip has no fields
        fields.pop(key, None)
        if value:
            fields[key] = value
        return reply._replace(body=json.dumps(fields).encode())

    return played


def _odd_text(reply: FaultReply, _: str) -> FaultReply:
    try:
        fields = json.loads(reply.body)
    except ValueError:
        return reply  # a clip has no fields
    return reply._replace(body=json.dumps({**fields, **_ODD_TEXT}).encode())


def _odd_numbers(reply: FaultReply, _: str) -> FaultReply:
    if not reply.body.endswith(b"}"):
        return reply  # a clip has no fields
    return reply._replace(body=reply.body[:-1] + b", " + _ODD_NUMBERS + b"}")


def _deprecated(reply: FaultReply, value: str) -> FaultReply:
    said = {"x-venice-deprecated": "true", "x-venice-model-deprecation-date": value or "2030-01-01"}
    return reply._replace(headers={**reply.headers, **said})


def _word(word: str) -> Callable[[FaultReply, str], FaultReply]:
    def played(_: FaultReply, value: str) -> FaultReply:
        fields = {"status": value or word, "average_execution_time": 4000, "execution_duration": 1000}
        return FaultReply(200, _JSON, json.dumps(fields).encode())

    return played


def _typed(kind: str) -> Callable[[FaultReply, str], FaultReply]:
    return lambda reply, _: reply._replace(headers={**reply.headers, "content-type": kind})


def _instead(make: Callable[[FaultReply], bytes]) -> Callable[[FaultReply, str], FaultReply]:
    return lambda reply, _: reply._replace(body=make(reply))


def _cut_at(reply: FaultReply, value: str) -> FaultReply:
    return reply._replace(body=reply.body[: int(len(reply.body) * float(value or 50) / 100)])


def _bomb(reply: FaultReply, _: str) -> FaultReply:
    packed = gzip.compress(bytes(_BOMB_BYTES), 1)
    return reply._replace(headers={**reply.headers, "content-encoding": "gzip"}, body=packed)


def _flood(reply: FaultReply, _: str) -> FaultReply:
    return reply._replace(headers={**reply.headers, "x-flood": "a" * 1_000_000})


def play_silence(_: FaultReply) -> bytes:
    """A second of silence."""
    return silent_wav(1.0)


def _heard(reply: FaultReply, value: str) -> FaultReply:
    """Other words in a transcription, without their times."""
    if reply.status != 200:
        return reply
    return reply._replace(body=json.dumps({"text": value}).encode(), headers={**reply.headers, **_JSON})


def _flag(header: str) -> Callable[[FaultReply, str], FaultReply]:
    return lambda reply, _: reply._replace(headers={**reply.headers, header: "true"})


def _picture(make: Callable[[bytes], bytes]) -> Callable[[FaultReply, str], FaultReply]:
    """Another picture in place of the one in an answer, in JSON or by itself."""

    def played(reply: FaultReply, _: str) -> FaultReply:
        try:
            fields = json.loads(reply.body)
            fields["images"] = [b64encode(make(b64decode(fields["images"][0]))).decode("ascii")]
        except (ValueError, TypeError, KeyError):
            return reply if reply.body[:1] == b"{" else reply._replace(body=make(reply.body))
        return reply._replace(body=json.dumps(fields).encode())

    return played


#: Every fault but the statuses.
PLAYS: dict[str, FaultPlay] = {
    "close": FaultPlay("the connection ends without an answer", _wire("close")),
    "reset": FaultPlay("the connection is reset without an answer", _wire("reset")),
    "reset-early": FaultPlay("the connection is reset before the body of the request is read", _wire("reset-early")),
    "stall": FaultPlay("no answer", _wire("stall")),
    "cut-head": FaultPlay("the connection ends within the head of the answer", _wire("cut-head")),
    "cut": FaultPlay("the connection ends at half the body", _wire("cut")),
    "reset-half": FaultPlay("the connection is reset at half the body", _wire("reset-half")),
    "hang": FaultPlay("nothing comes after half the body", _wire("hang")),
    "trickle": FaultPlay("a byte every few seconds", _wire("trickle"), "seconds?"),
    "endless": FaultPlay("the body does not end", _wire("endless")),
    "garbage": FaultPlay("bytes that are not HTTP", _wire("garbage")),
    "flood": FaultPlay("a header of a megabyte", _flood),
    "empty": FaultPlay("200 with an empty body", _body(b"")),
    "html": FaultPlay("200 with a web page", _body(_PAGE, _HTML)),
    "huge": FaultPlay("200 with ten megabytes of JSON", _body(_HUGE)),
    "nonsense": FaultPlay("200 with broken JSON", _body(b"{nonsense")),
    "deep": FaultPlay("200 with JSON that is 10,000 deep", _body(_DEEP)),
    "odd-text": FaultPlay("the answer, with halves of characters in its texts", _odd_text),
    "odd-numbers": FaultPlay("the answer, with numbers like NaN or of 400 digits", _odd_numbers),
    "list": FaultPlay("200 with JSON of another kind", _body(b'["queue_id"]')),
    "no-id": FaultPlay("an answer without its queue_id", _field("queue_id")),
    "id": FaultPlay("an answer with this queue_id", _field("queue_id"), "text"),
    "no-url": FaultPlay("an answer without its download_url", _field("download_url")),
    "url": FaultPlay("an answer with this download_url", _field("download_url"), "text"),
    "model": FaultPlay("an answer that names this model", _field("model"), "text"),
    "deprecated": FaultPlay("headers that say that the model ends, on this day", _deprecated, "text?"),
    "word": FaultPlay("JSON with this status word, RUNNING", _word("RUNNING"), "text?"),
    "failed": FaultPlay("JSON with the status FAILED", _word("FAILED")),
    "completed": FaultPlay("JSON with the status COMPLETED", _word("COMPLETED")),
    "blurred": FaultPlay("a picture that the service has blurred", _flag("x-venice-is-blurred")),
    "violation": FaultPlay("a picture that breaks rules on content", _flag("x-venice-is-content-violation")),
    "placeholder": FaultPlay("a picture of a few bytes", _picture(tiny_picture)),
    "black": FaultPlay("a black picture", _picture(black_picture)),
    "other-shape": FaultPlay("a picture of another shape", _picture(lying_picture)),
    "other-kind": FaultPlay("a picture in another format than requested", _picture(jpeg_picture)),
    "half-picture": FaultPlay(
        "half of a picture's bytes, declared as the whole", _picture(lambda data: data[: len(data) // 2])
    ),
    "heard": FaultPlay("a transcription of these words", _heard, "text"),
    "silence": FaultPlay("sound in which nothing is heard", _instead(play_silence)),
    "video-type": FaultPlay("the answer as it is, called video/mp4", _typed("video/mp4")),
    "json-type": FaultPlay("a clip called application/json", _typed("application/json"), on_video=True),
    "stub": FaultPlay("a clip of seven bytes", _instead(lambda _: b"nothing"), on_video=True),
    "page": FaultPlay("a web page called a clip", _instead(lambda _: _PAGE), on_video=True),
    "playlist": FaultPlay("a playlist called a clip", _instead(lambda _: _PLAYLIST), on_video=True),
    "no-frames": FaultPlay("a clip with no picture in it", _instead(lambda _: BOXES_ONLY), on_video=True),
    "sound-only": FaultPlay("a clip with sound and no picture", _instead(lambda _: sound_only()), on_video=True),
    "short": FaultPlay("a clip of one second", _instead(lambda _: short_clip()), on_video=True),
    "cut-at": FaultPlay("a clip cut off at this percentage, 50", _cut_at, "hundredths?", on_video=True),
    "half": FaultPlay("the connection ends at half a clip", _wire("cut"), on_video=True),
    "bomb": FaultPlay("a clip that unpacks to half a gigabyte", _bomb, on_video=True),
}
