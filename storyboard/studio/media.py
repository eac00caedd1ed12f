"""The files that the page shows, under names that change with their content. Only names that the page was given
work."""

from __future__ import annotations

import asyncio
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from storyboard.board.image_sources import ClipFrame, ImageSource
from storyboard.board.images import draw_image, image_digest
from storyboard.studio.routes import NO_STORE
from storyboard.watch.feed import BoardFeed
from storyboard.watch.server import IMMUTABLE, media_routes

#: What a page of ours, opened by itself, may do: it has its style and pictures in it, and runs nothing.
_OWN_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
#: Pictures that are drawn at a time.
_DRAWN_AT_A_TIME = 2


class MediaFiles:
    """The takes, pictures and products that a page may request, below the address `base`."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._takes: dict[str, Path] = {}
        self._pictures: dict[str, ImageSource] = {}
        self._products: dict[str, Path] = {}
        self._drawing = asyncio.Semaphore(_DRAWN_AT_A_TIME)

    def take(self, path: Path) -> str:
        """The address of a take's file."""
        name = f"{image_digest(ClipFrame(path, 0))}{path.suffix}"
        self._takes[name] = path
        return f"{self.base}/takes/{name}"

    def made(self, path: Path) -> str:
        """The address of a file that is named by what is in it."""
        self._takes[path.name] = path
        return f"{self.base}/takes/{path.name}"

    def picture(self, source: ImageSource) -> str:
        """The address of a picture, which is drawn on request."""
        name = f"{image_digest(source)}.webp"
        self._pictures[name] = source
        return f"{self.base}/stills/{name}"

    def product(self, path: Path) -> str:
        """The address of a file that was made from the film, under its own name."""
        self._products[path.name] = path
        return f"{self.base}/products/{path.name}"

    def routes(self, feed: BoardFeed) -> list[Route]:
        """The routes below `base`, including those of the board."""
        return [
            *media_routes(feed, self._takes.get),
            Route("/stills/{name}", self._still),
            Route("/products/{name}", self._product),
        ]

    async def _still(self, request: Request) -> Response:
        source = self._pictures.get(request.path_params["name"])
        if source is None:
            raise HTTPException(404)
        async with self._drawing:
            data = await asyncio.to_thread(draw_image, source)
        return Response(data, media_type="image/webp", headers=IMMUTABLE)

    async def _product(self, request: Request) -> Response:
        path = self._products.get(request.path_params["name"])
        if path is None or not await asyncio.to_thread(path.is_file):
            raise HTTPException(404)
        disposition = "attachment" if "save" in request.query_params else "inline"
        policy = {"Content-Security-Policy": _OWN_POLICY} if path.suffix == ".html" else {}
        return FileResponse(path, filename=path.name, content_disposition_type=disposition, headers=NO_STORE | policy)
