"""Commands of an editor: they run on the saved script, and tell of clips and sums."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.lsp.conftest import PATIENCE, Editor, capabilities, start_editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCRIPT = """Model: kling-o3-pro

CHARACTER Mira
look: a keeper in a red coat
front: https://example.com/mira.png

CHARACTER Tom
look: a sailor
front: https://example.com/tom.png

EXT. HARBOR - DUSK

SHOT 5s wide
@Tom waits.

===

SHOT 5s close-up
@Mira waits.

SHOT 5s wide
@Mira runs.
"""


async def ordered(editor: Editor, command: str, *arguments: Any) -> Any:
    asked = types.ExecuteCommandParams(command, list(arguments))
    return await asyncio.wait_for(editor.client.workspace_execute_command_async(asked), PATIENCE)


async def test_the_figures_of_the_saved_script(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "film.sb").write_text(SCRIPT, encoding="utf-8")
    uri = editor.open(tmp_path / "film.sb")
    said = await ordered(editor, "sbc.stats", uri)
    assert said["exitCode"] == 0
    assert "Mira" in said["text"]
    assert said["product"] is None


async def test_what_is_not_saved_is_saved_first(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "film.sb").write_text(SCRIPT, encoding="utf-8")
    uri = editor.open(tmp_path / "film.sb")
    editor.type(uri, "@Mira runs", " fast")
    with pytest.raises(JsonRpcException, match="save it first"):
        await ordered(editor, "sbc.plan", uri)


async def test_the_clips_of_a_name(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "film.sb").write_text(SCRIPT, encoding="utf-8")
    uri = editor.open(tmp_path / "film.sb")
    at = editor.at(uri, "CHARACTER Mi")
    said = await ordered(editor, "sbc.clips", uri, {"line": at.line, "character": at.character})
    assert "1 clip, $" in said["text"]
    (clip,) = said["clips"]
    assert clip["clip"] == "s01c02"
    assert clip["location"]["range"]["start"]["line"] == SCRIPT[: SCRIPT.index("SHOT 5s close-up")].count("\n")


async def test_no_name_and_no_script(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "film.sb").write_text(SCRIPT, encoding="utf-8")
    uri = editor.open(tmp_path / "film.sb")
    with pytest.raises(JsonRpcException, match="no declared name"):
        await ordered(editor, "sbc.clips", uri, {"line": 0, "character": 0})
    for lost in ("file:///nowhere.sb", 7, None):
        with pytest.raises(JsonRpcException, match="open the script first"):
            await ordered(editor, "sbc.plan", lost)
    with pytest.raises(JsonRpcException, match="position"):
        await ordered(editor, "sbc.clips", uri, "here")


async def test_the_board_is_made_and_shown(tmp_path: Path) -> None:
    able = capabilities("utf-16")
    assert able.window is not None
    able.window.show_document = types.ShowDocumentClientCapabilities(support=True)
    editor = await start_editor("utf-16", tmp_path, able=able)
    shown: list[types.ShowDocumentParams] = []

    def show(params: types.ShowDocumentParams) -> types.ShowDocumentResult:
        shown.append(params)
        return types.ShowDocumentResult(success=True)

    editor.client.protocol.fm.features[types.WINDOW_SHOW_DOCUMENT] = show
    (tmp_path / "film.sb").write_text(SCRIPT, encoding="utf-8")
    said = await ordered(editor, "sbc.board", editor.open(tmp_path / "film.sb"))
    await editor.client.shutdown_session()
    page = tmp_path / "out" / "film" / "film-board.html"
    assert said["product"] == page.as_uri()
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [one.uri for one in shown] == [page.as_uri()]


async def test_a_script_is_summed_up_for_an_editor_that_asks(tmp_path: Path) -> None:
    editor = await start_editor("utf-16", tmp_path, wishes={"summaries": True})
    told: asyncio.Queue[Any] = asyncio.Queue()

    def keep(summary: Any) -> None:
        told.put_nowait(summary)

    editor.client.feature("storyboard/summary")(keep)
    (tmp_path / "film.sb").write_text(SCRIPT, encoding="utf-8")
    uri = editor.open(tmp_path / "film.sb")
    first = await asyncio.wait_for(told.get(), PATIENCE)
    await editor.client.shutdown_session()
    assert (first.uri, first.clock, first.clips, first.errors) == (uri, "0:15", "2 clips", 0)
    assert first.price.startswith("$")
    assert "guide" in first.basis


async def test_the_live_board_changes_in_place(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "film.sb").write_text(SCRIPT, encoding="utf-8")
    uri = editor.open(tmp_path / "film.sb")

    async def ask(method: str, **params: object) -> Any:
        answer = editor.client.protocol.send_request_async(method, params | {"uri": uri})  # type: ignore[no-untyped-call] # pygls leaves it so
        return await asyncio.wait_for(answer, PATIENCE)

    first = await ask("storyboard/board", isNew=True)
    assert first.order.title == "film.sb"
    editor.type(uri, "@Mira runs", " fast")
    second = await ask("storyboard/board")
    assert len(_names(second.new)) < len(_names(first.new)) / 2
    assert (await ask("storyboard/shotAt", position={"line": 12, "character": 0})).shot == "1.1"
    place = await ask("storyboard/shot", shot="1.3")
    assert place.range.start.line == SCRIPT[: SCRIPT.rindex("SHOT")].count("\n")
    assert await ask("storyboard/shot", shot="9.9") is None
    moved = await ask("storyboard/editShot", shot="1.3", action="moveUp")
    assert moved.line == SCRIPT.splitlines().index("SHOT 5s close-up")
    with pytest.raises(JsonRpcException, match=r"no shot 9\.9"):
        await ask("storyboard/editShot", shot="9.9", action="insert")
    assert await ask("storyboard/picture", name="nothing.webp") is None
    assert await ask("storyboard/take", name="nothing.mp4") is None


def _names(pieces: Any) -> list[str]:
    return list(pieces._fields)
