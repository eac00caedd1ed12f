"""Problems as one types."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.conftest import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Emoji, and an accent that is a character of its own, stand before the places asked for.
SCRIPT = """CHARACTER Mira
look: a keeper 🏮 in red

CHARACTER Zoe\u0308
look: her sister 👩‍👧

LOCATION Harbor
look: fog

EXT. HARBOR - DUSK

SHOT 5s wide
🏮🏮 cafe\u0301 lights: @Mria waves to @Zoe\u0308 from the left of the quay.
"""


async def test_a_misspelt_name_is_told_with_its_place(editor: Editor, tmp_path: Path) -> None:
    uri = editor.open(tmp_path / "film.sb", SCRIPT)
    found = [one for one in await editor.diagnostics(uri) if one.code == "SB201"]
    assert [editor.words(uri, one.range) for one in found] == ["@Mria"]
    assert found[0].severity == types.DiagnosticSeverity.Error
    assert found[0].source == "sbc"
    assert "@Mira" in found[0].message


async def test_typing_mends_it(editor: Editor, tmp_path: Path) -> None:
    uri = editor.open(tmp_path / "film.sb", SCRIPT)
    editor.type(uri, "lights: @M", "ira", over="ria")
    assert not [one for one in await editor.diagnostics(uri) if one.code == "SB201"]


async def test_a_projects_models_are_known_and_checked(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "sbc.toml").write_text('models = "models.toml"\n')
    models = tmp_path / "models.toml"
    models.write_text('[mine]\nlike = "wan-3-0"\nusd = "cheap"\ndate = 2026-11-20\n')
    script = "Model: mine\n\nCHARACTER Mira\nfront: https://example.com/mira.png\n\nSHOT 5s\n@Mira waits.\n"
    uri = editor.open(tmp_path / "film.sb", script)
    assert [one.code for one in await editor.diagnostics(uri) if one.code == "SB104"] == ["SB104"], "it is no model yet"
    (told,) = await editor.diagnostics(models.as_uri())
    editor.know(models.as_uri())
    assert (told.code, editor.words(models.as_uri(), told.range)) == ("SB104", "usd")
    models.write_text('[mine]\nlike = "wan-3-0"\nusd = 0.1\ndate = 2026-11-20\n')
    editor.type(uri, "waits", " long")
    assert not [one for one in await editor.diagnostics(uri) if one.code == "SB104"]
