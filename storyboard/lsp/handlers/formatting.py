"""Formatting of a file, or of some of its lines."""

from __future__ import annotations

import asyncio
import os

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from storyboard.format import Unformatted
from storyboard.lsp.editor import Editor
from storyboard.lsp.formatting import formatted_text, formatting, line_change, mended_line, with_line
from storyboard.lsp.handlers.open_file import Answer, text_edits
from storyboard.wording import printable

_Params = types.DocumentFormattingParams | types.DocumentRangeFormattingParams


async def _format(editor: Editor, params: _Params) -> list[types.TextEdit] | None:
    """Formatting compares the meaning of the script many times, so it runs in a thread beside the typing. Its result
    is void if the text has changed meanwhile."""
    document = editor.files.documents.find(params.text_document.uri)
    if document is None:
        return None
    page, texts = document.page, editor.files.documents.texts()
    known = editor.files.blocks_of(document)
    try:
        changes = await asyncio.to_thread(formatting, page.text, document.path, editor.options, texts, known)
    except Unformatted as problem:
        name = printable(os.path.basename(document.path))
        reason = f"{name} {problem} and was left alone" if problem.findings else f"{name} was left alone: {problem}"
        editor.window_show_message(types.ShowMessageParams(types.MessageType.Info, reason))
        return None
    if document.page is not page:
        raise JsonRpcException("The script has changed since.", types.LSPErrorCodes.ContentModified)
    return text_edits(page, changes)


async def _format_range(editor: Editor, params: types.DocumentRangeFormattingParams) -> list[types.TextEdit] | None:
    """The edits that a formatting of the whole file makes in a range."""
    edits = await _format(editor, params)
    asked = params.range
    return [
        one
        for one in edits or ()
        if _place(asked.start) <= _place(one.range.end) and _place(one.range.start) <= _place(asked.end)
    ]


async def _format_typed(editor: Editor, params: types.DocumentOnTypeFormattingParams) -> list[types.TextEdit] | None:
    """The line that Enter has ended, in the one style: a heading gets its capitals. Nothing is said where the script
    cannot be formatted: the writer did not ask."""
    document = editor.files.documents.find(params.text_document.uri)
    if document is None or params.position.line == 0:
        return None
    page, texts = document.page, editor.files.documents.texts()
    start = page.offset(types.Position(params.position.line - 1, 0))
    mended = mended_line(editor.files.analysis_for(document), page.text, document.path, start)
    if not mended.strip():
        return None
    whole = with_line(page.text, start, mended)
    try:
        after = await asyncio.to_thread(formatted_text, whole, document.path, editor.options, texts)
    except Unformatted:
        after = whole
    if document.page is not page:
        return None
    change = line_change(page.text, start, mended, after)
    return text_edits(page, [change]) if change else None


def _place(position: types.Position) -> tuple[int, int]:
    return position.line, position.character


ANSWERS: tuple[Answer, ...] = (
    (types.TEXT_DOCUMENT_FORMATTING, _format, None),
    (types.TEXT_DOCUMENT_RANGE_FORMATTING, _format_range, None),
    (types.TEXT_DOCUMENT_ON_TYPE_FORMATTING, _format_typed, types.DocumentOnTypeFormattingOptions("\n")),
)
