"""The state of the sandbox: calls, jobs and charges."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from storyboard.catalog import Model
from storyboard.sandbox.bodies import QueueBody
from storyboard.sandbox.validation import picture_name


@dataclass(slots=True)
class SandboxJob:
    """A clip that was asked and charged. `since` is when; `failed` why there will be none; `fetches` counts those of
    its download_url."""

    queue_id: str
    model: Model
    body: QueueBody
    since: float
    failed: str | None = None
    deleted: bool = False
    fetches: int = 0
    video: bytes | None = None
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A request as it came in, header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class JobLog:
    """Everything that happened at a server. `queued` counts paid calls by prompt, whatever became of them, `charges`
    those that were charged. At most `most_bytes` of bodies are kept, those of the latest calls."""

    most_bytes: int
    calls: list[CallRecord] = field(default_factory=list)
    jobs: dict[str, SandboxJob] = field(default_factory=dict)
    queued: Counter[str] = field(default_factory=Counter)
    charges: Counter[str] = field(default_factory=Counter)
    _held: int = 0
    _oldest: int = 0

    def note(self, call: CallRecord) -> None:
        """Remember a call, and count it by its prompt, or its picture, where it is one that costs money; transcriptions
        together."""
        self.calls.append(call)
        self._held += len(call.body)
        while self._held > self.most_bytes:
            old = self.calls[self._oldest]
            self._held -= len(old.body)
            self.calls[self._oldest] = replace(old, body=b"")
            self._oldest += 1
        if call.path.endswith("/audio/transcriptions"):
            self.queued["transcriptions"] += 1
        elif (
            call.path.endswith("/video/queue")
            or "/image/" in call.path
            or call.path.endswith(("/audio/speech", "/audio/queue"))
        ):
            with suppress(ValueError, TypeError, KeyError, RecursionError, StopIteration, AttributeError):
                fields = json.loads(call.body)
                self.queued[_name_of(fields)] += 1

    def forget(self, before: float) -> None:
        """Drop the jobs that began before a moment."""
        for queue_id in [job.queue_id for job in self.jobs.values() if job.since < before]:
            del self.jobs[queue_id]


def _name_of(body: dict[str, Any]) -> str:
    """What a paid call is counted by: its words, its picture, or the factor and the clip that is to be upscaled. Raises
    StopIteration for a body of none of these."""
    if "upscale_factor" in body:
        return upscale_name(body["upscale_factor"], body["video_url"])
    key = next(one for one in ("input", "prompt", "image") if one in body)
    return picture_name(body[key]) if key == "image" else str(body[key])


def upscale_name(factor: object, video_url: str) -> str:
    """What a call that upscales is counted by."""
    return f"{factor}x {sha256(video_url.encode()).hexdigest()[:16]}"
