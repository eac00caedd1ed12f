"""The index of a take's picture, read from its boxes: where each frame lies, and when it is shown.

Only usual takes are read: one track of H.264 or HEVC, evenly timed, upright, with square pixels, from its beginning to
its end, complete in one file. Other tracks (sound, text, time code) may be present. Anything else is not indexed here,
and left to a decoder. Only Python code reads the file, which comes from outside. Field names are those of ISO/IEC
14496-12 (boxes) and 14496-15 (`avcC`, `hvcC`).
"""

from __future__ import annotations

import os
import struct
import sys
from array import array
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, chain, pairwise, repeat
from operator import mul
from pathlib import Path
from typing import BinaryIO, NamedTuple

from storyboard.drawing.overlays import FrameSize
from storyboard.film.limits import clip_file_limits
from storyboard.film.mp4 import Box, DamagedFile, boxes_in, outer_boxes
from storyboard.film.parameter_sets import colour_of, read_avc_config

UPRIGHT = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)  # the matrix of `tkhd` and `mvhd`

_AHEAD = 1 << 16  # bytes that are read at once: beginnings of small frames come together
_CONFIGS = {b"avc1": b"avcC", b"hvc1": b"hvcC", b"hev1": b"hvcC"}
_LENGTHS = {
    b"avc1": 4,
    b"hvc1": 21,
    b"hev1": 21,
}  # the byte of the configuration whose last two bits tell how long lengths are
_IDR = 5  # ITU-T H.264, table 7-1: nal_unit_type of a slice at which decoding can begin
_IRAP = range(16, 22)  # ITU-T H.265, table 7-1: the same
_IDR_PICTURES = (19, 20)  # the same: what follows refers to nothing before


class TrackFormat(NamedTuple):
    """What the frames of a track have in common.

    `entry` is the type of its sample entry, `config` the content of its `avcC` or `hvcC`, `colour` that of its `colr`,
    or empty. `timescale` is ticks a second, `step` ticks of a frame, and `start` the tick at which the first frame is
    shown.
    """

    entry: bytes
    size: FrameSize
    config: bytes
    colour: bytes
    timescale: int
    step: int
    start: int


class Track(NamedTuple):
    """A track's samples, in the order of decoding and of the file. `shifts` are ticks from decoding to showing, none
    where there are none; `sync` are the samples, from 0, at which decoding can begin."""

    format: TrackFormat
    sizes: array[int]
    offsets: array[int]
    shifts: array[int]
    sync: array[int]


class MediaIndex(NamedTuple):
    """The picture of a file."""

    path: Path
    picture: Track
    has_sound: bool

    @property
    def rate(self) -> Fraction:
        """Frames a second."""
        return Fraction(self.picture.format.timescale, self.picture.format.step)

    def can_end_after(self, count: int) -> bool:
        """Whether the first `count` frames are evenly shown, and refer to none after them."""
        picture = self.picture
        step, start = picture.format.step, picture.format.start
        if not 0 < count <= len(picture.sizes):
            return False
        if not picture.shifts:
            return start == 0
        shown = sorted(number * step + shift for number, shift in enumerate(picture.shifts[:count]))
        return shown == list(range(start, start + count * step, step))


class _Unusual(Exception):
    """A take of which there is not indexed here."""


def read_index(path: Path) -> MediaIndex | None:
    """The index of a take; None where it is not of the usual kind. Never raises."""
    try:
        if not path.is_file():
            return None
        with path.open("rb", _AHEAD) as file:
            return _read(path, file)
    except (OSError, DamagedFile, _Unusual, struct.error, LookupError, ValueError, ArithmeticError):
        return None  # what is read is anybody's: bytes that are not there, numbers that are too large


def read_piece(path: Path) -> MediaIndex:
    """The index of a cached piece that we made. A damaged one is deleted, so that it is made again. Raises OSError."""
    index = read_index(path)
    if index is None:
        path.unlink(missing_ok=True)
        raise OSError(f"{path} is damaged, and deleted; run the command again")
    return index


def _read(path: Path, file: BinaryIO) -> MediaIndex:
    """The index of an open file. Raises for a file that is not of the usual kind."""
    moov, media = _outer(file)
    _expect(moov.end - moov.start <= clip_file_limits().largest_index)
    file.seek(moov.start)
    data = file.read(moov.end - moov.start)
    inner = list(boxes_in(data, 0, len(data)))
    _expect(not _all(inner, b"mvex"))
    ticks = _timescale(data, _one(inner, b"mvhd"))
    tracks = [_Trak.read(data, one) for one in _all(inner, b"trak")]
    pictures = [one for one in tracks if one.handler == b"vide"]
    _expect(len(pictures) == 1)
    _check_places(tracks, media)
    picture = _picture(data, pictures[0], ticks)
    sync = _sync_samples(file, picture)
    return MediaIndex(path, picture._replace(sync=sync), any(one.handler == b"soun" for one in tracks))


def _outer(file: BinaryIO) -> tuple[Box, Box]:
    """The index and the media of a file. What follows both may be anything."""
    outer: list[Box] = []
    try:
        for one in outer_boxes(file, os.fstat(file.fileno()).st_size):
            outer.append(one)
            _expect(len(outer) <= clip_file_limits().outer_boxes and one.kind != b"moof")
    except DamagedFile:
        _expect({one.kind for one in outer} >= {b"moov", b"mdat"})
    return _one(outer, b"moov"), _one(outer, b"mdat")


def _expect(usual: bool) -> None:
    if not usual:
        raise _Unusual


def _all(boxes: Sequence[Box], kind: bytes) -> list[Box]:
    return [one for one in boxes if one.kind == kind]


def _one(boxes: Sequence[Box], kind: bytes) -> Box:
    found = _all(boxes, kind)
    _expect(len(found) == 1)
    return found[0]


def _inside(data: bytes, outer: Box, skipped: int = 0) -> list[Box]:
    return list(boxes_in(data, outer.start + skipped, outer.end))


def _timescale(data: bytes, header: Box) -> int:
    """Ticks a second, of `mvhd` or `mdhd`."""
    ticks: int = struct.unpack_from(">I", data, header.start + (20 if data[header.start] else 12))[0]
    _expect(ticks > 0)
    return ticks


class _Trak(NamedTuple):
    """A track of any kind: what its `hdlr` calls it, the boxes of its index, and its chunks: where each lies, and how
    many samples it has."""

    handler: bytes
    boxes: list[Box]
    mdia: list[Box]
    stbl: list[Box]
    sizes: array[int]
    chunks: array[int]
    counts: array[int]

    @staticmethod
    def read(data: bytes, trak: Box) -> _Trak:
        boxes = _inside(data, trak)
        mdia = _inside(data, _one(boxes, b"mdia"))
        handler = data[(hdlr := _one(mdia, b"hdlr").start) + 8 : hdlr + 12]
        stbl = _inside(data, _one(_inside(data, _one(mdia, b"minf")), b"stbl"))
        sizes = _sizes(data, _one(stbl, b"stsz"))
        chunks = _chunk_offsets(data, stbl)
        counts = _chunk_counts(_table(data, _one(stbl, b"stsc"), "I", 3), len(chunks))
        _expect(sum(counts) == len(sizes))
        return _Trak(handler, boxes, mdia, stbl, sizes, chunks, counts)

    @property
    def ends(self) -> list[int]:
        """Where each chunk ends."""
        places = [0, *accumulate(self.counts)]
        before = [0, *accumulate(self.sizes)]
        lengths = [before[end] - before[begin] for begin, end in pairwise(places)]
        return [begin + length for begin, length in zip(self.chunks, lengths, strict=True)]

    @property
    def offsets(self) -> array[int]:
        """Where each sample begins: those of a chunk lie side by side."""
        if len(self.chunks) == len(self.sizes):
            return self.chunks
        offsets, done = array("Q"), 0
        for chunk, count in zip(self.chunks, self.counts, strict=True):
            offsets.extend(accumulate(self.sizes[done : done + count - 1], initial=chunk))
            done += count
        return offsets


def _picture(data: bytes, trak: _Trak, movie_ticks: int) -> Track:
    """The samples of a picture track."""
    tkhd = _one(trak.boxes, b"tkhd")
    ticks = _timescale(data, _one(trak.mdia, b"mdhd"))
    step, total = _durations(_table(data, _one(trak.stbl, b"stts"), "I", 2), len(trak.sizes))
    matrix = tkhd.start + (52 if data[tkhd.start] else 40)
    _expect(data[matrix : matrix + len(UPRIGHT)] == UPRIGHT and bool(data[tkhd.start + 3] & 1))  # track_enabled
    shifts = array("q")
    for ctts in _all(trak.stbl, b"ctts"):
        runs = _table(data, ctts, "i" if data[ctts.start] else "I", 2)
        _expect(sum(runs[::2]) == len(trak.sizes) and min(runs[::2]) >= 0 and not shifts)
        shifts = array("q", chain.from_iterable(map(repeat, runs[1::2], runs[::2])))
    _expect(not any(shift % step for shift in shifts) and min(trak.sizes) > 0)
    first = min((number * step + shift for number, shift in enumerate(shifts)), default=0)
    start, shown = _edit(data, _all(trak.boxes, b"edts"), Fraction(ticks, movie_ticks)) or (first, Fraction(total))
    _expect(start == first < total and shown > total - step)
    entry, size, config, colour = _picture_entry(data, _one(trak.stbl, b"stsd"))
    format_ = TrackFormat(entry, size, config, colour, ticks, step, start)
    return Track(format_, trak.sizes, trak.offsets, shifts, array("I"))


def _sizes(data: bytes, stsz: Box) -> array[int]:
    """The bytes of each sample."""
    same, count = struct.unpack_from(">II", data, stsz.start + 4)
    if not same:
        return _table(data, stsz, "I", 1, before=4)
    _expect(count <= clip_file_limits().largest_index)
    sizes = array("I", [same])
    sizes *= count
    return sizes


def _table(data: bytes, full: Box, kind: str, width: int, before: int = 0) -> array[int]:
    """The entries of a full box: numbers of one kind, `width` to an entry. The `before` bytes ahead of their count must
    be 0."""
    at = full.start + 4 + before
    values, size = array(kind), struct.calcsize(f"={kind}")
    end = at + 4 + struct.unpack_from(">I", data, at)[0] * width * size
    _expect(not any(data[at - before : at]) and end <= full.end)
    values.frombytes(data[at + 4 : end])
    if sys.byteorder == "little":
        values.byteswap()
    return values


def _durations(stts: array[int], count: int) -> tuple[int, int]:
    """Ticks of each sample but perhaps the last, and of all."""
    counts, steps = stts[::2], stts[1::2]
    _expect(len(counts) == 1 or (len(counts) == 2 and counts[1] == 1))
    _expect(count > 0 and sum(counts) == count and steps[0] > 0)
    return steps[0], sum(map(mul, counts, steps))


def _edit(data: bytes, edts: Sequence[Box], share: Fraction) -> tuple[int, Fraction] | None:
    """Where the one edit begins, and what it lasts, in ticks of the media, of which there are `share` to one of the
    movie's."""
    if not edts:
        return None
    elst = _one(_inside(data, _one(edts, b"edts")), b"elst")
    form = ">IQqhh" if data[elst.start] else ">IIihh"
    count, lasts, start, rate, part = struct.unpack_from(form, data, elst.start + 4)
    _expect(count == 1 and (rate, part) == (1, 0))
    return start, lasts * share


def _chunk_offsets(data: bytes, stbl: Sequence[Box]) -> array[int]:
    if _all(stbl, b"co64"):
        return _table(data, _one(stbl, b"co64"), "Q", 1)
    return _table(data, _one(stbl, b"stco"), "I", 1)


def _chunk_counts(stsc: array[int], chunks: int) -> array[int]:
    """How many samples each chunk has."""
    firsts, counts = stsc[::3], stsc[1::3]
    ends = array("I", (*firsts[1:], chunks + 1))
    _expect(len(firsts) > 0 and firsts[0] == 1 and set(stsc[2::3]) == {1})  # sample_description_index
    _expect(all(first < end for first, end in zip(firsts, ends, strict=True)) and min(counts) > 0)
    runs = [end - first for first, end in zip(firsts, ends, strict=True)]
    _expect(sum(map(mul, runs, counts)) <= clip_file_limits().largest_index)
    return array("I", chain.from_iterable(map(repeat, counts, runs)))


def _check_places(tracks: Sequence[_Trak], media: Box) -> None:
    """Chunks follow one another in the file, within the media and with nothing between them."""
    starts = sorted(chain.from_iterable(track.chunks for track in tracks))
    ends = sorted(chain.from_iterable(track.ends for track in tracks))
    _expect(media.start <= starts[0] and ends[:-1] == starts[1:] and ends[-1] <= media.end)


def _picture_entry(data: bytes, stsd: Box) -> tuple[bytes, FrameSize, bytes, bytes]:
    """The type of the one sample entry, its frame's size, its configuration and its colours."""
    entries = _inside(data, stsd, skipped=8)
    _expect(data[stsd.start : stsd.start + 8] == bytes(7) + b"\1" and len(entries) == 1)
    entry = entries[0]
    _expect(entry.kind in _CONFIGS and data[entry.start + 6 : entry.start + 8] == b"\0\1")  # data_reference_index
    size = FrameSize(*struct.unpack_from(">HH", data, entry.start + 24))
    inner = _inside(data, entry, skipped=78)
    found = _one(inner, _CONFIGS[entry.kind])
    config = data[found.start : found.end]
    _expect(config[0] == 1 and config[_LENGTHS[entry.kind]] & 3 == 3)  # lengths have four bytes
    if entry.kind == b"avc1":
        sets = read_avc_config(config)
        _expect(bool(sets.ids and sets.sequences) and all(colour_of(one) or True for one in sets.sequences))
    else:
        _expect(len(config) > 22)  # up to the arrays of parameter sets
    for pasp in _all(inner, b"pasp"):
        _expect(data[pasp.start : pasp.start + 4] == data[pasp.start + 4 : pasp.end])
    colours = [data[one.start : one.end] for one in _all(inner, b"colr")]
    return entry.kind, size, config, next((one for one in colours if one.startswith(b"nclx")), b"")


def _sync_samples(file: BinaryIO, picture: Track) -> array[int]:
    """The frames at which decoding can begin; the first has to be one of which all others are independent. Every frame
    has to be whole: units whose lengths add up to its own."""
    is_hevc = picture.format.entry != b"avc1"
    found, opens = array("I"), False
    for number, (begin, size) in enumerate(zip(picture.offsets, picture.sizes, strict=True)):
        at, end, is_sync = begin, begin + size, False
        while at < end:
            file.seek(at)
            length, head = struct.unpack(">IB", file.read(5))
            _expect(length > 0)
            kind = head >> 1 & 63 if is_hevc else head & 31
            is_sync |= kind in _IRAP if is_hevc else kind == _IDR
            opens |= number == 0 and kind in (_IDR_PICTURES if is_hevc else (_IDR,))
            at += 4 + length
        _expect(at == end)
        if is_sync:
            found.append(number)
    _expect(opens)
    return found
