"""An editor of the tests: a real client of a real `sbc lsp` process, counting in UTF-16 or in UTF-8."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

#: Longest wait for an answer, in seconds; the machine may be busy.
PATIENCE = 30


class Editor:
    """What a person does in an editor. Places are given by the text before them: `at(uri, "SHOT 5s")` is behind it."""

    def __init__(self, client: LanguageClient, encoding: str) -> None:
        self.client = client
        self.encoding = encoding
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}

    def open(self, path: Path, text: str | None = None) -> str:
        """Open a file, with a text that is not saved if one is given."""
        uri = path.as_uri()
        self.texts[uri] = path.read_text(encoding="utf-8") if text is None else text
        self.versions[uri] = 1
        item = types.TextDocumentItem(uri, "storyboard", 1, self.texts[uri])
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def know(self, uri: str) -> None:
        """Read a file from disk that is not open."""
        if uri not in self.texts:
            self.texts[uri] = Path(uri.removeprefix("file://")).read_text(encoding="utf-8")

    def type(self, uri: str, before: str, typed: str, over: str = "") -> None:
        """Type something behind `before`, over the words that stand there."""
        start = self.at(uri, before)
        end = self.at(uri, before + over)
        where = self.texts[uri].index(before) + len(before)
        self.texts[uri] = self.texts[uri][:where] + typed + self.texts[uri][where + len(over) :]
        self.send(uri, types.TextDocumentContentChangePartial(types.Range(start, end), typed))

    def send(self, uri: str, *changes: types.TextDocumentContentChangeEvent) -> None:
        self.versions[uri] += 1
        which = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(which, list(changes)))

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def at(self, uri: str, before: str) -> types.Position:
        """The place behind the first `before` of the text, in the units of this editor."""
        return self.position(uri, self.texts[uri].index(before) + len(before))

    def position(self, uri: str, offset: int) -> types.Position:
        above = self.texts[uri][:offset]
        line = above.rpartition("\n")[2]
        units = len(line.encode("utf-16-le")) // 2 if self.encoding == "utf-16" else len(line.encode())
        return types.Position(above.count("\n"), units)

    def words(self, uri: str, where: types.Range) -> str:
        """What stands in a range, by the units of this editor."""
        return self._cut(uri, where)[1]

    def edited(self, uri: str, edits: list[types.TextEdit]) -> str:
        """The text with edits applied, as an editor would."""
        text = self.texts[uri]
        offsets = [(self._offset(text, one.range.start), self._offset(text, one.range.end), one) for one in edits]
        for start, end, one in sorted(offsets, key=lambda each: each[:2], reverse=True):
            text = text[:start] + one.new_text + text[end:]
        return text

    def _cut(self, uri: str, where: types.Range) -> tuple[str, str, str]:
        text = self.texts[uri]
        start, end = self._offset(text, where.start), self._offset(text, where.end)
        return text[:start], text[start:end], text[end:]

    def _offset(self, text: str, position: types.Position) -> int:
        lines = text.split("\n")
        coding = "utf-16-le" if self.encoding == "utf-16" else "utf-8"
        size = position.character * (2 if self.encoding == "utf-16" else 1)
        before = lines[position.line].encode(coding)[:size].decode(coding)
        return sum(len(line) + 1 for line in lines[: position.line]) + len(before)

    async def diagnostics(self, uri: str, version: int | None = None) -> list[types.Diagnostic]:
        """What is wrong with the text as it is now."""
        wanted = self.versions.get(uri) if version is None else version
        return list((await self.published(uri, wanted)).diagnostics)

    async def published(self, uri: str, version: int | None) -> types.PublishDiagnosticsParams:
        async with asyncio.timeout(PATIENCE):
            while True:
                known = self.shown.get(uri)
                if known is not None and known.version == version:
                    return known
                await asyncio.sleep(0.005)

    async def settled(self, uri: str, wanted: Any) -> list[types.Diagnostic]:
        """The diagnostics, once `wanted` is true of them."""
        async with asyncio.timeout(PATIENCE):
            while True:
                known = self.shown.get(uri)
                if known is not None and wanted(list(known.diagnostics)):
                    return list(known.diagnostics)
                await asyncio.sleep(0.01)

    @property
    def shown(self) -> dict[str, types.PublishDiagnosticsParams]:
        return self.client.latest  # type: ignore[attr-defined,no-any-return] # set by the fixture

    def place(self, uri: str, before: str) -> dict[str, Any]:
        return {"text_document": types.TextDocumentIdentifier(uri), "position": self.at(uri, before)}


def capabilities(encoding: str) -> types.ClientCapabilities:
    """What a modern editor can do, counting in one of the encodings."""
    found = client_capabilities("visual-studio-code")
    assert found.general is not None
    found.general.position_encodings = [types.PositionEncodingKind(encoding)]
    return found


async def start_editor(
    encoding: str,
    folder: Path,
    *arguments: str,
    able: types.ClientCapabilities | None = None,
    wishes: dict[str, object] | None = None,
) -> Editor:
    """An editor with its server; it can what VS Code can, unless `able` says what. `wishes` are its options."""
    command = [sys.executable, "-m", "storyboard.cli", "lsp", *arguments]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    client = await ClientServerConfig(command, server_env=environment).start()
    assert isinstance(client, LanguageClient)
    client.latest = {}  # type: ignore[attr-defined] # by URI, the newest of each

    def keep(params: types.PublishDiagnosticsParams) -> None:
        client.latest[params.uri] = params  # type: ignore[attr-defined] # as above

    # pytest-lsp keeps the diagnostics without their version.
    client.protocol.fm.features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = keep
    result = await client.initialize_session(
        types.InitializeParams(
            capabilities=able or capabilities(encoding), root_uri=folder.as_uri(), initialization_options=wishes
        )
    )
    assert result.capabilities.position_encoding == encoding
    return Editor(client, encoding)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["utf-16", "utf-8"])
async def editor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    """An editor that all tests of a module use, each with files of its own."""
    started = await start_editor(request.param, tmp_path_factory.mktemp("writer"))
    yield started
    faults = [one.message for one in started.client.log_messages if one.type == types.MessageType.Error]
    await started.client.shutdown_session()
    assert not faults
