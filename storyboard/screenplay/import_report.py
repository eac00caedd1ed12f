"""The report of an import: what was kept, guessed and dropped, in numbers.

    p.sb: 2 scenes, 2 speeches, 2 shots of 0:08 minutes in all
    2 people, 1 of them only heard; 2 places; 1 note

Everything that the import could not keep has a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from storyboard.compiler.ir.parsed import Kind
from storyboard.screenplay.comments import find_comments
from storyboard.screenplay.names import DeclaredName
from storyboard.screenplay.script import Action, Comment, Element, OmittedScene, Screenplay, Speech
from storyboard.wording import clock, count


class ElementCounts(NamedTuple):
    """Comments of a screenplay: notes, boneyards, scenes that it omits."""

    notes: int
    boneyards: int
    omitted: int


@dataclass(frozen=True, slots=True)
class ImportedScript:
    """The script, and what the import found.

    `only_heard` counts people without a picture, `without_place` headings that name no place; `seconds` is the length
    of all shots. `not_carried` are lines that became notes because they would have been misread.
    """

    text: str
    declared: tuple[DeclaredName, ...]
    only_heard: int
    scenes: int
    without_place: int
    speeches: int
    shots: int
    seconds: int
    counts: ElementCounts
    not_carried: tuple[str, ...]

    def summary(self, drawn: int = 0) -> list[str]:
        """The report in a few lines; `drawn` counts the placeholder pictures."""
        people = sum(one.kind is Kind.CHARACTER for one in self.declared)
        first = [
            count(self.scenes, "scene"),
            count(self.speeches, "speech", "speeches"),
            f"{count(self.shots, 'shot')} of {clock(self.seconds)} minutes in all",
        ]
        second = [
            count(people, "person", "people") + (f", {self.only_heard} of them only heard" if self.only_heard else ""),
            count(len(self.declared) - people, "place"),
            *self._kept(),
            *([f"{count(drawn, 'stand-in picture')} drawn"] if drawn else []),
        ]
        return [", ".join(first), "; ".join(second), *self._missing()]

    def _kept(self) -> Iterator[str]:
        """What was kept, in numbers."""
        for number, one in (
            (self.counts.notes, "note"),
            (self.counts.boneyards, "boneyard"),
            (self.counts.omitted, "omitted scene"),
        ):
            if number:
                yield count(number, one)
        if self.without_place:
            yield f"{count(self.without_place, 'heading')} without a place"

    def _missing(self) -> Iterator[str]:
        """What is missing or could not be kept, in words."""
        if not self.scenes:
            yield (
                "There is no scene heading in it. A heading begins with INT. or EXT., as in INT. KITCHEN - DAY, or "
                "with a full stop"
            )
        for line in self.not_carried:
            yield f"This line is in a note now, because it would be taken for something else: {line.strip()}"


def count_elements(screenplay: Screenplay) -> ElementCounts:
    """The numbers of comments in a screenplay, wherever they are."""
    notes = boneyards = omitted = 0
    for element in (Comment(screenplay.above), *screenplay.elements):
        for text in _texts(element):
            for comment in find_comments(text):
                notes += comment.startswith("[[")
                boneyards += comment.startswith("/*")
        if isinstance(element, OmittedScene):
            omitted += 1
            boneyards -= 1
    return ElementCounts(notes, boneyards, omitted)


def _texts(element: Element) -> tuple[str, ...]:
    """The lines of an element that may contain comments."""
    if isinstance(element, Action):
        return element.lines
    if isinstance(element, Speech):
        return (*element.lines, element.note)
    return (element.text,)
