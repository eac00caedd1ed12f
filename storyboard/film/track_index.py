"""The index of a take, read from its boxes: where each picture and each packet of sound lies, and when it is due.

Only what takes usually are is read: one track of H.264, at most one of AAC-LC, evenly timed, from its beginning to its
end, upright, whole in one file. Of anything else there is no index here, and it is for a decoder to make sense of it.
Field names are those of ISO/IEC 14496-12 (boxes), 14496-14 (`esds`) and 14496-15 (`avcC`).
"""

from __future__ import annotations

import os
import struct
import sys
from array import array
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, chain, repeat
from operator import add, ge, mul
from pathlib import Path
from typing import BinaryIO, NamedTuple

from storyboard.drawing.overlays import FrameSize
from storyboard.film.encoding import SOUND_PACKET
from storyboard.film.limits import limits
from storyboard.film.mp4 import Box, DamagedFile, box, boxes_in, outer_boxes

UPRIGHT = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)  # the matrix of `tkhd` and `mvhd`

_LOW_COMPLEXITY = 2  # ISO/IEC 14496-3, table 1.17
_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)  # the same, 1.18
_LAST_LAYOUT = 7  # the same, 1.19
_NO_SBR = b"\x56\xe5\x00"  # the same, 1.6.2.1: after syncExtensionType 0x2b7, sbrPresentFlag is 0
_ES, _DECODER, _SPECIFIC, _SYNC_LAYER = 3, 4, 5, 6  # tags of descriptors: ISO/IEC 14496-1, table 1
_AAC, _AUDIO = 0x40, 0x15  # objectTypeIndication; streamType 5 and a reserved bit
_AHEAD = 1 << 16  # bytes that are read at once: beginnings of small frames come together
_IDR, _NAL_TYPE = 5, 31  # ITU-T H.264, table 7-1: nal_unit_type, and its bits


class TrackFormat(NamedTuple):
    """That in which tracks must agree to be joined. `entry` is the sample entry, without what only describes one file
    (bit rates, the encoder's name); `timescale` is ticks a second, `step` ticks of a sample, and `start` the tick at
    which the edit list begins. `config` is the AudioSpecificConfig of sound."""

    entry: bytes
    config: bytes
    timescale: int
    step: int
    start: int


class Track(NamedTuple):
    """A track's samples, in the order of decoding and of the file. `shifts` are ticks from decoding to showing, none
    where there are none; `sync` are the samples, from 0, at which decoding can begin."""

    form: TrackFormat
    sizes: array[int]
    offsets: array[int]
    shifts: array[int]
    sync: array[int]


class MediaIndex(NamedTuple):
    """What a take holds; `sound` is None where it is silent."""

    path: Path
    picture: Track
    sound: Track | None

    @property
    def rate(self) -> Fraction:
        """Frames a second."""
        return Fraction(self.picture.form.timescale, self.picture.form.step)


def frame_size(entry: bytes) -> FrameSize:
    """The frames of a sample entry, in pixels."""
    return FrameSize(*struct.unpack_from(">HH", entry, 32))


class _Unusual(Exception):
    """A take of which there is no index here."""


def read_index(path: Path) -> MediaIndex | None:
    """The index of a take; None where it is not of the usual kind. Never raises."""
    try:
        if not path.is_file():
            return None
        with path.open("rb", _AHEAD) as file:
            return _read(path, file)
    except (OSError, DamagedFile, _Unusual, struct.error, LookupError, ValueError, ArithmeticError):
        return None  # what is read is anybody's: bytes that are not there, numbers that are too large


def _read(path: Path, file: BinaryIO) -> MediaIndex:
    outer: list[Box] = []
    size = os.fstat(file.fileno()).st_size
    for one in outer_boxes(file, size):
        outer.append(one)
        _expect(len(outer) <= limits().outer_boxes)
    moov, media = _one(outer, b"moov"), _one(outer, b"mdat")
    _expect(moov.end - moov.start <= limits().largest_index and not _all(outer, b"moof"))
    file.seek(moov.start)
    data = file.read(moov.end - moov.start)
    inner = list(boxes_in(data, 0, len(data)))
    _expect(not _all(inner, b"mvex"))
    ticks = _timescale(data, _one(inner, b"mvhd"))
    tracks = dict(_track(data, one, ticks) for one in _all(inner, b"trak"))
    _expect(len(tracks) == len(_all(inner, b"trak")) and tracks.keys() in ({b"vide"}, {b"vide", b"soun"}))
    _check_places(list(tracks.values()), media)
    picture = tracks[b"vide"]
    return MediaIndex(path, picture._replace(sync=_sync_samples(file, picture)), tracks.get(b"soun"))


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


def _track(data: bytes, trak: Box, movie_ticks: int) -> tuple[bytes, Track]:
    inner = _inside(data, trak)
    tkhd, mdia = _one(inner, b"tkhd"), _inside(data, _one(inner, b"mdia"))
    ticks = _timescale(data, _one(mdia, b"mdhd"))
    handler = data[(hdlr := _one(mdia, b"hdlr").start) + 8 : hdlr + 12]
    stbl = _inside(data, _one(_inside(data, _one(mdia, b"minf")), b"stbl"))
    sizes = _table(data, _one(stbl, b"stsz"), "I", 1, before=4)
    step, total = _durations(_table(data, _one(stbl, b"stts"), "I", 2), len(sizes))
    start, shown = _edit(data, _all(inner, b"edts"), Fraction(ticks, movie_ticks)) or (0, total)
    matrix = tkhd.start + (52 if data[tkhd.start] else 40)
    if handler == b"soun":
        entry, config = _sound_entry(data, _one(stbl, b"stsd"))
        _expect((ticks, step) == (sampling_rate(config), SOUND_PACKET))
        total -= start  # the samples before it are the encoder's run-up; pictures are all shown, that much later
    else:
        entry, config = _picture_entry(data, _one(stbl, b"stsd")), b""
        _expect(data[matrix : matrix + len(UPRIGHT)] == UPRIGHT)
    _expect(bool(data[tkhd.start + 3] & 1) and 0 <= start < total and shown > total - step)  # track_enabled
    shifts = array("q")
    for ctts in _all(stbl, b"ctts"):
        runs = _table(data, ctts, "i" if data[ctts.start] else "I", 2)
        _expect(sum(runs[::2]) == len(sizes) and min(runs[::2]) >= 0 and not shifts)
        shifts = array("q", chain.from_iterable(map(repeat, runs[1::2], runs[::2])))
    offsets = _offsets(_table(data, _one(stbl, b"stsc"), "I", 3), _chunk_offsets(data, stbl), sizes)
    return handler, Track(TrackFormat(entry, config, ticks, step, start), sizes, offsets, shifts, array("I"))


def _table(data: bytes, full: Box, kind: str, width: int, before: int = 0) -> array[int]:
    """The entries of a full box: numbers of one kind, `width` to an entry. What stands `before` their count is 0."""
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


def _offsets(stsc: array[int], chunks: array[int], sizes: array[int]) -> array[int]:
    """Where each sample begins: those of a chunk lie side by side."""
    firsts, counts = stsc[::3], stsc[1::3]
    ends = array("I", (*firsts[1:], len(chunks) + 1))
    _expect(len(firsts) > 0 and firsts[0] == 1 and set(stsc[2::3]) == {1})  # sample_description_index
    _expect(all(first < end for first, end in zip(firsts, ends, strict=True)) and ends[-1] > firsts[-1])
    runs = [end - first for first, end in zip(firsts, ends, strict=True)]
    _expect(min(counts) > 0 and sum(map(mul, runs, counts)) == len(sizes))
    if len(chunks) == len(sizes):
        return chunks
    offsets, done = array("Q"), 0
    for chunk, count in zip(chunks, chain.from_iterable(map(repeat, counts, runs)), strict=True):
        offsets.extend(accumulate(sizes[done : done + count - 1], initial=chunk))
        done += count
    return offsets


def _check_places(tracks: Sequence[Track], media: Box) -> None:
    """Samples follow one another in the file, within the media and with nothing between them."""
    starts: list[int] = []
    ends: list[int] = []
    for track in tracks:
        _expect(min(track.sizes) > 0 and not any(map(ge, track.offsets, track.offsets[1:])))
        starts += track.offsets
        ends += map(add, track.offsets, track.sizes)
    starts.sort()
    ends.sort()
    _expect(media.start <= starts[0] and ends[:-1] == starts[1:] and ends[-1] <= media.end)


def _picture_entry(data: bytes, stsd: Box) -> bytes:
    """The one `avc1`, of square pixels."""
    entry = _sample_entry(data, stsd, b"avc1")
    fields = bytearray(data[entry.start : entry.start + 78])
    fields[42:74] = bytes(32)  # compressorname
    inner = _inside(data, entry, skipped=78)
    avcc = _one(inner, b"avcC")
    _expect(data[avcc.start : avcc.start + 1] == b"\1" and data[avcc.start + 4] & 3 == 3)  # lengths have four bytes
    for pasp in _all(inner, b"pasp"):
        _expect(data[pasp.start : pasp.start + 4] == data[pasp.start + 4 : pasp.end])
    kept = (box(one.kind, data[one.start : one.end]) for one in inner if one.kind != b"btrt")
    return box(b"avc1", bytes(fields), *kept)


def _sound_entry(data: bytes, stsd: Box) -> tuple[bytes, bytes]:
    """The one `mp4a`, and its AudioSpecificConfig, which is all that it says here."""
    entry = _sample_entry(data, stsd, b"mp4a")
    version, channels = struct.unpack_from(">H6xH", data, entry.start + 8)
    esds = _one(_inside(data, entry, skipped=28), b"esds")
    tag, at, end = _descriptor(data, esds.start + 4, esds.end)
    _expect(version == 0 and tag == _ES and data[at + 2] & 0xE0 == 0)  # nothing optional follows its ID
    tag, at, end = _descriptor(data, at + 3, end)
    _expect(tag == _DECODER and data[at] == _AAC)
    tag, at, end = _descriptor(data, at + 13, end)
    config = data[at:end]
    _expect(tag == _SPECIFIC and len(config) >= 2 and config[2:] in (b"", _NO_SBR))
    _expect(config[0] >> 3 == _LOW_COMPLEXITY and not config[1] & 7)  # 1024 samples a packet, no core coder
    _expect(0 < channel_configuration(config) <= _LAST_LAYOUT)
    rate = sampling_rate(config)
    decoder = _described(_DECODER, bytes((_AAC, _AUDIO)) + bytes(11), _described(_SPECIFIC, config))
    stream = _described(_ES, struct.pack(">HB", 1, 0), decoder, _described(_SYNC_LAYER, b"\2"))
    fields = struct.pack(">6xH8xHH4xI", 1, channels, 16, rate << 16 if rate < 1 << 16 else 0)
    return box(b"mp4a", fields, box(b"esds", bytes(4), stream)), config


def sampling_rate(config: bytes) -> int:
    """Samples a second, of an AudioSpecificConfig. Raises IndexError where it names none of the usual ones."""
    return _RATES[(config[0] & 7) << 1 | config[1] >> 7]


def channel_configuration(config: bytes) -> int:
    """Which channels there are (ISO/IEC 14496-3, table 1.19), of an AudioSpecificConfig."""
    return config[1] >> 3 & 15


def _sample_entry(data: bytes, stsd: Box, kind: bytes) -> Box:
    entries = _inside(data, stsd, skipped=8)
    _expect(data[stsd.start : stsd.start + 8] == bytes(7) + b"\1" and len(entries) == 1)
    entry = _one(entries, kind)
    _expect(data[entry.start + 6 : entry.start + 8] == b"\0\1")  # data_reference_index
    return entry


def _descriptor(data: bytes, at: int, limit: int) -> tuple[int, int, int]:
    """The tag of a descriptor, and where what it holds begins and ends (ISO/IEC 14496-1, 8.3.3)."""
    tag, length = data[at], 0
    while True:
        at += 1
        length = length << 7 | data[at] & 0x7F
        if not data[at] & 0x80:
            break
    _expect(at + 1 + length <= limit)
    return tag, at + 1, at + 1 + length


def _described(tag: int, *parts: bytes) -> bytes:
    return b"".join((bytes((tag, sum(map(len, parts)))), *parts))


def _sync_samples(file: BinaryIO, picture: Track) -> array[int]:
    """The frames at which decoding can begin. Every frame has to be whole: units whose lengths add up to its own."""
    found = array("I")
    for number, (begin, size) in enumerate(zip(picture.offsets, picture.sizes, strict=True)):
        at, end, is_sync = begin, begin + size, False
        while at < end:
            file.seek(at)
            length, kind = struct.unpack(">IB", file.read(5))
            _expect(length > 0)
            is_sync |= kind & _NAL_TYPE == _IDR
            at += 4 + length
        _expect(at == end)
        if is_sync:
            found.append(number)
    _expect(len(found) > 0 and found[0] == 0)
    return found
