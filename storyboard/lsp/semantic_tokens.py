"""Semantic tokens: what each word of a file is, for the colours of any editor.

The kinds are the protocol's own, so that every colour scheme has them; a few have aliases for their meaning here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from storyboard.compiler.ir import keys, parsed
from storyboard.compiler.ir.parsed import Beat, Block, Kind, Text
from storyboard.compiler.parse.comments import strip_comments
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.text import Span
from storyboard.lsp.locate import source_at
from storyboard.lsp.occurrences import NameForm, occurrences_in


class TokenKind(Enum):
    """A kind and a modifier, as an editor is told them."""

    HEADING = ("class", "")
    SECTION = ("namespace", "")
    KEYWORD = ("keyword", "")
    NUMBER = ("number", "")
    CAMERA = ("decorator", "")
    KEY = ("property", "")
    WORDS = ("string", "")  # speech, and the paths of files
    MANNER = ("modifier", "")
    TRANSITION = ("macro", "")
    NOTE = ("comment", "documentation")
    COMMENT = ("comment", "")
    CHARACTER = ("variable", "")
    PROP = ("enumMember", "")
    LOCATION = ("type", "")
    DECLARED_CHARACTER = ("variable", "declaration")
    DECLARED_PROP = ("enumMember", "declaration")
    DECLARED_LOCATION = ("type", "declaration")
    UNDECLARED = ("variable", "deprecated")


KINDS = tuple(TokenKind)
#: The protocol's names, each once.
TYPES = tuple(dict.fromkeys(kind.value[0] for kind in KINDS))
MODIFIERS = tuple(dict.fromkeys(kind.value[1] for kind in KINDS if kind.value[1]))

_NAMES = {
    Kind.CHARACTER: (TokenKind.CHARACTER, TokenKind.DECLARED_CHARACTER),
    Kind.PROP: (TokenKind.PROP, TokenKind.DECLARED_PROP),
    Kind.LOCATION: (TokenKind.LOCATION, TokenKind.DECLARED_LOCATION),
}
_PATHS = keys.PICTURES.union(keys.LAID_OVER)
#: Diagnostics that say that a name is not declared.
_UNKNOWN_NAME = frozenset({"SB201"})
_WORD = re.compile(r"\S+")
#: A run of one kind on one line, in a text in which each character is a number of its kind and 0 is none.
_RUN = re.compile(rb"([^\x00])\1*")


class SemanticToken(NamedTuple):
    """Characters `start` to `end` of a file; never more than a line."""

    start: int
    end: int
    kind: TokenKind


def semantic_tokens(analysis: Analysis, path: str) -> list[SemanticToken]:
    """The tokens of a file in text order, without overlaps; a more exact one replaces a less exact one."""
    source = source_at(analysis, path)
    if source is None:
        return []
    text = source.text
    painted = bytearray(len(text))

    def paint(start: int, end: int, kind: TokenKind) -> None:
        painted[start:end] = bytes([KINDS.index(kind) + 1]) * (end - start)

    for offset, block in analysis.scripts[path].blocks:
        for span, kind in _parts(block, text[offset + block.header.start : offset + block.header.end]):
            paint(offset + span.start, offset + span.end, kind)
        for one in occurrences_in(analysis, block):
            kinds = _NAMES[one.entity.kind]
            paint(*one.outer, kinds[one.form is NameForm.DECLARATION])
    for found in analysis.diagnostics:
        if found.code in _UNKNOWN_NAME and found.file == path:
            paint(found.start.offset, found.end.offset, TokenKind.UNDECLARED)
    for comment in strip_comments(text).comments:
        paint(comment.start, comment.end, TokenKind.NOTE if comment.note else TokenKind.COMMENT)
    for start in source.line_starts[1:]:
        painted[start - 1] = 0  # its line end
    return [SemanticToken(one.start(), one.end(), KINDS[one[0][0] - 1]) for one in _RUN.finditer(bytes(painted))]


def _parts(block: Block, header: str) -> Iterator[tuple[Span, TokenKind]]:
    """The parts of a block with their kinds, those that lie inside others after them."""
    yield from _header(block, header)
    for one in block.properties:
        yield one.key_span, TokenKind.KEY
        if one.key in _PATHS:
            yield from _runs(one.value, TokenKind.WORDS)
        elif one.key == "camera":
            yield from _runs(one.value, TokenKind.CAMERA)
    for beat in block.body:
        yield from _beat(beat)


def _header(block: Block, header: str) -> Iterator[tuple[Span, TokenKind]]:
    """The tokens of a header line."""
    at = block.header
    word = _WORD.match(header)
    keyword = Span(at.anchor, at.start, at.start + (word.end() if word else 0))
    match block:
        case parsed.Heading():
            yield at, TokenKind.HEADING
        case parsed.Section():
            yield at, TokenKind.SECTION
        case parsed.Shot():
            yield keyword, TokenKind.KEYWORD
            if block.camera is not None:
                yield from _runs(block.camera, TokenKind.CAMERA)
            yield block.duration_span, TokenKind.NUMBER
        case parsed.Declaration():
            yield keyword, TokenKind.KEYWORD
        case parsed.Include():
            yield keyword, TokenKind.KEYWORD
            if block.path is not None:
                yield from _runs(block.path, TokenKind.WORDS)
        case parsed.Break():
            yield at, TokenKind.KEYWORD
        case _:
            return


def _beat(beat: Beat) -> Iterator[tuple[Span, TokenKind]]:
    """The tokens of a beat."""
    match beat:
        case parsed.Speech() if beat.unsure is None:
            yield from _runs(beat.cue.line, TokenKind.KEYWORD)
            for extension in beat.cue.extensions:
                yield from _runs(extension, TokenKind.MANNER)
            for line in beat.lines:
                yield from _runs(line.text, TokenKind.MANNER if line.parenthetical else TokenKind.WORDS)
        case parsed.Transition() | parsed.Slug() | parsed.Title() | parsed.Effect():
            yield from _runs(beat.text, TokenKind.TRANSITION)
        case parsed.Synopsis():
            yield from _runs(beat.text, TokenKind.NOTE)
        case _:
            return


def _runs(text: Text, kind: TokenKind) -> Iterator[tuple[Span, TokenKind]]:
    """The stretches of a text, without the comments in it."""
    runs = list(text.runs())
    for number, (index, offset) in enumerate(runs):
        end = runs[number + 1][0] if number + 1 < len(runs) else len(text.string)
        yield Span(text.anchor, offset, offset + end - index), kind
