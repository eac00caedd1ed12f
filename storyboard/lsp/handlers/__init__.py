"""Request handlers: a request in the editor's units ─▶ a function of `lsp` ─▶ an answer in the editor's units.

    completion, hover, navigation, renaming, code_actions, outline, formatting, tokens,
    selection   a family of requests each
    commands, board   what an editor runs by name, and the live board in a view
    open_file   the file that a request is about; edits and refusals, which several families answer with

A handler knows the server as an `Editor` only.
"""

from __future__ import annotations

from storyboard.lsp.handlers import (
    board,
    code_actions,
    completion,
    formatting,
    hover,
    navigation,
    outline,
    rename,
    selection,
    tokens,
)
from storyboard.lsp.handlers.commands import COMMANDS
from storyboard.lsp.handlers.open_file import Answer

__all__ = ["ANSWERS", "COMMANDS"]

ANSWERS: tuple[Answer, ...] = (
    *completion.ANSWERS,
    *hover.ANSWERS,
    *navigation.ANSWERS,
    *rename.ANSWERS,
    *code_actions.ANSWERS,
    *outline.ANSWERS,
    *formatting.ANSWERS,
    *tokens.ANSWERS,
    *selection.ANSWERS,
    *board.ANSWERS,
)
