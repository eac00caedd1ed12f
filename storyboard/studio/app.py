"""The studio over HTTP on loopback: the page, its event stream, and its requests."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Mount, Route

from storyboard.compiler.loader import Unreadable
from storyboard.compiler.pipeline import Analysis, Options
from storyboard.files.stamps import stamp_of
from storyboard.film.takes import Take
from storyboard.lsp.live_board import header_of
from storyboard.render.folders import ledger_files
from storyboard.studio.access import Access
from storyboard.studio.comments import FILE as COMMENTS_FILE
from storyboard.studio.comments import Comments
from storyboard.studio.film_files import FilmFiles
from storyboard.studio.guests import GuestPage
from storyboard.studio.language import LanguageSession
from storyboard.studio.media import MediaFiles
from storyboard.studio.pictures import LARGEST_REQUEST, keep_picture
from storyboard.studio.production import Production
from storyboard.studio.render_offer import money_of
from storyboard.studio.routes import ICON, NO_STORE, PAGE_FOLDER, Handler, PageFiles, api_routes, page_app
from storyboard.studio.script import ScriptConflict
from storyboard.studio.takes import StudioRefusal, change_take, list_takes
from storyboard.watch.feed import BoardFeed
from storyboard.watch.follow import takes_in
from storyboard.watch.loop import watch
from storyboard.watch.run_progress import progress_of
from storyboard.watch.server import BOARD_STYLE, PAGE

_FILES: PageFiles = {
    "/": ((PAGE_FOLDER / "index.html",), "text/html"),
    "/studio.css": (
        (BOARD_STYLE, PAGE / "live.css", PAGE_FOLDER / "shot_menu.css", PAGE_FOLDER / "studio.css"),
        "text/css",
    ),
    "/studio.js": ((PAGE_FOLDER / "studio.js",), "text/javascript"),
    **ICON,
}
#: Seconds between looks at the script and the ledger on disk.
_LOOK = 0.5
#: Seconds for which a file that has changed has to stay as it is before it is read.
_REST = 0.2


class Studio:
    """One script in the studio.

    `folder` returns the folder of its clips, given whether they are the sandbox's. `start_page` is the address of the
    list of films that it was opened from, `guest_host` this machine's address for guests; both may be empty.
    """

    def __init__(
        self,
        script: Path,
        options: Options,
        folder: Callable[[bool], Path],
        version: str,
        access: Access,
        start_page: str = "",
        guest_host: str = "",
    ) -> None:
        self.access = access
        self._files = FilmFiles(script)
        self._options = options
        self._folder = folder
        self._version = version
        self._start_page = start_page
        self._sandbox = True
        self._language: LanguageSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._media = MediaFiles(f"/media/{access.media}")
        self.feed = BoardFeed(self._read_takes, self._media.base)
        self.comments = Comments(lambda: folder(False) / COMMENTS_FILE, time.time)
        self.guests: GuestPage | None = None
        self._on_disk: Analysis | None = None
        self._seen_by_guests: Analysis | None = None
        if guest_host:
            asked = self._chosen_takes, self._takes_for_guests, self._tell_comments
            self.guests = GuestPage(guest_host, self.comments, *asked)
        self.production = Production(
            script, options, folder, lambda: self._sandbox, self._analysis, self._media, self.feed.send
        )

    def app(self) -> Starlette:
        """The page and all its routes."""
        asked: dict[str, Handler] = {
            "open": self._open,
            "lsp": self._lsp,
            "save": self._save,
            "line": self._line,
            "mode": self._mode,
            "takes": self._list_takes,
            "take": self._change_take,
            "picture": self._keep_picture,
            "comments": self._list_comments,
            "remove-comment": self._remove_comment,
            **self.production.handlers(),
        }
        routes = [
            Route("/events", self._events),
            *api_routes(self.access, asked, {"picture": LARGEST_REQUEST}),
            Mount(self._media.base, routes=[*self._media.routes(self.feed)]),
        ]
        return page_app(self.access, _FILES, routes)

    async def look_at_files(self) -> None:
        """Tell the page about changes by others: to the script on disk, and to the ledger of its clips. Never ends."""
        seen, has_page = self._stamps(), False
        while True:
            await asyncio.sleep(_REST if self._files.are_changing else _LOOK)
            now = self._stamps()
            for path in self._files.changed():
                await self._tell_disk(path)
            if now != seen:
                await self._show_again()
            await self.production.relay_run()
            if has_page != bool(self.feed.pages):
                self._show_guests()
            seen, has_page = now, bool(self.feed.pages)

    async def follow_disk(self) -> None:
        """Show guests the script on disk, as long as no page is open. Never ends."""
        script, ledgers = str(self._files.script.path), (ledger_files(self._folder(one)) for one in (True, False))

        async def before_check() -> None:
            """Nothing: the check is then done in a thread."""

        async for checked in watch(
            script, self._options, beside=frozenset().union(*ledgers), before_check=before_check
        ):
            self._on_disk = checked.analysis or self._on_disk
            if not self.feed.pages:
                self._show_guests()

    def _show_guests(self) -> None:
        """Show guests the text in the writer's page, or the script on disk if no page is open."""
        in_page = self._language.analysis if self._language else None
        self._seen_by_guests = (in_page if self.feed.pages else self._on_disk) or in_page or self._on_disk
        if self.guests is not None and self._seen_by_guests is not None:
            self.guests.show(self._seen_by_guests)

    def _stamps(self) -> list[object]:
        ledger = sorted(ledger_files(self._folder(self._sandbox)))
        return [*map(stamp_of, ledger), self._progress()]

    def _progress(self) -> str:
        return progress_of(self._folder(self._sandbox))

    async def _events(self, request: Request) -> Response:
        self.access.check(request)
        return StreamingResponse(self.feed.stream(), media_type="text/event-stream", headers=NO_STORE)

    async def _open(self, body: dict[str, Any]) -> object:
        """The script, or a file that it includes, by its path."""
        file = self._files.find(str(body.get("path", "")))
        try:
            found = await asyncio.to_thread(file.read)
        except (OSError, Unreadable) as problem:
            raise StudioRefusal(f"{file.path.name} cannot be read ({problem}).") from None
        path = file.path
        there = {"path": str(path), "name": path.name, "uri": path.as_uri(), "sandbox": self._sandbox}
        there |= {"films": self._start_page}
        return {**found._asdict(), **there}

    async def _lsp(self, message: dict[str, Any]) -> object:
        if message.get("method") == "initialize" or self._language is None:
            tell, checked = self._tell_page, self._checked
            self._files.included = ()  # a new page is told of them anew
            self._language = LanguageSession(self._options, self._version, str(self._files.script.path), tell, checked)
        return {"answer": await self._language.handle(message)}

    async def _save(self, body: dict[str, Any]) -> object:
        """Save the script or an included file, unless it has changed on disk."""
        file = self._files.find(str(body.get("path", "")))
        try:
            saved = await asyncio.to_thread(file.save, str(body["text"]), str(body["digest"]))
        except ScriptConflict as problem:
            return {"conflict": problem.there._asdict()}
        except (OSError, Unreadable) as problem:
            raise StudioRefusal(f"{file.path.name} cannot be written ({problem}).") from None
        return {"digest": saved.digest, "version": saved.version}

    async def _line(self, body: dict[str, Any]) -> object:
        """The line of a shot's header in the script; None where it stands in an included file."""
        analysis = self._analysis()
        found = header_of(analysis, str(body["shot"]))
        if found is None:
            return {"line": None, "file": None}
        path, start = found
        source = next(one for one in analysis.sources if one.path == path)
        return {"line": source.position(start).line if path == str(self._files.script.path) else None, "file": path}

    async def _mode(self, body: dict[str, Any]) -> object:
        self._sandbox = bool(body["sandbox"])
        await self._show_again()
        return {"sandbox": self._sandbox}

    async def _list_takes(self, _: dict[str, Any]) -> object:
        return {"clips": await asyncio.to_thread(self._takes_by_clip, self._media.take)}

    async def _change_take(self, body: dict[str, Any]) -> object:
        action, number = body["action"], int(body["number"])
        if action not in ("pick", "lock", "unlock", "note"):
            raise ValueError(action)
        folder, text = self._folder(self._sandbox), str(body.get("text", ""))
        await asyncio.to_thread(change_take, self._analysis(), folder, str(body["clip"]), action, number, text)
        return {}

    async def _keep_picture(self, body: dict[str, Any]) -> object:
        name, data = str(body["entity"]), str(body["data"])
        return {"path": await asyncio.to_thread(keep_picture, self._files.script.path, name, data)}

    def _analysis(self) -> Analysis:
        analysis = self._language.analysis if self._language else None
        if analysis is None:
            raise StudioRefusal("The script is not open in the page.")
        return analysis

    def _checked(self, analysis: Analysis) -> None:
        if self._files.learn(analysis):
            self._soon(self.feed.send({"files": self._files.described()}))
        self._soon(self.feed.show(analysis, self._progress()))
        self._show_guests()

    def _tell_page(self, message: dict[str, Any]) -> None:
        self._soon(self.feed.send({"lsp": message}))

    async def _tell_disk(self, path: str) -> None:
        found = await asyncio.to_thread(self._files.find(path).look)
        await self.feed.send({"disk": found._asdict(), "path": path})

    async def _list_comments(self, _: dict[str, Any]) -> object:
        return {"comments": [one._asdict() for one in self.comments.waiting]}

    async def _remove_comment(self, body: dict[str, Any]) -> object:
        await self.comments.remove(int(body["id"]))
        await self._tell_comments()
        return {}

    async def _tell_comments(self) -> None:
        await self.feed.send({"comments": len(self.comments.waiting)})

    async def _show_again(self) -> None:
        with contextlib.suppress(StudioRefusal):
            await self.feed.show(self._analysis(), self._progress())
            await self.feed.send({"takes": True})
        self._show_guests()

    def _soon(self, work: Any) -> None:  # noqa: ANN401 # a coroutine
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _read_takes(self, analysis: Analysis) -> Sequence[Take]:
        """The takes of a script, in a thread; with them what it costs, which rests on the same."""
        folder, sandbox = self._folder(self._sandbox), self._sandbox
        money = money_of(analysis, folder, sandbox=sandbox)
        shots = [shot.duration or 0 for scene in analysis.film.scenes for shot in scene.shots]
        sums = {"seconds": sum(shots), "clips": len(analysis.clips), **money, "sandbox": sandbox}
        self.feed.send_from_thread({"sums": sums})
        return self._chosen_takes(analysis)

    def _chosen_takes(self, analysis: Analysis) -> Sequence[Take]:
        return takes_in(self._folder(self._sandbox))(analysis)

    def _takes_by_clip(self, url: Callable[[Path], str]) -> list[dict[str, Any]]:
        return list_takes(self._analysis(), self._folder(self._sandbox), url)

    def _takes_for_guests(self, url: Callable[[Path], str]) -> list[dict[str, Any]]:
        if self._seen_by_guests is None:
            raise StudioRefusal("Nothing is shown yet.")
        return list_takes(self._seen_by_guests, self._folder(self._sandbox), url)
