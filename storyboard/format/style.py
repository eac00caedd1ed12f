"""The style itself: text in, text out.

Three steps, each on the result of the one before: the spelling of lines, the order of properties, blank lines. Every
step parses the text again and changes only characters outside comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from storyboard.compiler.ir import keys, parsed
from storyboard.compiler.ir.parsed import Block, Property, Text
from storyboard.format.document import LINE_END, ScriptDocument, TextChange
from storyboard.format.meaning import ScriptReader, known_keys

_BLANKS = re.compile(r"[^\S\r\n]+")
_COLON = re.compile(r"[^\S\r\n]*[:：][^\S\r\n]*")
_TRAILING = re.compile(r"(?<![^\S\r\n])[^\S\r\n]+(?=\r|\n|\Z)")
_COMMA = re.compile(r"(?<=[^\s,])[^\S\r\n]*,[^\S\r\n]*(?=[^\s,])")
#: What closes the emphasis of a whole header line, which is read without it.
_MARKS_BEHIND = re.compile(r"[*_]{1,6}")
_INDENT = "  "


def restyle(text: str, reader: ScriptReader | None = None) -> str:
    """The text in the one style. It has no byte-order mark; line ends stay as they are."""
    if not text.strip():
        return text
    reader = reader or ScriptReader()
    for step in (_spell, _order, _space):
        changed = step(text, reader)
        # An indented line under a dedented one, a comment where a key begins: a step that would change what the script
        # says is left out.
        if changed != text and keeps_meaning(text, changed, reader):
            text = changed
    return text


def keeps_meaning(before: str, after: str, reader: ScriptReader) -> bool:
    """Whether two texts say the same and have the same comments."""
    return reader.said(after) == reader.said(before) and reader.comments(after) == reader.comments(before)


# ---- The order of properties ---------------------------------------------------------------------------------------


def _order(text: str, reader: ScriptReader) -> str:
    page = ScriptDocument(text, reader)
    edits = []
    for offset, block in page.blocks:
        known = known_keys(block)
        ranks = [known.index(one.key) if one.key in known else len(known) for one in block.properties]
        if ranks != sorted(ranks) and _may_move(block, ranks):
            edit = _sorted_lines(page, offset, block, ranks)
            edits += [edit] if edit else []
    return page.apply(edits)


def _may_move(block: Block, ranks: list[int]) -> bool:
    """Whether an order is free: the names that properties bring in are numbered as written, so their order stays."""
    naming = [
        rank
        for rank, one in zip(ranks, block.properties, strict=True)
        if "@" in one.value.string or "＠" in one.value.string or one.key in ("with", "variants")
    ]
    return isinstance(block, parsed.TitlePage | parsed.Declaration) or naming == sorted(naming)


def _sorted_lines(page: ScriptDocument, offset: int, block: Block, ranks: list[int]) -> TextChange | None:
    """The properties with their lines, sorted; nothing where anything else stands among them."""
    starts = [page.line_start(offset + one.key_span.start) for one in block.properties]
    end = page.line_end(offset + _last(block.properties[-1]))
    if not page.is_free(starts[0], end) or len(set(starts)) < len(starts):
        return None
    if any(
        not isinstance(beat, parsed.Paragraph | parsed.Speech) and starts[0] <= offset + _at(beat) < end
        for beat in block.body
    ):
        return None
    chunks = [page.text[start:stop] for start, stop in zip(starts, [*starts[1:], end], strict=True)]
    if any(
        not chunk.strip() or len(chunk.splitlines()) != chunk.rstrip().count("\n") + 1
        for chunk in chunks
        if "\r" not in chunk
    ):
        return None
    final = LINE_END.search(chunks[-1][::-1][:2][::-1]) if chunks[-1] else None
    if final is None:
        newline = LINE_END.search(chunks[0])
        chunks[-1] += newline[0] if newline else "\n"
    order = sorted(range(len(ranks)), key=ranks.__getitem__)
    joined = "".join(chunks[at] for at in order)
    if final is None:
        joined = joined.removesuffix("\r\n").removesuffix("\n").removesuffix("\r")
    return TextChange(starts[0], end, joined)


def _last(one: Property) -> int:
    return max(one.key_span.end, one.value.span().end)


def _at(beat: parsed.Beat) -> int:
    return beat.at.start if isinstance(beat, parsed.Speech) else beat.text.span().start


# ---- The spelling of lines -----------------------------------------------------------------------------------------


def _spell(text: str, reader: ScriptReader) -> str:
    page = ScriptDocument(text, reader)
    edits: list[TextChange] = []
    for offset, block in page.blocks:
        if not isinstance(block, parsed.TitlePage | parsed.LooseText):
            edits += _header(page, offset, block)
        for one in block.properties:
            edits += _property(page, offset, block, one)
        for beat in block.body:
            if isinstance(beat, parsed.Synopsis) and beat.text.string:
                start = offset + beat.text.span().start
                edits.append(TextChange(page.line_start(start), start, "= "))
    heads = page.apply(edits)
    trimmed = ScriptDocument(heads, reader)
    return trimmed.apply(list(_trailing(trimmed)))


def _header(page: ScriptDocument, offset: int, block: Block) -> Iterator[TextChange]:
    span = block.header
    start, end = offset + span.start, offset + span.end
    line = page.line_start(start)
    match block:
        case parsed.Declaration(typed=typed) if typed.string:
            yield TextChange(line, offset + typed.span().start, f"{block.kind.upper()} ")
            yield from _single_blanks(page, offset, typed)
        case parsed.Include(path=Text() as path):
            yield TextChange(line, offset + path.span().start, "INCLUDE ")
        case parsed.Section(title=title) if title.string:
            yield TextChange(line, offset + title.span().start, f"{'#' * block.level} ")
        case parsed.Break():
            yield TextChange(line, end, "===")
        case parsed.Shot(duration=int()):
            yield from _shot(offset, block, line, end, page)
        case parsed.Heading(line=words):
            yield TextChange(line, start, "")
            yield from _single_blanks(page, offset, words)
        case _:
            yield TextChange(line, start, "")
    if isinstance(block, parsed.Heading | parsed.Shot) and block.label:
        yield from _label(page, start, end)
    if marks := _MARKS_BEHIND.match(page.text, end):
        yield TextChange(end, marks.end(), "")


def _single_blanks(page: ScriptDocument, offset: int, words: Text) -> Iterator[TextChange]:
    """One blank between words, in names and headings; those at a comment stay."""
    span = words.span()
    for found in _BLANKS.finditer(page.text, offset + span.start, offset + span.end):
        if found[0] != " " and page.is_free(found.start() - 1, found.end() + 1):
            yield TextChange(found.start(), found.end(), " ")


def _shot(offset: int, block: parsed.Shot, line: int, end: int, page: ScriptDocument) -> Iterator[TextChange]:
    head = f"SHOT {block.duration}s"
    if block.camera is not None:
        yield TextChange(line, offset + block.camera.span().start, f"{head} ")
    elif block.label is None:
        yield TextChange(line, end, head)
    else:
        yield TextChange(line, _label_start(page.text, end), f"{head} ")


def _label_start(text: str, end: int) -> int:
    return text.rfind("#", 0, end - 1)


def _label(page: ScriptDocument, start: int, end: int) -> Iterator[TextChange]:
    at = _label_start(page.text, end)
    before = len(page.text[start:at].rstrip()) + start
    if start < before and page.text[at - 1 : at].isspace():
        yield TextChange(before, at, " ")


def _property(page: ScriptDocument, offset: int, block: Block, one: Property) -> Iterator[TextChange]:
    """`key: value`, continued lines indented alike."""
    start, end = offset + one.key_span.start, offset + one.key_span.end
    line = page.line_start(start)
    key = one.key.capitalize() if isinstance(block, parsed.TitlePage) else one.key
    colon = _COLON.match(page.text, end)
    if colon is None or page.text[line:start].strip():
        return
    follows = page.text[colon.end() : colon.end() + 1]
    yield TextChange(line, colon.end(), f"{key}:" if follows in ("", "\r", "\n") else f"{key}: ")
    if one.value.string:
        last = offset + one.value.span().end
        yield from _continued(page, colon.end(), last)
        if one.key in keys.LISTS:
            yield from _commas(page, colon.end(), last)


def _continued(page: ScriptDocument, start: int, end: int) -> Iterator[TextChange]:
    for found in LINE_END.finditer(page.text, start, end):
        blanks = _BLANKS.match(page.text, found.end())
        if blanks and page.comment_at(blanks.end()) is None:
            yield TextChange(found.end(), blanks.end(), _INDENT)


def _commas(page: ScriptDocument, start: int, end: int) -> Iterator[TextChange]:
    """`a, b`, on one line."""
    for found in _COMMA.finditer(page.text, start, end):
        if page.is_free(found.start() - 1, found.end() + 1):
            yield TextChange(found.start(), found.end(), ", ")


def _trailing(page: ScriptDocument) -> Iterator[TextChange]:
    for found in _TRAILING.finditer(page.text):
        if page.text[found.start() - 1 : found.start()] != "\r" or page.text[found.end() : found.end() + 1] != "\n":
            yield TextChange(found.start(), found.end(), "")


# ---- Blank lines ---------------------------------------------------------------------------------------------------


def _space(text: str, reader: ScriptReader) -> str:
    """One blank line between paragraphs at most, one above every header, none at the top and at the end."""
    page = ScriptDocument(text, reader)
    ends = [found[0] for found in LINE_END.finditer(text)]
    newline = max(("\n", "\r\n", "\r"), key=ends.count)
    lines = _lines(text)
    headers = {page.line_start(offset + block.header.start) for offset, block in page.blocks if _is_headed(block)}
    out: list[str] = []
    blank = True
    at = 0
    for line in lines:
        inside = page.comment_at(at) is not None and page.comment_at(at - 1) is page.comment_at(at) if at else False
        if not line.strip() and not inside:
            if not blank and line:
                out.append(line)
            blank = True
        else:
            if at in headers and not blank:
                _open(out, newline, page, at)
            out.append(line)
            blank = False
        at += len(line)
    while out and not out[-1].strip():
        out.pop()
    joined = "".join(out)
    return joined if joined.endswith(("\n", "\r")) else joined + newline


def _lines(text: str) -> list[str]:
    """Lines with their ends."""
    lines: list[str] = []
    at = 0
    for found in LINE_END.finditer(text):
        lines.append(text[at : found.end()])
        at = found.end()
    if at < len(text):
        lines.append(text[at:])
    return lines


def _is_headed(block: Block) -> bool:
    """Whether a blank line stands above a block. Includes may stand together."""
    return not isinstance(block, parsed.TitlePage | parsed.LooseText | parsed.Include)


def _open(out: list[str], newline: str, page: ScriptDocument, at: int) -> None:
    """A blank line above the header at `at`, and above the comments that stand directly on it."""
    best = insert = len(out)
    place = at
    while insert and _is_comment_line(page, place - len(out[insert - 1]), place):
        insert -= 1
        place -= len(out[insert])
        if page.comment_at(place - 1) is None or page.comment_at(place - 1) is not page.comment_at(place):
            best = insert
    if best and out[best - 1].strip():
        out.insert(best, "\r" if out[best - 1].endswith("\r") else newline)


def _is_comment_line(page: ScriptDocument, start: int, end: int) -> bool:
    """Whether a line holds one comment, or a part of one, and nothing else."""
    text = page.text[max(start, 0) : end]
    if start < 0 or not text.strip():
        return False
    comment = page.comment_at(start + len(text) - len(text.lstrip()))
    return comment is not None and comment.end >= start + len(text.rstrip())
