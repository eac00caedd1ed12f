"""The file at a glance: symbols, folding ranges, links and inlay hints."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from storyboard.compiler.names import fold
from storyboard.lsp.editor import Editor
from storyboard.lsp.handlers.open_file import Answer, OpenFile, on_open_file
from storyboard.lsp.outline import OutlineEntry, folds, hints, links, outline
from storyboard.lsp.positions import TextDocument
from storyboard.wording import printable

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


def _symbols(file: OpenFile, _: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    return [_symbol(file.page, one) for one in outline(file.analysis, file.path)]


def _symbol(page: TextDocument, one: OutlineEntry) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        name=printable(one.name),
        detail=one.detail or None,
        kind=_SYMBOLS[one.kind],
        range=page.range(one.start, one.end),
        selection_range=page.range(one.name_start, one.name_end),
        children=[_symbol(page, part) for part in one.parts],
    )


def _folds(file: OpenFile, _: types.FoldingRangeParams) -> list[types.FoldingRange]:
    return [types.FoldingRange(one.first, one.last, kind=one.kind) for one in folds(file.analysis, file.path)]


def _links(file: OpenFile, _: types.DocumentLinkParams) -> list[types.DocumentLink]:
    uri_of = file.editor.files.documents.uri
    return [
        types.DocumentLink(file.page.range(one.start, one.end), uri_of(one.file) if one.file else one.address)
        for one in links(file.analysis, file.path)
    ]


def _hints(file: OpenFile, params: types.InlayHintParams) -> list[types.InlayHint]:
    start, end = file.page.offset(params.range.start), file.page.offset(params.range.end)
    return [
        types.InlayHint(file.page.position(one.at), one.label, tooltip=one.tooltip, padding_left=True)
        for one in hints(file.analysis, file.path, start, end, file.takes)
    ]


def _workspace_symbols(editor: Editor, params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
    """Whatever bears a name with the words asked for, in every file of every open script."""
    wanted = fold(params.query)
    found: list[types.WorkspaceSymbol] = []
    seen: set[str] = set()
    for script in editor.files.scripts():
        analysis = editor.files.analysis_of(script)
        for source in analysis.sources:
            if source.path not in seen:
                seen.add(source.path)
                page, uri = editor.files.page(source), editor.files.documents.uri(source.path)
                entries = (one for one in _all(outline(analysis, source.path)) if wanted in fold(one.name))
                for one in entries:
                    place = types.Location(uri, page.range(one.name_start, one.name_end))
                    found.append(types.WorkspaceSymbol(place, printable(one.name), _SYMBOLS[one.kind]))
    return found


def _all(entries: list[OutlineEntry]) -> Iterator[OutlineEntry]:
    for one in entries:
        yield one
        yield from _all(one.parts)


ANSWERS: tuple[Answer, ...] = (
    (types.WORKSPACE_SYMBOL, _workspace_symbols, None),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, on_open_file(_symbols), None),
    (types.TEXT_DOCUMENT_FOLDING_RANGE, on_open_file(_folds), None),
    (types.TEXT_DOCUMENT_DOCUMENT_LINK, on_open_file(_links), types.DocumentLinkOptions(resolve_provider=False)),
    (types.TEXT_DOCUMENT_INLAY_HINT, on_open_file(_hints), None),
)
