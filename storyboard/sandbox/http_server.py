"""The HTTP server of the sandbox, where faults happen: it reads a request from the socket, calls the application, and
sends the answer as the fault demands. One request for each connection."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple

import httpx

from storyboard.sandbox.app import Sandbox
from storyboard.sandbox.errors import standard_error
from storyboard.sandbox.fault_replies import FaultReply, Wire
from storyboard.sandbox.faults import Fault, FaultSchedule
from storyboard.sandbox.jobs import CallRecord

_CHUNK = 1 << 16
_HEAD_BYTES = 1 << 16
_HALF = 2
#: Bytes of a body that are read at all; what the service takes is less.
_LONGEST_BODY = 1 << 28
#: Seconds in which what was sent arrives on this machine.
_ARRIVAL = 0.1
_NO_HTTP = b"\x00\x15\x03 220 this is not a web server\r\n"
#: An endless answer ends all the same, in bytes: nobody may fill the memory of the other side for fun.
_ENDLESS = 3 << 30


class _Head(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]

    @property
    def call(self) -> str:
        name = self.path.split("?", maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1]
        return "download" if self.path.startswith("/media/") else name


class HttpServer:
    """Serves a sandbox with faults on a socket, until it is told to end."""

    def __init__(self, sandbox: Sandbox, faults: tuple[Fault, ...], base: str) -> None:
        self._sandbox = sandbox
        self._score = FaultSchedule(faults)
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
        """Serve one connection: one request, one answer."""
        task = asyncio.current_task()
        assert task is not None, "a connection is served by a task"
        self._open.add(task)
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
                await _send(writer, await self._reply(reader, writer))
        finally:
            self._open.discard(task)
            writer.close()

    async def _reply(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> FaultReply:
        """The answer to the request on a connection, or the fault that replaces it."""
        head = _parse_head(await reader.readuntil(b"\r\n\r\n"))
        if head is None:
            return _refusal(400, "This is not an HTTP request")
        number = self._score.count(head.call)
        fault = self._score.before(head.call, number)
        if fault and fault.is_early:
            self._note(head, b"")
            return fault.play(FaultReply(200, {}, b""))
        if "transfer-encoding" in head.headers or not head.headers.get("content-length", "0").isdecimal():
            return _refusal(411, "A body comes with its Content-Length")
        if head.headers.get("expect", "").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        length = int(head.headers.get("content-length", "0"))
        if length > _LONGEST_BODY:
            return _refusal(413, "Request body too large")
        body = await reader.readexactly(length)
        if fault:
            self._note(head, body)
            reply = fault.play(FaultReply(200, {}, b""))
            self._sandbox.count_failure(reply.status)
            return reply
        answer = await self._client.request(head.method, head.path, headers=head.headers, content=body)
        return self._score.after(
            head.call, number, FaultReply(answer.status_code, dict(answer.headers), answer.content)
        )

    def _note(self, head: _Head, body: bytes) -> None:
        """Remember what the application does not see: whoever counts calls at the server does."""
        self._sandbox.memory.note(CallRecord(*head, body))


def _parse_head(raw: bytes) -> _Head | None:
    first, *lines = raw.decode("latin-1").rstrip("\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[1].startswith("/"):
        return None
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return _Head(words[0], words[1], headers)


def _refusal(status: int, words: str) -> FaultReply:
    return FaultReply(status, {"content-type": "application/json"}, json.dumps(standard_error(words)).encode())


async def _send(writer: asyncio.StreamWriter, reply: FaultReply) -> None:
    """Send an answer as far as its fault lets it go. The connection is closed by the caller."""
    if reply.wire == "stall":
        await _silence()
    if reply.wire in ("reset", "reset-early"):
        _reset(writer)
    if reply.wire in ("close", "reset", "reset-early"):
        return
    head = _NO_HTTP if reply.wire == "garbage" else _head(reply)
    writer.write(head[: len(head) // _HALF] if reply.wire == "cut-head" else head)
    if reply.wire == "trickle":
        await _send_slowly(writer, reply)
    elif reply.wire == "endless":
        await _send_for_ever(writer, reply)
    else:
        await _send_share(writer, reply.body, reply.wire)
    await writer.drain()
    if reply.wire == "reset-half":
        await asyncio.sleep(_ARRIVAL)  # what a reset finds on its way is lost
        _reset(writer)
    if reply.wire == "hang":
        await _silence()


async def _silence() -> None:
    await asyncio.Event().wait()


async def _send_share(writer: asyncio.StreamWriter, body: bytes, wire: Wire) -> None:
    """The body, half of it, or none."""
    share = {
        "whole": len(body),
        "cut": len(body) // _HALF,
        "hang": len(body) // _HALF,
        "reset-half": len(body) // _HALF,
    }
    for start in range(0, share.get(wire, 0), _CHUNK):
        writer.write(body[start : min(start + _CHUNK, share[wire])])
        await writer.drain()


async def _send_slowly(writer: asyncio.StreamWriter, reply: FaultReply) -> None:
    for byte in reply.body:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(reply.pause)


async def _send_for_ever(writer: asyncio.StreamWriter, reply: FaultReply) -> None:
    block = (reply.body or b" ") * (_CHUNK // max(1, len(reply.body)) + 1)
    sent = 0
    while sent < _ENDLESS:
        writer.write(block)
        await writer.drain()
        sent += len(block)


def _head(reply: FaultReply) -> bytes:
    dropped = ("content-length", "connection", "transfer-encoding")
    lines = [f"HTTP/1.1 {reply.status} {_phrase(reply.status)}", "connection: close"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items() if name.lower() not in dropped]
    if reply.wire != "endless":
        lines.append(f"content-length: {len(reply.body)}")
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
