"""A script as typed, cut into blocks: what each line is, but not yet what it means.

A file is a sequence of blocks. Each starts at a header line and ends where the next one starts; spans inside a block
are measured from its start (`storyboard.compiler.text.Span`). Every character of the file belongs to exactly one block,
so the writer's own spelling, comments and blank lines can always be read from the source.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from storyboard.compiler.diagnostics import Finding
from storyboard.compiler.text import Anchor, SourceMap, Span


class Kind(StrEnum):
    """The kind of a declared name."""

    CHARACTER = "character"
    PROP = "prop"
    LOCATION = "location"


class Text(NamedTuple):
    """Words of the writer, comments out and lines joined, that know where each character was typed.

    `map` leads to offsets in the block; `start` is where `string` begins in the text that the map is of, which all
    slices of one text share.
    """

    string: str
    anchor: Anchor
    map: SourceMap
    start: int = 0

    def offset(self, index: int) -> int:
        """Where in the block the character at `index` was typed; past the end, what follows the last one."""
        beyond = index - len(self.string) + 1 if 0 < len(self.string) <= index else 0
        return self.map.offset(self.start + index - beyond) + beyond

    def index_of(self, offset: int) -> int:
        """The inverse of `offset`."""
        return self.map.index_of(offset) - self.start

    def runs(self) -> Iterator[tuple[int, int]]:
        """Pairs (index, offset in the block): from each on, characters follow one another in the file."""
        start = self.start
        return ((index - start, offset) for index, offset in self.map.runs(start, start + len(self.string)))

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """The place of the characters `start` to `end`; of the whole text without arguments."""
        last = len(self.string) if end is None else end
        if start < last <= len(self.string):
            offset = self.map.offset
            return Span(self.anchor, offset(self.start + start), offset(self.start + last - 1) + 1)
        first = self.offset(start)
        return Span(self.anchor, first, self.offset(last - 1) + 1 if last > start else first)

    def slice(self, start: int, end: int) -> Text:
        """The part from `start` to `end`, trimmed of blanks."""
        part = self.string[start:end]
        start += len(part) - len(part.lstrip())
        return Text(part.strip(), self.anchor, self.map, self.start + start)


class Property(NamedTuple):
    """`key: value`. `key` is in lower case with single spaces; `value` is empty where nothing follows the colon."""

    key: str
    key_span: Span
    value: Text


class Remark(NamedTuple):
    """A note `[[ … ]]` that says something to the compiler: its inner text and its place, brackets included."""

    text: str
    span: Span


class Paragraph(NamedTuple):
    """Action."""

    text: Text
    forced: bool = False


class CueForm(StrEnum):
    """How a cue line was told from action."""

    CAPITALS = "capitals"
    MENTION = "mention"
    CASELESS = "caseless"


class Cue(NamedTuple):
    """The line that names a speaker: the name as typed, `(extensions)` without brackets, and the whole line."""

    form: CueForm
    name: Text
    extensions: tuple[Text, ...]
    line: Text


class SpeechLine(NamedTuple):
    """A stretch of a speech: words spoken, or a `(parenthetical)` without its brackets."""

    text: Text
    parenthetical: bool


class UnsureSpeech(NamedTuple):
    """What the lines of a speech are if its cue names nobody, and the mistakes in either case."""

    as_action: tuple[Beat, ...]
    speech_slips: tuple[Finding, ...]
    action_slips: tuple[Finding, ...]
    doubts: tuple[Doubt, ...]


class Speech(NamedTuple):
    """A cue and the speech under it. `at` is the whole speech.

    A cue in the form of a mention, or in a script without capitals, is one only if it names a CHARACTER, which the
    parser cannot know: `unsure` is what the same lines are otherwise, or None for a certain cue.
    """

    cue: Cue
    lines: tuple[SpeechLine, ...]
    at: Span
    unsure: UnsureSpeech | None

    @property
    def as_action(self) -> tuple[Beat, ...]:
        """The lines as action, in case they are not a speech; empty for a certain speech."""
        return self.unsure.as_action if self.unsure else ()


class Transition(NamedTuple):
    """`CUT TO:`, `> any words`."""

    text: Text


class Title(NamedTuple):
    """`SUPER: words`. `key` is SUPER, TITLE or CHYRON."""

    key: str
    text: Text


class Slug(NamedTuple):
    """`MONTAGE - THE HARBOR WAKES`, `(MORE)`: a line for the reader of the screenplay."""

    text: Text


class Effect(NamedTuple):
    """`EFFECT: audio`. `at` is the whole line."""

    text: Text
    at: Span


class Synopsis(NamedTuple):
    """`= what happens`."""

    text: Text


Beat = Paragraph | Speech | Transition | Title | Slug | Effect | Synopsis


class DoubtForm(StrEnum):
    """What a line of action may be."""

    UNDER_ACTION = "a cue right under action"
    CUT_OFF = "a cue, and a blank line between it and its speech"
    SMALL = "a cue not in capitals"
    BARE_EXTENSION = "a cue with an extension without brackets"
    OPEN_EXTENSION = "a cue with an extension in round brackets"
    INLINE = "a cue and its speech on one line"
    COLON = "a cue, which has no colon"
    CAPITALS = "a slug"


class Doubt(NamedTuple):
    """A line of action that may be something else, depending on the declared names.

    `name` is the part that may be a name; `is_first` says that it is the first line of its paragraph; `blanks` are the
    blank lines below it, and `below` is the next line of its paragraph.
    """

    form: DoubtForm
    name: Text
    line: Text
    is_first: bool
    blanks: tuple[Span, ...]
    below: Text | None


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """What every block has. `size` is its length in the file; `header` its header line, trimmed; `doubts` are lines of
    a shot that may be something else than text."""

    anchor: Anchor
    size: int
    header: Span
    remarks: tuple[Remark, ...]
    findings: tuple[Finding, ...]
    properties: tuple[Property, ...]
    body: tuple[Beat, ...]
    doubts: tuple[Doubt, ...]


class TitlePage(Block):
    """The settings at the top of a file."""

    __slots__ = ()


class LooseText(Block):
    """Text above the first header of a file."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class Declaration(Block):
    """`CHARACTER Name`.

    `name` is None if the header has no readable one; `variant` is the word after the full stop of `Mira.winter`, and
    `name` then the part before it. `typed` is everything after the keyword.
    """

    kind: Kind
    name: Text | None
    variant: Text | None
    typed: Text


@dataclass(frozen=True, slots=True, eq=False)
class Include(Block):
    """`INCLUDE cast.sb`. `path` is None where the line has none."""

    path: Text | None


@dataclass(frozen=True, slots=True, eq=False)
class Section(Block):
    """`# Act One`. `level` counts the signs."""

    level: int
    title: Text


@dataclass(frozen=True, slots=True, eq=False)
class Heading(Block):
    """A scene heading. `line` is the line without the forcing full stop and the label; `prefix` is `INT.`, `EXT.` …
    in its plain spelling, None where the heading is forced; `parts` are what the dashes divide."""

    line: Text
    prefix: str | None
    parts: tuple[Text, ...]
    label: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Shot(Block):
    """`SHOT 5s wide`. `duration` is in seconds, None where it cannot be read (SB103 has been reported)."""

    duration: int | None
    duration_span: Span
    camera: Text | None
    label: str | None


class Break(Block):
    """`===`."""

    __slots__ = ()


class Script(NamedTuple):
    """The blocks of one file, in order, with the offset of each."""

    blocks: tuple[tuple[int, Block], ...]
