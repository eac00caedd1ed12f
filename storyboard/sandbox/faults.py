"""Faults that the sandbox plays on demand, to rehearse what a network and a service can do to a run.

A fault is written `CALL:WHAT`, as in `queue:500`, with a value where it takes one (`retrieve:429=120`), the call from
which it is played (`queue:reset@2`, counted from 1) and how often (`retrieve:404x3`, `x*` for ever).

On `queue`, an answer that says "not charged" comes without a charge; after every other fault the clip is charged, which
is the worse case for whoever sends it.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.utils import formatdate
from time import time
from typing import Literal, NamedTuple

CALLS = ("queue", "retrieve", "download", "quote", "complete", "models")

#: How an answer goes over the wire: as it is; not at all (`close`, `reset`, `stall`); the first half (`half`);
#: a byte at a time (`trickle`); for ever (`endless`).
Wire = Literal["whole", "close", "reset", "stall", "half", "trickle", "endless"]


class Reply(NamedTuple):
    """An answer to be sent. `announced` is its Content-Length, None for that of the body; `pause` the seconds between
    the bytes of a trickle."""

    status: int
    headers: dict[str, str]
    body: bytes
    wire: Wire = "whole"
    announced: int | None = None
    pause: float = 4.0

    @property
    def is_video(self) -> bool:
        return self.status == 200 and self.headers.get("content-type", "").startswith("video/")


class BadFault(ValueError):
    """A fault that the sandbox does not know; the message says what it knows."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `last` is the number of the last call that it is played at, None for ever. Those `on_video` count the
    answers that are clips, all others the calls."""

    call: str
    what: str
    value: str
    first: int
    last: int | None

    @property
    def on_video(self) -> bool:
        return self.what in _ON_VIDEO

    def is_due(self, number: int) -> bool:
        return number >= self.first and (self.last is None or number <= self.last)


_FORM = re.compile(
    r"(?P<call>[a-z]+):(?P<what>[\w-]+)(?:=(?P<value>[^@]*?))?(?:@(?P<first>\d+))?(?:x(?P<times>\d+|\*))?"
)
_STATUS = re.compile(r"[1-5][0-9][0-9]")


def read_fault(text: str) -> Fault:
    """A fault as it is written. Raises BadFault."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise BadFault(f"“{text}” is no fault; one looks like queue:500@2 or retrieve:404x3")
    if found["call"] not in CALLS:
        raise BadFault(f"“{text}”: there is no call “{found['call']}”; there are {', '.join(CALLS)}")
    what = found["what"]
    if what not in _PLAYED and not _STATUS.fullmatch(what):
        raise BadFault(f"“{text}”: there is no “{what}”; there are a status such as 503, {', '.join(sorted(_PLAYED))}")
    first = int(found["first"] or 1)
    last = None if found["times"] == "*" else first + int(found["times"] or 1) - 1
    return Fault(found["call"], what, found["value"] or "", first, last)


def is_played_without_the_service(fault: Fault) -> bool:
    """Whether the call does not reach the service at all, and charges nothing."""
    if _STATUS.fullmatch(fault.what):
        return fault.call != "queue" or int(fault.what) in _NOT_CHARGED
    return False


def play(fault: Fault, reply: Reply) -> Reply:
    """The answer as the fault has it."""
    if _STATUS.fullmatch(fault.what):
        return _status(int(fault.what), fault.value)
    return _PLAYED[fault.what](reply, fault.value)


_NOT_CHARGED = frozenset({400, 401, 402, 403, 404, 409, 410, 413, 422, 429, 503})
_JSON = {"content-type": "application/json"}

_BODIES: dict[str, object] = {
    "text": {"error": "Something is wrong"},
    "object": {"error": {"code": "invalid", "message": "Something is wrong"}},
    "issues": {
        "error": "Invalid request parameters",
        "details": {"_errors": [], "duration": {"_errors": ["Expected one of 5s, 10s"]}},
        "issues": [{"code": "custom", "message": "Expected one of 5s, 10s", "path": ["duration"]}],
    },
    "prompt": {"error": "Blocked by moderation", "suggested_prompt": "A quiet harbor"},
    "code": {"code": "INVALID", "error": "Something is wrong"},
    "consent": {
        "error": {"code": "needs_consent", "message": "Consent is needed for faces"},
        "consent_flow": "seedance",
        "face_media_roles": ["reference_image"],
        "consent": {"consent_version": "1", "policy_text": "You confirm that you may use these faces."},
    },
}


def _status(status: int, value: str) -> Reply:
    """An answer of one status. The value is the shape of its body, or a Retry-After (`date` for a moment to come)."""
    if value == "html":
        return Reply(status, {"content-type": "text/html"}, b"<html><body>edge</body></html>")
    if value == "empty":
        return Reply(status, {}, b"")
    body = _BODIES.get(value, _BODIES["consent" if status == 409 else "text"])
    headers = dict(_JSON)
    if 300 <= status < 400:
        headers["location"] = value or "https://example.com/"
    elif value and value not in _BODIES:
        headers["retry-after"] = formatdate(time() + 2, usegmt=True) if value == "date" else value
    return Reply(status, headers, json.dumps(body).encode())


def _wire(kind: Wire) -> Callable[[Reply, str], Reply]:
    def played(reply: Reply, value: str) -> Reply:
        return reply._replace(wire=kind, pause=float(value) if value else reply.pause)

    return played


def _body(body: bytes, **headers: str) -> Callable[[Reply, str], Reply]:
    def played(reply: Reply, _: str) -> Reply:
        return Reply(200, {**_JSON, **{key.replace("_", "-"): value for key, value in headers.items()}}, body)

    return played


def _with(key: str) -> Callable[[Reply, str], Reply]:
    """One field of the JSON answer set to the value, or left out where there is none."""

    def played(reply: Reply, value: str) -> Reply:
        fields = json.loads(reply.body)
        fields.pop(key, None)
        if value:
            fields[key] = value
        return reply._replace(body=json.dumps(fields).encode())

    return played


def _word(word: str) -> Callable[[Reply, str], Reply]:
    def played(_: Reply, value: str) -> Reply:
        fields = {"status": value or word, "average_execution_time": 4000, "execution_duration": 1000}
        return Reply(200, _JSON, json.dumps(fields).encode())

    return played


def _typed(kind: str) -> Callable[[Reply, str], Reply]:
    def played(reply: Reply, _: str) -> Reply:
        return reply._replace(headers={**reply.headers, "content-type": kind})

    return played


def _video(body: bytes) -> Callable[[Reply, str], Reply]:
    def played(reply: Reply, _: str) -> Reply:
        return reply._replace(body=body)

    return played


def _cut_at(reply: Reply, value: str) -> Reply:
    """The clip up to so many hundredths of it, announced as if that were all."""
    return reply._replace(body=reply.body[: int(len(reply.body) * float(value or 50) / 100)])


def _half(reply: Reply, _: str) -> Reply:
    """The first half of the clip, and then the end of the connection."""
    return reply._replace(wire="half", announced=len(reply.body))


def _bomb(reply: Reply, _: str) -> Reply:
    """A clip that unpacks to half a gigabyte."""
    return reply._replace(headers={**reply.headers, "content-encoding": "gzip"}, body=gzip.compress(bytes(1 << 29), 1))


_HUGE = b'{"queue_id": "' + b"a" * 10_000_000 + b'"}'
_HTML = b"<!doctype html><html><body>Please wait</body></html>"
_PLAYLIST = b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:10,\nhttp://127.0.0.1/secret.ts\n"
#: The smallest file with the boxes of an MP4 and nothing in them.
_NO_FRAMES = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2\0\0\0\x08moov\0\0\0\x08mdat"

_PLAYED: dict[str, Callable[[Reply, str], Reply]] = {
    "close": _wire("close"),
    "reset": _wire("reset"),
    "stall": _wire("stall"),
    "cut": _half,
    "trickle": _wire("trickle"),
    "endless": _wire("endless"),
    "empty": _body(b""),
    "html": _body(_HTML, content_type="text/html"),
    "huge": _body(_HUGE),
    "nonsense": _body(b"{nonsense"),
    "no-id": _with("queue_id"),
    "id": _with("queue_id"),
    "no-url": _with("download_url"),
    "url": _with("download_url"),
    "word": _word("RUNNING"),
    "failed": _word("FAILED"),
    "completed": _word("COMPLETED"),
    "json-type": _typed("application/json"),
    "video-type": _typed("video/mp4"),
    "stub": _video(b"nothing"),
    "page": _video(_HTML),
    "playlist": _video(_PLAYLIST),
    "no-frames": _video(_NO_FRAMES),
    "cut-at": _cut_at,
    "half": _half,
    "bomb": _bomb,
}
_ON_VIDEO = frozenset({"json-type", "stub", "page", "playlist", "no-frames", "cut-at", "half", "bomb"})


class Score:
    """Which faults are due: counts calls, and answers that are clips."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._faults = tuple(faults)
        self._calls: dict[str, int] = {}
        self._videos: dict[str, int] = {}

    def before(self, call: str) -> Fault | None:
        """The fault that keeps a call from the service, and the count of the call."""
        self._calls[call] = self._calls.get(call, 0) + 1
        return next((one for one in self._due(call, on_video=False) if is_played_without_the_service(one)), None)

    def after(self, call: str, reply: Reply) -> Reply:
        """An answer of the service with the faults that are due."""
        due = self._due(call, on_video=False)
        if reply.is_video:
            self._videos[call] = self._videos.get(call, 0) + 1
            due += self._due(call, on_video=True)
        for fault in due:
            reply = play(fault, reply)
        return reply

    def _due(self, call: str, *, on_video: bool) -> list[Fault]:
        number = (self._videos if on_video else self._calls)[call]
        return [one for one in self._faults if one.call == call and one.on_video == on_video and one.is_due(number)]
