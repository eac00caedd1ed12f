"""Navigation: the declaration of a name, the file behind a link, every use of a name."""

from __future__ import annotations

from lsprotocol import types

from storyboard.files.stamps import stamp_of
from storyboard.lsp.handlers.open_file import Answer, OpenFile, on_open_file
from storyboard.lsp.includers import scripts_with
from storyboard.lsp.locate import spot_at
from storyboard.lsp.occurrences import occurrence_at, occurrences
from storyboard.lsp.outline import links
from storyboard.lsp.rename import same_entity, target_at

_TOP = types.Position(0, 0)


def _declaration(file: OpenFile, params: types.DeclarationParams | types.DefinitionParams) -> types.Location | None:
    """The declaration of the name at a position."""
    at, uri_of = file.page.offset(params.position), file.editor.files.documents.uri
    for link in links(file.analysis, file.path):
        if link.start <= at <= link.end and link.file and stamp_of(link.file):
            return types.Location(uri_of(link.file), types.Range(_TOP, _TOP))
    spot = spot_at(file.analysis, file.path, at)
    found = occurrence_at(file.analysis, spot.block, at) if spot else None
    if found is None:
        return None
    source, start, end = file.analysis.layout.locate(found.entity.declared)
    return types.Location(uri_of(source.path), file.page_at(source.path).range(start, end))


def _references(file: OpenFile, params: types.ReferenceParams) -> list[types.Location] | None:
    """All uses of the name at a position, in every script that knows it."""
    target = target_at(file.analysis, file.path, file.page.offset(params.position))
    if target is None:
        return None
    files = file.editor.files
    declared_in = file.analysis.layout.locate(target.entity.declared)[0].path
    found: dict[tuple[str, int], types.Location] = {}
    for analysis in scripts_with(declared_in, files, file.analysis):
        entity = same_entity(analysis, file.analysis, target.entity)
        for one in occurrences(analysis) if entity else ():
            if one.entity is not entity and one.entity.base is not entity:
                continue
            if one.span == one.entity.declared and not params.context.include_declaration:
                continue
            place = files.page(one.source).range(one.start, one.end)
            found[one.source.path, one.start] = types.Location(files.documents.uri(one.source.path), place)
    return list(found.values())


def _highlight(file: OpenFile, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
    """The uses of the name at a position in this file."""
    target = target_at(file.analysis, file.path, file.page.offset(params.position))
    if target is None:
        return None
    return [
        types.DocumentHighlight(file.page.range(one.start, one.end))
        for one in occurrences(file.analysis)
        if one.source.path == file.path and (one.entity is target.entity or one.entity.base is target.entity)
    ]


ANSWERS: tuple[Answer, ...] = (
    (types.TEXT_DOCUMENT_DECLARATION, on_open_file(_declaration), None),
    (types.TEXT_DOCUMENT_DEFINITION, on_open_file(_declaration), None),
    (types.TEXT_DOCUMENT_REFERENCES, on_open_file(_references), None),
    (types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, on_open_file(_highlight), None),
)
