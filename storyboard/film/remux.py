"""The file of the film: frames of takes and encoded segments, copied without decoding, under one sound track.

The bytes of the frames are copied, and their index is written anew. All are on one even grid of frames, whatever ticks
and delays their files had; each range begins with a key frame and ends where nothing refers past its end. Field names
are those of ISO/IEC 14496-12 unless another standard is named.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import accumulate, chain, groupby
from pathlib import Path
from typing import BinaryIO, NamedTuple

from storyboard.drawing.overlays import FrameSize
from storyboard.files.signatures import MADE_BY
from storyboard.film.encoding import SOUND_PACKET, SOUND_RATE
from storyboard.film.mp4 import make_box, mdat_header
from storyboard.film.track_index import UPRIGHT, MediaIndex

_FTYP = {
    b"avc1": make_box(b"ftyp", b"isom", struct.pack(">I", 0x200), b"isomiso2avc1mp41"),
    b"hvc1": make_box(b"ftyp", b"isom", struct.pack(">I", 0x200), b"isomiso2mp41"),
}
_FINE = 10_000  # ticks a second, at least
_BLOCK = 1 << 20  # bytes that are copied at once
_WIDE = 3 << 30  # bytes of media from which places have 64 bits: with 32, there is a GiB left for the index
_UNDETERMINED = 0x55C4  # the language `und` (8.4.2)
_PLAIN = bytes(4)  # version 0, no flags
_ENABLED, _SAME_FILE, _TEXT = 3, 1, 1  # flags: a track that is enabled and shown; media in this file; UTF-8
_RESOLUTION = 0x48 << 16  # 72 dpi (12.1.3)

#: A packet of sound: its second in the film, where it lies in its file, its bytes.
_Packet = tuple[int, int, int]


class SampleRange(NamedTuple):
    """The first `frames` frames of a file."""

    take: MediaIndex
    frames: int


class FilmFormat(NamedTuple):
    """What the film's sample entry tells: its type, the frame's size, the rate, and the contents of `avcC` or `hvcC`
    and of `colr`, which is empty for none."""

    entry: bytes
    size: FrameSize
    rate: Fraction
    config: bytes
    colour: bytes


class SoundTrack(NamedTuple):
    """AAC packets one after another in a file, and their AudioSpecificConfig.

    The first `priming` samples are the encoder's run-up and are not played.
    """

    path: Path
    sizes: array[int]
    config: bytes
    channels: int
    priming: int
    bit_rate: int


class _FilmTrack:
    """A track of the film: samples as they are added, where each begins in the media, and all that is said of them."""

    def __init__(self, entry: bytes, timescale: int, step: int, start: int, shown: int) -> None:
        self.entry, self.timescale, self.step, self.start, self.shown = entry, timescale, step, start, shown
        self.sizes, self.places = array("I"), array("Q")
        self.shifts, self.sync = array("q"), array("I")


def write_film(form: FilmFormat, ranges: Sequence[SampleRange], sound: SoundTrack | None, target: Path) -> None:
    """Write a film of ranges whose formats `form` holds, with one sound track. Raises OSError."""
    rows, layout = _lay_out(form, ranges, sound)
    with target.open("wb") as file:
        file.write(_before_media(form, rows))
        for path, pieces in layout.files:
            _copy(path, pieces, file)


class _MediaLayout:
    """The bytes of the film's media: which of which file follow one another, and where each sample begins."""

    def __init__(self) -> None:
        self.files: list[tuple[Path, list[tuple[int, int]]]] = []
        self._written = 0

    def add(self, row: _FilmTrack, path: Path, offsets: Iterable[int], sizes: Iterable[int]) -> None:
        """Put samples of a file behind what there is."""
        if not self.files or self.files[-1][0] != path:
            self.files.append((path, []))
        pieces = self.files[-1][1]
        for offset, size in zip(offsets, sizes, strict=True):
            row.places.append(self._written)
            self._written += size
            if pieces and pieces[-1][1] == offset:
                pieces[-1] = (pieces[-1][0], offset + size)
            else:
                pieces.append((offset, offset + size))


def _lay_out(
    form: FilmFormat, ranges: Sequence[SampleRange], sound: SoundTrack | None
) -> tuple[list[_FilmTrack], _MediaLayout]:
    """The film's tracks and their bytes: sound beside the pictures that it goes with, second by second."""
    fine = -(-_FINE // form.rate.numerator)
    timescale, step = form.rate.numerator * fine, form.rate.denominator * fine
    delay = max(one.take.picture.format.start // one.take.picture.format.step for one in ranges)
    ticks = sum(one.frames for one in ranges) * step
    layout, rows = _MediaLayout(), [_FilmTrack(_picture_entry(form), timescale, step, delay * step, ticks)]
    packets: list[_Packet] = []
    if sound:
        shown = ticks * SOUND_RATE // timescale
        packets = _packets(sound, -(-ticks * SOUND_RATE // timescale))
        rows.append(_FilmTrack(_sound_entry(sound), SOUND_RATE, SOUND_PACKET, sound.priming, shown))
        rows[1].sizes.extend(size for _, _, size in packets)
    done = heard = 0
    for one in ranges:
        _add_pictures(rows[0], one, delay)
        number = 0
        while number < one.frames:
            second = (done + number) * step // timescale
            end = min(one.frames, -(-(second + 1) * timescale // step) - done)
            offsets, sizes = one.take.picture.offsets[number:end], one.take.picture.sizes[number:end]
            layout.add(rows[0], one.take.path, offsets, sizes)
            number = end
            until = next((at for at in range(heard, len(packets)) if packets[at][0] > second), len(packets))
            _add_sound(rows[-1], sound, packets[heard:until], layout)
            heard = until
        done += one.frames
    _add_sound(rows[-1], sound, packets[heard:], layout)
    return rows, layout


def _add_sound(row: _FilmTrack, sound: SoundTrack | None, packets: Sequence[_Packet], layout: _MediaLayout) -> None:
    if sound and packets:
        layout.add(row, sound.path, [at for _, at, _ in packets], [size for _, _, size in packets])


def _packets(sound: SoundTrack, samples: int) -> list[_Packet]:
    """The packets for a film of this many samples."""
    count = min(len(sound.sizes), -(-(samples + sound.priming) // SOUND_PACKET))
    offsets = accumulate(sound.sizes[:count], initial=0)
    return [
        (max(0, number * SOUND_PACKET - sound.priming) // SOUND_RATE, offset, size)
        for number, (offset, size) in enumerate(zip(offsets, sound.sizes[:count], strict=False))
    ]


def _add_pictures(row: _FilmTrack, one: SampleRange, delay: int) -> None:
    """All but the places of a file's frames."""
    picture, done = one.take.picture, len(row.sizes)
    step, start = picture.format.step, picture.format.start
    row.sizes.extend(picture.sizes[: one.frames])
    row.sync.extend(done + number for number in picture.sync if number < one.frames)
    shifts = picture.shifts[: one.frames] or array("q", bytes(8 * one.frames))
    row.shifts.extend(((shift - start) // step + delay) * row.step for shift in shifts)


def _copy(path: Path, pieces: Sequence[tuple[int, int]], target: BinaryIO) -> None:
    """Copy byte ranges of several files to the target, in order."""
    held = memoryview(bytearray(_BLOCK))
    with path.open("rb", buffering=0) as file:
        for begin, end in pieces:
            file.seek(begin)
            left = end - begin
            while left:
                count = file.readinto(held[:left])
                if not count:
                    raise OSError(f"{path} has been cut off")
                target.write(held[:count])
                left -= count


def _picture_entry(form: FilmFormat) -> bytes:
    """A visual sample entry (12.1.3)."""
    fields = struct.pack(
        ">6xH16xHHIIIH32xHh", 1, form.size.width, form.size.height, _RESOLUTION, _RESOLUTION, 0, 1, 24, -1
    )
    config = make_box(b"avcC" if form.entry == b"avc1" else b"hvcC", form.config)
    colour = make_box(b"colr", form.colour) if form.colour else b""
    return make_box(form.entry, fields, config, colour, make_box(b"pasp", struct.pack(">II", 1, 1)))


def _sound_entry(sound: SoundTrack) -> bytes:
    """An audio sample entry of AAC (12.2.3; ISO/IEC 14496-1, 7.2.6, on descriptors)."""
    decoder = _descriptor(
        4, b"\x40\x15", bytes(3), struct.pack(">II", sound.bit_rate, sound.bit_rate), _descriptor(5, sound.config)
    )
    stream = _descriptor(3, struct.pack(">HB", 2, 0), decoder, _descriptor(6, b"\2"))
    fields = struct.pack(">6xH8xHH4xI", 1, sound.channels, 16, SOUND_RATE << 16)
    return make_box(b"mp4a", fields, make_box(b"esds", _PLAIN, stream))


def _descriptor(tag: int, *parts: bytes) -> bytes:
    return b"".join((bytes((tag, sum(map(len, parts)))), *parts))


def _before_media(form: FilmFormat, rows: Sequence[_FilmTrack]) -> bytes:
    """Everything before the samples."""
    media = sum(sum(row.sizes) for row in rows)
    header, ftyp = mdat_header(media), _FTYP.get(form.entry, _FTYP[b"hvc1"])
    width = "I" if media < _WIDE else "Q"
    length = len(_moov(rows, width, 0))
    return ftyp + _moov(rows, width, len(ftyp) + length + len(header)) + header


def _moov(rows: Sequence[_FilmTrack], width: str, begin: int) -> bytes:
    """The index of media that begins at a place of the file; places are as wide as `width` says."""
    ticks, shown = rows[0].timescale, rows[0].shown
    head = struct.pack(">BxxxQQIQIH10x", 1, 0, 0, ticks, shown, 1 << 16, 1 << 8)  # plays at 1.0, volume 1.0
    mvhd = make_box(b"mvhd", head, UPRIGHT, struct.pack(">24xI", len(rows) + 1))
    comment = make_box(b"\xa9cmt", make_box(b"data", struct.pack(">I4x", _TEXT), MADE_BY.encode()))
    udta = make_box(b"udta", make_box(b"meta", _PLAIN, _hdlr(b"mdir"), make_box(b"ilst", comment)))
    return make_box(
        b"moov", mvhd, udta, *(_trak(row, number, ticks, width, begin) for number, row in enumerate(rows, 1))
    )


def _trak(row: _FilmTrack, number: int, movie_ticks: int, width: str, begin: int) -> bytes:
    """The `trak` box of a track (8.3.1). `number` is 1 for the pictures, 2 for the sound; `movie_ticks` the time scale
    of the movie header. The edit list (8.6.6) skips what is before `start`: the delay of reordered frames, the run-up
    of the sound's encoder."""
    is_sound = number > 1
    shown = row.shown * movie_ticks // row.timescale
    head = struct.pack(">BxxBQQI4xQ12xH2x", 1, _ENABLED, 0, 0, number, shown, (1 << 8) * is_sound)  # volume 1.0
    sides = struct.pack(">II", *((0, 0) if is_sound else (side << 16 for side in _frame_size(row.entry))))
    elst = make_box(b"elst", struct.pack(">BxxxIQqHH", 1, 1, shown, row.start, 1, 0))
    mdhd = make_box(
        b"mdhd", struct.pack(">BxxxQQIQH2x", 1, 0, 0, row.timescale, len(row.sizes) * row.step, _UNDETERMINED)
    )
    dinf = make_box(b"dinf", make_box(b"dref", _counted(1), make_box(b"url ", struct.pack(">I", _SAME_FILE))))
    header = make_box(b"smhd", _PLAIN, bytes(4)) if is_sound else make_box(b"vmhd", struct.pack(">I8x", 1))
    return make_box(
        b"trak",
        make_box(b"tkhd", head, UPRIGHT, sides),
        make_box(b"edts", elst),
        make_box(
            b"mdia",
            mdhd,
            _hdlr(b"soun" if is_sound else b"vide"),
            make_box(b"minf", header, dinf, make_box(b"stbl", *_tables(row, width, begin))),
        ),
    )


def _frame_size(entry: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">HH", entry, 32)
    return width, height


def _tables(row: _FilmTrack, width: str, begin: int) -> Iterator[bytes]:
    """What `stbl` holds. Every sample is a chunk of its own."""
    count = len(row.sizes)
    yield make_box(b"stsd", _counted(1), row.entry)
    yield make_box(b"stts", _counted(1), struct.pack(">II", count, row.step))
    if any(row.shifts):
        runs = array("i", chain.from_iterable((sum(1 for _ in run), shift) for shift, run in groupby(row.shifts)))
        yield make_box(b"ctts", b"\1", bytes(3), _counted(len(runs) // 2)[4:], _packed(runs))  # version 1: signed
    if row.sync:
        yield make_box(b"stss", _counted(len(row.sync)), _packed(array("I", (number + 1 for number in row.sync))))
    yield make_box(b"stsc", _counted(1), struct.pack(">III", 1, 1, 1))
    yield make_box(b"stsz", _PLAIN, _counted(count), _packed(row.sizes))
    places = array(width, (begin + place for place in row.places))
    yield make_box(b"stco" if width == "I" else b"co64", _counted(count), _packed(places))


def _hdlr(handler: bytes) -> bytes:
    return make_box(b"hdlr", bytes(8), handler, bytes(13))  # without a name


def _counted(count: int) -> bytes:
    """The head of a table of version 0, without flags."""
    return struct.pack(">4xI", count)


def _packed(values: array[int]) -> bytes:
    """Numbers as MP4 has them, with the most significant byte first."""
    if sys.byteorder == "little":
        values = values[:]
        values.byteswap()
    return values.tobytes()
