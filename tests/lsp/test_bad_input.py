"""What goes wrong around a server: it answers or says why, shows no traceback and stays up."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.conftest import PATIENCE, Editor, start_editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCRIPT = """INCLUDE cast.sb

EXT. HARBOR - DUSK

SHOT 5s wide
🏮 @Mira waits.
"""


async def symbols(editor: Editor, uri: str) -> list[str]:
    asked = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    found = await editor.client.text_document_document_symbol_async(asked)
    return [one.name for one in found or []]


@pytest.mark.parametrize("place", [(0, 999), (5, 3), (999, 0), (999, 999), (2**31 - 1, 2**31 - 1)])
async def test_positions_past_the_end(editor: Editor, tmp_path: Path, place: tuple[int, int]) -> None:
    uri = editor.open(tmp_path / "film.sb", SCRIPT)
    client, position = editor.client, types.Position(*place)
    where = types.TextDocumentIdentifier(uri)
    await client.text_document_completion_async(types.CompletionParams(where, position))
    await client.text_document_hover_async(types.HoverParams(where, position))
    await client.text_document_definition_async(types.DefinitionParams(where, position))
    await client.text_document_prepare_rename_async(types.PrepareRenameParams(where, position))
    await client.text_document_document_highlight_async(types.DocumentHighlightParams(where, position))
    await client.text_document_inlay_hint_async(types.InlayHintParams(where, types.Range(position, position)))
    context = types.CodeActionContext(diagnostics=[])
    await client.text_document_code_action_async(
        types.CodeActionParams(where, types.Range(position, position), context)
    )
    editor.send(uri, types.TextDocumentContentChangePartial(types.Range(position, position), "x"))
    await editor.diagnostics(uri)
    assert "EXT. HARBOR - DUSK" in await symbols(editor, uri)


async def test_a_range_from_back_to_front(editor: Editor, tmp_path: Path) -> None:
    uri = editor.open(tmp_path / "film.sb", "SHOT 5s wide\n")
    back = types.Range(types.Position(0, 12), types.Position(0, 8))
    editor.send(uri, types.TextDocumentContentChangePartial(back, "close-up"))
    assert await symbols(editor, uri) == ["1.1 close-up"]


async def test_edits_while_a_check_runs(editor: Editor, tmp_path: Path) -> None:
    """Many keystrokes and questions at once: the last diagnostics are those of the last text."""
    uri = editor.open(tmp_path / "film.sb", SCRIPT * 200)
    asked = []
    for _ in range(20):
        editor.type(uri, "@Mira w", "x")
        editor.type(uri, "@Mira w", "", over="x")
        asked.append(asyncio.ensure_future(symbols(editor, uri)))
    editor.type(uri, "🏮 @M", "x")
    found = await editor.diagnostics(uri)
    answers = await asyncio.gather(*asked)
    assert all(len(one) == 400 for one in answers)
    assert any(one.code == "SB105" for one in found)


async def test_an_include_that_another_program_is_writing(editor: Editor, tmp_path: Path) -> None:
    cast, film = tmp_path / "cast.sb", tmp_path / "film.sb"
    whole = "CHARACTER Mira\nlook: a keeper 🏮\n\nLOCATION Harbor\nlook: fog\n".encode()
    uri = editor.open(film, SCRIPT)

    def has_include(found: list[types.Diagnostic]) -> bool:
        return any(one.code == "SB105" for one in found)

    await editor.settled(uri, has_include)
    cast.write_bytes(whole[:32])  # ends inside a character
    await editor.settled(uri, lambda found: any("UTF-8" in one.message for one in found))
    cast.write_bytes(whole)
    await editor.settled(uri, lambda found: not has_include(found))
    cast.unlink()
    await editor.settled(uri, has_include)
    os.mkfifo(cast)
    await editor.settled(uri, lambda found: any("pipe" in one.message for one in found))


async def test_two_files_that_include_each_other(editor: Editor, tmp_path: Path) -> None:
    one = editor.open(tmp_path / "one.sb", "INCLUDE two.sb\n\nCHARACTER Mira\nlook: x\n")
    two = editor.open(tmp_path / "two.sb", "INCLUDE one.sb\n\nCHARACTER Tom\nlook: y\n")
    await editor.settled(two, lambda found: any(each.code == "SB105" for each in found))
    assert await symbols(editor, one) == ["INCLUDE two.sb", "Mira"]


@pytest.mark.parametrize(
    "uri", ["untitled:Untitled-1", "vscode-vfs://github/me/film.sb", "file:///no/such/folder/a.sb"]
)
async def test_files_that_are_nowhere(editor: Editor, uri: str) -> None:
    item = types.TextDocumentItem(uri, "storyboard", 1, SCRIPT)
    editor.texts[uri], editor.versions[uri] = SCRIPT, 1
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    assert any(one.code == "SB105" for one in await editor.diagnostics(uri))
    assert "EXT. HARBOR - DUSK" in await symbols(editor, uri)
    editor.close(uri)


async def test_a_file_that_was_never_opened(editor: Editor) -> None:
    uri = "file:///never/opened.sb"
    assert await symbols(editor, uri) == []
    editor.versions[uri] = 1
    editor.send(uri, types.TextDocumentContentChangeWholeDocument("x"))
    editor.close(uri)
    where = types.TextDocumentIdentifier(uri)
    assert await editor.client.text_document_hover_async(types.HoverParams(where, types.Position(0, 0))) is None


async def test_closing_takes_the_problems_away(editor: Editor, tmp_path: Path) -> None:
    uri = editor.open(tmp_path / "film.sb", SCRIPT)
    assert await editor.diagnostics(uri)
    editor.close(uri)
    assert await editor.settled(uri, lambda found: not found) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufeff",
        "\0",
        "\r\r\r",
        "@",
        "@{",
        "[[",
        "/*",
        "SHOT",
        "INT. ",
        "=",
        "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    ],
)
async def test_odd_texts(editor: Editor, tmp_path: Path, text: str) -> None:
    uri = editor.open(tmp_path / "film.sb", text)
    await editor.diagnostics(uri)
    where = types.TextDocumentIdentifier(uri)
    end = types.Position(0, 99)
    await editor.client.text_document_completion_async(types.CompletionParams(where, end))
    await editor.client.text_document_hover_async(types.HoverParams(where, end))
    await editor.client.text_document_folding_range_async(types.FoldingRangeParams(where))
    await editor.client.text_document_formatting_async(
        types.DocumentFormattingParams(where, types.FormattingOptions(2, True))
    )
    await symbols(editor, uri)


async def test_nothing_is_printed_and_it_ends_when_told(tmp_path: Path) -> None:
    """A refused rename and an unknown request leave no traceback behind."""
    editor = await start_editor("utf-16", tmp_path)
    uri = editor.open(tmp_path / "film.sb", SCRIPT)
    asked = types.RenameParams(types.TextDocumentIdentifier(uri), types.Position(0, 0), "x")
    with pytest.raises(Exception, match="no declared name here"):
        await editor.client.text_document_rename_async(asked)
    with pytest.raises(Exception, match="Method Not Found"):
        await editor.client.protocol.send_request_async("storyboard/nothing", {})  # type: ignore[no-untyped-call] # its own
    process = editor.client._server
    assert process is not None
    await editor.client.shutdown_session()
    async with asyncio.timeout(PATIENCE):
        await process.wait()
    assert process.returncode == 0
