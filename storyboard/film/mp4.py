"""Boxes of an MP4 file: reading, writing, and whether all outer ones are present.

The layout is that of ISO/IEC 14496-12, 4.2: four bytes of size, four of type, and for size 1 another eight bytes of
size; size 0 means up to the end of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

_HEADER = 8
_LONG_HEADER = 16


class DamagedFile(Exception):
    """A box is damaged; the message is words that follow a name, as in `it is cut off`."""


class Box(NamedTuple):
    """A box: its type, and the start and end of its content."""

    kind: bytes
    start: int
    end: int


def outer_boxes(file: BinaryIO, size: int) -> Iterator[Box]:
    """The boxes of a file of `size` bytes, one after another. Raises OSError, DamagedFile."""
    at = 0
    while at < size:
        file.seek(at)
        box = _box_of(file.read(_LONG_HEADER), at, size)
        yield box
        at = box.end


def boxes_in(data: bytes, start: int, end: int) -> Iterator[Box]:
    """The boxes that lie between two places of `data`. Raises DamagedFile."""
    while start < end:
        box = _box_of(data[start : min(end, start + _LONG_HEADER)], start, end)
        yield box
        start = box.end


def _box_of(head: bytes, at: int, limit: int) -> Box:
    """The box with this head. Raises DamagedFile."""
    if len(head) < _HEADER:
        raise DamagedFile("it is cut off")
    length, start = int.from_bytes(head[:4], "big"), at + _HEADER
    if length == 1:
        length, start = int.from_bytes(head[8:], "big"), at + _LONG_HEADER
    end = at + length if length else limit
    if end < start:
        raise DamagedFile("it is damaged")
    if end > limit:
        raise DamagedFile("it is cut off")
    return Box(head[4:8], start, end)


def make_box(kind: bytes, *parts: bytes) -> bytes:
    """A box that holds `parts`, smaller than 4 GiB."""
    return b"".join(((_HEADER + sum(map(len, parts))).to_bytes(4, "big"), kind, *parts))


def mdat_header(length: int) -> bytes:
    """The header before `length` bytes of media."""
    if _HEADER + length < 1 << 32:
        return (_HEADER + length).to_bytes(4, "big") + b"mdat"
    return (1).to_bytes(4, "big") + b"mdat" + (_LONG_HEADER + length).to_bytes(8, "big")


def why_cut_off(path: Path) -> str | None:
    """What is wrong with the outer boxes of an MP4, as in `it is cut off`; None if nothing is.

    Data after a complete index and its media is ignored. Raises OSError.
    """
    found = set()
    with path.open("rb") as file:
        try:
            for one in outer_boxes(file, path.stat().st_size):
                found.add(one.kind)
        except DamagedFile as problem:
            return None if found >= {b"moov", b"mdat"} else str(problem)
    return None
