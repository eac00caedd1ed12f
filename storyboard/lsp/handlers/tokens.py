"""Semantic tokens."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types

from storyboard.lsp.handlers.open_file import Answer, OpenFile, on_open_file
from storyboard.lsp.positions import TextDocument
from storyboard.lsp.semantic_tokens import MODIFIERS, TYPES, SemanticToken, semantic_tokens

_LEGEND = types.SemanticTokensLegend(list(TYPES), list(MODIFIERS))


def _full(file: OpenFile, _: types.SemanticTokensParams) -> types.SemanticTokens:
    return types.SemanticTokens(_encoded(file.page, semantic_tokens(file.analysis, file.path)))


def _range(file: OpenFile, params: types.SemanticTokensRangeParams) -> types.SemanticTokens:
    start, end = file.page.offset(params.range.start), file.page.offset(params.range.end)
    found = semantic_tokens(file.analysis, file.path)
    return types.SemanticTokens(_encoded(file.page, (one for one in found if start <= one.end and one.start <= end)))


def _encoded(page: TextDocument, tokens: Iterable[SemanticToken]) -> list[int]:
    """Five numbers a token, its place told from that of the one before."""
    data: list[int] = []
    line = character = 0
    for token in tokens:
        at = page.position(token.start)
        kind, modifier = token.kind.value
        modifiers = 1 << MODIFIERS.index(modifier) if modifier else 0
        length = page.units(page.text[token.start : token.end])
        before = character if at.line == line else 0
        data += (at.line - line, at.character - before, length, TYPES.index(kind), modifiers)
        line, character = at.line, at.character
    return data


ANSWERS: tuple[Answer, ...] = (
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, on_open_file(_full), _LEGEND),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, on_open_file(_range), _LEGEND),
)
