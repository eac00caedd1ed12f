"""Handlers of an editor's requests: units in, units out."""

from __future__ import annotations

import asyncio
import functools
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from storyboard.compiler.diagnostics import Diagnostic
from storyboard.compiler.pipeline import Analysis, analyze_text
from storyboard.files.stamps import stamp_of
from storyboard.format import Unformatted
from storyboard.lsp.completion import Offer, complete
from storyboard.lsp.diagnostics import published
from storyboard.lsp.documents import Document
from storyboard.lsp.fixes import all_safe, mendings
from storyboard.lsp.formatting import formatting
from storyboard.lsp.hover import describe, hover_at
from storyboard.lsp.includers import including
from storyboard.lsp.locate import spot_at
from storyboard.lsp.markdown import image, plain
from storyboard.lsp.occurrences import Occurrence, occurrence_at, occurrences
from storyboard.lsp.outline import OutlineEntry, folds, hints, links, outline
from storyboard.lsp.pictures import thumbnail
from storyboard.lsp.positions import TextDocument
from storyboard.lsp.renaming import RenameChange, RenameRefused, RenameTarget, rename, same_entity, target_at
from storyboard.wording import printable

if TYPE_CHECKING:
    from storyboard.lsp.server import StoryboardServer
from storyboard.project.file import in_project

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
_SYMBOLS = {
    "title": types.SymbolKind.File,
    "character": types.SymbolKind.Variable,
    "prop": types.SymbolKind.Constant,
    "location": types.SymbolKind.Module,
    "include": types.SymbolKind.File,
    "section": types.SymbolKind.Namespace,
    "scene": types.SymbolKind.Class,
    "shot": types.SymbolKind.Method,
}
#: After these an editor asks without being told to. The space is for `SHOT `, `model: ` and ` - ` in a heading.
_TRIGGERS = ["@", "{", " ", ":", "/", ",", "-", "."]


class _Seen:
    """An open file, what is known of its script, and the place asked for."""

    def __init__(self, server: StoryboardServer, document: Document) -> None:
        self.desk = server.desk
        self.document = document
        self.path = document.path
        self.page = document.page
        self.analysis = server.desk.analysis_for(document)

    def at(self, position: types.Position) -> int:
        return self.page.offset(position)

    def page_at(self, path: str) -> TextDocument:
        source = next((one for one in self.analysis.sources if one.path == path), None)
        return self.desk.page(source) if source else self.desk.page_at(path)


def _see(server: StoryboardServer, params: Any) -> _Seen | None:  # noqa: ANN401 # any request about a file
    document = server.desk.documents.find(params.text_document.uri)
    return _Seen(server, document) if document is not None else None


def _complete(server: StoryboardServer, params: types.CompletionParams) -> list[types.CompletionItem] | None:
    seen = _see(server, params)
    if seen is None:
        return None
    offered = complete(seen.analysis, seen.path, seen.at(params.position))
    return [_item(seen, one, rank) for rank, one in enumerate(offered)]


def _item(seen: _Seen, one: Offer, rank: int) -> types.CompletionItem:
    data = {"uri": seen.document.uri, "name": one.name, "file": one.file} if one.name or one.file else None
    return types.CompletionItem(
        label=one.label,
        kind=_KINDS.get(one.kind),
        detail=printable(one.detail) or None,
        sort_text=f"{rank:05}",
        text_edit=types.TextEdit(seen.page.range(one.start, one.end), one.text),
        data=data,
    )


def _resolve(server: StoryboardServer, item: types.CompletionItem) -> types.CompletionItem:
    """What is shown beside an offer: a name's look and pictures, a file's picture."""
    data = item.data if isinstance(item.data, dict) else {}
    document = server.desk.documents.find(str(data.get("uri")))
    shown = None
    if data.get("name") and document is not None:
        analysis = server.desk.analysis_for(document)
        entity = analysis.whole.names.cast.find(str(data["name"]))
        shown = describe(analysis, entity, with_pictures=server.shows_pictures) if entity else None
    elif data.get("file") and server.shows_pictures:
        address = thumbnail(Path(str(data["file"])))
        shown = image(address) if address else None
    if shown:
        item.documentation = _markup(shown, server.documentation_formats)
    return item


def _hover(server: StoryboardServer, params: types.HoverParams) -> types.Hover | None:
    seen = _see(server, params)
    if seen is None:
        return None
    found = hover_at(seen.analysis, seen.path, seen.at(params.position), with_pictures=server.shows_pictures)
    if found is None:
        return None
    content = _markup(found.markdown, server.hover_formats)
    return types.Hover(content, seen.page.range(found.start, found.end))


def _markup(markdown: str, formats: Sequence[types.MarkupKind] | None) -> types.MarkupContent:
    """Markdown, or plain text for an editor that takes nothing else."""
    if formats and types.MarkupKind.Markdown not in formats:
        return types.MarkupContent(types.MarkupKind.PlainText, plain(markdown))
    return types.MarkupContent(types.MarkupKind.Markdown, markdown)


def _declaration(server: StoryboardServer, params: types.DeclarationParams) -> types.Location | None:
    seen = _see(server, params)
    if seen is None:
        return None
    at = seen.at(params.position)
    for link in links(seen.analysis, seen.path):
        if link.start <= at <= link.end and link.file and stamp_of(link.file):
            return types.Location(seen.desk.documents.uri(link.file), types.Range(_TOP, _TOP))
    found = _occurrence(seen, at)
    if found is None:
        return None
    source, start, end = seen.analysis.layout.locate(found.entity.declared)
    return types.Location(seen.desk.documents.uri(source.path), seen.page_at(source.path).range(start, end))


_TOP = types.Position(0, 0)


def _occurrence(seen: _Seen, at: int) -> Occurrence | None:
    spot = spot_at(seen.analysis, seen.path, at)
    return occurrence_at(seen.analysis, spot.block, at) if spot else None


def _scripts(seen: _Seen, declared_in: str) -> list[Analysis]:
    """Every script that knows the file of a declaration, open or on disk; that of the question first."""
    desk = seen.desk
    opened = [desk.analysis_of(one) for one in desk.scripts()]
    known = {source.path for analysis in opened for source in analysis.sources}
    texts = desk.documents.texts()
    folders = [desk.documents.folder, os.path.dirname(declared_in)]
    closed = [
        analyze_text(text, path, in_project(path, desk.options), texts=texts)
        for path, text in including(declared_in, folders, texts).items()
        if path not in known
    ]
    rest = [one for one in (*opened, *closed) if any(source.path == declared_in for source in one.sources)]
    return [seen.analysis, *(one for one in rest if one.path != seen.analysis.path)]


def _references(server: StoryboardServer, params: types.ReferenceParams) -> list[types.Location] | None:
    seen = _see(server, params)
    target = target_at(seen.analysis, seen.path, seen.at(params.position)) if seen else None
    if seen is None or target is None:
        return None
    found: dict[tuple[str, int], types.Location] = {}
    for analysis in _scripts(seen, seen.analysis.layout.locate(target.entity.declared)[0].path):
        entity = same_entity(analysis, seen.analysis, target.entity)
        for one in occurrences(analysis) if entity else ():
            if one.entity is not entity and one.entity.base is not entity:
                continue
            if one.span == one.entity.declared and not params.context.include_declaration:
                continue
            place = seen.desk.page(one.source).range(one.start, one.end)
            key = (one.source.path, one.start)
            found[key] = types.Location(seen.desk.documents.uri(one.source.path), place)
    return list(found.values())


def _highlight(server: StoryboardServer, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
    seen = _see(server, params)
    target = target_at(seen.analysis, seen.path, seen.at(params.position)) if seen else None
    if seen is None or target is None:
        return None
    return [
        types.DocumentHighlight(seen.page.range(one.start, one.end))
        for one in occurrences(seen.analysis)
        if one.source.path == seen.path and (one.entity is target.entity or one.entity.base is target.entity)
    ]


def _prepare_rename(
    server: StoryboardServer, params: types.PrepareRenameParams
) -> types.PrepareRenamePlaceholder | None:
    seen = _see(server, params)
    target = target_at(seen.analysis, seen.path, seen.at(params.position)) if seen else None
    if seen is None or target is None:
        return None
    return types.PrepareRenamePlaceholder(seen.page.range(target.start, target.end), _called(target))


def _called(target: RenameTarget) -> str:
    name = target.entity.name
    return name.rpartition(".")[2] if target.is_word else name


def _rename(server: StoryboardServer, params: types.RenameParams) -> types.WorkspaceEdit:
    seen = _see(server, params)
    target = target_at(seen.analysis, seen.path, seen.at(params.position)) if seen else None
    if seen is None or target is None:
        raise refusal("There is no declared name here. Put the cursor on one: after an @, in a cue or a declaration.")
    scripts = _scripts(seen, seen.analysis.layout.locate(target.entity.declared)[0].path)
    try:
        changes = rename(seen.analysis, target, params.new_name, scripts[1:])
    except RenameRefused as reason:
        raise refusal(str(reason)) from None
    pages = {source.path: seen.desk.page(source) for script in scripts for source in script.sources}
    return _edit(server, {path: _edits(pages[path], some) for path, some in changes.items()})


def refusal(reason: str) -> JsonRpcException:
    """An answer that says why a request is not done; the editor shows it."""
    return JsonRpcException(printable(reason), types.LSPErrorCodes.RequestFailed)


def _edits(page: TextDocument, changes: Iterable[RenameChange]) -> list[types.TextEdit]:
    return [types.TextEdit(page.range(one.start, one.end), one.text) for one in sorted(changes)]


def _edit(server: StoryboardServer, by_path: dict[str, list[types.TextEdit]]) -> types.WorkspaceEdit:
    """Edits with the versions that they are for, where the editor knows versions."""
    documents = server.desk.documents
    workspace = server.client_capabilities.workspace
    if not (workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes):
        return types.WorkspaceEdit(changes={documents.uri(path): edits for path, edits in by_path.items()})
    changed = []
    for path, edits in by_path.items():
        document = documents.at(path)
        which = types.OptionalVersionedTextDocumentIdentifier(
            documents.uri(path), document.version if document else None
        )
        changed.append(types.TextDocumentEdit(which, list(edits)))
    return types.WorkspaceEdit(document_changes=list(changed))


def _actions(server: StoryboardServer, params: types.CodeActionParams) -> list[types.CodeAction] | None:
    seen = _see(server, params)
    if seen is None:
        return None
    wanted = params.context.only
    found: list[types.CodeAction] = []
    if _is_wanted(types.CodeActionKind.QuickFix, wanted):
        start, end = seen.at(params.range.start), seen.at(params.range.end)
        page_at = functools.cache(seen.page_at)
        for one in mendings(seen.analysis, seen.path, start, end):
            edit = _edit(server, {path: _edits(page_at(path), some) for path, some in one.changes.items()})
            about = [_published(seen, page_at, one.diagnostic)]
            kind = types.CodeActionKind.QuickFix
            found.append(types.CodeAction(one.title, kind, about, is_preferred=one.is_safe or None, edit=edit))
    safe = all_safe(seen.analysis, seen.path)
    if safe and _is_wanted(types.CodeActionKind.SourceFixAll, wanted):
        edit = _edit(server, {seen.path: _edits(seen.page, safe)})
        found.append(types.CodeAction("Mend all that is safe", types.CodeActionKind.SourceFixAll, edit=edit))
    return found


def _is_wanted(kind: str, wanted: Sequence[types.CodeActionKind | str] | None) -> bool:
    return not wanted or any(kind == one or kind.startswith(f"{one}.") for one in map(_text, wanted))


def _text(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def _published(seen: _Seen, page_at: Callable[[str], TextDocument], one: Diagnostic) -> types.Diagnostic:
    return published(one, page_at, seen.desk.documents.uri)


def _symbols(server: StoryboardServer, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol] | None:
    seen = _see(server, params)
    return [_symbol(seen.page, one) for one in outline(seen.analysis, seen.path)] if seen else None


def _symbol(page: TextDocument, one: OutlineEntry) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        name=printable(one.name),
        detail=one.detail or None,
        kind=_SYMBOLS[one.kind],
        range=page.range(one.start, one.end),
        selection_range=page.range(one.name_start, one.name_end),
        children=[_symbol(page, part) for part in one.parts],
    )


def _folds(server: StoryboardServer, params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
    seen = _see(server, params)
    if seen is None:
        return None
    return [types.FoldingRange(one.first, one.last, kind=one.kind) for one in folds(seen.analysis, seen.path)]


def _links(server: StoryboardServer, params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
    seen = _see(server, params)
    if seen is None:
        return None
    documents = seen.desk.documents
    return [
        types.DocumentLink(seen.page.range(one.start, one.end), documents.uri(one.file) if one.file else one.address)
        for one in links(seen.analysis, seen.path)
    ]


def _hints(server: StoryboardServer, params: types.InlayHintParams) -> list[types.InlayHint] | None:
    seen = _see(server, params)
    if seen is None:
        return None
    found = hints(seen.analysis, seen.path, seen.at(params.range.start), seen.at(params.range.end))
    return [
        types.InlayHint(seen.page.position(one.at), one.label, tooltip=one.tooltip, padding_left=True) for one in found
    ]


async def _format(server: StoryboardServer, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
    """Formatting looks many times whether the script still says the same, so it runs beside the typing; what was
    typed meanwhile makes it worthless."""
    document = server.desk.documents.find(params.text_document.uri)
    if document is None:
        return None
    page, texts = document.page, server.desk.documents.texts()
    try:
        changes = await asyncio.to_thread(formatting, page.text, document.path, server.options, texts)
    except Unformatted as problem:
        name = printable(os.path.basename(document.path))
        reason = f"{name} {problem} and was left alone" if problem.findings else f"{name} was left alone: {problem}"
        server.window_show_message(types.ShowMessageParams(types.MessageType.Info, reason))
        return None
    if document.page is not page:
        raise JsonRpcException("The script has changed meanwhile.", types.LSPErrorCodes.ContentModified)
    return _edits(page, changes)


#: What is answered, by what is asked, and what the editor is told about it.
ANSWERS: tuple[tuple[str, Callable[[StoryboardServer, Any], Any], object], ...] = (
    (
        types.TEXT_DOCUMENT_COMPLETION,
        _complete,
        types.CompletionOptions(trigger_characters=_TRIGGERS, resolve_provider=True),
    ),
    (types.COMPLETION_ITEM_RESOLVE, _resolve, None),
    (types.TEXT_DOCUMENT_HOVER, _hover, None),
    (types.TEXT_DOCUMENT_DECLARATION, _declaration, None),
    (types.TEXT_DOCUMENT_DEFINITION, _declaration, None),
    (types.TEXT_DOCUMENT_REFERENCES, _references, None),
    (types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, _highlight, None),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, _prepare_rename, None),
    (types.TEXT_DOCUMENT_RENAME, _rename, types.RenameOptions(prepare_provider=True)),
    (
        types.TEXT_DOCUMENT_CODE_ACTION,
        _actions,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll]),
    ),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, _symbols, None),
    (types.TEXT_DOCUMENT_FOLDING_RANGE, _folds, None),
    (types.TEXT_DOCUMENT_DOCUMENT_LINK, _links, types.DocumentLinkOptions(resolve_provider=False)),
    (types.TEXT_DOCUMENT_INLAY_HINT, _hints, None),
    (types.TEXT_DOCUMENT_FORMATTING, _format, None),
)
