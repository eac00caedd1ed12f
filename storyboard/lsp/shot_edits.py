"""Inserting, copying, moving and removing shots, each as one edit of the text.

A shot is its block without the blank lines below it, so the gaps between shots stay where they are. Declarations
between two shots stay in place, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from storyboard.compiler.ir import parsed
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.text import Anchor
from storyboard.lsp.locate import source_at
from storyboard.wording import one_line

#: Seconds of a new shot after one whose own seconds cannot be read.
_USUAL_SECONDS = 5
#: The label at the end of a SHOT line: `#4A#`. A copy has none, since a label names one shot.
_LABEL = re.compile(r"(?<![ \t])[ \t]*+#[^#\r\n]*+#[ \t]*+$")


class ShotEdit(NamedTuple):
    """Put `text` in place of the characters `start` to `end` of a file. The shot's SHOT line is then at `header`; after
    a removal, that is where the shot was."""

    path: str
    start: int
    end: int
    text: str
    header: int


class NoShotEdit(Exception):
    """The edit is not possible; the message says why."""


class _Part(NamedTuple):
    """A block from its header to its last character that is not blank."""

    block: parsed.Block
    start: int
    end: int


class _Place(NamedTuple):
    """A shot in its file: the parts of the file, and which of them it is."""

    path: str
    text: str
    parts: Sequence[_Part]
    at: int
    number: str

    @property
    def shot(self) -> _Part:
        return self.parts[self.at]

    @property
    def words(self) -> str:
        return self.text[self.shot.start : self.shot.end]

    @property
    def gap(self) -> str:
        """A blank line, as the file ends its lines."""
        return "\r\n\r\n" if "\r\n" in self.text else "\n\n"


def edit_shot(analysis: Analysis, number: str, action: str) -> ShotEdit:
    """The edit that does `action`, one of `SHOT_ACTIONS`, to the shot of a number. Raises NoShotEdit."""
    if action not in SHOT_ACTIONS:
        raise NoShotEdit(f"There is no action {action}.")
    return SHOT_ACTIONS[action](_place_of(analysis, number))


def note_shot(analysis: Analysis, number: str, words: str) -> ShotEdit:
    """The edit that puts a reminder below the words of a shot: `[[TODO …]]`, which stays on the list of problems until
    it is deleted. Raises NoShotEdit."""
    place = _place_of(analysis, number)
    told = one_line(words).replace("]]", "] ]")
    if not told:
        raise NoShotEdit("A note has at least a word.")
    text = f"{place.gap[: len(place.gap) // 2]}[[TODO {told}]]"
    return ShotEdit(place.path, place.shot.end, place.shot.end, text, place.shot.start)


def _place_of(analysis: Analysis, number: str) -> _Place:
    """The place of the shot with this number. Raises NoShotEdit."""
    shots = (shot for scene in analysis.film.scenes for shot in scene.shots)
    found = next((shot for shot in shots if shot.number == number), None)
    if found is None:
        raise NoShotEdit(f"There is no shot {number}.")
    file, _, _ = analysis.layout.locate(found.header)
    source = source_at(analysis, file.path)
    assert source is not None, "a shot stands in a file of its script"
    parts = [_part(source.text, offset, block) for offset, block in analysis.scripts[file.path].blocks]
    return _Place(file.path, source.text, parts, _index_of(parts, found.header.anchor, number), number)


def _index_of(parts: Sequence[_Part], anchor: Anchor, number: str) -> int:
    for index, part in enumerate(parts):
        if part.block.anchor is anchor and isinstance(part.block, parsed.Shot):
            return index
    raise NoShotEdit(f"Shot {number} has no SHOT line of its own.")


def _part(text: str, offset: int, block: parsed.Block) -> _Part:
    start = max(offset, text.rfind("\n", 0, offset + block.header.start) + 1)
    return _Part(block, start, max(start, len(text[: offset + block.size].rstrip())))


def _insert(place: _Place) -> ShotEdit:
    """An empty shot below, as long as this one."""
    assert isinstance(place.shot.block, parsed.Shot)
    text = f"{place.gap}SHOT {place.shot.block.duration or _USUAL_SECONDS}s "
    end = place.shot.end
    return ShotEdit(place.path, end, end, text, end + len(place.gap))


def _duplicate(place: _Place) -> ShotEdit:
    """The same shot once more, below."""
    line, *below = place.words.splitlines(keepends=True)
    words = line.rstrip("\r\n")
    text = place.gap + _LABEL.sub("", words) + line[len(words) :] + "".join(below)
    end = place.shot.end
    return ShotEdit(place.path, end, end, text, end + len(place.gap))


def _remove(place: _Place) -> ShotEdit:
    """The text without the shot, and without the blank lines below it."""
    start, end = place.shot.start, place.shot.end
    below = len(place.text) - len(place.text[end:].lstrip())
    if below < len(place.text):
        # What follows may be indented: only whole lines are taken.
        end = max(end, place.text.rfind("\n", 0, below) + 1)
        return ShotEdit(place.path, start, end, "", start)
    start = len(place.text[:start].rstrip())
    return ShotEdit(place.path, start, end, "", start)


def _move_up(place: _Place) -> ShotEdit:
    """Before the shot above it; the first of a scene becomes the last of the scene above."""
    is_in_scene = True
    for part in reversed(place.parts[: place.at]):
        if isinstance(part.block, parsed.Shot) and is_in_scene:
            return _swapped(place, part, place.shot, header_is_first=True)
        if isinstance(part.block, parsed.Shot | parsed.Heading) and not is_in_scene:
            between = place.text[part.end : place.shot.start].rstrip()
            text = place.gap + place.words + between
            return ShotEdit(place.path, part.end, place.shot.end, text, part.end + len(place.gap))
        is_in_scene = is_in_scene and not isinstance(part.block, parsed.Heading)
    raise NoShotEdit(f"There is nothing above shot {place.number} for it to move over.")


def _move_down(place: _Place) -> ShotEdit:
    """Behind the shot below it; the last of a scene becomes the first of the scene below."""
    for part in place.parts[place.at + 1 :]:
        if isinstance(part.block, parsed.Shot):
            return _swapped(place, place.shot, part, header_is_first=False)
        if isinstance(part.block, parsed.Heading):
            start, between = place.shot.start, place.text[place.shot.end : part.end].lstrip("\r\n")
            text = between + place.gap + place.words
            return ShotEdit(place.path, start, part.end, text, start + len(between) + len(place.gap))
    raise NoShotEdit(f"There is nothing below shot {place.number} for it to move over.")


def _swapped(place: _Place, first: _Part, second: _Part, *, header_is_first: bool) -> ShotEdit:
    """Two shots in each other's place; what stands between them stays."""
    above, between = place.text[second.start : second.end], place.text[first.end : second.start]
    text = above + between + place.text[first.start : first.end]
    header = first.start if header_is_first else first.start + len(above) + len(between)
    return ShotEdit(place.path, first.start, second.end, text, header)


#: What can be done to a shot.
SHOT_ACTIONS: Mapping[str, Callable[[_Place], ShotEdit]] = {
    "insert": _insert,
    "duplicate": _duplicate,
    "moveUp": _move_up,
    "moveDown": _move_down,
    "remove": _remove,
}
