"""The server of the live storyboard page, on loopback: the page, its event stream, its pictures and takes.

It answers only pages of this machine. A network page that resolves to our address (DNS rebinding) names itself in its
requests, and one that sends its visitor's browser here is recognized by what that browser says.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import socket
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storyboard.board.image_sources import ClipFrame
from storyboard.board.images import draw_image
from storyboard.loopback import ALLOWED_HOSTS, HOST, open_socket
from storyboard.watch.feed import BoardFeed

PAGE = Path(__file__).parent / "page"
BOARD_STYLE = Path(__file__).parents[1] / "board" / "board.css"
#: Files of the page, by their address, with their type.
PAGE_FILES: Mapping[str, tuple[tuple[Path, ...], str]] = {
    "/": ((PAGE / "board.html",), "text/html"),
    "/board.css": ((BOARD_STYLE, PAGE / "live.css"), "text/css"),
    "/page.js": ((PAGE / "page.js",), "text/javascript"),
    "/board.js": ((PAGE / "board.js",), "text/javascript"),
    "/feed.js": ((PAGE / "feed.js",), "text/javascript"),
    "/icon.svg": ((PAGE / "icon.svg",), "image/svg+xml"),
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types board"
)
_HEADERS = {
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
}
_NO_STORE = {"Cache-Control": "no-store"}
IMMUTABLE = {"Cache-Control": "private, max-age=31536000, immutable"}
#: Pictures that are drawn at a time, so that the next check need not wait.
_DRAWN_AT_A_TIME = 2
#: Ports that a script's own one is chosen from: those that no system hands out by itself.
_FIRST_PORT, _PORTS, _TRIES = 20_000, 12_000, 8


class SameOrigin:
    """Refuses what another site's page asks for, and says on every answer what the page may do. A page that `is_linked`
    may be gone to from a page of this machine at another port, as from the list of films."""

    def __init__(self, app: ASGIApp, policy: str = POLICY, *, is_linked: bool = False) -> None:
        self._app = app
        self._is_linked = is_linked
        self._headers = [(b"content-security-policy", policy.encode()), *_HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = dict(scope["headers"])
        site = headers.get(b"sec-fetch-site", b"none")
        if self._is_linked and _is_visit(scope, headers):
            site = b"none"
        if site not in (b"none", b"same-origin") or headers.get(b"origin", _own(headers)) != _own(headers):
            await Response("This server answers its own page only.", 403)(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(one for one in self._headers if one[0] not in own)]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _own(headers: Mapping[bytes, bytes]) -> bytes:
    return b"http://" + headers.get(b"host", b"")


def _is_visit(scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
    """Whether a link of this machine leads a person to the page itself: it takes its token from the address."""
    asked = scope["method"], scope["path"], *(headers.get(b"sec-fetch-" + one) for one in (b"site", b"mode", b"dest"))
    return asked == ("GET", "/", b"same-site", b"navigate", b"document")


def make_app(feed: BoardFeed) -> Starlette:
    """The page and all that it asks for."""

    async def events(request: Request) -> Response:
        del request
        return StreamingResponse(feed.stream(), media_type="text/event-stream", headers=_NO_STORE)

    return Starlette(
        routes=[
            *(Route(path, _page_file) for path in PAGE_FILES),
            Route("/events", events),
            *media_routes(feed),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=ALLOWED_HOSTS, www_redirect=False),
            Middleware(SameOrigin),
        ],
    )


async def _page_file(request: Request) -> Response:
    files, kind = PAGE_FILES[request.url.path]
    text = "".join([file.read_text(encoding="utf-8") for file in files])
    return Response(text, media_type=kind, headers=_NO_STORE)


def media_routes(feed: BoardFeed, other_take: Callable[[str], Path | None] = lambda _: None) -> list[Route]:
    """Pictures and takes under names that change with what they show, so that a browser keeps them. `other_take` finds
    takes that are not on the board."""
    drawing = asyncio.Semaphore(_DRAWN_AT_A_TIME)

    async def picture(request: Request) -> Response:
        source = feed.file(request.path_params["name"])
        if source is None:
            raise HTTPException(404)
        async with drawing:
            data = await asyncio.to_thread(draw_image, source)
        return Response(data, media_type="image/webp", headers=IMMUTABLE)

    async def take(request: Request) -> Response:
        source = feed.file(request.path_params["name"])
        path = source.path if isinstance(source, ClipFrame) else other_take(request.path_params["name"])
        if path is None or not await asyncio.to_thread(path.is_file):
            raise HTTPException(404)
        return FileResponse(path, headers=IMMUTABLE)

    return [Route("/pictures/{name}", picture), Route("/takes/{name}", take)]


def open_script_socket(script: str, port: int | None, host: str = HOST) -> socket.socket:
    """A socket at the port that was asked for; else at the script's own one, which is the same each time, or, where
    others hold it, at another. Raises OSError where the port that was asked for, or the host, cannot be had."""
    if port is not None:
        return open_socket(port, host)
    path = os.path.realpath(script).encode("utf-8", "surrogateescape")
    first = int.from_bytes(hashlib.blake2b(path, digest_size=8).digest(), "big")
    for step in range(_TRIES):
        try:
            return open_socket(_FIRST_PORT + (first + step) % _PORTS, host)
        except OSError:
            continue
    return open_socket(0, host)


def page_address(opened: socket.socket) -> str:
    """The address of a page at an open socket."""
    host, port = opened.getsockname()
    return f"http://{host}:{port}/"


class _Server(uvicorn.Server):
    """Ends the streams of its pages, if it has any, before it waits for their connections."""

    def __init__(self, config: uvicorn.Config, feed: BoardFeed | None, *, heeds_signals: bool) -> None:
        super().__init__(config)
        self._feed = feed
        self._heeds_signals = heeds_signals

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Take the signals that end a program; one server of a program does."""
        with super().capture_signals() if self._heeds_signals else contextlib.nullcontext():
            yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._feed is not None:
            await self._feed.close()
        await super().shutdown(sockets)


async def serve(
    app: ASGIApp, feed: BoardFeed | None, opened: socket.socket, until: asyncio.Event | None = None
) -> None:
    """Serve until the task is cancelled or the program is interrupted; with an event, until that is set."""
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    server = _Server(config, feed, heeds_signals=until is None)
    if until is None:
        await server.serve(sockets=[opened])
        return

    async def stop() -> None:
        await until.wait()
        server.should_exit = True

    stopping = asyncio.create_task(stop())
    try:
        await server.serve(sockets=[opened])
    finally:
        stopping.cancel()
