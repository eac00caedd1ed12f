"""Hover: the text under the pointer."""

from __future__ import annotations

from lsprotocol import types

from storyboard.lsp.handlers.open_file import Answer, OpenFile, on_open_file
from storyboard.lsp.hover import hover_at
from storyboard.lsp.markdown import markup


def _hover(file: OpenFile, params: types.HoverParams) -> types.Hover | None:
    at = file.page.offset(params.position)
    found = hover_at(file.analysis, file.path, at, with_pictures=file.editor.shows_pictures, takes=file.takes)
    if found is None:
        return None
    return types.Hover(markup(found.markdown, file.editor.hover_formats), file.page.range(found.start, found.end))


ANSWERS: tuple[Answer, ...] = ((types.TEXT_DOCUMENT_HOVER, on_open_file(_hover), None),)
