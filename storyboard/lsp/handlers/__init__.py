"""Request handlers: a request in the editor's units ─▶ a function of `lsp` ─▶ an answer in the editor's units.

    completion, hover, navigation, rename, code_actions, outline, formatting, tokens,
    selection   a family of requests each
    commands, board   commands that an editor runs by name, and the live board in a view
    open_file   the file of a request; edits and refusals that several families share

A handler knows the server only as an `Editor`.
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
