"""Completion: offers at the cursor, and what the editor shows beside the one that is chosen."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from storyboard.lsp.completion import CompletionOffer, complete
from storyboard.lsp.editor import Editor
from storyboard.lsp.handlers.open_file import Answer, OpenFile, on_open_file
from storyboard.lsp.hover import describe
from storyboard.lsp.markdown import image, markup
from storyboard.lsp.pictures import thumbnail
from storyboard.wording import printable

_KINDS = {
    "character": types.CompletionItemKind.Variable,
    "prop": types.CompletionItemKind.Constant,
    "location": types.CompletionItemKind.Module,
    "place": types.CompletionItemKind.Module,
    "time": types.CompletionItemKind.EnumMember,
    "seconds": types.CompletionItemKind.Unit,
    "size": types.CompletionItemKind.EnumMember,
    "move": types.CompletionItemKind.Event,
    "key": types.CompletionItemKind.Property,
    "value": types.CompletionItemKind.Value,
    "file": types.CompletionItemKind.File,
    "keyword": types.CompletionItemKind.Keyword,
}
#: After these characters an editor asks by itself. The space is for `SHOT `, `model: ` and ` - ` in a heading.
_TRIGGERS = ["@", "{", " ", ":", "/", ",", "-", "."]


def _complete(file: OpenFile, params: types.CompletionParams) -> list[types.CompletionItem]:
    offered = complete(file.analysis, file.path, file.page.offset(params.position))
    return [_item(file, one, rank) for rank, one in enumerate(offered)]


def _knows_snippets(able: types.ClientCapabilities) -> bool:
    completion = able.text_document.completion if able.text_document else None
    return bool(completion and completion.completion_item and completion.completion_item.snippet_support)


def _item(file: OpenFile, one: CompletionOffer, rank: int) -> types.CompletionItem:
    """An offer as the protocol has it; `rank` keeps our order."""
    data = {"uri": file.document.uri, "name": one.name, "file": one.file} if one.name or one.file else None
    is_snippet = bool(one.snippet) and _knows_snippets(file.editor.client_capabilities)
    return types.CompletionItem(
        label=one.label,
        kind=_KINDS.get(one.kind),
        detail=printable(one.detail) or None,
        sort_text=f"{rank:05}",
        text_edit=types.TextEdit(file.page.range(one.start, one.end), one.snippet if is_snippet else one.text),
        insert_text_format=types.InsertTextFormat.Snippet if is_snippet else None,
        data=data,
    )


def _resolve(editor: Editor, item: types.CompletionItem) -> types.CompletionItem:
    """An offer with its documentation: the look and pictures of a name, the picture of a file."""
    data = item.data if isinstance(item.data, dict) else {}
    document = editor.files.documents.find(str(data.get("uri")))
    shown = None
    if data.get("name") and document is not None:
        analysis = editor.files.analysis_for(document)
        entity = analysis.whole.names.cast.find(str(data["name"]))
        shown = describe(analysis, entity, with_pictures=editor.shows_pictures) if entity else None
    elif data.get("file") and editor.shows_pictures:
        address = thumbnail(Path(str(data["file"])))
        shown = image(address) if address else None
    if shown:
        item.documentation = markup(shown, editor.documentation_formats)
    return item


ANSWERS: tuple[Answer, ...] = (
    (
        types.TEXT_DOCUMENT_COMPLETION,
        on_open_file(_complete),
        types.CompletionOptions(trigger_characters=_TRIGGERS, resolve_provider=True),
    ),
    (types.COMPLETION_ITEM_RESOLVE, _resolve, None),
)
