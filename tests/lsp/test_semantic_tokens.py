"""Colours by meaning, symbols of the workspace, formatting of a range, selection step by step."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from storyboard.lsp.semantic_tokens import MODIFIERS, TYPES
from tests.lsp.conftest import Editor
from tests.lsp.test_handlers import SCRIPT, film

__all__ = ["film"]

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def tokens(editor: Editor, uri: str) -> list[tuple[str, str]]:
    """The tokens of a file: the words, and what they are with its modifiers."""
    which = types.TextDocumentIdentifier(uri)
    answer = await editor.client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(which))
    assert answer is not None
    lines, found, line, character = editor.texts[uri].split("\n"), [], 0, 0
    for down, right, length, kind, modifiers in zip(*[iter(answer.data)] * 5, strict=True):
        line, character = line + down, right if down else character + right
        units = lines[line].encode("utf-16-le" if editor.encoding == "utf-16" else "utf-8")
        width = 2 if editor.encoding == "utf-16" else 1
        word = units[character * width : (character + length) * width].decode("utf-16-le" if width == 2 else "utf-8")
        said = [TYPES[kind], *(one for bit, one in enumerate(MODIFIERS) if modifiers >> bit & 1)]
        found.append((word, " ".join(said)))
    return found


async def test_every_word_is_what_it_means(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    found = await tokens(editor, uri)
    for expected in (
        ("Title", "property"), ("INCLUDE", "keyword"), ("cast.sb", "string"), ("CHARACTER", "keyword"),
        ("Zoe\u0308", "variable declaration"), ("refs/harbor.png", "string"), ("EXT. ", "class"), ("HARBOR", "type"),
        ("SHOT", "keyword"), ("5s", "number"), ("wide, slow push forward", "decorator"), ("@Mira", "variable"),
        ("MIRA", "variable"), ("I never left.", "string"), ("@Mira.winter", "variable"), ("/* a boneyard", "comment"),
        ("over lines */", "comment"),
    ):  # fmt: skip
        assert expected in found, (expected, found)


async def test_a_name_that_nobody_has_is_told_from_one_that_is_declared(editor: Editor, film: Path) -> None:
    uri = editor.open(film, SCRIPT.replace("@Mira waits", "@Nobody waits"))
    assert ("@Nobody", "variable deprecated") in await tokens(editor, uri)


async def test_symbols_are_found_in_every_file(editor: Editor, film: Path) -> None:
    editor.open(film)
    found = await editor.client.workspace_symbol_async(types.WorkspaceSymbolParams("mira"))
    assert {(one.name, one.location.uri.rpartition("/")[2]) for one in found or ()} == {
        ("Mira", "cast.sb"),
        ("Mira.winter", "cast.sb"),
    }
    everything = await editor.client.workspace_symbol_async(types.WorkspaceSymbolParams(""))
    assert "EXT. HARBOR - DUSK" in {one.name for one in everything or ()}


async def test_a_range_is_formatted_alone(editor: Editor, film: Path) -> None:
    text = SCRIPT.replace("EXT. HARBOR", "EXT. harbor").replace("INCLUDE", "include")
    uri = editor.open(film, text)
    at = editor.at(uri, "EXT. har")
    edits = await editor.client.text_document_range_formatting_async(
        types.DocumentRangeFormattingParams(
            types.TextDocumentIdentifier(uri), types.Range(at, at), types.FormattingOptions(4, insert_spaces=True)
        )
    )
    assert [one.new_text.strip() for one in edits or ()] == ["EXT. HARBOR - DUSK"]


async def test_a_selection_grows_from_word_to_file(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    answer = await editor.client.text_document_selection_range_async(
        types.SelectionRangeParams(types.TextDocumentIdentifier(uri), [editor.at(uri, "waits at the le")])
    )
    assert answer
    lines: list[int] = []
    selected: types.SelectionRange | None = answer[0]
    while selected is not None:
        lines.append(selected.range.end.line - selected.range.start.line)
        selected = selected.parent
    assert lines[:2] == [0, 0], "the word, its line"
    assert lines == sorted(lines)
    assert len(lines) >= 5, "word, line, shot, scene, file"
