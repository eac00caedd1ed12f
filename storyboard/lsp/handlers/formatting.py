"""Formatting of a whole file."""

from __future__ import annotations

import asyncio
import os

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from storyboard.format import Unformatted
from storyboard.lsp.editor import Editor
from storyboard.lsp.formatting import formatting
from storyboard.lsp.handlers.open_file import Answer, text_edits
from storyboard.wording import printable


async def _format(editor: Editor, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
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
        raise JsonRpcException("The script has changed meanwhile.", types.LSPErrorCodes.ContentModified)
    return text_edits(page, changes)


ANSWERS: tuple[Answer, ...] = ((types.TEXT_DOCUMENT_FORMATTING, _format, None),)
