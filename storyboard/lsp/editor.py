"""What a request handler needs from the server: open files, the editor's capabilities, and messages to the writer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lsprotocol import types

from storyboard.compiler.pipeline import Options
from storyboard.lsp.live_board import BoardView
from storyboard.lsp.workspace import Workspace


class Editor(Protocol):
    """The editor at the other end of the connection. `server` implements it with pygls; tests use it without one."""

    @property
    def files(self) -> Workspace:
        """Open files, and the analysis of each script."""

    @property
    def boards(self) -> dict[str, BoardView]:
        """The live boards that are shown, by the path of their script."""

    @property
    def options(self) -> Options:
        """Options of the command line, which hold for every script."""

    @property
    def client_capabilities(self) -> types.ClientCapabilities:
        """What the editor said in `initialize`."""

    @property
    def shows_pictures(self) -> bool:
        """Whether the editor shows the pictures of a Markdown text."""

    @property
    def hover_formats(self) -> Sequence[types.MarkupKind] | None:
        """Markup that the editor takes in a hover text; None if it did not say."""

    @property
    def documentation_formats(self) -> Sequence[types.MarkupKind] | None:
        """Markup that the editor takes beside a completion; None if it did not say."""

    def window_show_message(self, params: types.ShowMessageParams) -> None:
        """Show a message to the writer."""

    async def window_show_document_async(self, params: types.ShowDocumentParams) -> types.ShowDocumentResult:
        """Show a file to the writer, in the editor or outside of it."""
