"""Kinds of script lines, for an export that writes line by line.

Whether a line is a cue or action in capitals depends on the declared names, so the kinds come from an analysis, not
from the text alone. Every line gets exactly one kind, comments and blank lines included, so that the export can be read
back line by line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from storyboard.compiler.ir import parsed
from storyboard.compiler.parse.comments import Comment, flatten, strip_comments
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.resolve.cast import Cast
from storyboard.screenplay.note_lines import escape, writers_note


class LineKind(StrEnum):
    """The kind of a script line.

    `SETTING` is a line without a Fountain form, kept in a note: a shot's header, a property. `HIDDEN` is a line of
    comments alone; `INSIDE` is a line inside a boneyard that began above, or one that begins there.
    """

    BLANK = "blank"
    TITLE = "title"
    DECLARATION = "declaration"
    SETTING = "setting"
    SLASHED = "slashed"
    HIDDEN = "hidden"
    INSIDE = "inside"
    HEADING = "heading"
    SECTION = "section"
    SYNOPSIS = "synopsis"
    TRANSITION = "transition"
    SLUG = "slug"
    CUE = "cue"
    SPEECH = "speech"
    TEXT = "text"


#: Lines that a note holds as they are.
IN_NOTES = frozenset({LineKind.TITLE, LineKind.DECLARATION, LineKind.SETTING, LineKind.SLASHED})


class ScriptLine(NamedTuple):
    """A line of a script.

    `typed` is the line as it is; `text` is the same with each note on one line and without nested comment brackets;
    `is_first` is False if it continues the line above.
    """

    kind: LineKind
    typed: str
    text: str
    is_first: bool = False


def classify_lines(analysis: Analysis) -> list[ScriptLine]:
    """Every line of the compiled file with its kind, without line ends."""
    source = analysis.sources[0]
    starts = source.line_starts
    typed = [source.line(number) for number in range(1, len(starts) + 1)]
    comments = strip_comments(source.text).comments
    kinds = [LineKind.TEXT] * len(typed)
    _mark_comments(kinds, typed, comments, starts)
    is_first = _mark_blocks(kinds, analysis)
    _carry_settings_on(kinds, comments, starts)
    is_first |= {at for at in range(1, len(kinds)) if kinds[at] in IN_NOTES and kinds[at] is not kinds[at - 1]}
    texts = "".join(_with_short_notes(source.text, comments)).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = [
        ScriptLine(kind, "" if kind is LineKind.BLANK else line, "" if kind is LineKind.BLANK else text, at in is_first)
        for at, (kind, line, text) in enumerate(zip(kinds, typed, texts, strict=True))
    ]
    return lines[:-1] if not typed[-1] else lines


def _with_short_notes(text: str, comments: list[Comment]) -> Iterator[str]:
    """The text in pieces, with each line of a note in a note of its own."""
    at = 0
    for comment in comments:
        yield text[at : comment.start]
        inner = text[comment.start + 2 : comment.end - 2]
        at = comment.end
        if comment.note is not None:
            yield writers_note(inner.replace("\r\n", "\n").replace("\r", "\n"))
        elif text.startswith("/*", comment.start):
            yield f"/*{escape(inner)}*/"
        else:
            yield text[comment.start : comment.end]
    yield text[at:]


# ---- Kinds ---------------------------------------------------------------------------------------------------------


def _mark_comments(kinds: list[LineKind], typed: list[str], comments: list[Comment], starts: list[int]) -> None:
    """Mark blank lines, and lines with only comments."""
    for at, line in enumerate(typed):
        if not line.strip():
            kinds[at] = LineKind.BLANK
    covered = [0] * len(typed)  # characters of a line that comments hold
    for comment in comments:
        first, last = _lines_of(comment, starts)
        is_boneyard = comment.note is None and first != last
        if comment.note is None and typed[first][comment.start - starts[first] :].lstrip().startswith("//"):
            kinds[first] = LineKind.SLASHED
        for at in range(first, last + 1):
            part = typed[at][max(comment.start - starts[at], 0) : comment.end - starts[at]]
            covered[at] += _letters(part)
            if at > first and is_boneyard:
                kinds[at] = LineKind.INSIDE
            elif at > first and kinds[at] is LineKind.BLANK:
                kinds[at] = LineKind.HIDDEN
    for at, count in enumerate(covered):
        if count and kinds[at] is LineKind.TEXT and count == _letters(typed[at]):
            kinds[at] = LineKind.HIDDEN


def _letters(text: str) -> int:
    return len("".join(text.split()))


def _lines_of(comment: Comment, starts: list[int]) -> tuple[int, int]:
    return bisect_right(starts, comment.start) - 1, bisect_right(starts, max(comment.start, comment.end - 1)) - 1


def _mark_blocks(kinds: list[LineKind], analysis: Analysis) -> set[int]:
    """Mark the lines by what the parser read; return those on which a header or a property begins."""
    source = analysis.sources[0]
    cast = analysis.whole.names.cast
    is_first: set[int] = set()

    def number(offset: int) -> int:
        return source.position(offset).line - 1

    for offset, block in analysis.scripts[source.path].blocks:
        head = number(offset + block.header.start)
        last = head
        for one in block.properties:
            is_first.add(number(offset + one.key_span.start))
            last = max(last, number(offset + max(one.key_span.end, one.value.span().end) - 1))
        match block:
            case parsed.TitlePage():
                head = number(offset + block.properties[0].key_span.start) if block.properties else head
                _mark_settings(kinds, head, last, LineKind.TITLE)
                continue
            case parsed.Declaration() | parsed.Include():
                _mark_settings(kinds, head, last, LineKind.DECLARATION)
                is_first.add(head)
            case parsed.Shot() | parsed.Break():
                _mark_settings(kinds, head, last, LineKind.SETTING)
                is_first.add(head)
            case parsed.Heading():
                kinds[head] = LineKind.HEADING
                _mark_settings(kinds, head + 1, last, LineKind.SETTING)
            case parsed.Section():
                kinds[head] = LineKind.SECTION
        for beat in block.body:
            _mark_beat(kinds, beat, offset, number, cast)
    return is_first


def _mark_settings(kinds: list[LineKind], first: int, last: int, kind: LineKind) -> None:
    """Mark a header and its properties; blank lines and notes between them keep their kinds."""
    for at in range(first, last + 1):
        if kinds[at] not in (LineKind.BLANK, LineKind.HIDDEN, LineKind.SLASHED, LineKind.INSIDE):
            kinds[at] = kind


def _mark_beat(kinds: list[LineKind], beat: parsed.Beat, offset: int, number: Callable[[int], int], cast: Cast) -> None:
    """Mark the lines of a beat. A cue counts only if it is beyond doubt: in capitals, or a declared name."""
    if isinstance(beat, parsed.Speech):
        entity = cast.find(flatten(beat.cue.name.string).lstrip("@").strip("{}"))
        is_sure = beat.cue.form is parsed.CueForm.CAPITALS
        if not is_sure and (entity is None or entity.kind is not parsed.Kind.CHARACTER):
            return
        first, last = number(offset + beat.at.start), number(offset + beat.at.end - 1)
        for at in range(first, last + 1):
            if kinds[at] is LineKind.TEXT:
                kinds[at] = LineKind.SPEECH
        kinds[first] = LineKind.CUE
    else:
        at = number(offset + beat.text.span().start)
        if isinstance(beat, parsed.Transition):
            kinds[at] = LineKind.TRANSITION
        elif isinstance(beat, parsed.Synopsis):
            kinds[at] = LineKind.SYNOPSIS
        elif isinstance(beat, parsed.Slug):
            kinds[at] = LineKind.SLUG
        elif isinstance(beat, parsed.Effect):
            kinds[at] = LineKind.SETTING


def _carry_settings_on(kinds: list[LineKind], comments: list[Comment], starts: list[int]) -> None:
    """Mark all lines of a comment that begins or ends on a line of settings, because a note cannot be cut inside it."""
    settings = IN_NOTES - {LineKind.SLASHED}
    for comment in comments:
        first, last = _lines_of(comment, starts)
        if kinds[first] in settings:
            kinds[first + 1 : last + 1] = [kinds[first]] * (last - first)
        elif kinds[first] is LineKind.HIDDEN and kinds[last] in settings:
            kinds[first:last] = [kinds[last]] * (last - first)
