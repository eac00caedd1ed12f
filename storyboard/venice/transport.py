"""HTTP transport. Thin: it sends, reads within limits, and says how far a call got."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, NamedTuple, Self

import httpx

from storyboard.venice.protocol import Answer, is_video
from storyboard.venice.secret import Secret
from storyboard.venice.service import service_facts

#: Called with the name of each point that a call passes; tests end the process there.
Mark = Callable[[str], None]
#: Whether an answer is what a job made, by its first bytes and its headers.
Begins = Callable[[Answer], bool]


class NeverSent(Exception):
    """No byte of the call left this machine; the message says why."""


class NoAnswer(Exception):
    """The call left, and what became of it is not known; the message says what was seen."""


class Departure:
    """Whether a call has left this machine: known also where the call is cancelled."""

    __slots__ = ("has_left",)

    def __init__(self) -> None:
        self.has_left = False


class Timeouts(NamedTuple):
    """Patience, in seconds; `slow_bytes` are bytes a second that a download has to keep over `slow`."""

    connect: float
    queue: float
    json: float
    slow: float
    slow_bytes: float

    @classmethod
    def usual(cls) -> Self:
        """Those of `service.toml`."""
        facts = service_facts("timeouts")
        return cls(
            facts["connect_seconds"],
            facts["queue_seconds"],
            facts["json_seconds"],
            facts["slow_seconds"],
            facts["slow_bytes_per_second"],
        )


class OpenedResponse(NamedTuple):
    """An answer as far as it was read. Where it is what a job made, `answer.body` is its beginning and `rest` the
    remainder."""

    answer: Answer
    rest: AsyncIterator[bytes]

    @property
    def length(self) -> int | None:
        """Bytes that the service announces, None where it does not."""
        text = self.answer.headers.get("content-length", "")
        return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


class Transport:
    """Calls to one service: `async with`. `key` goes to `base_url` only; clips are fetched by a client that has none.

    `trust_env` lets the proxies of the environment take part.
    """

    def __init__(
        self,
        base_url: str,
        key: Secret | None,
        *,
        timeouts: Timeouts | None = None,
        trust_env: bool = False,
        mark: Mark = lambda name: None,
    ) -> None:
        self.base_url = base_url
        self._timeouts = timeouts or Timeouts.usual()
        self._mark = mark
        headers = {"Accept-Encoding": "identity", "User-Agent": "sbc"}
        secret = {"Authorization": f"Bearer {key.reveal()}"} if key else {}
        # One set of certificates for all: reading them takes longer than a call.
        verify = httpx.create_ssl_context(trust_env=trust_env)

        def client(headers: dict[str, str], limits: httpx.Limits) -> httpx.AsyncClient:
            return httpx.AsyncClient(
                headers=headers, limits=limits, verify=verify, trust_env=trust_env, follow_redirects=False
            )

        # A kept connection may be closed by the other side just when a call goes out, which then looks as if the
        # call were lost: a call that costs money gets a connection of its own.
        self._queue = client(headers | secret, httpx.Limits(max_keepalive_connections=0))
        self._calls = client(headers | secret, _MANY)
        self._media = client(headers, _MANY)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for client in (self._queue, self._calls, self._media):
            await client.aclose()

    async def queue(self, body: bytes, departure: Departure | None = None) -> Answer:
        """Send a clip to the queue. Raises as `charge` does."""
        return await self.charge("video/queue", body, self._timeouts.queue, departure)

    async def charge(
        self,
        path: str,
        body: bytes,
        seconds: float,
        departure: Departure | None = None,
        most_bytes: int | None = None,
        content_type: str = "application/json",
    ) -> Answer:
        """Make a call that costs money, and read at most so much of its answer, by default what a text may have. Raises
        NeverSent where it did not leave, NoAnswer where it did and nothing came back; `departure` says which of the two
        it is where the call is cancelled."""
        call = departure or Departure()

        async def trace(event: str, info: dict[str, Any]) -> None:
            # Set before the first byte: a failure from here on may have left some.
            call.has_left = call.has_left or event == "http11.send_request_headers.started"
            self._mark(f"queue.{event}")

        patience = self._timeouts
        try:
            async with asyncio.timeout(patience.connect + seconds):
                request = self._post(self._queue, path, body, seconds, content_type)
                request.extensions["trace"] = trace
                response = await self._queue.send(request, stream=True)
                try:
                    return await _read(response, most_bytes=most_bytes)
                finally:
                    await response.aclose()
        except Exception as problem:  # noqa: BLE001 # whatever a library raises over an answer, the call may have left
            if not call.has_left:
                raise NeverSent(_words(problem)) from None
            raise NoAnswer(_words(problem)) from None

    @asynccontextmanager
    async def retrieve(
        self, model: str, queue_id: str, path: str = "video/retrieve", begins: Begins = is_video
    ) -> AsyncIterator[OpenedResponse]:
        """Ask after a job, by the `path` of its queue: its state, or what it made, which `begins` knows. Raises
        NoAnswer."""
        body = json.dumps({"model": model, "queue_id": queue_id}).encode()
        request = self._post(self._calls, path, body, self._timeouts.json)
        async with self._opened(self._calls, request, "retrieve", begins) as opened:
            yield opened

    @asynccontextmanager
    async def fetch(self, url: Secret, begins: Begins = is_video) -> AsyncIterator[OpenedResponse]:
        """Open what a job made at the address that the queue's answer named, without the key. Raises NoAnswer."""
        request = self._media.build_request("GET", url.reveal(), timeout=self._patience(self._timeouts.json))
        async with self._opened(self._media, request, "fetch", begins) as opened:
            yield opened

    async def quote(
        self, body: dict[str, Any], path: str = "video/quote", seconds: float | None = None, *, with_key: bool = False
    ) -> Answer:
        """Ask for a price, of a clip or by the `path` of another queue. It mostly needs no key, and gets none then;
        `seconds` is the patience with a body that takes its time. Raises NoAnswer."""
        data, patience = json.dumps(body).encode(), seconds or self._timeouts.json
        client = self._calls if with_key else self._media
        async with self._opened(client, self._post(client, path, data, patience), "quote", seconds=patience) as it:
            return it.answer

    async def models(self, kind: str) -> Answer:
        """Ask for the list of models of a kind, such as `video`; needs no key, and gets none. Raises NoAnswer."""
        address = f"{self.base_url}/models"
        patience = self._patience(self._timeouts.json)
        request = self._media.build_request("GET", address, params={"type": kind}, timeout=patience)
        async with self._opened(self._media, request, "models") as it:
            return it.answer

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        """Read something about the account, with the key. Raises NoAnswer."""
        request = self._calls.build_request(
            "GET",
            f"{self.base_url}/{path}",
            params=dict(query or {}),
            timeout=self._patience(self._timeouts.json),
        )
        async with self._opened(self._calls, request, "get") as opened:
            return opened.answer

    def _post(
        self,
        client: httpx.AsyncClient,
        path: str,
        body: bytes,
        seconds: float,
        content_type: str = "application/json",
    ) -> httpx.Request:
        headers = {"Content-Type": content_type}
        address = f"{self.base_url}/{path}"
        return client.build_request("POST", address, content=body, headers=headers, timeout=self._patience(seconds))

    def _patience(self, seconds: float) -> httpx.Timeout:
        return httpx.Timeout(seconds, connect=self._timeouts.connect)

    @asynccontextmanager
    async def _opened(
        self,
        client: httpx.AsyncClient,
        request: httpx.Request,
        call: str,
        begins: Begins = is_video,
        seconds: float | None = None,
    ) -> AsyncIterator[OpenedResponse]:
        response: httpx.Response | None = None
        try:
            try:
                async with asyncio.timeout(seconds or self._timeouts.json):
                    response = await client.send(request, stream=True)
                    self._mark(f"{call}.headers")
                    chunks = response.aiter_raw()
                    opened = await _begin(response, chunks, self._steady(chunks), begins)
            except Exception as problem:  # noqa: BLE001 # libraries raise more than they list over a hostile answer
                raise NoAnswer(_words(problem)) from None
            yield opened
        finally:
            if response is not None:
                await response.aclose()

    async def _steady(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The chunks of a clip, as long as they come fast enough. Raises NoAnswer where they do not, or break off."""
        loop, patience = asyncio.get_running_loop(), self._timeouts
        since, received = loop.time(), 0
        while True:
            try:
                async with asyncio.timeout_at(since + patience.slow):
                    chunk = await anext(chunks, None)
            except TimeoutError:
                raise NoAnswer("it came too slowly") from None
            except Exception as problem:  # noqa: BLE001 # as above
                raise NoAnswer(_words(problem)) from None
            if chunk is None:
                return
            yield chunk
            received += len(chunk)
            if received >= patience.slow * patience.slow_bytes:
                since, received = loop.time(), 0


_MANY = httpx.Limits(max_connections=None, max_keepalive_connections=8, keepalive_expiry=5)


async def _begin(
    response: httpx.Response, chunks: AsyncIterator[bytes], steady: AsyncIterator[bytes], begins: Begins
) -> OpenedResponse:
    head = b""
    async for chunk in chunks:
        head += chunk
        if len(head) >= _HEAD:
            break
    answer = Answer(response.status_code, _headers(response), head, whole=False)
    if response.status_code == 200 and begins(answer):
        return OpenedResponse(answer, steady)
    return OpenedResponse(await _read(response, chunks, head), steady)


async def read_whole(opened: OpenedResponse, most_bytes: int) -> Answer:
    """The answer with all of what a job made as its body. Raises NoAnswer where it breaks off, or is larger."""
    body = bytearray(opened.answer.body)
    async for chunk in opened.rest:
        body += chunk
        if len(body) > most_bytes:
            raise NoAnswer("it does not end")
    if opened.length not in (None, len(body)):
        raise NoAnswer("it was cut off")
    return opened.answer._replace(body=bytes(body), whole=True)


#: Bytes that tell a clip or a sound from a text.
_HEAD = 12


async def _read(
    response: httpx.Response,
    chunks: AsyncIterator[bytes] | None = None,
    head: bytes = b"",
    most_bytes: int | None = None,
) -> Answer:
    """The answer, its body up to the limit; what breaks off is marked as not whole."""
    most = most_bytes or service_facts("timeouts")["answer_bytes"]
    body = bytearray(head)
    whole = True
    try:
        async for chunk in chunks or response.aiter_raw():
            body += chunk
            if len(body) > most:
                whole = False
                break
    except Exception:  # noqa: BLE001 # as above
        whole = False
    return Answer(response.status_code, _headers(response), bytes(body[:most]), whole)


def _headers(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _words(problem: Exception) -> str:
    """What went wrong, in our own words: the library's may hold an address."""
    kinds: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
        (httpx.ConnectTimeout, "no connection in time"),
        (httpx.ConnectError, "no connection"),
        ((httpx.TimeoutException, TimeoutError), "no answer in time"),
        (httpx.RemoteProtocolError, "the answer broke off"),
        ((httpx.ReadError, httpx.WriteError, httpx.CloseError), "the connection broke"),
    )
    return next((words for kind, words in kinds if isinstance(problem, kind)), "the call failed")
