"""Text to `ir.parsed`: comments out, a file cut at its header lines, each block read by the grammar.

Blocks are read one by one, so a slip costs its own block and an edit costs one: a `BlockCache` keeps the blocks of the
run before.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from functools import cache
from itertools import pairwise

from storyboard.compiler.diagnostics import Finding
from storyboard.compiler.ir.parsed import Block, Remark, Script
from storyboard.compiler.parse.build import build_block
from storyboard.compiler.parse.comments import Comment, Stripped, strip_comments
from storyboard.compiler.parse.grammar import is_cue
from storyboard.compiler.parse.raw_text import Raw
from storyboard.compiler.syntax import heading_prefix, is_transition, wrapped_lines
from storyboard.compiler.text import Anchor, Source, SourceMap, Span

_SETTING = re.compile(r"[^\S\n]*[^\W\d_]+(?: [^\W\d_]+)*[^\S\n]*:[^\n]*")
_NO_SETTING = re.compile(r"(?:SUPER|CHYRON)[^\S\n]*:|>")

_NO_TEXT = "This is a NUL character, which no text has; was the file saved as UTF-16?"


@cache
def header_line() -> re.Pattern[str]:
    """Matches a header at the start of its line; the group that matched is the kind of block."""
    return re.compile(
        rf"""^[^\S\n]*+(?:
            (?P<declaration>(?:CHARACTER|PROP|LOCATION)(?=\s))
          | (?P<include>INCLUDE(?=\s))
          | (?P<section>\#)
          | (?P<shot>SHOT(?=[\s,:—–-]))
          | (?P<break>={{3,}}[^\S\n]*$)
          | (?P<heading>{heading_prefix().replace("(?P<prefix>", "(?:")}|\.(?!\.)(?=[^\n]))
        )""",
        re.MULTILINE | re.VERBOSE,
    )


#: What decides how a block is read: its kind, its text, its comments.
_Key = tuple[str, str, str, str, tuple[tuple[int, int], ...], tuple[Comment, ...], tuple[int, ...], int]


class BlockCache:
    """The blocks of the run before, each to be used once more where its text stands again."""

    def __init__(self) -> None:
        self._old: dict[_Key, deque[Block]] = {}
        self._new: defaultdict[_Key, deque[Block]] = defaultdict(deque)

    def turn(self) -> None:
        """Begin a run: what the last one read is what this one may take."""
        self._old, self._new = self._new, defaultdict(deque)

    def recall(self, key: _Key) -> Block | None:
        known = self._old.get(key)
        return known.popleft() if known else None

    def keep(self, key: _Key, block: Block) -> None:
        self._new[key].append(block)


def parse(source: Source, memory: BlockCache | None = None) -> Script:
    """Read a file. Never fails: what cannot be read is a finding of its block."""
    stripped = strip_comments(source.text)
    plain = stripped.plain if stripped.plain.endswith("\n") else f"{stripped.plain}\n"
    written = stripped.written if len(stripped.written) == len(plain) else f"{stripped.written}\n"
    plain, written = _unwrapped(plain, written)
    cuts = [
        ("", 0),
        *((found.lastgroup or "", found.start()) for found in header_line().finditer(plain)),
        ("", len(plain)),
    ]
    blocks: list[tuple[int, Block]] = []
    start_in_file = 0
    for (rule, start), (_, end) in pairwise(cuts):
        kind = rule or _first_kind(plain[start:end])
        end_in_file = _line_start(source, stripped, end) if end < len(plain) else len(source.text)
        key = _key(
            source.path, kind, plain[start:end], written[start:end], stripped, start, end, start_in_file, end_in_file
        )
        block = memory.recall(key) if memory else None
        if block is None:
            block = _read(key)
        if memory:
            memory.keep(key, block)
        blocks.append((start_in_file, block))
        start_in_file = max(start_in_file, end_in_file)
    return Script(tuple(blocks))


def _unwrapped(plain: str, written: str) -> tuple[str, str]:
    """The text with blanks for the marks of emphasis around a whole line, where it is something else than text without
    them: `**INT. KITCHEN - DAY**` is a heading."""
    gone: list[tuple[int, int]] = []
    for marks in wrapped_lines(plain):
        inner = marks[3]
        if header_line().match(inner) or is_transition(inner) or (is_cue(inner) and _could_be_cue(plain, marks)):
            gone += (marks.span(2), marks.span(4))
    return (_blanked(plain, gone), _blanked(written, gone)) if gone else (plain, written)


def _blanked(text: str, places: list[tuple[int, int]]) -> str:
    """The text with blanks in these places."""
    pieces: list[str] = []
    done = 0
    for start, end in places:
        pieces += (text[done:start], " " * (end - start))
        done = end
    return "".join((*pieces, text[done:]))


def _could_be_cue(plain: str, line: re.Match[str]) -> bool:
    """Whether a line stands between a blank one and one with text."""
    above = max(0, line.start() - 1)
    before = plain[plain.rfind("\n", 0, above) + 1 : above]
    after = plain[line.end() + 1 : max(line.end(), plain.find("\n", line.end() + 1))]
    return not before.strip() and bool(after.strip())


def _first_kind(text: str) -> str:
    """What stands above the first header: a title page if its first line is `key: value` and nothing else."""
    line = text.lstrip().split("\n", 1)[0].strip()
    if not _SETTING.fullmatch(line) or _NO_SETTING.match(line):
        return "loose"
    if is_transition(line):
        return "loose"
    return "title_page"


def _line_start(source: Source, stripped: Stripped, index: int) -> int:
    """Where in the file the line starts in which the character at `index` of the stripped text stands."""
    here, place = stripped.breaks[bisect_right(stripped.breaks, (index, len(source.text) + 1)) - 1]
    offset = place + index - here
    if len(stripped.breaks) == 1:
        return offset
    return source.line_starts[bisect_right(source.line_starts, offset) - 1]


def _key(
    path: str, kind: str, plain: str, written: str, stripped: Stripped, start: int, end: int, first: int, last: int
) -> _Key:
    breaks: tuple[tuple[int, int], ...] = ((0, 0),)
    comments: tuple[Comment, ...] = ()
    if stripped.comments:
        at = bisect_right(stripped.breaks, (start, 1 << 60)) - 1
        until = bisect_left(stripped.breaks, (end, 0))
        breaks = tuple(
            (max(0, index - start), place - first + max(0, start - index)) for index, place in stripped.breaks[at:until]
        )
        at = bisect_left(stripped.comments, first, key=lambda comment: comment.start)
        until = bisect_left(stripped.comments, last, key=lambda comment: comment.start)
        comments = tuple(
            Comment(comment.start - first, comment.end - first, comment.note) for comment in stripped.comments[at:until]
        )
    unclosed = tuple(place - first for place in stripped.unclosed if first <= place < last)
    return (path, kind, plain, written if written != plain else "", breaks, comments, unclosed, last - first)


def _read(key: _Key) -> Block:
    _, kind, plain, written, breaks, comments, unclosed, size = key
    anchor = Anchor()
    if kind == "title_page":
        plain, breaks, written = _without_first_blanks(plain, written, breaks)
    raw = Raw(anchor, plain, written or plain, SourceMap(breaks))
    remarks = tuple(
        Remark(comment.note.strip(), Span(anchor, comment.start, comment.end)) for comment in comments if comment.note
    )
    findings = tuple(_unclosed(Span(anchor, place, place + 2)) for place in unclosed)
    if "\0" in written:
        at = raw.map.offset(written.index("\0"))
        findings += (
            Finding("SB101", Span(anchor, at, at + 1), _NO_TEXT, "Save the file as UTF-8 text, and delete it."),
        )
    return build_block(kind, raw, size, remarks, findings)


def _without_first_blanks(
    plain: str, written: str, breaks: tuple[tuple[int, int], ...]
) -> tuple[str, tuple[tuple[int, int], ...], str]:
    """Blank lines may stand above a title page."""
    lead = len(plain) - len(plain.lstrip())
    lead = plain.rfind("\n", 0, lead) + 1
    if not lead:
        return plain, breaks, written
    moved = [(index - lead, place) for index, place in breaks if index > lead]
    at = [pair for pair in breaks if pair[0] <= lead][-1]
    return plain[lead:], ((0, at[1] + lead - at[0]), *moved), written[lead:]


def _unclosed(span: Span) -> Finding:
    message = "This comment is never closed, so it stays in the text."
    return Finding("SB101", span, message, "Close a note with ]] before the next blank line, a boneyard with */.")
