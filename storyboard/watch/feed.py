"""The feed of a live board: the messages that let a page show the current script.

A page that connects receives everything; after that it receives the parts that it does not have. Takes are read from
the ledger after the board is drawn, because a clip's take is known only from its request: so a typed key is shown
first.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypedDict

from storyboard.board.live import BoardOrder, LiveBoard
from storyboard.board.templates import BoardContent
from storyboard.compiler.diagnostics import Severity
from storyboard.film.takes import Take
from storyboard.wording import count

if TYPE_CHECKING:
    from storyboard.board.image_sources import ImageSource
    from storyboard.compiler.pipeline import Analysis

#: Seconds without a change after which takes are read again.
_REST = 0.25
#: Seconds after which a page hears that the server is there, though nothing is new.
_HEARTBEAT = 15.0

ReadTakes = Callable[["Analysis"], Sequence[Take]]


class StatusLine(TypedDict):
    """The status line: `kind` is `ready`, `checking`, `problems`, `rendering` or `gone`."""

    kind: str
    words: str


class BoardFeed:
    """What the page shows: the last script that could be read, its takes, and a line about both. `read_takes` is called
    in a thread; `content` is what is shown besides the film."""

    def __init__(
        self,
        read_takes: ReadTakes,
        base: str = "",
        content: BoardContent = BoardContent(),  # noqa: B008 # a frozen value
    ) -> None:
        self._read_takes = read_takes
        self._board = LiveBoard(base, content=content)
        self._inboxes: list[list[object]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._analysis: Analysis | None = None
        self._takes: tuple[Take, ...] = ()
        self._status: StatusLine = {"kind": "checking", "words": "checking"}
        self._news = asyncio.Condition()
        self._version = 0
        self._is_over = False
        self._reading: asyncio.Task[None] | None = None

    async def show(self, analysis: Analysis, rendering: str = "") -> None:
        """Show a script as it is now. `rendering` is how far a render is."""
        self._analysis = analysis
        self._board.draw(analysis, self._takes)
        self._status = status_of(analysis, rendering)
        await self._publish()
        if self._reading is not None:
            self._reading.cancel()
        self._loop = asyncio.get_running_loop()
        self._reading = asyncio.create_task(self._follow_takes(analysis))

    async def tell(self, kind: str, words: str) -> None:
        """Change the status line alone."""
        self._status = {"kind": kind, "words": words}
        await self._publish()

    async def send(self, message: object) -> None:
        """Hand a message of somebody else's to every page."""
        for inbox in self._inboxes:
            inbox.append(message)
        await self._publish()

    def send_from_thread(self, message: object) -> None:
        """As `send`, for who reads the takes."""
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self.send(message), self._loop)

    async def close(self) -> None:
        """End every stream."""
        if self._reading is not None:
            self._reading.cancel()
        self._is_over = True
        await self._publish()

    def file(self, name: str) -> ImageSource | None:
        """What a picture or take of the page shows, by its name."""
        return self._board.files.get(name)

    @property
    def pages(self) -> int:
        """How many pages are listening."""
        return len(self._inboxes)

    async def stream(self) -> AsyncIterator[str]:
        """The events of one page, as an event stream has them, until the feed ends."""
        inbox: list[object] = []
        self._inboxes.append(inbox)
        try:
            async for event in self._events(inbox):
                yield event
        finally:
            self._inboxes = [one for one in self._inboxes if one is not inbox]

    async def _events(self, inbox: list[object]) -> AsyncIterator[str]:
        seen: set[str] = set()
        shown: BoardOrder | None = None
        version = -1
        while not self._is_over:
            async with self._news:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait_for(partial(self._is_after, version)), _HEARTBEAT)
            if version == self._version:
                yield ": still here\n\n"
                continue
            version = self._version
            update: dict[str, object] = {"status": self._status}
            if shown is not self._board.order:
                shown = self._board.order
                update |= {"order": shown, "new": self._board.new_pieces(seen)}
            if inbox:
                update["messages"] = inbox[:]
                inbox.clear()
            yield f"data: {json.dumps(update, ensure_ascii=False, separators=(',', ':'))}\n\n"

    def _is_after(self, version: int) -> bool:
        return self._version != version

    async def _publish(self) -> None:
        async with self._news:
            self._version += 1
            self._news.notify_all()

    async def _follow_takes(self, analysis: Analysis) -> None:
        await asyncio.sleep(_REST)
        takes = tuple(await asyncio.to_thread(self._read_takes, analysis))
        if takes != self._takes and analysis is self._analysis:
            self._takes = takes
            self._board.draw(analysis, takes)
            await self._publish()


def status_of(analysis: Analysis, rendering: str = "") -> StatusLine:
    """The status line of a script that was checked."""
    severities = [one.severity for one in analysis.diagnostics]
    errors, warnings = severities.count(Severity.ERROR), severities.count(Severity.WARNING)
    found = [count(number, word) for number, word in ((errors, "error"), (warnings, "warning")) if number]
    kind = "rendering" if rendering else "problems" if errors else "ready"
    return {"kind": kind, "words": ", ".join([*([rendering] if rendering else []), *(found or ["nothing to change"])])}
