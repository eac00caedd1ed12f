"""The page of `sbc studio` without a script: the films of a folder, new films, and screenplays to import."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from storyboard.compiler.pipeline import Options
from storyboard.files.stamps import Stamp, stamp_of
from storyboard.project.file import read_project
from storyboard.render.folders import clips_folder, ledger_files
from storyboard.studio.access import Access
from storyboard.studio.films import describe_film, list_films
from storyboard.studio.new_films import import_film, new_film
from storyboard.studio.routes import ICON, PAGE_FOLDER, PageFiles, api_routes, page_app
from storyboard.studio.takes import StudioRefusal
from storyboard.watch.server import BOARD_STYLE
from storyboard.wording import printable

_FILES: PageFiles = {
    "/": ((PAGE_FOLDER / "films.html",), "text/html"),
    "/films.css": ((BOARD_STYLE, PAGE_FOLDER / "plain.css", PAGE_FOLDER / "films.css"), "text/css"),
    "/films.js": ((PAGE_FOLDER / "films.js",), "text/javascript"),
    **ICON,
}
#: Bytes of the largest request with a screenplay in it: one of the largest size, in base64.
_LARGEST_IMPORT = 100_000_000

_Stamps = tuple[Stamp | None, ...]


class StartPage:
    """The films of one folder. `open_script` opens the studio of a script and returns its address.

    The page names a script by a digest of its path: only listed or newly made scripts can be opened, and a path need
    not be valid text.
    """

    def __init__(
        self, folder: Path, options: Options, open_script: Callable[[Path], Awaitable[str]], access: Access
    ) -> None:
        self._folder = folder
        self._options = options
        self._open_script = open_script
        self._access = access
        self._scripts: dict[str, Path] = {}
        self._known: dict[Path, tuple[_Stamps, dict[str, Any]]] = {}
        self._describing = asyncio.Lock()

    def app(self) -> Starlette:
        """The page and all its routes."""
        asked = {
            "films": self._list,
            "film": self._describe,
            "open-film": self._open,
            "new-film": self._new,
            "import-film": self._import,
        }
        return page_app(self._access, _FILES, api_routes(self._access, asked, {"import-film": _LARGEST_IMPORT}))

    async def _list(self, _: dict[str, Any]) -> object:
        found = await asyncio.to_thread(list_films, self._folder)
        films = [self._entry(script) | {"changed": changed} for script, changed in found.scripts]
        return {"folder": printable(str(self._folder)), "films": films, "is_whole": found.is_whole}

    async def _describe(self, body: dict[str, Any]) -> object:
        """Answer with the figures of a listed script."""
        script = self._script(body)
        async with self._describing:  # one at a time: somebody may be typing in another film of this process
            stamps = await asyncio.to_thread(_stamps, script)
            known = self._known.get(script)
            if known is None or known[0] != stamps:
                known = stamps, await asyncio.to_thread(describe_film, script, self._options)
                self._known[script] = known
        return known[1]

    async def _open(self, body: dict[str, Any]) -> object:
        return {"address": await self._open_script(self._script(body))}

    async def _new(self, body: dict[str, Any]) -> object:
        script = await asyncio.to_thread(new_film, self._folder, str(body["name"]))
        return self._entry(script)

    async def _import(self, body: dict[str, Any]) -> object:
        name, data, with_pictures = str(body["name"]), str(body["data"]), bool(body["pictures"])
        catalog = read_project(self._folder / "film.sb").models.catalog
        made = await asyncio.to_thread(import_film, self._folder, name, data, catalog, with_pictures=with_pictures)
        return self._entry(made.script) | {"report": made.report}

    def _entry(self, script: Path) -> dict[str, Any]:
        """A script for the page, which may ask about it from now on."""
        name = hashlib.blake2b(os.fsencode(script), digest_size=12).hexdigest()
        self._scripts[name] = script
        return {"id": name, "path": printable(os.path.relpath(script, self._folder).replace(os.sep, "/"))}

    def _script(self, body: dict[str, Any]) -> Path:
        script = self._scripts.get(str(body["id"]))
        if script is None or not script.is_file():
            raise StudioRefusal("This script no longer exists.")
        return script


def _stamps(script: Path) -> _Stamps:
    """The stamps of what a description rests on most: the script, and the ledger of its clips."""
    return tuple(map(stamp_of, (script, *sorted(ledger_files(clips_folder(str(script)))))))
