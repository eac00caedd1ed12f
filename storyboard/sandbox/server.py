"""The sandbox on a port of this machine."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

import uvicorn

from storyboard.loopback import HOST, open_socket
from storyboard.sandbox.app import Sandbox, SandboxSettings
from storyboard.sandbox.faults import read_fault
from storyboard.sandbox.http_server import HttpServer
from storyboard.sandbox.jobs import JobLog
from storyboard.sandbox.rates import Clock


class SandboxServer:
    """A local Venice on a loopback port: `async with` inside a loop, `with` from a thread. Port 0 is any free one.

    `clock` tells the seconds of the service; `faults` are played as `storyboard.sandbox.faults` describes them. Raises
    BadFault, and on entering OSError where the port is taken.
    """

    def __init__(
        self,
        settings: SandboxSettings | None = None,
        clock: Clock = time.monotonic,
        port: int = 0,
        faults: Iterable[str] = (),
    ) -> None:
        self.sandbox = Sandbox(settings or SandboxSettings(), clock)
        self._port = port
        self._faults = tuple(read_fault(fault) for fault in faults)
        self._thread: threading.Thread | None = None
        self._end: Callable[[], object] = lambda: None

    @property
    def base_url(self) -> str:
        """What a client says before `/video/queue`."""
        return f"http://{HOST}:{self._port}/api/v1"

    @property
    def memory(self) -> JobLog:
        """Calls, jobs and counters so far."""
        return self.sandbox.memory

    def __enter__(self) -> Self:
        self._socket = open_socket(self._port)
        # Connections inherit it. Without, an answer waits for the acknowledgement of its head: 40 ms on this machine.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._port = self._socket.getsockname()[1]
        serve = self._serve_with_faults if self._faults else self._serve
        is_ready = threading.Event()
        self._thread = threading.Thread(target=serve, args=(is_ready,), daemon=True)
        self._thread.start()
        is_ready.wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()
        assert self._thread
        self._thread.join()
        self._socket.close()

    def _serve(self, is_ready: threading.Event) -> None:
        config = uvicorn.Config(self.sandbox.app(), log_level="error", lifespan="off", access_log=False)
        server = uvicorn.Server(config)
        self._end = lambda: setattr(server, "should_exit", True)
        is_ready.set()
        server.run([self._socket])

    def _serve_with_faults(self, is_ready: threading.Event) -> None:
        async def serve() -> None:
            front = HttpServer(self.sandbox, self._faults, self.base_url.removesuffix("/api/v1"))
            loop = asyncio.get_running_loop()
            self._end = lambda: loop.call_soon_threadsafe(front.end)
            is_ready.set()
            await front.serve(self._socket)

        asyncio.run(serve())

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.__exit__, kind, error, at)
