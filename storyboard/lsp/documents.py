"""The files that are open in the editor, with their unsaved text."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from lsprotocol.types import (
    PositionEncodingKind,
    TextDocumentContentChangeEvent,
    TextDocumentContentChangePartial,
)

from storyboard.lsp.positions import TextDocument


class Document:
    """An open file. `path` is where it is, or would be if it were saved; `uri` is the editor's name for it."""

    def __init__(self, uri: str, path: str, version: int | None, page: TextDocument) -> None:
        self.uri = uri
        self.path = path
        self.version = version
        self.page = page

    @property
    def text(self) -> str:
        """The text, without a byte-order mark."""
        return self.page.text

    def change(self, changes: Iterable[TextDocumentContentChangeEvent], version: int | None) -> None:
        """Apply edits. Positions past the end count as the end; a reversed range is read from front to back."""
        for change in changes:
            if isinstance(change, TextDocumentContentChangePartial):
                self.page = _replaced(self.page, change)
            else:
                self.page = TextDocument(change.text, self.page.encoding)
        self.version = version


def _replaced(page: TextDocument, change: TextDocumentContentChangePartial) -> TextDocument:
    start, end = sorted((page.offset(change.range.start), page.offset(change.range.end)))
    first = change.range.start
    takes_mark = (first.line, first.character) == (0, 0) and change.range.end != first
    mark = "" if takes_mark else page.mark
    return TextDocument(mark + page.text[:start] + change.text + page.text[end:], page.encoding)


class Documents:
    """All open files, in the order of opening. `folder` is the assumed folder of a file that was never saved."""

    def __init__(self, encoding: PositionEncodingKind | str = PositionEncodingKind.Utf16, folder: str = ".") -> None:
        self.encoding = encoding
        self.folder = os.path.abspath(folder)
        self._open: dict[str, Document] = {}

    def __iter__(self) -> Iterator[Document]:
        return iter(list(self._open.values()))

    def open(self, uri: str, text: str, version: int | None) -> Document:
        """Add a file that the editor has opened."""
        document = Document(uri, self.path(uri), version, TextDocument(text, self.encoding))
        self._open[uri] = document
        return document

    def close(self, uri: str) -> Document | None:
        """Remove a file that the editor has closed; None if it was not open."""
        return self._open.pop(uri, None)

    def find(self, uri: str) -> Document | None:
        """The open file with a URI, or None."""
        return self._open.get(uri)

    def at(self, path: str) -> Document | None:
        """The open file at an absolute path, or None."""
        return next((one for one in self._open.values() if one.path == path), None)

    def texts(self) -> dict[str, str]:
        """Unsaved texts by absolute path."""
        return {one.path: one.text for one in self._open.values()}

    def path(self, uri: str) -> str:
        """The path of the file of a URI; for a URI that is not a local file, a path of its own in the folder."""
        return path_of(uri) or os.path.join(self.folder, f"{quote(uri, safe='')[-80:]}.sb")

    def uri(self, path: str) -> str:
        """The editor's URI for the file at an absolute path."""
        document = self.at(path)
        return document.uri if document else Path(path).as_uri()


def path_of(uri: str) -> str | None:
    """The absolute path that a `file:` URI names; None for any other URI."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file":
        return None
    path = unquote(parts.path)
    if sys.platform == "win32":
        path = f"//{parts.netloc}{path}" if parts.netloc else path.lstrip("/")
    return os.path.abspath(path) if path and "\0" not in path else None
