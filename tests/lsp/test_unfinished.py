"""Quiet while typing: what is not finished is not wrong yet, and nothing is kept back for long."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from storyboard.compiler.diagnostics import Diagnostic
from storyboard.compiler.pipeline import CompilerCache, analyze_text
from storyboard.lsp.unfinished_lines import LINE_RESTS, SCENE_RESTS, TypedKey, settled_diagnostics, typed_line
from tests.lsp.conftest import Editor

EXAMPLE = Path(__file__).parents[2] / "examples" / "08-the-lantern-keeper" / "film.sb"
#: Alarms that may come and go while a film is typed without a slip.
MOST = 10


def said(text: str, line: int, rest: float = 0, memory: CompilerCache | None = None) -> list[Diagnostic]:
    """What an editor shows so many seconds after a key on a line."""
    return settled_diagnostics(analyze_text(text, EXAMPLE, memory=memory).diagnostics, TypedKey(line, 0), text, rest)


def typing(step: int) -> tuple[int, int]:
    """Type the example, looking at every so many keys and at the end of every line: alarms that vanish again, and
    those that are errors."""
    text = EXAMPLE.read_text(encoding="utf-8")
    memory = CompilerCache()
    before: set[tuple[str, int]] = set()
    vanished = errors = 0
    for end in range(1, len(text) + 1):
        if end % step and text[end - 1] != "\n":
            continue
        found = said(text[:end], text.count("\n", 0, end) + 1, memory=memory)
        now = {(one.code, one.start.offset) for one in found}
        vanished += len(before - now)
        errors += len([one for one in before - now if one[0] < "SB204" or "SB300" < one[0] < "SB400"])
        before = now
    return vanished, errors


def test_typing_a_film_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    vanished, errors = typing(step=23)
    with capsys.disabled():
        print(f"\n{vanished} alarms came and went, {errors} of them errors")
    assert vanished <= MOST


@pytest.mark.slow
def test_typing_a_film_key_by_key_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    vanished, errors = typing(step=1)
    with capsys.disabled():
        print(f"\n{vanished} alarms came and went, {errors} of them errors")
    assert vanished <= MOST


SCRIPT = "CHARACTER Mira\nfront: https://example.com/m.png\n\nSHOT 5s wide\n@Mira and @Tom wait.\n"


def codes(found: list[Diagnostic]) -> set[str]:
    return {one.code for one in found if one.code < "SB501"}


def test_a_line_waits_until_the_caret_leaves_it_or_a_second_passes() -> None:
    assert codes(said(SCRIPT, 5)) == set()
    assert codes(said(SCRIPT, 5, LINE_RESTS)) == {"SB201"}
    assert codes(said(SCRIPT, 6)) == {"SB201"}


def test_that_a_name_is_unused_waits_for_a_save() -> None:
    text = SCRIPT.replace("@Mira and @Tom wait.", "The door opens.")
    assert "SB204" not in codes(said(text, 3, LINE_RESTS))
    assert "SB204" in codes(said(text, 3, SCENE_RESTS))


def test_what_a_key_is() -> None:
    def change(text: str, start: int, end: int) -> types.TextDocumentContentChangePartial:
        return types.TextDocumentContentChangePartial(
            types.Range(types.Position(start, 0), types.Position(end, 0)), text
        )

    assert typed_line([change("a", 4, 4)]) == 5
    assert typed_line([change("\n  ", 4, 4)]) == 6
    assert typed_line([change("", 4, 5)]) == 5
    assert typed_line([change("a whole line", 4, 4)]) is None
    assert typed_line([types.TextDocumentContentChangeWholeDocument("x")]) is None


@pytest.mark.asyncio(loop_scope="module")
async def test_the_editor_is_told_after_a_rest_and_at_once_when_saved(editor: Editor, tmp_path: Path) -> None:
    path = tmp_path / "film.sb"
    path.write_text(SCRIPT.replace("@Tom wait", "@To"), encoding="utf-8")
    uri = editor.open(path)
    await editor.settled(uri, lambda found: any(one.code == "SB201" for one in found))
    editor.type(uri, "@To", "x")
    found = await editor.diagnostics(uri, editor.versions[uri])
    assert not any(one.code == "SB201" for one in found)
    await editor.settled(uri, lambda found: any(one.code == "SB201" for one in found))
