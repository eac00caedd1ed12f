"""What every group of paid calls of the sandbox is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.requests import Request

from storyboard.sandbox.account import SandboxAccount
from storyboard.sandbox.jobs import JobLog


class CallContext(NamedTuple):
    """`account` pays, `memory` notes what was charged, `read` reads and notes a body, `take` counts a call against its
    limit a minute and returns headers."""

    account: SandboxAccount
    memory: JobLog
    read: Callable[[Request], Awaitable[bytes]]
    take: Callable[[str], dict[str, str]]
