"""What an editor asks: every request, as a UTF-16 and as a UTF-8 client, behind emoji and combining characters."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types
from PIL import Image
from pygls.exceptions import JsonRpcException

from tests.lsp.conftest import Editor, capabilities, start_editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Emoji, and accents that are characters of their own, stand before the places asked for.
SCRIPT = """Title: The 🏮 Keeper
Model: kling-o3-pro
Audio: on

INCLUDE cast.sb

CHARACTER Zoe\u0308
look: her 👩‍👧 sister

LOCATION Harbor
look: fog over stones
image: refs/harbor.png

# Act 🌊 One

EXT. HARBOR - DUSK

Wet cobbles.

SHOT 5s wide, slow push forward
🏮 cafe\u0301: @Mira waits at the left of the quay, @Zoe\u0308 far behind her.

MIRA
(🤫 to @Zoe\u0308)
I never left.

SHOT 12s close-up
@Mira.winter turns.

/* a boneyard
over lines */
"""

CAST = """CHARACTER Mira
look: a keeper in a red coat
front: refs/mira.png

CHARACTER Mira.winter
look: a keeper in white fur
"""


@pytest.fixture
def film(tmp_path: Path) -> Path:
    (tmp_path / "refs").mkdir()
    for name in ("mira", "harbor"):
        Image.new("RGB", (640, 480), "teal").save(tmp_path / "refs" / f"{name}.png")
    (tmp_path / "cast.sb").write_text(CAST, encoding="utf-8")
    (tmp_path / "film.sb").write_text(SCRIPT, encoding="utf-8")
    return tmp_path / "film.sb"


async def complete(editor: Editor, uri: str, before: str) -> dict[str, types.CompletionItem]:
    found = await editor.client.text_document_completion_async(types.CompletionParams(**editor.place(uri, before)))
    assert isinstance(found, list)
    return {one.label: one for one in found}


def accepted(editor: Editor, uri: str, item: types.CompletionItem) -> str:
    """The line in which an offer was taken."""
    assert isinstance(item.text_edit, types.TextEdit)
    text = editor.edited(uri, [item.text_edit])
    return text.split("\n")[item.text_edit.range.start.line]


async def test_names_after_an_at(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    editor.type(uri, "I never left.", "\n\n🏮 e\u0301 @Zo")
    offered = await complete(editor, uri, "🏮 e\u0301 @Zo")
    assert list(offered) == ["Zoe\u0308"]
    assert accepted(editor, uri, offered["Zoe\u0308"]) == "🏮 e\u0301 @Zoe\u0308"
    editor.type(uri, "🏮 e\u0301 @", "", over="Zo")
    assert set(await complete(editor, uri, "🏮 e\u0301 @")) == {"Mira", "Mira.winter", "Zoe\u0308", "Harbor"}


async def test_an_offered_name_shows_look_and_picture(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    offered = await complete(editor, uri, "cafe\u0301: @")
    shown = await editor.client.completion_item_resolve_async(offered["Mira"])
    assert isinstance(shown.documentation, types.MarkupContent)
    assert "a keeper in a red coat" in shown.documentation.value
    assert "](data:image/" in shown.documentation.value


async def test_places_and_times_in_a_heading(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    editor.type(uri, "@Mira.winter turns.", "\n\nINT. ")
    assert "HARBOR" in await complete(editor, uri, "turns.\n\nINT. ")
    editor.type(uri, "turns.\n\nINT. ", "HARBOR - ")
    times = await complete(editor, uri, "INT. HARBOR - ")
    assert next(iter(times)) == "DUSK", "what the script uses comes first"
    assert "GOLDEN HOUR" in times


async def test_seconds_that_the_model_takes(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    editor.type(uri, "turns.", "\n\nSHOT ")
    offered = await complete(editor, uri, "turns.\n\nSHOT ")
    assert list(offered) == [f"{count}s" for count in range(3, 16)]
    assert offered["5s"].detail is not None
    assert "$0.70" in offered["5s"].detail
    editor.type(uri, "Model: ", "grok-imagine", over="kling-o3-pro")
    assert list(await complete(editor, uri, "turns.\n\nSHOT ")) == ["5s", "8s", "10s"]


async def test_sizes_and_moves_after_the_seconds(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    editor.type(uri, "turns.", "\n\nSHOT 5s ")
    offered = await complete(editor, uri, "turns.\n\nSHOT 5s ")
    assert {"CU", "wide", "slow push forward"} <= set(offered)
    editor.type(uri, "turns.\n\nSHOT 5s ", "wide, slow pu")
    offered = await complete(editor, uri, "turns.\n\nSHOT 5s wide, slow pu")
    assert accepted(editor, uri, offered["slow push forward"]) == "SHOT 5s wide, slow push forward"


async def test_keys_models_and_values(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    editor.type(uri, "SHOT 12s close-up", "\n")
    offered = await complete(editor, uri, "SHOT 12s close-up\n")
    assert {"light", "sound", "start", "end", "with"} <= set(offered)
    editor.type(uri, "SHOT 12s close-up\n", "li")
    offered = await complete(editor, uri, "SHOT 12s close-up\nli")
    assert accepted(editor, uri, offered["light"]) == "light: "
    editor.type(uri, "Model: ", "", over="kling-o3-pro")
    models = await complete(editor, uri, "Model: ")
    assert {"kling-o3-pro", "kling-o3-standard", "grok-imagine"} <= set(models)
    assert set(await complete(editor, uri, "Audio: ")) == {"on", "off"}


async def test_paths_of_images(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    editor.type(uri, "image: ", "", over="refs/harbor.png")
    offered = await complete(editor, uri, "image: ")
    assert set(offered) == {"refs/harbor.png", "refs/mira.png"}
    editor.type(uri, "image: ", "refs/h")
    assert accepted(editor, uri, offered["refs/harbor.png"]) == "image: refs/harbor.pngrefs/h"
    offered = await complete(editor, uri, "image: refs/h")
    assert accepted(editor, uri, offered["refs/harbor.png"]) == "image: refs/harbor.png"


async def test_snippets_for_an_editor_that_knows_them(film: Path) -> None:
    able = capabilities("utf-16")
    assert able.text_document is not None
    assert able.text_document.completion is not None
    assert able.text_document.completion.completion_item is not None
    for knows in (True, False):
        able.text_document.completion.completion_item.snippet_support = knows
        editor = await start_editor("utf-16", film.parent, able=able)
        uri = editor.open(film)
        editor.type(uri, "over lines */\n", "\nSH")
        offer = (await complete(editor, uri, "over lines */\n\nSH"))["SHOT"]
        assert isinstance(offer.text_edit, types.TextEdit)
        assert offer.text_edit.new_text == ("SHOT ${1:5}s ${2:wide}\n$0" if knows else "SHOT ")
        assert (offer.insert_text_format is types.InsertTextFormat.Snippet) is knows
        await editor.client.shutdown_session()


async def typed_enter(editor: Editor, uri: str, line: str) -> str:
    """The script after Enter behind a line, and after what the server changes then."""
    editor.type(uri, line, "\n")
    place = editor.at(uri, f"{line}\n")
    found = await editor.client.text_document_on_type_formatting_async(
        types.DocumentOnTypeFormattingParams(
            types.TextDocumentIdentifier(uri), place, "\n", types.FormattingOptions(4, True)
        )
    )
    return editor.edited(uri, list(found or []))


async def test_enter_sets_the_line_above_in_the_one_style(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    editor.type(uri, "over lines */\n", "\nSHOT 3s\n@Mira waits.\n\next. harbor - night\n\nSHOT 4s\n@Mira sleeps.\n")
    assert "\nEXT. HARBOR - NIGHT\n\n\nSHOT 4s" in await typed_enter(editor, uri, "\next. harbor - night")
    before = editor.texts[uri]
    assert await typed_enter(editor, uri, "@Mira sleeps.") == before.replace("@Mira sleeps.", "@Mira sleeps.\n")


async def hover(editor: Editor, uri: str, before: str) -> tuple[str, str]:
    found = await editor.client.text_document_hover_async(types.HoverParams(**editor.place(uri, before)))
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert found.range is not None
    return found.contents.value, editor.words(uri, found.range)


async def test_hover_on_a_name(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    said, words = await hover(editor, uri, "cafe\u0301: @Mi")
    assert words == "@Mira"
    assert "a keeper in a red coat" in said
    assert "![picture](data:image/" in said
    assert "`@Element1` in clip s01c01" in said
    said, words = await hover(editor, uri, "EXT. HAR")
    assert words == "HARBOR"
    assert "`@Image1` in clip s01c01" in said


async def test_hover_on_a_model_and_on_a_path(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    said, words = await hover(editor, uri, "Model: kling")
    assert words == "kling-o3-pro"
    assert "clips of at most 15 s" in said
    assert "a second" in said
    said, words = await hover(editor, uri, "image: refs/har")
    assert words == "refs/harbor.png"
    assert "data:image/" in said


async def test_hover_on_a_key_and_on_a_camera(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    said, words = await hover(editor, uri, "Mod")
    assert words == "Model"
    assert "a name or alias" in said
    assert "where it is not set: `kling-o3-pro`" in said
    editor.type(uri, "SHOT 5s ", "CU", over="wide")
    said, words = await hover(editor, uri, "SHOT 5s CU, sl")
    assert words == "SHOT 5s CU, slow push forward"
    assert "In the prompt: close-up, slow push forward" in said
    assert "the camera comes nearer" in said


async def test_an_editor_that_shows_no_pictures_gets_links(film: Path) -> None:
    """Neovim, for one: it would show the letters of the picture."""
    able = capabilities("utf-8")
    assert able.general is not None
    able.general.markdown = None
    editor = await start_editor("utf-8", film.parent, able=able)
    uri = editor.open(film)
    said, _ = await hover(editor, uri, "cafe\u0301: @Mi")
    assert f"[refs/mira.png]({film.parent.as_uri()}/refs/mira.png)" in said
    assert "data:" not in said
    offered = await complete(editor, uri, "cafe\u0301: @")
    item = await editor.client.completion_item_resolve_async(offered["Mira"])
    assert isinstance(item.documentation, types.MarkupContent)
    assert "[refs/mira" in item.documentation.value
    await editor.client.shutdown_session()


async def test_an_editor_that_shows_plain_text_gets_no_marks(film: Path) -> None:
    """Emacs, for one, where no Markdown mode is installed."""
    able = capabilities("utf-16")
    assert able.general is not None
    assert able.text_document is not None
    assert able.text_document.completion is not None
    assert able.text_document.completion.completion_item is not None
    able.general.markdown = None
    able.text_document.hover = types.HoverClientCapabilities(content_format=[types.MarkupKind.PlainText])
    able.text_document.completion.completion_item.documentation_format = [types.MarkupKind.PlainText]
    editor = await start_editor("utf-16", film.parent, able=able)
    uri = editor.open(film)
    expected = "Mira · character\n\na keeper in a red coat\n\nrefs/mira.png"
    said, _ = await hover(editor, uri, "cafe\u0301: @Mi")
    assert said == f"{expected}\n\n@Element1 in clip s01c01"
    offered = await complete(editor, uri, "cafe\u0301: @")
    item = await editor.client.completion_item_resolve_async(offered["Mira"])
    assert item.documentation == types.MarkupContent(types.MarkupKind.PlainText, expected)
    editor.type(uri, "cafe\u0301: ", "[[SB201]] ")
    said, _ = await hover(editor, uri, "[[SB2")
    assert "**" not in said
    assert "@Element" in said or "CHARACTER" in said
    await editor.client.shutdown_session()


async def test_hover_on_a_shot(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    said, words = await hover(editor, uri, "SHOT 12s clo")
    assert words == "SHOT 12s close-up"
    assert "17 s so far" in said
    assert "**s01c02**" in said
    assert "$1.68" in said


async def test_hover_on_a_code(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    editor.type(uri, "SHOT 12s close-up", " [[🏮 allow SB501]]")
    said, words = await hover(editor, uri, "allow SB5")
    assert words == "SB501"
    assert "# SB501" in said


@pytest.mark.parametrize("name", ["x" * 300, "x" * 5000, "\x1b[31m", "a\u0000b"])
async def test_a_path_that_cannot_be_one_leads_nowhere(editor: Editor, film: Path, name: str) -> None:
    uri = editor.open(film, f"CHARACTER Mira\nfront: {name}.png\n\nSHOT 5s\n@Mira waits.\n")
    place = types.DeclarationParams(types.TextDocumentIdentifier(uri), types.Position(1, 8))
    assert await editor.client.text_document_declaration_async(place) is None
    assert not [one for one in editor.client.messages if "fault" in one.message]


async def test_declaration_in_an_include(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    place = types.DeclarationParams(**editor.place(uri, "cafe\u0301: @Mi"))
    found = await editor.client.text_document_declaration_async(place)
    assert isinstance(found, types.Location)
    assert found.uri == (film.parent / "cast.sb").as_uri()
    assert (found.range.start.line, found.range.start.character) == (0, len("CHARACTER "))
    place = types.DeclarationParams(**editor.place(uri, "far behind"))
    assert await editor.client.text_document_declaration_async(place) is None


async def test_references_over_all_files(editor: Editor, film: Path) -> None:
    other = film.with_name("other.sb")
    other.write_text("INCLUDE cast.sb\n\nSHOT 5s\n👩‍👧 @Mira waits.\n", encoding="utf-8")
    uri = editor.open(film)
    asked = types.ReferenceParams(types.ReferenceContext(True), **editor.place(uri, "cafe\u0301: @Mi"))
    found = await editor.client.text_document_references_async(asked)
    assert found is not None
    words = sorted((one.uri.rpartition("/")[2], editor.words(uri, one.range)) for one in found if one.uri == uri)
    assert words == [("film.sb", "MIRA"), ("film.sb", "Mira"), ("film.sb", "Mira.winter")]
    assert sorted(one.uri.rpartition("/")[2] for one in found if one.uri != uri) == ["cast.sb", "cast.sb", "other.sb"]


async def rename(editor: Editor, uri: str, before: str, new: str) -> dict[str, str]:
    asked = types.RenameParams(new_name=new, **editor.place(uri, before))
    found = await editor.client.text_document_rename_async(asked)
    assert found is not None
    assert found.document_changes is not None
    changed = {}
    for one in found.document_changes:
        assert isinstance(one, types.TextDocumentEdit)
        which = one.text_document.uri
        editor.know(which)
        edits = [edit for edit in one.edits if isinstance(edit, types.TextEdit)]
        changed[which.rpartition("/")[2]] = editor.edited(which, edits)
    return changed


async def test_rename_everywhere(editor: Editor, film: Path) -> None:
    (film.with_name("other.sb")).write_text("INCLUDE cast.sb\n\nSHOT 5s\n👩‍👧 @Mira waits.\n", encoding="utf-8")
    uri = editor.open(film)
    changed = await rename(editor, uri, "cafe\u0301: @Mi", "Anna")
    assert changed["film.sb"] == SCRIPT.replace("Mira", "Anna").replace("MIRA", "ANNA")
    assert changed["cast.sb"] == CAST.replace("Mira", "Anna")
    assert changed["other.sb"] == "INCLUDE cast.sb\n\nSHOT 5s\n👩‍👧 @Anna waits.\n"


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("", "at least one letter"),
        ("  ", "at least one letter"),
        ("Zo\u00eb", "already declared, as a character, in film.sb, line 7"),
        ("harbor", "already declared, as a location"),
        ("@Anna", "cannot be a name"),
        ("Anna.x", "cannot be a name"),
    ],
)
async def test_rename_is_refused_with_a_reason(editor: Editor, film: Path, new: str, reason: str) -> None:
    uri = editor.open(film)
    with pytest.raises(JsonRpcException, match=reason):
        await rename(editor, uri, "cafe\u0301: @Mi", new)


async def test_outline_with_seconds(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    asked = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    found = await editor.client.text_document_document_symbol_async(asked)
    assert found is not None
    symbols = [one for one in found if isinstance(one, types.DocumentSymbol)]
    assert [(one.name, one.detail) for one in symbols] == [
        ("The 🏮 Keeper", "17 s"),
        ("INCLUDE cast.sb", None),
        ("Zoe\u0308", "character"),
        ("Harbor", "location"),
        ("Act 🌊 One", None),
    ]
    (scene,) = symbols[-1].children or []
    assert (scene.name, scene.detail) == ("EXT. HARBOR - DUSK", "17 s · 2 shots")
    assert [one.detail for one in scene.children or []] == ["5 s, s01c01", "12 s, s01c02"]
    assert editor.words(uri, scene.selection_range) == "EXT. HARBOR - DUSK"


async def test_folding(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    asked = types.FoldingRangeParams(types.TextDocumentIdentifier(uri))
    found = await editor.client.text_document_folding_range_async(asked)
    lines = SCRIPT.split("\n")
    folded = {lines[one.start_line]: lines[one.end_line] for one in found or []}
    assert folded["SHOT 5s wide, slow push forward"] == "I never left."
    assert folded["/* a boneyard"] == "over lines */"
    assert folded["LOCATION Harbor"] == "image: refs/harbor.png"


async def test_formatting(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    editor.type(uri, "look: fog over stones\n", "image :   refs/harbor.png   \n", over="image: refs/harbor.png\n")
    asked = types.DocumentFormattingParams(types.TextDocumentIdentifier(uri), types.FormattingOptions(2, True))
    edits = await editor.client.text_document_formatting_async(asked)
    assert "\nimage: refs/harbor.png\n" in editor.edited(uri, list(edits or []))
    editor.type(uri, "EXT. ", "Harbor - dusk", over="HARBOR - DUSK")
    edits = await editor.client.text_document_formatting_async(asked)
    assert "\nEXT. HARBOR - DUSK\n" in editor.edited(uri, list(edits or []))


async def test_a_script_with_syntax_errors_is_left_alone(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    editor.type(uri, "look: fog over stones", "\nno property")
    asked = types.DocumentFormattingParams(types.TextDocumentIdentifier(uri), types.FormattingOptions(2, True))
    assert not await editor.client.text_document_formatting_async(asked)
    assert "film.sb has syntax errors and was left alone" in editor.client.messages[-1].message


async def test_typing_goes_before_formatting(editor: Editor, film: Path) -> None:
    """However fast formatting is: of a text long enough it is still at work when the next key comes."""
    for count in (200, 800, 3200, 6400):
        path = film.with_name(f"long{count}.sb")
        uri = editor.open(path, SCRIPT + "SHOT 5s\n@Mira waits there in the fog.\n\n\n" * count)
        await editor.diagnostics(uri)  # the server is at rest
        options = types.FormattingOptions(2, True)
        asked = types.DocumentFormattingParams(types.TextDocumentIdentifier(uri), options)
        waiting = asyncio.ensure_future(editor.client.text_document_formatting_async(asked))
        await asyncio.sleep(0.02)
        editor.type(uri, "Wet cobbles", "tone")
        (answer,) = await asyncio.gather(waiting, return_exceptions=True)
        editor.close(uri)
        if isinstance(answer, JsonRpcException):
            break
    assert isinstance(answer, JsonRpcException)
    assert "has changed since" in str(answer)


async def test_inlay_hints(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    whole = types.Range(types.Position(0, 0), types.Position(999, 0))
    asked = types.InlayHintParams(types.TextDocumentIdentifier(uri), whole)
    found = await editor.client.text_document_inlay_hint_async(asked)
    assert [one.label for one in found or []] == ["0:00 · s01c01 · 5 s · $0.70", "0:05 · s01c02 · 12 s · $1.68"]
    assert found is not None
    assert found[1].position == editor.at(uri, "SHOT 12s close-up")
    assert isinstance(found[1].tooltip, str)
    assert "longer than 15 s" in found[1].tooltip


async def test_links(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    asked = types.DocumentLinkParams(types.TextDocumentIdentifier(uri))
    found = await editor.client.text_document_document_link_async(asked)
    assert {editor.words(uri, one.range): one.target for one in found or []} == {
        "cast.sb": (film.parent / "cast.sb").as_uri(),
        "refs/harbor.png": (film.parent / "refs/harbor.png").as_uri(),
    }


async def test_quick_fixes(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    editor.type(uri, "cafe\u0301: @M", "ria", over="ira")
    found = [one for one in await editor.diagnostics(uri) if one.code == "SB201"]
    asked = types.CodeActionParams(
        types.TextDocumentIdentifier(uri), found[0].range, types.CodeActionContext(diagnostics=found)
    )
    actions = await editor.client.text_document_code_action_async(asked)
    fixes = [one for one in actions or [] if isinstance(one, types.CodeAction)]
    assert fixes[0].title == "Change “@Mria” to “@Mira”"
    assert fixes[0].edit is not None
    assert fixes[0].edit.document_changes is not None
    (changed,) = fixes[0].edit.document_changes
    assert isinstance(changed, types.TextDocumentEdit)
    assert editor.edited(uri, [one for one in changed.edits if isinstance(one, types.TextEdit)]) == SCRIPT
    assert changed.text_document.version == 2
    assert list(fixes[0].diagnostics or []) == found


async def test_unsaved_text_of_an_included_file_counts(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    assert not [one for one in await editor.diagnostics(uri) if one.code == "SB201"]
    cast = editor.open(film.parent / "cast.sb", CAST.replace("Mira", "Anna"))
    await editor.settled(uri, lambda found: any(one.code == "SB201" for one in found))
    editor.send(cast, types.TextDocumentContentChangeWholeDocument(CAST))
    await editor.settled(uri, lambda found: not any(one.code == "SB201" for one in found))


async def test_a_cast_file_alone_knows_the_films_around_it(editor: Editor, film: Path) -> None:
    cast = editor.open(film.parent / "cast.sb")
    changed = await rename(editor, cast, "CHARACTER Mi", "Anna")
    assert changed["film.sb"] == SCRIPT.replace("Mira", "Anna").replace("MIRA", "ANNA")


async def test_rename_begins_with_the_word_under_the_cursor(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    for before, words in (("@Mira.wi", "winter"), ("close-up\n@Mi", "Mira")):
        asked = types.PrepareRenameParams(**editor.place(uri, before))
        found = await editor.client.text_document_prepare_rename_async(asked)
        assert isinstance(found, types.PrepareRenamePlaceholder)
        assert (editor.words(uri, found.range), found.placeholder) == (words, words)


async def test_the_same_name_is_highlighted(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    asked = types.DocumentHighlightParams(**editor.place(uri, "cafe\u0301: @Mi"))
    found = await editor.client.text_document_document_highlight_async(asked)
    assert [editor.words(uri, one.range) for one in found or []] == ["Mira", "MIRA", "Mira.winter"]


async def test_hover_on_a_problem_is_its_page(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    editor.type(uri, "cafe\u0301: @M", "ria", over="ira")
    said, words = await hover(editor, uri, "cafe\u0301: @Mr")
    assert words == "@Mria"
    assert "# SB201" in said


async def test_lines_follow_files_that_get_other_names(editor: Editor, film: Path) -> None:
    uri = editor.open(film)
    folder = film.parent

    async def moved(old: str, new: str) -> dict[str, list[str]]:
        files = [types.FileRename((folder / old).as_uri(), (folder / new).as_uri())]
        answer = await editor.client.workspace_will_rename_files_async(types.RenameFilesParams(files))
        changes = answer.document_changes if answer else None
        return {
            one.text_document.uri.rpartition("/")[2]: [each.new_text for each in one.edits]  # type: ignore[union-attr] # no snippets
            for one in changes or ()
            if isinstance(one, types.TextDocumentEdit)
        }

    assert await moved("cast.sb", "people.sb") == {"film.sb": ["people.sb"]}
    assert await moved("refs", "pictures") == {
        "film.sb": ["pictures/harbor.png"],
        "cast.sb": ["pictures/mira.png"],
    }
    assert await moved("film.sb", "one/film.sb") == {"film.sb": ["../cast.sb", "../refs/harbor.png"]}
    assert await moved("README.md", "READ.md") == {}
    editor.close(uri)
