"""The script that a Fountain text was exported from, exactly; later edits to the text are kept.

What `fountain_export` added is removed: notes become lines of the script, blank lines and marks with a joiner
disappear, the cast and the title page move from the end to the top.

An edited line is taken as it is now; an added one is action, dialogue or a heading, as Fountain reads it. A note that
is damaged beyond recognition stays a writer's note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple

from storyboard.compiler.ir import keys, parsed
from storyboard.compiler.parse import parse
from storyboard.compiler.syntax import is_transition
from storyboard.compiler.text import Source
from storyboard.screenplay.comments import parts_of
from storyboard.screenplay.mention_notes import give_mentions, is_mention_note
from storyboard.screenplay.note_lines import (
    FORMAT,
    GOES_ON,
    JOINER,
    VERBATIM,
    continuation_of,
    is_declaration,
    is_own_heading,
    is_property,
    script_line,
    unescape,
    writers_text,
)

_IS_EXPORT = re.compile(
    rf"^[^\S\n]*+(?:Format:[^\S\n]*+{re.escape(FORMAT)}[^\S\n]*+$|\[\[{re.escape(FORMAT)}|\[\[SHOT\s+\d)", re.MULTILINE
)
_TITLE_LINE = re.compile(r"([^\W\d_]+(?: [^\W\d_]+)*)[^\S\n]*:(.*)")
#: A blank line that the export has put in, with the mark above or below it.
_LAYOUT = re.compile(
    rf"(?P<alone>\n\n\[\[{JOINER}\]\]\n(?=\n))|{JOINER}(?P<closer>\]\])?\n\n|\n\n(?P<opener>\[\[)?{JOINER}"
)
#: The header of the next shot among the words of a speech that goes on in it.
_NEXT_SHOT = re.compile(r"\[\[SHOT[\s,:—–-]")
_FORCED = (f"!{JOINER}", f"> {JOINER}", f"@{JOINER}", f".{JOINER}")


class _Origin(Enum):
    """Where a line comes from: a note, the text, or the title page at the end."""

    SCRIPT = auto()
    NOTE = auto()
    TEXT = auto()


class _OriginLine(NamedTuple):
    """A line of the script so far, and where it comes from."""

    origin: _Origin
    text: str


def is_export(text: str) -> bool:
    """Whether a Fountain text was exported from a script, judged by its title page or its notes."""
    return _IS_EXPORT.search(text) is not None


def restore(text: str) -> str | None:
    """The script that a Fountain text was exported from; None if it was not exported by us."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not is_export(text):
        return None
    title, body = _split_title(text.removesuffix("\n"))
    return restore_body(body, title)


def restore_body(body: str, title: list[tuple[str, str]]) -> str:
    """The script that a screenplay without its title page was exported from; `title` has the entries of that page."""
    lines = _Restoring(are_joiners_kept=JOINER in body)
    laid_out = _LAYOUT.sub(_without_blank, f"\n{body}")[1:].split("\n")
    last_closer = max((at for at, line in enumerate(laid_out) if "*/" in line), default=-1)
    for at, line in enumerate(laid_out):
        lines.is_closed_below = at < last_closer
        lines.add(line)
    above, below = lines.split_at_end()
    if above and above[-1].endswith(JOINER):
        above[-1] = above[-1].removesuffix(JOINER)
    elif above and below and above[-1].strip():
        above.append("")
    above = _with_title(above, title)
    return "\n".join([*above, *below]) + "\n"


def _without_blank(found: re.Match[str]) -> str:
    """What remains of a blank line that the export added: brackets of the notes beside it, and one line end."""
    return "" if found["alone"] else f"{found['closer'] or ''}\n{found['opener'] or ''}"


def _split_title(text: str) -> tuple[list[tuple[str, str]], str]:
    """The entries of the title page, and the text after the blank line below it."""
    head, gap, body = text.partition("\n\n")
    entries: list[tuple[str, str]] = []
    for line in head.split("\n"):
        found = _TITLE_LINE.fullmatch(line)
        if found and not line[:1].isspace():
            entries.append((found[1], found[2].strip()))
        elif entries:
            key, value = entries[-1]
            entries[-1] = (key, f"{value} {line.strip()}".strip())
        else:
            return [], text
    known = {"title", "format", *keys.FACTS}
    if not entries or entries[0][0].lower() not in known:
        return [], text
    return [(key, value) for key, value in entries if key.lower() in known - {"format"}], body if gap else ""


def _with_title(lines: list[str], shown: list[tuple[str, str]]) -> list[str]:
    """The title page, with the entries that the screenplay now shows differently."""
    source = Source("", "\n".join(lines) + "\n")
    known: dict[str, parsed.Property] = {}
    start = 0
    for offset, block in parse(source).blocks:
        if isinstance(block, parsed.TitlePage):
            start, known = offset, {one.key: one for one in block.properties}
    out: list[str | None] = list(lines)
    new: list[str] = []
    for key, value in shown:
        there = known.get(" ".join(key.lower().split()))
        if there is None:
            new.append(f"{key}: {value}")
        elif " ".join(there.value.string.split()) != " ".join(value.split()):
            first = source.position(start + there.key_span.start).line - 1
            last = source.position(start + there.value.span().end).line - 1
            out[first : last + 1] = [f"{lines[first].partition(':')[0]}: {value}", *[None] * (last - first)]
    kept = [line for line in out if line is not None]
    if not new:
        return kept
    return [*new, *kept] if known else [*new, "", *kept]


# ---- The body ------------------------------------------------------------------------------------------------------


@dataclass
class _Restoring:
    """The lines of the script so far.

    `end` is the index at which title page and cast begin, None before that. `are_joiners_kept` says whether the marks
    of the export (U+2060) survived: a program that dropped them may also have added blank lines, which are then
    removed.
    """

    are_joiners_kept: bool
    lines: list[_OriginLine] = field(default_factory=list)
    end: int | None = None
    in_boneyard: bool = False
    in_declaration: bool = False
    is_closed_below: bool = False

    def add(self, line: str) -> None:
        """Add the next line of the screenplay."""
        note = None if self.in_boneyard else _whole_note(line)
        if note is not None:
            self._add_note(note)
            return
        for part in [line] if self.in_boneyard else _parts_of_speech(line):
            if isinstance(part, list):
                self._add_next_shot(part)
            else:
                self._add_text(part)

    def _add_note(self, inner: str) -> None:
        """Add a note that is a line by itself.

        It is the mark above title page and cast, the continuation of a line, a line of the script, or a writer's own
        note.
        """
        inner = inner if self.end is not None else inner.removesuffix(JOINER)
        if inner.startswith(FORMAT):
            if self.lines and not self.lines[-1].text:
                self.lines.pop()
            self.end = len(self.lines)
            self.in_declaration = False
        elif (more := continuation_of(inner)) is not None:
            self._go_on(more)
        elif (own := script_line(inner)) is not None:
            if inner.startswith(VERBATIM) and GOES_ON.search(own):
                self._part_speech()
            self._add_script_line(own)
        else:
            self.lines.append(_OriginLine(_Origin.NOTE, f"[[{writers_text(inner)}]]"))

    def _add_script_line(self, line: str) -> None:
        """Add a line of the script that the export kept in a note: a header, a property, a comment."""
        if is_declaration(line):
            self.in_declaration = True
        elif not is_property(line):
            self.in_declaration = self.in_declaration and line.lstrip().startswith("//")
        elif not self.in_declaration and not self.are_joiners_kept:
            self._drop_blanks()
        is_hidden = line.lstrip().startswith("//")
        self.lines.append(_OriginLine(_Origin.NOTE if is_hidden else _Origin.SCRIPT, line))

    def _part_speech(self) -> None:
        """Add a blank line above the shot in which a speech continues."""
        above = len(self.lines) - 1
        while above > 0 and self.lines[above].origin is _Origin.SCRIPT and self.lines[above].text:
            above -= 1
        if self.lines and self.lines[above].origin is _Origin.TEXT and self.lines[above].text:
            self.lines.insert(above + 1, _OriginLine(_Origin.SCRIPT, ""))

    def _drop_blanks(self) -> None:
        """Remove blank lines that another program put between a header and its properties.

        Those of a declaration may be the writer's and are kept.
        """
        top = self.end or 0
        above = len(self.lines) - 1
        while above >= top and (self.lines[above].origin is _Origin.NOTE or not self.lines[above].text):
            above -= 1
        if above >= top:
            self.lines[above + 1 :] = [line for line in self.lines[above + 1 :] if line.text]

    def _go_on(self, more: str, rest: str = "") -> None:
        """Add a note that continues the line above: the next line of a property or of a note."""
        while self.lines and not self.lines[-1].text:
            self.lines.pop()
        if self.lines and self.lines[-1].origin is _Origin.SCRIPT:
            indented = more if self.are_joiners_kept or more[:1].isspace() else f"  {more}"
            self.lines.append(_OriginLine(_Origin.SCRIPT, f"{indented}{rest}"))
        elif self.lines and self.lines[-1].text.endswith("]]"):
            origin, above = self.lines[-1]
            self.lines[-1] = _OriginLine(_Origin.TEXT if rest.strip() else origin, f"{above[:-2]}\n{more}]]{rest}")
        else:
            self.lines.append(_OriginLine(_Origin.TEXT, f"[[{more}]]{rest}"))

    def _add_next_shot(self, notes: list[str]) -> None:
        """Add the headers of a shot in which a speech continues; the export put them among its words."""
        self.lines.append(_OriginLine(_Origin.SCRIPT, ""))
        for inner in notes:
            self._add_note(inner)

    def _add_text(self, line: str) -> None:
        """Add a line that Fountain shows (action, dialogue, a heading), with its mentions restored."""
        if self.in_boneyard:
            typed, is_shown = self._typed(line)
            self.lines.append(_OriginLine(_Origin.TEXT if is_shown else _Origin.NOTE, typed))
            return
        text = give_mentions(self._unforced(line))
        first = _note_at(text, 0)
        more = continuation_of(first.inner) if first else None
        typed, is_shown = self._typed(text[first.end :] if first and more is not None else text)
        self.in_declaration = self.in_declaration and not is_shown
        if more is not None:
            self._go_on(more, typed)
        else:
            self.lines.append(_OriginLine(_Origin.TEXT if is_shown or not typed else _Origin.NOTE, typed))

    def _unforced(self, line: str) -> str:
        """A line without the mark that the export put before it.

        If the joiners are gone, every mark that the script does not need is removed.
        """
        if line.lstrip().startswith(f".{JOINER}{JOINER}"):
            return line.replace(JOINER, "", 2)
        for mark in _FORCED:
            line = line.removeprefix(mark)
        if line.startswith(".") and is_own_heading(line[1:].strip()):
            return line[1:]
        if self.are_joiners_kept:
            return line
        if line.startswith("> ") and is_transition(line[2:].strip()):
            return line[2:]
        return line

    def _typed(self, text: str) -> tuple[str, bool]:
        """A line with its notes and boneyards as they were typed, and whether it has other text."""
        at = 0
        head = ""
        if self.in_boneyard:
            end = text.find("*/")
            self.in_boneyard = end < 0
            at = end + 2 if end >= 0 else len(text)
            head = f"{unescape(text[:end])}*/" if end >= 0 else unescape(text)
        pieces = [head]
        is_shown = False
        rest = text[at:]
        for part in parts_of(rest):
            piece = rest[part.start : part.end]
            if not part.is_comment:
                opener = piece.find("/*") if self.is_closed_below else -1
                self.in_boneyard = self.in_boneyard or opener >= 0
                shown = piece[:opener] if opener >= 0 else piece
                is_shown = is_shown or bool(shown.strip())
                pieces.append(f"{shown}/*{unescape(piece[opener + 2 :])}" if opener >= 0 else piece)
            elif piece.startswith("[["):
                pieces.append(f"[[{writers_text(piece[2:-2])}]]")
            else:
                pieces.append(f"/*{unescape(piece[2:-2])}*/")
        return "".join(pieces), is_shown

    def split_at_end(self) -> tuple[list[str], list[str]]:
        """The lines at the end of the screenplay that belong at the top of the script, and the rest."""
        if self.end is None:
            return [], [line.text for line in self.lines]
        end = self.end
        while end < len(self.lines) and (self.lines[end].origin is not _Origin.TEXT or not self.lines[end].text):
            end += 1
        if self.end < end < len(self.lines) and not self.lines[end - 1].text:
            end -= 1  # what was added below begins under a blank line
        rest = [*self.lines[: self.end], *self.lines[end:]]
        start = self.end + (self.end < end and not self.lines[self.end].text)
        return [line.text for line in self.lines[start:end]], [line.text for line in rest]


class _BracketedNote(NamedTuple):
    """A note in a line: its text, and the index after its brackets."""

    inner: str
    end: int


def _note_at(line: str, at: int) -> _BracketedNote | None:
    """The note that begins at a place, possibly after spaces."""
    start = _skip_blanks(line, at)
    closer = line.find("]]", start + 2) if line.startswith("[[", start) else -1
    return _BracketedNote(line[start + 2 : closer], closer + 2) if closer >= 0 else None


def _whole_note(line: str) -> str | None:
    """The text of a line that is a single note; None for any other line."""
    note = _note_at(line, 0) if line.rstrip().endswith("]]") else None
    return note.inner if note and "[[" not in note.inner and not line[note.end :].strip() else None


def _parts_of_speech(line: str) -> Iterator[str | list[str]]:
    """A line divided where it continues in the next shot: text, and the notes between."""
    at = 0
    for found in _NEXT_SHOT.finditer(line):
        if found.start() < at:
            continue
        notes: list[str] = []
        end = found.start()
        while (note := _note_at(line, end)) and not is_mention_note(note.inner):
            notes.append(note.inner)
            end = note.end
        if notes:
            yield line[at : found.start()].rstrip()
            yield notes
            at = _skip_blanks(line, end)
    yield line[at:]


def _skip_blanks(line: str, at: int) -> int:
    """The index of the first character at or after `at` that is not white space."""
    while line[at : at + 1].isspace():
        at += 1
    return at
