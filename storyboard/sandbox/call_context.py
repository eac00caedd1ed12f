"""What all groups of paid calls in the sandbox share: their context, and answers about jobs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from starlette.requests import Request

from storyboard.sandbox import errors
from storyboard.sandbox.account import SandboxAccount
from storyboard.sandbox.jobs import JobLog
from storyboard.sandbox.refusals import Refusal


class CallContext(NamedTuple):
    """`account` pays, `memory` notes what was charged, `read` reads and notes a body, `take` counts a call against its
    limit a minute and returns headers."""

    account: SandboxAccount
    memory: JobLog
    read: Callable[[Request], Awaitable[bytes]]
    take: Callable[[str], dict[str, str]]


def no_media() -> Refusal:
    """The refusal of a call about a job that this sandbox does not have, or has no more."""
    return Refusal(404, errors.standard_error("Media could not be found. It may be invalid, expired, or deleted."))


def progress_body(status: str, seconds: float, took: float) -> dict[str, Any]:
    """The body of an answer about a job that takes so many seconds and has taken `took`; the API counts both in
    milliseconds."""
    times = {"average_execution_time": int(seconds * 1000), "execution_duration": int(took * 1000)}
    return {"status": status, **times}
