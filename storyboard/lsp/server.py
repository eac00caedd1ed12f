"""The server of `sbc lsp`: passes requests of an editor to the functions of this package.

Everything runs on one thread, message by message. A check waits until typing pauses; a request before that is answered
from a check of the current text.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import inspect
import logging
import os
from collections.abc import Awaitable, Callable, Generator, Sequence
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from storyboard.compiler.diagnostics import first_to_show
from storyboard.compiler.loader import LARGEST_SCRIPT
from storyboard.compiler.pipeline import Analysis, Options
from storyboard.lsp.diagnostics import published_diagnostic, unshown_diagnostics
from storyboard.lsp.documents import Documents, path_of
from storyboard.lsp.handlers import ANSWERS, COMMANDS
from storyboard.lsp.handlers.open_file import refusal
from storyboard.lsp.live_board import BoardView
from storyboard.lsp.summary import SUMMARY, Summary, summary_of
from storyboard.lsp.unfinished_lines import LINE_RESTS, SCENE_RESTS, TypedKey, settled_diagnostics, typed_line
from storyboard.lsp.workspace import Workspace
from storyboard.wording import printable

#: Seconds without a message about a text after which a check begins. What was typed during a check comes in faster
#: than that, so it is checked once.
_PAUSE = 0.005
#: Checks after which garbage is looked for when the typing rests for so many seconds, and when it does not rest.
_FEW_CHECKS, _REST, _MANY_CHECKS = 20, 0.5, 300
_TICK = 0.05
#: Seconds between looks at the files on disk.
_LOOK = 1.0

_log = logging.getLogger(__name__)


class _Protocol(LanguageServerProtocol):
    """Leaves the texts to us: pygls counts lines by more characters than the protocol does, and keeps a future for
    every notification that it handles itself."""

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        self.fm.features[types.TEXT_DOCUMENT_DID_OPEN](params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE](params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE](params)

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    def lsp_workspace__execute_command(self, params: types.ExecuteCommandParams) -> Generator[Any, Any, Any]:
        """Hand over the arguments as they come; pygls asks for as many as the handler names."""
        command = self.fm.commands.get(params.command)
        if command is None:
            raise refusal(f"there is no command {params.command}")
        result = yield command, tuple(params.arguments or ()), {}
        return result


class StoryboardServer(LanguageServer):
    """The `Editor` of the handlers, over pygls."""

    def __init__(self, options: Options, version: str, after_check: Callable[[], None] | None = None) -> None:
        super().__init__("sbc", version, protocol_cls=_Protocol)
        self._after_check = after_check
        self.options = options
        self.files = Workspace(Documents(), options)
        self._shown: set[str] = set()
        self._hinted: dict[str, tuple[int | None, Analysis]] = {}
        self._next_check: asyncio.TimerHandle | None = None
        self._next_sweep: asyncio.TimerHandle | None = None
        self._unswept = 0
        self._looking: asyncio.Task[None] | None = None
        self._typing: dict[str, TypedKey] = {}
        self._unused: dict[str, frozenset[str]] = {}
        self._rests: list[asyncio.TimerHandle] = []
        self.boards: dict[str, BoardView] = {}
        self._tells_summaries = False
        self._summaries: dict[str, Summary] = {}

    def begin(self, params: types.InitializeParams) -> None:
        """Count in the editor's units, and look for files in its folder."""
        uris = [one.uri for one in params.workspace_folders or ()] or [params.root_uri or ""]
        folders = [path for uri in uris if (path := path_of(uri))]
        wishes = params.initialization_options
        self._tells_summaries = isinstance(wishes, dict) and wishes.get("summaries") is True
        encoding = self.workspace.position_encoding or types.PositionEncodingKind.Utf16
        self.files = Workspace(Documents(encoding, folders[0] if folders else "."), self.options, folders)

    def look_at_files(self) -> None:
        """Check again whenever a file that a script is made of changes on disk."""
        self._looking = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(_LOOK)
            stale = self.files.stale_files()
            for path in stale:
                self.files.changed(path)
            if stale:
                self.check_soon()

    def check_soon(self) -> None:
        """Check when the typing rests for a moment."""
        if self._next_check is not None:
            self._next_check.cancel()
        self._next_check = asyncio.get_running_loop().call_later(_PAUSE, self.check)

    def typed(self, path: str, line: int) -> None:
        """A key was typed on a line: unfinished things there are reported only after a pause."""
        loop = asyncio.get_running_loop()
        self._typing[path] = TypedKey(line, loop.time(), self._unused.get(path, frozenset()))
        for timer in self._rests:
            timer.cancel()
        # A timer may go off a little early, by the clock that it is set by.
        self._rests = [loop.call_later(rest + _TICK, self.check) for rest in (LINE_RESTS, SCENE_RESTS)]

    def settle(self, path: str | None = None) -> None:
        """Say everything of a file, or of all: it was saved, or changed otherwise than by keys."""
        for one in [path] if path else list(self._typing):
            self._typing.pop(one, None)

    def check(self) -> None:
        """Check what has changed, and send the diagnostics to the editor."""
        try:
            self._publish()
        except Exception as problem:  # noqa: BLE001 # the server outlives a fault of the compiler
            self.tell_fault(problem)
        if self._after_check is not None:
            self._after_check()
        self._sweep_soon()

    def _sweep_soon(self) -> None:
        """A check leaves cycles behind, a few kilobytes. Looking for them takes as long as a check, so it waits for a
        rest."""
        self._unswept += 1
        if self._next_sweep is not None:
            self._next_sweep.cancel()
        if self._unswept >= _MANY_CHECKS:
            self._sweep()
        elif self._unswept >= _FEW_CHECKS:
            self._next_sweep = asyncio.get_running_loop().call_later(_REST, self._sweep)

    def _sweep(self) -> None:
        self._unswept = 0
        gc.collect()

    def _publish(self) -> None:
        """Send the diagnostics that have changed, and clear those of files without any."""
        files, documents = self.files, self.files.documents
        shown: set[str] = set()
        page_at = functools.cache(files.page_at)
        for path, found in files.found().items():
            document = documents.at(path)
            uri = documents.uri(path)
            if document is None and not found:
                continue
            shown.add(uri)
            typing, said = self._typing.get(path), found
            if typing is None:
                self._unused[path] = frozenset(one.message for one in found if one.code == "SB204")
            elif document is not None:
                said = settled_diagnostics(found, typing, document.text, asyncio.get_running_loop().time())
            told, untold = first_to_show(said)
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(
                    uri,
                    [
                        *(published_diagnostic(one, page_at, documents.uri) for one in told),
                        *(unshown_diagnostics(count) for count in untold.values()),
                    ],
                    document.version if document else None,
                )
            )
        for uri in self._shown - shown:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))
        self._shown = shown
        self._renew_hints()
        self._summarize()

    def _summarize(self) -> None:
        """Tell an editor that asked for it in `initialize` what each script comes to, for its status bar."""
        if not self._tells_summaries:
            return
        for document in self.files.scripts():
            summary = summary_of(document.uri, self.files.analysis_of(document))
            if self._summaries.get(document.uri) != summary:
                self._summaries[document.uri] = summary
                self.protocol.notify(SUMMARY, summary)

    def _renew_hints(self) -> None:
        """An editor asks for inlay hints after typing in a file; that an include has changed it has to be told."""
        hinted = {one.uri: (one.version, self.files.analysis_of(one)) for one in self.files.scripts()}
        before, self._hinted = self._hinted, hinted
        workspace = self.client_capabilities.workspace
        if not (workspace and workspace.inlay_hint and workspace.inlay_hint.refresh_support):
            return
        for uri, (version, analysis) in hinted.items():
            known = before.get(uri)
            if known is not None and known[0] == version and known[1] is not analysis:
                self.workspace_inlay_hint_refresh(None)
                return

    @property
    def shows_pictures(self) -> bool:
        """Whether the editor shows the pictures of a Markdown text. Those that do name the program that they read
        Markdown with; Neovim, Helix and Emacs name none."""
        general = self.client_capabilities.general
        return bool(general and general.markdown)

    @property
    def hover_formats(self) -> Sequence[types.MarkupKind] | None:
        """What the editor shows under a pointer, where it says so."""
        asked = self.client_capabilities.text_document
        return asked.hover.content_format if asked and asked.hover else None

    @property
    def documentation_formats(self) -> Sequence[types.MarkupKind] | None:
        """What the editor shows beside an offer, where it says so."""
        asked = self.client_capabilities.text_document
        item = asked.completion.completion_item if asked and asked.completion else None
        return item.documentation_format if item else None

    def tell_fault(self, problem: BaseException) -> None:
        """Say in the editor's log that something of ours failed; it is never the writer's fault."""
        said = f"sbc could not do this; please report it as a bug ({type(problem).__name__}: {problem})"
        _log.error("%s", said)
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, said))

    def report_server_error(self, error: Exception, source: Any) -> None:  # noqa: ANN401 # as pygls has it
        """A message that cannot be read or answered is said in the log."""
        _log.error("%s", error)


def make_server(options: Options, version: str, after_check: Callable[[], None] | None = None) -> StoryboardServer:
    """A server that knows every request it can answer. `after_check` is called when everything open was checked."""
    server = StoryboardServer(options, version, after_check)
    for name, handler in (
        (types.INITIALIZE, StoryboardServer.begin),
        (types.INITIALIZED, _initialized),
        (types.TEXT_DOCUMENT_DID_OPEN, _opened),
        (types.TEXT_DOCUMENT_DID_CHANGE, _changed),
        (types.TEXT_DOCUMENT_DID_CLOSE, _closed),
        (types.TEXT_DOCUMENT_DID_SAVE, _saved),
        (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, _saved),
    ):
        server.feature(name)(_safely(server, handler))
    for name, answer, options_told in ANSWERS:
        server.feature(name, options_told)(_safely(server, answer))
    for name, command in COMMANDS:
        server.command(name)(_command(server, command))
    return server


def _command(server: StoryboardServer, command: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
    """A command with the server that it is for. Its arguments are JSON from the editor."""

    async def run(*arguments: Any) -> Any:  # noqa: ANN401 # each command has its own
        return await command(server, *arguments)

    return run


def _safely(server: StoryboardServer, handler: Callable[[StoryboardServer, Any], Any]) -> Callable[[Any], Any]:
    """A handler that answers nothing, and says so in the log, where it would fail. What it refuses it may refuse."""

    def safe(params: Any = None) -> Any:  # noqa: ANN401 # each request has its own type
        try:
            return handler(server, params)
        except JsonRpcException:
            raise
        except Exception as problem:  # noqa: BLE001 # the server outlives a fault of its own
            server.tell_fault(problem)
            return None

    async def safe_later(params: Any = None) -> Any:  # noqa: ANN401 # as above
        try:
            return await handler(server, params)
        except JsonRpcException:
            raise
        except Exception as problem:  # noqa: BLE001 # as above
            server.tell_fault(problem)
            return None

    return safe_later if inspect.iscoroutinefunction(handler) else safe


def _initialized(server: StoryboardServer, _: types.InitializedParams) -> None:
    server.look_at_files()


def _opened(server: StoryboardServer, params: types.DidOpenTextDocumentParams) -> None:
    opened = params.text_document
    document = server.files.documents.open(opened.uri, opened.text, opened.version)
    server.files.changed(document.path)
    if len(opened.text) > LARGEST_SCRIPT:
        name = printable(os.path.basename(document.path))
        said = f"{name} is too large to be a script (at most {LARGEST_SCRIPT:,} bytes) and is not checked."
        server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, said))
    server.check_soon()


def _changed(server: StoryboardServer, params: types.DidChangeTextDocumentParams) -> None:
    document = server.files.documents.find(params.text_document.uri)
    if document is None:
        return
    document.change(params.content_changes, params.text_document.version)
    server.files.changed(document.path)
    line = typed_line(params.content_changes)
    if line is None:
        server.settle(document.path)
    else:
        server.typed(document.path, line)
    server.check_soon()


def _closed(server: StoryboardServer, params: types.DidCloseTextDocumentParams) -> None:
    document = server.files.documents.close(params.text_document.uri)
    if document is not None:
        server.files.forget(document.path)
        server.settle(document.path)
        server.check_soon()


def _saved(server: StoryboardServer, _: object) -> None:
    server.settle()
    for path in server.files.stale_files():
        server.files.changed(path)
    server.check_soon()
