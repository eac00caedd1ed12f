"""The server of the live storyboard page, on loopback.

The page itself runs no script. What follows the writer is a small page around it: it asks whether there is something
new, loads it beside the old one, brings it to the same place and then shows it.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from storyboard.board.page import draw_board
from storyboard.compiler.pipeline import Analysis
from storyboard.film.takes import Take
from storyboard.system.loopback import ALLOWED_HOSTS, HOST

_SHELL = Path(__file__).parent / "shell.html"
#: Seconds after which the page is answered though nothing is new, and asks again.
_PATIENCE = 20.0
_DIGITS = 9  # of a version
_NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}

Takes = Callable[[Analysis], Sequence[Take]]


class BoardServer:
    """What the server shows: the last script that could be read, and how often it has changed."""

    def __init__(self, takes: Takes) -> None:
        self._takes = takes
        self._analysis: Analysis | None = None
        self._page: tuple[int, str] | None = None
        self._news = asyncio.Condition()
        self.version = 0
        self.is_over = False

    async def show(self, analysis: Analysis) -> None:
        async with self._news:
            self._analysis = analysis
            self.version += 1
            self._news.notify_all()

    async def close(self) -> None:
        """Answer everyone who waits."""
        async with self._news:
            self.is_over = True
            self._news.notify_all()

    async def wait(self, seen: int) -> int:
        """The version, as soon as it is another than the one seen, or after a while."""
        async with self._news:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait_for(lambda: self.version != seen or self.is_over), _PATIENCE)
            return self.version

    async def page(self) -> str:
        version, analysis = self.version, self._analysis
        if analysis is None:
            return "<!doctype html><meta charset=utf-8><title>Storyboard</title><p>The script is not there yet."
        if self._page is None or self._page[0] != version:
            takes, folder = self._takes(analysis), Path(analysis.path).parent
            page = await asyncio.to_thread(draw_board, analysis, takes, folder)
            self._page = (version, page.html)
        return self._page[1]

    def take(self, path: str) -> Path | None:
        """The file of a take that the page links to, by its path from the script's folder; nothing else is given."""
        if self._analysis is None or "\0" in path:
            return None
        wanted = (Path(self._analysis.path).parent / path).resolve()
        return next((one.path for one in self._takes(self._analysis) if one.path.resolve() == wanted), None)


def make_app(stage: BoardServer) -> Starlette:
    """The pages: `/` around `/board`, and `/version`, which answers when there is something new."""

    async def shell(request: Request) -> Response:
        del request
        return HTMLResponse(_SHELL.read_text(encoding="utf-8"), headers=_NO_STORE)

    async def board(request: Request) -> Response:
        del request
        return HTMLResponse(await stage.page(), headers=_NO_STORE)

    async def version(request: Request) -> Response:
        seen = request.query_params.get("seen", "0")
        return JSONResponse({"version": await stage.wait(_number(seen))}, headers=_NO_STORE)

    async def take(request: Request) -> Response:
        file = stage.take(request.path_params["path"])
        if file is None or not file.is_file():
            raise HTTPException(404)
        return FileResponse(file, headers=_NO_STORE)

    return Starlette(
        routes=[
            Route("/", shell),
            Route("/board", board),
            Route("/version", version),
            Route("/{path:path}", take),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=ALLOWED_HOSTS, www_redirect=False)],
    )


def _number(text: str) -> int:
    """A version as the page says it; 0 for anything else."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else 0


def address(opened: socket.socket) -> str:
    return f"http://{HOST}:{opened.getsockname()[1]}/"


async def serve(stage: BoardServer, opened: socket.socket) -> None:
    """Serve until the task is cancelled or the program is interrupted."""
    config = uvicorn.Config(
        make_app(stage), log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    try:
        await server.serve(sockets=[opened])
    finally:
        await stage.close()
