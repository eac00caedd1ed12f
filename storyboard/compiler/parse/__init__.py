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

from storyboard.catalog.patterns import lazy_pattern
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


class Stretch(NamedTuple):
    """What stands from one header to the next: the rule of the header, the text, and the blocks read from it, each with
    its key. `plain` is None where more than the text decides how it is read."""

    rule: str
    plain: str | None
    keys: tuple[BlockKey, ...]
    blocks: tuple[Block, ...]


class BlockCache:
    """The blocks of the run before, each to be used once more where its text stands again.

    A block is found by its text. Most stand where they stood, so many from the first or from the last of their file:
    there, two texts that are compared say so, and nothing is looked up or cut out.
    """

    def __init__(self) -> None:
        self._old: list[tuple[BlockKey, Block]] = []
        self._new: list[tuple[BlockKey, Block]] = []
        self._by_key: dict[BlockKey, deque[Block]] | None = None
        self._used: set[Block] = set()
        self._old_stretches: dict[str, list[Stretch]] = {}
        self._stretches: defaultdict[str, list[Stretch]] = defaultdict(list)

    def __iter__(self) -> Iterator[tuple[BlockKey, Block]]:
        """What this run has read, or taken from the one before."""
        return iter(self._new)

    def turn(self) -> None:
        """Begin a run: what the last one read is what this one may take."""
        self._old, self._new, self._by_key, self._used = self._new, [], None, set()
        self._old_stretches, self._stretches = self._stretches, defaultdict(list)

    def recall(self, key: BlockKey) -> Block | None:
        if self._by_key is None:
            self._by_key = {}
            for known, block in self._old:
                if block not in self._used:
                    self._by_key.setdefault(known, deque()).append(block)
        left = self._by_key.get(key)
        while left:
            block = left.popleft()
            if block not in self._used:
                self._used.add(block)
                return block
        return None

    def keep(self, key: BlockKey, block: Block) -> None:
        self._new.append((key, block))

    def recall_stretch(self, path: str, cut: _Cut, plain: str, written: str) -> Stretch | None:
        """The stretch of the run before that stands here again, as many from the first or from the last."""
        old = self._old_stretches.get(path, []) if cut.is_unbroken else []
        for number in (cut.number, len(old) - cut.left):
            one = old[number] if 0 <= number < len(old) else None
            if (
                one is not None
                and one.plain is not None
                and one.rule == cut.rule
                and len(one.plain) == cut.end - cut.start
                and plain.startswith(one.plain, cut.start)
                and written.startswith(one.plain, cut.start)
                and self._used.isdisjoint(one.blocks)
            ):
                self._used.update(one.blocks)
                return one
        return None

    def keep_stretch(self, path: str, stretch: Stretch) -> None:
        """Keep the next stretch of a file."""
        self._stretches[path].append(stretch)
        for key, block in zip(stretch.keys, stretch.blocks, strict=True):
            self.keep(key, block)


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
    text = source.text
    if len(text) <= MOST_CHARACTERS and text.count("\n") + text.count("\r") < MOST_LINES:
        return len(text)
    starts = source.line_starts
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
    cuts = list(_cuts(plain, stripped))
    kept = [memory.recall_stretch(source.path, cut, plain, written) if memory else None for cut in cuts]
    for cut, known in zip(cuts, kept, strict=True):
        if known and memory:
            memory.keep_stretch(source.path, known)
            for key, block in zip(known.keys, known.blocks, strict=True):
                blocks.append((start_in_file, block))
                start_in_file += key.size
            continue
        read: list[BlockKey] = []
        first = len(blocks)
        for piece in _pieces(plain, cut):
            end = piece.end
            end_in_file = _line_start(source, stripped, end) if end < len(plain) else len(source.text)
            key = _key(source.path, piece, plain, written, stripped, start_in_file, end_in_file)
            recalled = memory.recall(key) if memory else None
            block = _read(key) if recalled is None else recalled
            read.append(key)
            blocks.append((start_in_file, block))
            start_in_file = max(start_in_file, end_in_file)
        if memory:
            own = tuple(block for _, block in blocks[first:])
            is_plain = cut.is_unbroken and not any(key.written for key in read)
            text = plain[cut.start : cut.end] if is_plain else None
            memory.keep_stretch(source.path, Stretch(cut.rule, text, tuple(read), own))
    return tuple(blocks)


class _Cut(NamedTuple):
    """A stretch of the text from one header to the next: its number from the first, how many there are from it to the
    last one, the rule of the grammar for its header. One that is unbroken has no comment in it or beside it and ends
    before the file does: its text alone decides how it is read."""

    number: int
    left: int
    rule: str
    start: int
    end: int
    is_unbroken: bool


def _cuts(plain: str, stripped: StrippedScript) -> Iterator[_Cut]:
    """The text cut at its headers."""
    headers = header_line().finditer(plain)
    cuts = [("", 0), *((found.lastgroup or "", found.start()) for found in headers), ("", len(plain))]
    breaks = [index for index, _ in stripped.breaks]
    at = 0
    for number, ((rule, start), (_, end)) in enumerate(pairwise(cuts)):
        while at < len(breaks) and breaks[at] < start:
            at += 1
        has_break = at < len(breaks) and breaks[at] <= end
        is_unbroken = not has_break and not stripped.unclosed and end < len(plain)
        yield _Cut(number, len(cuts) - 1 - number, rule, start, end, is_unbroken)


class _Piece(NamedTuple):
    """A stretch of the text that is a block, and the rule of the grammar that reads it."""

    start: int
    end: int
    rule: str
    nearly: NearHeader | None = None


def _pieces(plain: str, cut: _Cut) -> Iterator[_Piece]:
    """The blocks from one header to the next: more than one where what is nearly a header stands between them, which
    is not looked for below a shot."""
    piece = _Piece(cut.start, cut.end, cut.rule)
    if cut.rule == "shot":
        yield piece
    else:
        yield from _cut_at_near_headers(plain, piece)


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
    if _SETTING.fullmatch(line) and not (_NO_SETTING.match(line) or is_transition(line) or is_slug(line)):
        return "title_page"
    unsigned = _unsigned_setting().match(line)
    if unsigned and (unsigned["sign"] or _unsigned_setting().match(rest.replace(":", "=", 1))):
        return "title_page"
    return "loose"


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
