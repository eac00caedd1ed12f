"""The page for guests, at this machine's network address: the board and the takes, and a form for comments.

It has its own token and media secret, and no route that writes the script, plans or pays: a comment is kept until the
writer accepts or dismisses it. Guests see no prices, prompts, notes or diagnostics.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from storyboard.board.image_sources import ClipFrame
from storyboard.board.images import image_digest
from storyboard.board.templates import BoardContent
from storyboard.compiler.pipeline import Analysis
from storyboard.film.takes import Take
from storyboard.studio.access import Access
from storyboard.studio.comments import Comments, TooManyComments
from storyboard.studio.routes import ICON, NO_STORE, PAGE_FOLDER, PageFiles, page_app
from storyboard.studio.takes import StudioRefusal
from storyboard.watch.feed import BoardFeed
from storyboard.watch.server import BOARD_STYLE, PAGE, media_routes

_FILES: PageFiles = {
    "/": ((PAGE_FOLDER / "guest.html",), "text/html"),
    "/guest.css": ((BOARD_STYLE, PAGE / "live.css", PAGE_FOLDER / "plain.css", PAGE_FOLDER / "guest.css"), "text/css"),
    "/guest.js": ((PAGE_FOLDER / "guest.js",), "text/javascript"),
    **ICON,
}
#: Pages that may follow the board at a time, and bytes of the largest comment as it is sent.
MOST_PAGES = 40
_LARGEST_COMMENT = 8_000
#: Seconds without a change after which guests are shown what the writer has.
_REST = 0.4
#: An address for documentation (RFC 5737). Nothing is sent there; it is asked which of our addresses would be used.
_ELSEWHERE = ("192.0.2.1", 9)

ListTakes = Callable[[Callable[[Path], str]], list[dict[str, Any]]]


class GuestPage:
    """The page for the guests of one script.

    `read_takes` reads the takes on the board, `list_takes` lists those of every clip; both run in a thread. `commented`
    is called for every new comment.
    """

    def __init__(
        self,
        host: str,
        comments: Comments,
        read_takes: Callable[[Analysis], Sequence[Take]],
        list_takes: ListTakes,
        commented: Callable[[], Awaitable[None]],
    ) -> None:
        self.access = Access()
        self._host = host
        self._comments = comments
        self._list_takes = list_takes
        self._commented = commented
        self._takes: dict[str, Path] = {}
        self._newest: Analysis | None = None
        self._resting: asyncio.Task[None] | None = None
        content = BoardContent(production=False, diagnostics=False)
        self.feed = BoardFeed(read_takes, f"/media/{self.access.media}", content)

    def app(self) -> Starlette:
        """The page and all its routes."""
        routes = [
            Route("/events", self._events),
            Route("/takes", self._tell_takes),
            Route("/comment", self._comment, methods=["POST"]),
            Mount(f"/media/{self.access.media}", routes=[*media_routes(self.feed, self._takes.get)]),
        ]
        return page_app(self.access, _FILES, routes, [self._host])

    def show(self, analysis: Analysis) -> None:
        """Show the current script, as soon as nobody has typed for a moment."""
        self._newest = analysis
        if self._resting is None or self._resting.done():
            self._resting = asyncio.create_task(self._show_after_rest())

    async def _show_after_rest(self) -> None:
        while (analysis := self._newest) is not None:
            await asyncio.sleep(_REST)
            if analysis is self._newest:
                self._newest = None
                await self.feed.show(analysis)

    async def _events(self, request: Request) -> Response:
        self.access.check(request)
        if self.feed.pages >= MOST_PAGES:
            raise HTTPException(503, "Too many guests are looking already. Please try again later.")
        return StreamingResponse(self.feed.stream(), media_type="text/event-stream", headers=NO_STORE)

    async def _tell_takes(self, request: Request) -> Response:
        """Answer with the takes of every clip, without prices and notes."""
        self.access.check(request)
        try:
            clips = await asyncio.to_thread(self._list_takes, self._take_url)
        except StudioRefusal:
            clips = []
        told = [
            {
                "scene": clip["scene"],
                "shots": clip["shots"],
                "takes": [{name: take[name] for name in ("number", "chosen", "url")} for take in clip["takes"]],
            }
            for clip in clips
            if clip["takes"]
        ]
        return JSONResponse({"clips": told}, headers=NO_STORE)

    async def _comment(self, request: Request) -> Response:
        """Accept a comment."""
        body = await self.access.body(request, _LARGEST_COMMENT)
        try:
            await self._comments.add(body, request.client.host if request.client else "")
        except TooManyComments as problem:
            raise HTTPException(429, str(problem)) from None
        except (KeyError, TypeError, ValueError) as problem:
            raise HTTPException(400, f"This is not a comment ({problem}).") from None
        await self._commented()
        return JSONResponse({}, headers=NO_STORE)

    def _take_url(self, path: Path) -> str:
        name = f"{image_digest(ClipFrame(path, 0))}{path.suffix}"
        self._takes[name] = path
        return f"/media/{self.access.media}/takes/{name}"


def network_address() -> str | None:
    """This machine's address in its network; None if it is not in one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(_ELSEWHERE)
            found = str(asking.getsockname()[0])
        except OSError:
            return None
    return None if found.startswith("127.") or found == "0.0.0.0" else found  # noqa: S104 # compared, not bound
