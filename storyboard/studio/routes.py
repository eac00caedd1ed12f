"""Routes of the studio's pages: their files, and their POST requests with shared checks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from storyboard.loopback import ALLOWED_HOSTS
from storyboard.studio.access import LARGEST_SCRIPT_REQUEST, Access
from storyboard.studio.takes import StudioRefusal
from storyboard.watch.server import PAGE, SameOrigin

Handler = Callable[[dict[str, Any]], Awaitable[object]]
#: Files of a page by their address, with their type; files of one address are joined.
PageFiles = Mapping[str, tuple[tuple[Path, ...], str]]

PAGE_FOLDER = Path(__file__).parent / "page"
ICON: PageFiles = {"/icon.svg": ((PAGE / "icon.svg",), "image/svg+xml")}
NO_STORE = {"Cache-Control": "no-store"}
#: Scripts of our own; pictures and clips of ours, and the thumbnails that a hover brings along; our style sheet, and
#: those that the editor makes, which have the nonce.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types board default inert"
)


def page_app(
    access: Access, files: PageFiles, routes: Sequence[BaseRoute], hosts: Sequence[str] = ALLOWED_HOSTS
) -> Starlette:
    """A page with its routes, for browsers that address this machine by one of `hosts`; by default on loopback."""
    return Starlette(
        routes=[*page_routes(files, access.nonce), *routes],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
            Middleware(SameOrigin, policy=_POLICY.format(nonce=access.nonce), is_linked=True),
        ],
    )


def page_routes(files: PageFiles, nonce: str) -> list[Route]:
    """The files of a page; `{nonce}` in HTML is filled in."""

    async def file(request: Request) -> Response:
        parts, kind = files[request.url.path]
        text = "".join([part.read_text(encoding="utf-8") for part in parts])
        if kind == "text/html":
            text = text.replace("{nonce}", nonce)
        return Response(text, media_type=kind, headers=NO_STORE)

    return [Route(path, file) for path in files]


def api_routes(
    access: Access, handlers: Mapping[str, Handler], largest: Mapping[str, int] | None = None
) -> list[Route]:
    """`POST /api/NAME` for each handler, which receives the request's JSON object, of at most `largest` bytes by name.

    A refusal is answered with its reason.
    """

    def answer(name: str, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        most = (largest or {}).get(name, LARGEST_SCRIPT_REQUEST)

        async def answered(request: Request) -> Response:
            body = await access.body(request, most)
            try:
                return JSONResponse(await handler(body), headers=NO_STORE)
            except StudioRefusal as problem:
                return JSONResponse({"refused": str(problem)}, 409, headers=NO_STORE)
            except (KeyError, TypeError, ValueError) as problem:
                raise HTTPException(400, f"This request cannot be understood ({problem}).") from None

        return answered

    return [Route(f"/api/{name}", answer(name, handler), methods=["POST"]) for name, handler in handlers.items()]
