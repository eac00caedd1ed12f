"""Formatting as the smallest set of changes to the text in the editor."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from operator import eq

from storyboard.compiler.incremental import user_cache
from storyboard.compiler.ir.parsed import Block
from storyboard.compiler.parse import BlockKey
from storyboard.compiler.pipeline import Analysis, Options, analyze_text
from storyboard.format import format_script
from storyboard.lsp.rename import RenameChange


def formatting(
    text: str, path: str, options: Options, texts: dict[str, str], known: Iterable[tuple[BlockKey, Block]] = ()
) -> list[RenameChange]:
    """What to change so that a script is in the one style. `texts` are unsaved texts by absolute path, `known` blocks
    of the script that have been read. Raises Unformatted where it is to be left alone."""
    return line_differences(text, formatted_text(text, path, options, texts, known))


def formatted_text(
    text: str, path: str, options: Options, texts: dict[str, str], known: Iterable[tuple[BlockKey, Block]] = ()
) -> str:
    """A script in the one style, as `formatting` takes it. Raises Unformatted."""
    return format_script(text, lambda script: analyze_text(script, path, options, user_cache(), texts), known)


def line_differences(before: str, after: str) -> list[RenameChange]:
    """Changes of lines that turn one text into another.

    Formatting keeps every line that has words in it, so the lines with words of both texts are taken in pairs, and so
    are the runs of blank lines between them: what differs in a pair is a change, and changes side by side are one.
    Where there are no pairs, all from the first line that differs to the last is one change.
    """
    old, new = _segments(before), _segments(after)
    if len(old) != len(new):
        return _whole(before, after)
    changes: list[RenameChange] = []
    at = 0
    for typed, formatted in zip(old, new, strict=True):
        end = at + len(typed)
        if typed != formatted:
            if changes and changes[-1].end == at:
                last = changes.pop()
                changes.append(RenameChange(last.start, end, last.text + formatted))
            else:
                changes.append(RenameChange(at, end, formatted))
        at = end
    return changes


def mended_line(analysis: Analysis, text: str, path: str, start: int) -> str:
    """The line of a file that begins at `start`, without its end, as the sure fix of a line that is nearly a header has
    it (SB106): `int. house` is `INT. house`."""
    end = _line_end(text, start)
    edits = [
        edit
        for one in analysis.diagnostics
        if one.code == "SB106" and one.fix and one.fix.safe
        for edit in one.fix.edits
        if edit.file == path
        and start <= edit.start.offset <= edit.end.offset <= end
        and not set(edit.text) & set("\r\n")
    ]
    line = text[start:end]
    for edit in sorted(edits, key=lambda edit: edit.start.offset, reverse=True):
        line = line[: edit.start.offset - start] + edit.text + line[edit.end.offset - start :]
    return line


def line_change(before: str, start: int, mended: str, after: str) -> RenameChange | None:
    """The change of the line of `before` that begins at `start`, without its line end, so that the cursor below does
    not move.

    `after` is the formatted text in which the line was `mended`. None if the line stays the same.
    """
    end = _line_end(before, start)
    old, new = _segments(with_line(before, start, mended)), _segments(after)
    if len(old) == len(new):
        at = 0
        for typed, better in zip(old, new, strict=True):
            if at == start and typed and not typed.isspace():
                mended = better.rstrip("\r\n")
                break
            at += len(typed)
    return RenameChange(start, end, mended) if mended != before[start:end] else None


def with_line(text: str, start: int, line: str) -> str:
    """A text in which another line replaces the one that begins at `start`."""
    return text[:start] + line + text[_line_end(text, start) :]


def _line_end(text: str, start: int) -> int:
    ends = (text.find("\n", start), text.find("\r", start))
    return min((end for end in ends if end >= 0), default=len(text))


def _segments(text: str) -> list[str]:
    """Runs of blank lines, perhaps of none, and lines with words, in turn."""
    segments = [""]
    for line in text.splitlines(keepends=True):
        if line.isspace():
            segments[-1] += line
        else:
            segments += (line, "")
    return segments


def _whole(before: str, after: str) -> list[RenameChange]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    start = _same(old, new)
    end = _same(reversed(old[start:]), reversed(new[start:]))
    first, last = sum(map(len, old[:start])), sum(map(len, old[len(old) - end :]))
    if first + last == len(before) == len(after):
        return []
    return [RenameChange(first, len(before) - last, after[first : len(after) - last])]


def _same(one: Iterable[str], other: Iterable[str]) -> int:
    """How many lines both begin with."""
    return sum(takewhile(bool, map(eq, one, other)))
