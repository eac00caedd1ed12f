"""Text to `ir.parsed`: comments out, a file cut at its header lines, each block read by the grammar.

Blocks are read one by one, so a slip costs its own block and an edit costs one: a `BlockCache` keeps the blocks of the
run before. A script that is longer than any film is read up to a bound, so that whatever is given is answered soon.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from storyboard.catalog.alternatives import lazy_pattern
from storyboard.compiler.diagnostics import Edit, Finding, Fix
from storyboard.compiler.ir import keys
from storyboard.compiler.ir.parsed import Block, Kind, Remark, Script
from storyboard.compiler.parse.build import build_block
from storyboard.compiler.parse.comments import Comment, StrippedScript, strip_comments
from storyboard.compiler.parse.near_headers import NearHeader, near_header
from storyboard.compiler.parse.near_misses import close_up, read_as_header
from storyboard.compiler.parse.raw_text import RawText
from storyboard.compiler.syntax import heading_prefix, is_slug, is_transition
from storyboard.compiler.text import Anchor, Source, SourceMap, Span

#: What is read of one script. A feature film has some 5,000 lines and 250,000 characters.
MOST_LINES, MOST_CHARACTERS = 50_000, 1 << 20

_SETTING = lazy_pattern(r"[^\S\n]*[^\W\d_]+(?: [^\W\d_]+)*[^\S\n]*:[^\n]*")
_NO_SETTING = lazy_pattern(r"(?:SUPER|TITLE CARD|CHYRON)[^\S\n]*:|>")

_TOO_LONG = (
    f"The script is longer than {MOST_LINES:,} lines or {MOST_CHARACTERS:,} characters, more than a film has; "
    "what follows is not read."
)
_DIVIDE = "Divide it into several scripts; what they share goes into a file that each of them brings in with INCLUDE."
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


class BlockKey(NamedTuple):
    """What decides how a block is read: its kind, its text, its comments.

    `written` is empty where it is the same as `plain`; `breaks`, `comments` and `unclosed` are measured from the start
    of the block, as `size` is; `nearly` is set where its first line is read as the header that it nearly is.
    """

    path: str
    kind: str
    plain: str
    written: str
    breaks: tuple[tuple[int, int], ...]
    comments: tuple[Comment, ...]
    unclosed: tuple[int, ...]
    size: int
    nearly: NearHeader | None


class BlockCache:
    """The blocks of the run before, each to be used once more where its text stands again."""

    def __init__(self) -> None:
        self._old: dict[BlockKey, deque[Block]] = {}
        self._new: defaultdict[BlockKey, deque[Block]] = defaultdict(deque)

    def __iter__(self) -> Iterator[tuple[BlockKey, Block]]:
        """What this run has read, or taken from the one before."""
        return ((key, block) for key, blocks in self._new.items() for block in blocks)

    def turn(self) -> None:
        """Begin a run: what the last one read is what this one may take."""
        self._old, self._new = self._new, defaultdict(deque)

    def recall(self, key: BlockKey) -> Block | None:
        known = self._old.get(key)
        return known.popleft() if known else None

    def keep(self, key: BlockKey, block: Block) -> None:
        self._new[key].append(block)


def parse(source: Source, memory: BlockCache | None = None) -> Script:
    """Read a file. Never fails: what cannot be read is a finding of its block."""
    end = _end_of_film(source)
    if end == len(source.text):
        return Script(_blocks(source, memory))
    *blocks, (offset, last) = _blocks(Source(source.path, source.text[:end]), memory)
    span = Span(last.anchor, end - offset - 1, end - offset)
    return Script(
        (*blocks, (offset, replace(last, findings=(*last.findings, Finding("SB101", span, _TOO_LONG, _DIVIDE)))))
    )


def _end_of_film(source: Source) -> int:
    """Where reading ends: at the end of the text, or of the last line within the bound."""
    text, starts = source.text, source.line_starts
    if len(text) <= MOST_CHARACTERS and len(starts) <= MOST_LINES:
        return len(text)
    after = starts[MOST_LINES] if len(starts) > MOST_LINES else len(text)
    if after <= MOST_CHARACTERS:
        return after
    whole = starts[bisect_right(starts, MOST_CHARACTERS) - 1]
    return whole or MOST_CHARACTERS


def _blocks(source: Source, memory: BlockCache | None) -> tuple[tuple[int, Block], ...]:
    stripped = strip_comments(source.text)
    plain = stripped.plain if stripped.plain.endswith("\n") else f"{stripped.plain}\n"
    written = stripped.written if len(stripped.written) == len(plain) else f"{stripped.written}\n"
    blocks: list[tuple[int, Block]] = []
    start_in_file = 0
    for piece in _pieces(plain):
        end = piece.end
        end_in_file = _line_start(source, stripped, end) if end < len(plain) else len(source.text)
        key = _key(source.path, piece, plain, written, stripped, start_in_file, end_in_file)
        block = memory.recall(key) if memory else None
        if block is None:
            block = _read(key)
        if memory:
            memory.keep(key, block)
        blocks.append((start_in_file, block))
        start_in_file = max(start_in_file, end_in_file)
    return tuple(blocks)


class _Piece(NamedTuple):
    """A stretch of the text that is a block, and the rule of the grammar that reads it."""

    start: int
    end: int
    rule: str
    nearly: NearHeader | None = None


def _pieces(plain: str) -> Iterator[_Piece]:
    """The text cut at its headers, and above a shot at what is nearly one."""
    headers = header_line().finditer(plain)
    cuts = [("", 0), *((found.lastgroup or "", found.start()) for found in headers), ("", len(plain))]
    for (rule, start), (_, end) in pairwise(cuts):
        if rule == "shot":
            yield _Piece(start, end, rule)
        else:
            yield from _cut_at_near_headers(plain, _Piece(start, end, rule))


def _cut_at_near_headers(plain: str, piece: _Piece) -> Iterator[_Piece]:
    at = plain.find("\n", piece.start) + 1 if piece.rule and piece.rule != "section" else piece.start
    current = piece
    while at < piece.end and current.rule != "shot":
        stop = plain.find("\n", at) + 1 or piece.end
        line = plain[at:stop].strip()
        below = plain[stop : plain.find("\n", stop)] if stop < piece.end else ""
        if line and (nearly := near_header(line, below)):
            if at > current.start or not current.rule:
                yield current._replace(end=at, rule=current.rule or _first_kind(plain[current.start : at]))
            current = _Piece(at, piece.end, nearly.rule, nearly)
        at = stop
    yield current._replace(rule=current.rule or _first_kind(plain[current.start : current.end]))


@cache
def _unsigned_setting() -> re.Pattern[str]:
    """A line of the title page that lacks its colon, or has another sign for it: `Title = Fog`."""
    known = "|".join(sorted(keys.TITLE_PAGE, key=len, reverse=True))
    return re.compile(rf"[^\S\n]*(?:{known})(?:[^\S\n]*(?P<sign>=)|[^\S\n]+)[^\S\n]*\w", re.IGNORECASE)


def _first_kind(text: str) -> str:
    """What is above the first header: a title page if its first line is `key: value` and nothing else, or would be with
    its colon."""
    line, _, rest = text.lstrip().partition("\n")
    line = line.strip()
    unsigned = _unsigned_setting().match(line)
    if unsigned and (unsigned["sign"] or _unsigned_setting().match(rest.replace(":", "=", 1))):
        return "title_page"
    if not _SETTING.fullmatch(line) or _NO_SETTING.match(line):
        return "loose"
    if is_transition(line) or is_slug(line):
        return "loose"
    return "title_page"


def _line_start(source: Source, stripped: StrippedScript, index: int) -> int:
    """Where in the file the line starts in which the character at `index` of the stripped text stands."""
    here, place = stripped.breaks[bisect_right(stripped.breaks, (index, len(source.text) + 1)) - 1]
    offset = place + index - here
    if stripped.breaks == [(0, 0)]:
        return offset
    return source.line_starts[bisect_right(source.line_starts, offset) - 1]


def _key(
    path: str, piece: _Piece, plain: str, written: str, stripped: StrippedScript, first: int, last: int
) -> BlockKey:
    start, end = piece.start, piece.end
    breaks: tuple[tuple[int, int], ...] = ((0, 0),)
    comments: tuple[Comment, ...] = ()
    if stripped.breaks != [(0, 0)]:
        at = bisect_right(stripped.breaks, (start, 1 << 60)) - 1
        until = bisect_left(stripped.breaks, (end, 0))
        breaks = tuple(
            (max(0, index - start), place - first + max(0, start - index)) for index, place in stripped.breaks[at:until]
        )
    if stripped.comments:
        at = bisect_left(stripped.comments, first, key=lambda comment: comment.start)
        until = bisect_left(stripped.comments, last, key=lambda comment: comment.start)
        comments = tuple(
            Comment(comment.start - first, comment.end - first, comment.note) for comment in stripped.comments[at:until]
        )
    at, until = bisect_left(stripped.unclosed, first), bisect_left(stripped.unclosed, last)
    unclosed = tuple(place - first for place in stripped.unclosed[at:until])
    plain, written = plain[start:end], written[start:end]
    return BlockKey(
        path,
        piece.rule,
        plain,
        written if written != plain else "",
        breaks,
        comments,
        unclosed,
        last - first,
        piece.nearly,
    )


def _read(key: BlockKey) -> Block:
    anchor = Anchor()
    plain, breaks, written = key.plain, key.breaks, key.written or key.plain
    if key.kind == "title_page":
        plain, breaks, written = _without_first_blanks(plain, written, breaks)
    # The grammar has read a NUL as a blank, and so does everybody who reads the same characters as typed.
    raw = RawText(anchor, plain, written.replace("\0", " "), SourceMap(breaks))
    remarks = tuple(
        Remark(comment.note.strip(), Span(anchor, comment.start, comment.end))
        for comment in key.comments
        if comment.note
    )
    findings = tuple(_unclosed(raw, place) for place in key.unclosed)
    if "\0" in written:
        at = raw.map.offset(written.index("\0"))
        span = Span(anchor, at, at + 1)
        findings += (Finding("SB101", span, _NO_TEXT, fix=Fix(False, (Edit(span, " "),))),)
    if key.nearly:
        raw, slip = read_as_header(raw, key.nearly)
        findings += (slip,)
    raw, slips = close_up(raw, _keys_of(key.kind, raw))
    return build_block(key.kind, raw, key.size, remarks, (*findings, *slips))


def _keys_of(kind: str, raw: RawText) -> Sequence[str]:
    """The keys of a block above a shot."""
    if kind == "declaration":
        return keys.DECLARATION[Kind(raw.plain.split(None, 1)[0].lower())]
    return {"title_page": keys.TITLE_PAGE, "heading": keys.SCENE}.get(kind, ())


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


def _unclosed(raw: RawText, place: int) -> Finding:
    """SB101 for an opener without its closer, with the closer at the end of its line."""
    at = raw.map.index_of(place)
    end = raw.plain.find("\n", at)
    line = raw.plain[at : end if end >= 0 else len(raw.plain)].rstrip()
    closer = "]]" if line.startswith("[[") else "*/"
    stop = raw.map.offset(at + len(line) - 1) + 1
    fix = Fix(False, (Edit(Span(raw.anchor, stop, stop), closer),))
    message = "This comment is never closed, so it stays in the text."
    advice = "A note ends before the next blank line." if closer == "]]" else None
    return Finding("SB101", Span(raw.anchor, place, place + 2), message, advice, fix=fix)
