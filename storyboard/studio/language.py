"""The language server in the studio: the same functions as in every editor, over POST.

A request is answered in the response to its POST. The server's own messages go to the page's event stream.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from storyboard.compiler.pipeline import Analysis, Options
from storyboard.lsp.server import StoryboardServer, make_server

#: Seconds after which a request that is not answered is given up.
_PATIENCE = 20.0

Message = dict[str, Any]


class LanguageSession:
    """A language server for one page.

    `tell` receives its own messages; `checked` receives each new analysis of the script at `path`.
    """

    def __init__(
        self,
        options: Options,
        version: str,
        path: str,
        tell: Callable[[Message], None],
        checked: Callable[[Analysis], None],
    ) -> None:
        self._path = path
        self._tell = tell
        self._checked = checked
        self._waiting: dict[object, asyncio.Future[Message]] = {}
        self._shown: Analysis | None = None
        self.server: StoryboardServer = make_server(options, version, after_check=self._hand_on)
        self.server.protocol.set_writer(self, include_headers=False)

    def write(self, data: bytes) -> None:
        """Pass on what the server sends: an answer to the waiting request, or a message to the page."""
        message: Message = json.loads(data)
        waiting = self._waiting.pop(message.get("id"), None) if "method" not in message else None
        if waiting is not None and not waiting.done():
            waiting.set_result(message)
        elif "method" in message:
            self._tell(message)

    def close(self) -> None:
        """Does nothing, because nothing is open; the server's library calls it."""

    async def handle(self, message: Message) -> Message | None:
        """Pass a message of the page to the server, and return the answer to a request."""
        protocol = self.server.protocol
        answer: asyncio.Future[Message] | None = None
        if "method" in message and "id" in message:
            answer = self._waiting[message["id"]] = asyncio.get_running_loop().create_future()
        protocol.handle_message(protocol.structure_message(message))
        if answer is None:
            return None
        try:
            return await asyncio.wait_for(answer, _PATIENCE)
        except TimeoutError:
            self._waiting.pop(message["id"], None)
            error = {"code": -32803, "message": "this took too long"}
            return {"jsonrpc": "2.0", "id": message["id"], "error": error}

    @property
    def analysis(self) -> Analysis | None:
        """The analysis of the script as it is on the page, saved or not."""
        document = self.server.files.documents.at(self._path)
        return self.server.files.analysis_of(document) if document is not None else None

    def _hand_on(self) -> None:
        analysis = self.analysis
        if analysis is not None and analysis is not self._shown:
            self._shown = analysis
            self._checked(analysis)
