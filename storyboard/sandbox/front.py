"""The wire before the sandbox, where faults are played: it reads a request off the socket, asks the application, and
sends the answer as a fault has it. One request a connection."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple

import httpx

from storyboard.sandbox.app import Sandbox
from storyboard.sandbox.faults import Fault, Reply, Score, play
from storyboard.sandbox.jobs import Call

_CHUNK = 1 << 16
_HEAD_BYTES = 1 << 16
_HALF = 2
#: An endless answer ends all the same, in bytes: nobody may fill the memory of the other side for fun.
_ENDLESS = 3 << 30


class _Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Front:
    """Serves a sandbox with faults on a socket, until it is told to end."""

    def __init__(self, sandbox: Sandbox, faults: tuple[Fault, ...], base: str) -> None:
        self._sandbox = sandbox
        self._score = Score(faults)
        self._base = base
        self._end = asyncio.Event()
        self._open: set[asyncio.Task[None]] = set()

    async def serve(self, listener: socket.socket) -> None:
        """Answer until `end` is called."""
        transport = httpx.ASGITransport(app=self._sandbox.app())
        async with httpx.AsyncClient(transport=transport, base_url=self._base) as self._client:
            server = await asyncio.start_server(self._connected, sock=listener, limit=_HEAD_BYTES)
            async with server:
                await self._end.wait()
                for task in self._open:
                    task.cancel()

    def end(self) -> None:
        """Stop serving; called in the loop that serves."""
        self._end.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "a connection is served by a task"
        self._open.add(task)
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
                request = await _read(reader)
                reply = await self._answer(request)
                await _send(writer, reply)
        finally:
            self._open.discard(task)
            writer.close()

    async def _answer(self, request: _Request) -> Reply:
        call = _call_of(request.path)
        fault = self._score.before(call)
        if fault is not None:
            # The application does not see it, but whoever counts calls at the server does.
            self._sandbox.memory.calls.append(Call(*request))
            self._sandbox.memory.count_refused(request.path, request.body)
            return play(fault, Reply(200, {}, b""))
        answer = await self._client.request(request.method, request.path, headers=request.headers, content=request.body)
        return self._score.after(call, Reply(answer.status_code, dict(answer.headers), answer.content))


def _call_of(path: str) -> str:
    name = path.split("?", maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1]
    return "download" if path.startswith("/media/") else name


async def _read(reader: asyncio.StreamReader) -> _Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return _Request(method, path, headers, body)


async def _send(writer: asyncio.StreamWriter, reply: Reply) -> None:
    if reply.wire == "stall":
        await asyncio.Event().wait()
    if reply.wire == "reset":
        _reset(writer)
        return
    if reply.wire == "close":
        return
    writer.write(_head(reply))
    if reply.wire == "trickle":
        for byte in reply.body:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(reply.pause)
    elif reply.wire == "endless":
        await _send_for_ever(writer, reply)
    else:
        body = reply.body if reply.wire == "whole" else reply.body[: len(reply.body) // _HALF]
        for start in range(0, len(body), _CHUNK):
            writer.write(body[start : start + _CHUNK])
            await writer.drain()
    await writer.drain()


async def _send_for_ever(writer: asyncio.StreamWriter, reply: Reply) -> None:
    block = (reply.body or b" ") * (_CHUNK // max(1, len(reply.body)) + 1)
    sent = 0
    while sent < _ENDLESS:
        writer.write(block)
        await writer.drain()
        sent += len(block)


def _head(reply: Reply) -> bytes:
    dropped = ("content-length", "connection", "transfer-encoding")
    lines = [f"HTTP/1.1 {reply.status} {_phrase(reply.status)}", "connection: close"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items() if name.lower() not in dropped]
    if reply.wire != "endless":
        lines.append(f"content-length: {len(reply.body) if reply.announced is None else reply.announced}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _phrase(status: int) -> str:
    with suppress(ValueError):
        return HTTPStatus(status).phrase
    return "Unknown"


def _reset(writer: asyncio.StreamWriter) -> None:
    """End the connection the hard way: what is on its way is thrown away, and the other side gets an error."""
    held = writer.get_extra_info("socket")
    if held is not None:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
