"""The file at a glance: symbols, folding ranges, links and inlay hints."""

from __future__ import annotations

from lsprotocol import types

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


ANSWERS: tuple[Answer, ...] = (
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, on_open_file(_symbols), None),
    (types.TEXT_DOCUMENT_FOLDING_RANGE, on_open_file(_folds), None),
    (types.TEXT_DOCUMENT_DOCUMENT_LINK, on_open_file(_links), types.DocumentLinkOptions(resolve_provider=False)),
    (types.TEXT_DOCUMENT_INLAY_HINT, on_open_file(_hints), None),
)
