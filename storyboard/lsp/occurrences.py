"""Every place where a declared name is written: declarations, mentions, cues, headings, lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple

from storyboard.compiler.ir import parsed
from storyboard.compiler.ir.parsed import Block, CueForm, Kind, Speech, Text
from storyboard.compiler.ir.resolved import Entity, Mention
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.resolve.cast import Cast
from storyboard.compiler.resolve.mentions import MentionReader
from storyboard.compiler.resolve.properties import list_items
from storyboard.compiler.text import Source, Span


class NameForm(Enum):
    """How a name is written at a place."""

    DECLARATION = "declaration"
    MENTION = "mention"
    CUE = "cue"
    HEADING = "heading"
    LISTED = "listed"


class Occurrence(NamedTuple):
    """A name at a place of `source`, by absolute offsets.

    `start` to `end` is the name as typed, without @ and braces; `outer` the same with them. `span` is the place as
    the compiler knows it.
    """

    entity: Entity
    form: NameForm
    source: Source
    start: int
    end: int
    outer: tuple[int, int]
    span: Span

    @property
    def typed(self) -> str:
        """The name as typed, without @ and braces."""
        return self.source.text[self.start : self.end]

    @property
    def braced(self) -> bool:
        """Whether the name is in braces."""
        return self.form is not NameForm.HEADING and self.outer[1] > self.end

    @property
    def variant_at(self) -> int | None:
        """Where the word of the variant starts; None where no variant is named."""
        return self.start + self.typed.rindex(".") + 1 if self.entity.base and "." in self.typed else None


_MARK = re.compile(r"[@＠]?\{?\s*")
_END = re.compile(r"\s*\}?$")


def occurrences(analysis: Analysis) -> Iterator[Occurrence]:
    """All of a script, file by file, in the order of the text."""
    for source in analysis.sources:
        for _, block in analysis.scripts[source.path].blocks:
            yield from occurrences_in(analysis, block)


def occurrences_in(analysis: Analysis, block: Block) -> list[Occurrence]:
    """Those of one block, in the order of the text."""
    names = analysis.whole.names
    finder = _Finder(MentionReader(names, lambda entity: entity, []), names.cast)
    found = [_placed(analysis, *one) for one in finder.find(block)]
    return sorted(found, key=lambda one: (one.start, one.end))


def occurrence_at(analysis: Analysis, block: Block, at: int) -> Occurrence | None:
    """The name in a block at a character of the file, or directly before it."""
    return next((one for one in occurrences_in(analysis, block) if one.outer[0] <= at <= one.outer[1]), None)


def _placed(analysis: Analysis, entity: Entity, form: NameForm, span: Span) -> Occurrence:
    source, start, end = analysis.layout.locate(span)
    outer = (start, end)
    if form is not NameForm.DECLARATION and form is not NameForm.HEADING:
        typed = source.text[start:end]
        mark = _MARK.match(typed)
        close = _END.search(typed) if typed[: mark.end() if mark else 0].rstrip().endswith("{") else None
        start += mark.end() if mark else 0
        end -= len(close[0]) if close else 0
    return Occurrence(entity, form, source, start, end, outer, span)


class _Finder:
    """Finds the names in one block."""

    def __init__(self, reader: MentionReader, cast: Cast) -> None:
        self.reader = reader
        self.cast = cast

    def find(self, block: Block) -> Iterator[tuple[Entity, NameForm, Span]]:
        """All names in a block, in any order."""
        if isinstance(block, parsed.Declaration):
            yield from self._declared(block)
        if isinstance(block, parsed.Heading):
            yield from self._heading(block)
        if isinstance(block, parsed.Shot) and block.camera is not None:
            yield from self._prose(block.camera)
        for one in block.properties:
            if one.key in ("with", "variants") and not isinstance(block, parsed.TitlePage):
                yield from self._listed(one)
            elif one.key in _PROSE:
                yield from self._prose(one.value)
        yield from self._body(block.body)

    def _declared(self, block: parsed.Declaration) -> Iterator[tuple[Entity, NameForm, Span]]:
        """The name that a declaration declares, and the base of a variant."""
        if block.name is None:
            return
        at = block.name.span()
        name = flatten(block.name.string)
        if block.variant is not None:
            at = Span(at.anchor, at.start, block.variant.span().end)
            name = f"{name}.{flatten(block.variant.string)}"
        entity = self.cast.find(" ".join(name.split()))
        if entity is not None:
            yield entity, NameForm.DECLARATION, at

    def _heading(self, block: parsed.Heading) -> Iterator[tuple[Entity, NameForm, Span]]:
        parts = block.parts
        for count in range(len(parts), 0, -1):
            found = self.cast.find(" - ".join(flatten(part.string) for part in parts[:count]))
            if found is not None and found.kind is Kind.LOCATION:
                first, last = parts[0].span(), parts[count - 1].span()
                yield found, NameForm.HEADING, Span(first.anchor, first.start, last.end)
                return

    def _listed(self, one: parsed.Property) -> Iterator[tuple[Entity, NameForm, Span]]:
        for item in list_items([one]):
            mention = self.reader.name(item)
            if mention is not None:
                yield mention.entity, NameForm.LISTED, mention.at

    def _prose(self, text: Text) -> Iterator[tuple[Entity, NameForm, Span]]:
        for part in self.reader.prose(text):
            if isinstance(part, Mention):
                yield part.entity, NameForm.MENTION, part.at

    def _body(self, body: Iterable[parsed.Beat]) -> Iterator[tuple[Entity, NameForm, Span]]:
        for beat in body:
            if isinstance(beat, parsed.Paragraph):
                yield from self._prose(beat.text)
            elif isinstance(beat, Speech):
                yield from self._speech(beat)

    def _speech(self, speech: Speech) -> Iterator[tuple[Entity, NameForm, Span]]:
        """The names in a cue and in the lines of its speech."""
        cue = speech.cue
        plain = flatten(cue.name.string)
        bare = plain.removeprefix("@").removeprefix("{").removesuffix("}") if cue.form is CueForm.MENTION else plain
        entity = self.cast.find(bare)
        if entity is not None and entity.kind is Kind.CHARACTER:
            yield entity, NameForm.CUE, cue.name.span()
        elif cue.form is not CueForm.CAPITALS:
            yield from self._body(speech.as_action)
            return
        for text in (*cue.extensions, *(line.text for line in speech.lines)):
            yield from self._prose(text)


#: Properties whose text may name somebody; where a name is not allowed it is still the same name.
_PROSE = frozenset({"camera", "light", "sound", "style", "negative", "look", "voice"})
