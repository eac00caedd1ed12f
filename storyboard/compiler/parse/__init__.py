"""Text to `ir.parsed`: comments removed, the file cut at its header lines, each block read by the grammar.

Blocks are read one by one, so an error affects only its own block, and an edit costs only one block: a `BlockCache`
keeps the blocks of the last run. A script longer than any film is read up to a limit, so that every input is answered
soon.

    comments        comments and notes out; block_cache: what of the file is as it was
    grammar         the grammar's tables (tables, automaton; word_lists writes its lists)
    build           a tree ─▶ a block (headers, cues, raw_text)
    doubts          lines that declared names decide; near_headers, near_keys, near_misses: nearly something else
    codes           the codes of this pass
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.diagnostics import Edit, Finding, Fix
from storyboard.compiler.ir import keys
from storyboard.compiler.ir.parsed import Block, Kind, Remark, Script
from storyboard.compiler.parse.block_cache import BlockCache, BlockKey, CachedStretch, Cut, Unchanged
from storyboard.compiler.parse.build import build_block
from storyboard.compiler.parse.comments import Comment, StrippedScript, strip_comments
from storyboard.compiler.parse.near_headers import NearHeader, near_header
from storyboard.compiler.parse.near_misses import close_up, read_as_header
from storyboard.compiler.parse.raw_text import RawText
from storyboard.compiler.syntax import heading_prefix, is_slug, is_transition
from storyboard.compiler.text import Anchor, Source, SourceMap, Span

__all__ = ["MOST_CHARACTERS", "MOST_LINES", "BlockCache", "BlockKey", "header_line", "parse"]

#: What is read of one script. A feature film has some 5,000 lines and 250,000 characters.
MOST_LINES, MOST_CHARACTERS = 50_000, 1 << 20

_SETTING = lazy_pattern(r"[^\S\n]*[^\W\d_]+(?: [^\W\d_]+)*[^\S\n]*:[^\n]*")
_NO_SETTING = lazy_pattern(r"(?:SUPER|TITLE CARD|CHYRON)[^\S\n]*:|>")

_TOO_LONG = (
    f"The script is longer than {MOST_LINES:,} lines or {MOST_CHARACTERS:,} characters, more than any film has; "
    "the rest is not read."
)
_DIVIDE = "Divide it into several scripts; what they share goes into a file that each of them includes with INCLUDE."
_NO_TEXT = "This is a NUL character, which no text has; was the file saved as UTF-16?"


@cache
def header_line() -> re.Pattern[str]:
    """The pattern of a header at the start of its line; the group that matches is the kind of block."""
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


def parse(source: Source, memory: BlockCache | None = None) -> Script:
    """Parse a file. Never raises: a line that cannot be read is a finding of its block."""
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
    """The blocks of a file with their offsets, from the cache if their text is the same."""
    stripped = strip_comments(source.text)
    if not stripped.plain.endswith("\n"):
        stripped = stripped._replace(plain=f"{stripped.plain}\n", written=f"{stripped.written}\n")
    memory = memory or BlockCache()
    read, old, same = memory.open(source.path, stripped, len(source.text))
    cuts = list(_cuts(stripped, same, len(old.stretches) if old else 0))
    known = [memory.recall_stretch(old, cut, stripped) for cut in cuts]
    offset = same.offset
    for cut, one in zip(cuts, known, strict=True):
        stretch = one or _read_stretch(source, stripped, cut, offset, memory)
        offset = read.add(cut.start, stretch, offset)
        for key, block in zip(stretch.keys, stretch.blocks, strict=True):
            memory.keep(key, block)
    memory.close(read, old, same)
    return tuple(read.blocks)


def _read_stretch(source: Source, stripped: StrippedScript, cut: Cut, offset: int, memory: BlockCache) -> CachedStretch:
    """The blocks of a stretch that begins at `offset` in the file: those that are known by their text, the others read
    anew."""
    keys_: list[BlockKey] = []
    blocks: list[Block] = []
    for piece in _pieces(stripped.plain, cut):
        is_last = piece.end == len(stripped.plain)
        end = max(offset, len(source.text) if is_last else _line_start(source, stripped, piece.end))
        key = _key(source.path, piece, stripped, offset, end)
        keys_.append(key)
        blocks.append(memory.recall(key) or _read(key))
        offset = end
    is_plain = cut.is_unbroken and not any(key.written for key in keys_)
    text = stripped.plain[cut.start : cut.end] if is_plain else None
    return CachedStretch(cut.rule, text, tuple(keys_), tuple(blocks))


def _cuts(stripped: StrippedScript, same: Unchanged, old: int) -> Iterator[Cut]:
    """The text between what is unchanged, cut at its headers. `old` is how many stretches there were."""
    end_of_file = len(stripped.plain)
    headers = [
        (found.lastgroup or "", found.start()) for found in header_line().finditer(stripped.plain, same.start, same.end)
    ]
    cuts = [*([] if same.before else [("", 0)]), *headers, ("", same.end)]
    breaks = [index for index, _ in stripped.breaks]
    at = bisect_left(breaks, same.start)
    count = same.before + len(cuts) - 1 + old - same.after
    for number, ((rule, start), (_, end)) in enumerate(pairwise(cuts), same.before):
        while at < len(breaks) and breaks[at] < start:
            at += 1
        has_break = at < len(breaks) and breaks[at] <= end
        is_unbroken = not has_break and not stripped.unclosed and end < end_of_file
        yield Cut(number, count - number, rule, start, end, is_unbroken)


class _Piece(NamedTuple):
    """A stretch of the text that is a block, and the rule of the grammar that reads it."""

    start: int
    end: int
    rule: str
    nearly: NearHeader | None = None


def _pieces(plain: str, cut: Cut) -> Iterator[_Piece]:
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


def _key(path: str, piece: _Piece, stripped: StrippedScript, first: int, last: int) -> BlockKey:
    """The key of a block: everything that decides how it is read."""
    start, end = piece.start, piece.end
    breaks: tuple[tuple[int, int], ...] = ((0, 0),)
    comments: tuple[Comment, ...] = ()
    if stripped.breaks != [(0, 0)]:
        at = bisect_right(stripped.breaks, (start, 1 << 60)) - 1
        until = max(at + 1, bisect_left(stripped.breaks, (end, 0)))
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
    plain, written = stripped.plain[start:end], stripped.written[start:end]
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
    """Read the block of a key with the grammar."""
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
