"""Unfinished lines, which are not wrong yet while the writer is typing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lsprotocol.types import TextDocumentContentChangeEvent, TextDocumentContentChangePartial

from storyboard.compiler.diagnostics import Diagnostic
from storyboard.compiler.parse import header_line
from storyboard.compiler.parse.comments import flatten

#: Seconds of rest after which the line that was typed counts as finished, and after which its scene does.
LINE_RESTS, SCENE_RESTS = 1.0, 6.0
#: Keys type so many characters at a time: a pair of brackets, a line end with its indentation.
_LONGEST_KEY = 2
#: What says that something is not there yet, or not enough of it.
_UNFINISHED = frozenset({"SB101", "SB106", "SB107", "SB108", "SB208", "SB301", "SB308", "SB313"})
_CRAFT = "SB501"
_UNUSED = "SB204"
#: What a half-typed declaration does to the uses of its name.
_OF_NAMES = frozenset({"SB201", "SB202", "SB206"})


class TypedKey(NamedTuple):
    """The line (from 1) that the last key was typed on, when that was, and which names were unused at the last
    save."""

    line: int
    since: float
    unused: frozenset[str] = frozenset()


def typed_line(changes: Sequence[TextDocumentContentChangeEvent]) -> int | None:
    """The line, from 1, behind a key that was typed; None for a paste, a change made elsewhere, a whole text."""
    if len(changes) != 1 or not isinstance(changes[0], TextDocumentContentChangePartial):
        return None
    change = changes[0]
    if change.range.end.line - change.range.start.line > 1 or len(change.text.strip(" \t\r\n")) > _LONGEST_KEY:
        return None
    return change.range.start.line + change.text.count("\n") + 1


def settled_diagnostics(found: Iterable[Diagnostic], typing: TypedKey, text: str, now: float) -> list[Diagnostic]:
    """The diagnostics of one text that are said now."""
    rest = now - typing.since
    if rest >= SCENE_RESTS:
        return list(found)
    begins, is_naming = _where(text, typing.line)
    is_line_open = rest < LINE_RESTS
    return [one for one in found if not _waits(one, typing, begins, is_naming, is_line_open)]


def _waits(one: Diagnostic, typing: TypedKey, begins: int, is_naming: bool, is_line_open: bool) -> bool:
    if one.code == _UNUSED:
        return one.message not in typing.unused
    if is_line_open and one.start.line <= typing.line <= one.end.line:
        return True
    if is_line_open and is_naming and one.code in _OF_NAMES:
        return True
    is_in_scene = begins <= one.start.line <= typing.line
    return is_in_scene and (one.code in _UNFINISHED or one.code >= _CRAFT)


def _where(text: str, line: int) -> tuple[int, bool]:
    """The first line of the scene or declaration that a line stands in, and whether the line declares a name."""
    lines = text.split("\n")[:line]
    begins, is_scene = 1, False
    kind = ""
    for number, content in enumerate(lines, 1):
        found = header_line().match(flatten(content))
        if found is None:
            continue
        kind = found.lastgroup or ""
        if kind in ("heading", "section"):
            begins, is_scene = number, True
        elif kind in ("declaration", "include", "break") or not is_scene:
            begins, is_scene = number, kind == "shot"
    is_header = bool(lines) and header_line().match(flatten(lines[-1])) is not None
    return begins, is_header and kind in ("declaration", "include")
