"""The blocks of the last run, each reused if its text occurs again.

An edit leaves a file unchanged above and below it: the stretches that both texts share at the start and at the end are
reused without being looked at. Between them, a stretch is found by its number or a block by its text.
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from operator import itemgetter
from typing import NamedTuple

from storyboard.compiler.ir.parsed import Block
from storyboard.compiler.parse.comments import Comment, StrippedScript
from storyboard.compiler.parse.near_headers import NearHeader

_FIRST, _SECOND = itemgetter(0), itemgetter(1)


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


class Cut(NamedTuple):
    """A stretch of the text from one header to the next: its number from the first, how many there are from it to the
    last one, the rule of the grammar for its header. One that is unbroken has no comment in it or beside it and ends
    before the file does: its text alone decides how it is read."""

    number: int
    left: int
    rule: str
    start: int
    end: int
    is_unbroken: bool


class CachedStretch(NamedTuple):
    """The text from one header to the next: the header's rule, the text, and the blocks read from it with their keys.

    `plain` is None if more than the text decides how it is read.
    """

    rule: str
    plain: str | None
    keys: tuple[BlockKey, ...]
    blocks: tuple[Block, ...]


@dataclass(slots=True)
class ReadFile:
    """A file that has been read, or is being read. `size` is that of the file, `text` the file without its comments;
    `starts` are the indices in it of the stretches, `firsts` the numbers of their first blocks; `blocks` have their
    offsets in the file; `kept` is the number of the first one among the blocks of the run."""

    text: StrippedScript
    size: int
    kept: int = 0
    stretches: list[CachedStretch] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    firsts: list[int] = field(default_factory=list)
    blocks: list[tuple[int, Block]] = field(default_factory=list)

    def add(self, start: int, stretch: CachedStretch, offset: int) -> int:
        """Add the next stretch, at `start` in the text and at `offset` in the file; gives where it ends there."""
        self.stretches.append(stretch)
        self.starts.append(start)
        self.firsts.append(len(self.blocks))
        for key, block in zip(stretch.keys, stretch.blocks, strict=True):
            self.blocks.append((offset, block))
            offset += key.size
        return offset


class Unchanged(NamedTuple):
    """What of a file is as it was: `before` stretches from the first and those from number `after` on. Between them,
    the text from `start` to `end` is to be read, which begins at `offset` in the file."""

    before: int
    after: int
    start: int
    end: int
    offset: int


class BlockCache:
    """The blocks of the run before and of this one."""

    def __init__(self) -> None:
        self._old: list[tuple[BlockKey, Block]] = []
        self._new: list[tuple[BlockKey, Block]] = []
        self._by_key: dict[BlockKey, deque[Block]] | None = None
        self._used: set[Block] = set()
        self._old_files: dict[str, ReadFile] = {}
        self._files: dict[str, ReadFile] = {}

    def __iter__(self) -> Iterator[tuple[BlockKey, Block]]:
        """What this run has read, or taken from the one before."""
        return iter(self._new)

    def turn(self) -> None:
        """Begin a run: what the last one read is what this one may take."""
        self._old, self._new, self._by_key, self._used = self._new, [], None, set()
        self._old_files, self._files = self._files, {}

    def recall(self, key: BlockKey) -> Block | None:
        """The block of the last run with this key, or None."""
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
        """Keep a block for the next run."""
        self._new.append((key, block))

    def open(self, path: str, text: StrippedScript, size: int) -> tuple[ReadFile, ReadFile | None, Unchanged]:
        """Begin to read a file: what has been read of it so far, which is all that stands above every change, the file
        as it was read in the run before, and what of that is unchanged."""
        read = self._files[path] = ReadFile(text, size, len(self._new))
        old = self._old_files.pop(path, None)
        if old is None:
            return read, None, Unchanged(0, 0, 0, len(text.plain), 0)
        same = _unchanged(old, read)
        self._take(read, old, 0, same.before, 0)
        # What stands below is not to be taken for what is read in between.
        self._used.update(map(_SECOND, old.blocks[old.firsts[same.after] :] if same.after < len(old.firsts) else ()))
        return read, old, same

    def close(self, read: ReadFile, old: ReadFile | None, same: Unchanged) -> None:
        """End reading a file, reusing everything below the last change."""
        if old is not None:
            self._take(read, old, same.after, len(old.stretches), read.size - old.size)

    def _take(self, read: ReadFile, old: ReadFile, first: int, last: int, moved: int) -> None:
        """Take over the stretches from number `first` to before `last`, `moved` by so many characters."""
        if first == last:
            return
        begin, end = old.firsts[first], old.firsts[last] if last < len(old.firsts) else len(old.blocks)
        shift = len(read.text.plain) - len(old.text.plain) if first else 0
        more = len(read.blocks) - begin
        read.stretches += old.stretches[first:last]
        read.starts += [start + shift for start in old.starts[first:last]]
        read.firsts += [number + more for number in old.firsts[first:last]]
        taken = old.blocks[begin:end]
        read.blocks += [(offset + moved, block) for offset, block in taken] if moved else taken
        self._used.update(map(_SECOND, taken))
        self._new += self._old[old.kept + begin : old.kept + end]

    def recall_stretch(self, old: ReadFile | None, cut: Cut, text: StrippedScript) -> CachedStretch | None:
        """The stretch of the run before that stands here again, as many from the first or from the last."""
        known = old.stretches if old is not None and cut.is_unbroken else []
        for number in (cut.number, len(known) - cut.left):
            one = known[number] if 0 <= number < len(known) else None
            if (
                one is not None
                and one.plain is not None
                and one.rule == cut.rule
                and len(one.plain) == cut.end - cut.start
                and text.plain.startswith(one.plain, cut.start)
                and text.written.startswith(one.plain, cut.start)
                and self._used.isdisjoint(one.blocks)
            ):
                self._used.update(one.blocks)
                return one
        return None


def _unchanged(old: ReadFile, new: ReadFile) -> Unchanged:
    """What of a file is as it was. A stretch is, where its text, its comments and the line below it are: that line is
    the header at which it ends."""
    here, there = new.text, old.text
    above = _same_above(there.plain, here.plain)
    if there.written is not there.plain or here.written is not here.plain:
        above = min(above, _same_above(there.written, here.written))
    above = min(above, _first_difference(there.breaks, here.breaks))
    whole_lines = here.plain.rfind("\n", 0, above) + 1
    before = max(0, bisect_left(old.starts, whole_lines) - 1)
    start = old.starts[before] if before else 0
    offset = old.blocks[old.firsts[before]][0] if before else 0
    if before and not _have_same_above(there, here, start, offset):
        before, start, offset = 0, 0, 0
    shift, moved = len(here.plain) - len(there.plain), new.size - old.size
    below = _same_below(there.plain, here.plain)
    if there.written is not there.plain or here.written is not here.plain:
        below = min(below, _same_below(there.written, here.written))
    # The line feed above a header is what makes it one.
    earliest = max(len(there.plain) - below + 1, start + 1, start - shift + 1)
    after = max(bisect_left(old.starts, earliest), before + 1)
    if after < len(old.starts):
        place = old.blocks[old.firsts[after]][0] if old.firsts[after] < len(old.blocks) else old.size
        if _have_same_below(there, here, old.starts[after], place, shift, moved):
            return Unchanged(before, after, start, old.starts[after] + shift, offset)
    return Unchanged(before, len(old.starts), start, len(here.plain), offset)


def _same_above(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginnings."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low


def _same_below(one: str, other: str) -> int:
    """How many characters two texts have in common at their ends."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        ends = one[len(one) - middle : len(one) - low], other[len(other) - middle : len(other) - low]
        low, high = (middle, high) if ends[0] == ends[1] else (low, middle - 1)
    return low


def _first_difference(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> int:
    """The index in the texts up to which two files have the same breaks."""
    if one == other:
        return sys.maxsize
    pairs = zip_longest(one, other, fillvalue=(sys.maxsize, 0))
    return next((min(here[0], there[0]) for here, there in pairs if here != there), sys.maxsize)


def _place(breaks: list[tuple[int, int]], index: int) -> int:
    """Where in the file a character of the text stands."""
    at, place = breaks[max(0, bisect_right(breaks, (index, sys.maxsize)) - 1)]
    return place + index - at


def _have_same_above(one: StrippedScript, other: StrippedScript, index: int, offset: int) -> bool:
    """Whether two files have the same comments up to an index of their texts, `offset` in the files."""
    breaks = bisect_right(one.breaks, (index, offset))
    if one.breaks[:breaks] != other.breaks[: bisect_right(other.breaks, (index, offset))]:
        return False
    unclosed = bisect_left(one.unclosed, offset)
    if one.unclosed[:unclosed] != other.unclosed[: bisect_left(other.unclosed, offset)]:
        return False
    comments = bisect_left(one.comments, offset, key=_FIRST)
    return one.comments[:comments] == other.comments[: bisect_left(other.comments, offset, key=_FIRST)]


def _have_same_below(
    one: StrippedScript, other: StrippedScript, index: int, offset: int, shift: int, moved: int
) -> bool:
    """Whether two files have the same comments from an index of their texts on, `offset` in the files; in the other one
    the text is longer by `shift` characters and the file by `moved`."""
    if _place(one.breaks, index) + moved != _place(other.breaks, index + shift):
        return False
    breaks = other.breaks[bisect_left(other.breaks, (index + shift, 0)) :]
    if [(at + shift, place + moved) for at, place in one.breaks[bisect_left(one.breaks, (index, 0)) :]] != breaks:
        return False
    unclosed = other.unclosed[bisect_left(other.unclosed, offset + moved) :]
    if [place + moved for place in one.unclosed[bisect_left(one.unclosed, offset) :]] != unclosed:
        return False
    known = one.comments[bisect_left(one.comments, offset, key=_FIRST) :]
    comments = other.comments[bisect_left(other.comments, offset + moved, key=_FIRST) :]
    return [Comment(each.start + moved, each.end + moved, each.note) for each in known] == comments
