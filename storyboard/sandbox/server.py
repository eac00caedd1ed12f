"""The sandbox on a port of this machine."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from types import TracebackType
from typing import Self

import uvicorn

from storyboard.sandbox.app import Sandbox, Settings
from storyboard.sandbox.jobs import Clock, Memory


class SandboxServer:
    """A local Venice on a loopback port: `async with` inside a loop, `with` from a thread. Port 0 is any free one.
    Entering raises OSError where the port is taken."""

    def __init__(self, settings: Settings | None = None, clock: Clock = time.monotonic, port: int = 0) -> None:
        self.sandbox = Sandbox(settings or Settings(), clock)
        self._port = port
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """What a client says before `/video/queue`."""
        return f"http://127.0.0.1:{self._port}/api/v1"

    @property
    def memory(self) -> Memory:
        """Calls, jobs and counters so far."""
        return self.sandbox.memory

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", self._port))
        self._port = self._socket.getsockname()[1]
        config = uvicorn.Config(self.sandbox.app(), log_level="error", lifespan="off", access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.should_exit = True
        assert self._thread
        self._thread.join()
        self._socket.close()

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.__exit__, kind, error, at)
