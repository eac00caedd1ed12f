"""Takes joined without encoding, where their tracks agree exactly: their samples are copied, their index is made anew.

Every take lasts exactly as long as its clip: frames beyond are left out where nothing that stays refers to them. The
sound's packets stand on a grid of their own that never pauses: each take's sound begins on the nearest packet, at most
half a packet (11 ms at 48 kHz) from its picture, and the difference never adds up.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterator, Sequence
from itertools import chain, groupby, repeat
from pathlib import Path
from typing import BinaryIO, NamedTuple

from storyboard.files.signatures import MADE_BY
from storyboard.film.encoding import SOUND_PACKET
from storyboard.film.mp4 import box, mdat_header
from storyboard.film.track_index import UPRIGHT, MediaIndex, TrackFormat, channel_configuration, frame_size

_MOVIE_TICKS = 1000  # a second; a film has whole seconds
_FTYP = box(b"ftyp", b"isom", struct.pack(">I", 0x200), b"isomiso2avc1mp41")
_LAST_TICK = (1 << 31) - 1  # six hours of a timescale of 90,000; times are written with 32 bits
_PIECE = 1 << 20  # bytes that are copied at once
_WIDE = 3 << 30  # bytes of media from which places have 64 bits: with 32, there is a GiB left for the index
_NOWHERE = 1 << 64  # where a packet of silence lies: in no take
_UNDETERMINED = 0x55C4  # the language `und` (ISO/IEC 14496-12, 8.4.2)
_PLAIN = bytes(4)  # version 0, no flags
_ENABLED, _SAME_FILE, _TEXT = 3, 1, 1  # flags: a track that is enabled and shown; media in this file; UTF-8

# A silent channel in AAC (ISO/IEC 14496-3, 4.4.2) says its id_syn_ele and a tag, and then nothing but zeros: a global
# gain of 8 bits, 11 of ics_info with max_sfb 0, no pulses, no noise shaping, no gain control. A pair says that twice,
# after its common_window. Which there are for a channel configuration is table 1.19.
_ELEMENTS = {"single": (0, 22), "pair": (1, 1 + 2 * 22), "low": (3, 22)}
_CHANNELS = (
    (), ("single",), ("pair",), ("single", "pair"), ("single", "pair", "single"), ("single", "pair", "pair"),
    ("single", "pair", "pair", "low"), ("single", "pair", "pair", "pair", "low"),
)  # fmt: skip
_END = "111"

#: A sample of a take: its second, where it lies, its bytes, its row. They are copied in that order: what is interleaved
#: in the take already is one piece.
_Sample = tuple[int, int, int, int]


class SampleRange(NamedTuple):
    """A take and the seconds that its clip has in the film."""

    take: MediaIndex
    seconds: int


class _Row:
    """A track of the film: samples as they are added, where each begins in the media, and all that is said of them."""

    def __init__(self, form: TrackFormat) -> None:
        self.form = form
        self.sizes, self.places = array("I"), array("Q")
        self.shifts, self.sync = array("q"), array("I")


def why_not_joined(stretches: Sequence[SampleRange]) -> str:
    """Why takes cannot be joined as they are; empty where they can."""
    if not stretches:
        return "there is no take"
    seconds = sum(one.seconds for one in stretches)
    forms = [(one.take.picture.form, one.take.sound and one.take.sound.form) for one in stretches]
    if odd := next((one for one, form in zip(stretches, forms, strict=True) if form != forms[0]), None):
        return f"{odd.take.path.name} differs from {stretches[0].take.path.name} in size, rate or encoding"
    if max(seconds * _MOVIE_TICKS, *(seconds * form.timescale + form.start for form in forms[0] if form)) > _LAST_TICK:
        return "it is longer than six hours"
    odd = next((one for one in stretches if not _ends_well(one)), None)
    return f"{odd.take.path.name} cannot be cut to {odd.seconds} s as it is" if odd else ""


def _ends_well(stretch: SampleRange) -> bool:
    """Whether a take has all frames of its clip, evenly shown, and can end after the last of them."""
    picture, wanted = stretch.take.picture, stretch.seconds * stretch.take.rate
    step, start = picture.form.step, picture.form.start
    count = int(wanted)
    if wanted.denominator != 1 or len(picture.sizes) < count:
        return False
    if not picture.shifts:
        return start == 0
    shown = sorted(number * step + shift for number, shift in enumerate(picture.shifts[:count]))
    return shown == list(range(start, start + count * step, step))


def join_takes(stretches: Sequence[SampleRange], target: Path) -> None:
    """Join takes for which `why_not_joined` has nothing to say. Raises OSError."""
    first = stretches[0].take
    rows = [_Row(track.form) for track in (first.picture, first.sound) if track]
    silence = _silent_packet(first.sound.form.config) if first.sound else b""
    pieces: list[list[tuple[int, int]]] = []  # of each take: from where, up to where
    written = seconds = 0
    for stretch in stretches:
        samples = _pictures(stretch, rows[0])
        if first.sound:
            samples += _sounds(stretch, rows[1], seconds, len(silence), is_last=stretch is stretches[-1])
        seconds += stretch.seconds
        of_take: list[tuple[int, int]] = []
        begin = end = 0
        for _, offset, size, row in sorted(samples):
            rows[row].places.append(written)
            written += size
            if offset != end:
                of_take.append((begin, end))
                begin = offset
            end = offset + size
        pieces.append([*of_take[1:], (begin, end)])
    with target.open("wb") as file:
        file.write(_before_media(rows, seconds, written))
        for stretch, of_take in zip(stretches, pieces, strict=True):
            _copy(stretch.take.path, of_take, silence, file)


def _pictures(stretch: SampleRange, row: _Row) -> list[_Sample]:
    """The frames of a take that stay; all but their places is added to the row."""
    picture, done = stretch.take.picture, len(row.sizes)
    count = int(stretch.seconds * stretch.take.rate)
    sizes = picture.sizes[:count]
    row.sizes.extend(sizes)
    row.shifts.extend(picture.shifts[:count] or array("q", bytes(8 * count)))
    row.sync.extend(done + number for number in picture.sync if number < count)
    seconds = (number * picture.form.step // picture.form.timescale for number in range(count))
    return list(zip(seconds, picture.offsets, sizes, repeat(0)))


def _sounds(stretch: SampleRange, row: _Row, begins: int, silent: int, *, is_last: bool) -> list[_Sample]:
    """The packets of sound for a take that begins at a second of the film. A take whose sound ends early is filled up:
    players make nothing of a gap, and all sound after it shifts."""
    sound = stretch.take.sound
    assert sound is not None, "tracks agree"
    rate, priming, done = sound.form.timescale, sound.form.start, len(row.sizes)
    last = (begins + stretch.seconds) * rate + priming
    count = (last // SOUND_PACKET if is_last else _nearest(last)) - done
    skipped = done - _nearest(begins * rate)  # what runs up to the first moment stays only where the film begins
    sizes, offsets = sound.sizes[skipped : skipped + count], sound.offsets[skipped : skipped + count].tolist()
    missing = count - len(sizes)
    sizes.extend(repeat(silent, missing))
    row.sizes.extend(sizes)
    seconds = (max(0, number * SOUND_PACKET - priming) // rate for number in range(skipped, skipped + count))
    return list(zip(seconds, chain(offsets, repeat(_NOWHERE, missing)), sizes, repeat(1)))


def _nearest(ticks: int) -> int:
    return (ticks + SOUND_PACKET // 2) // SOUND_PACKET


def _copy(path: Path, pieces: Sequence[tuple[int, int]], silence: bytes, target: BinaryIO) -> None:
    held = memoryview(bytearray(_PIECE))
    with path.open("rb", buffering=0) as file:
        for begin, end in pieces:
            if begin == _NOWHERE:
                target.write(silence)
                continue
            file.seek(begin)
            left = end - begin
            while left:
                count = file.readinto(held[:left])
                if not count:
                    raise OSError(f"{path} has been cut off")
                target.write(held[:count])
                left -= count


def _silent_packet(config: bytes) -> bytes:
    """A packet of silence for sound of a configuration."""
    kinds = _CHANNELS[channel_configuration(config)]
    bits = ""
    for number, kind in enumerate(kinds):
        ident, rest = _ELEMENTS[kind]
        bits += f"{ident:03b}{kinds[:number].count(kind):04b}{'0' * rest}"
    bits += _END
    length = -(-len(bits) // 8)
    return int(bits.ljust(length * 8, "0"), 2).to_bytes(length, "big")


def _before_media(rows: Sequence[_Row], seconds: int, media: int) -> bytes:
    """All that stands before `media` bytes of samples."""
    header = mdat_header(media)
    width = "I" if media < _WIDE else "Q"
    length = len(_moov(rows, seconds, width, 0))
    return _FTYP + _moov(rows, seconds, width, len(_FTYP) + length + len(header)) + header


def _moov(rows: Sequence[_Row], seconds: int, width: str, begin: int) -> bytes:
    """The index of media that begins at a place of the file; places are as wide as `width` says."""
    head = struct.pack(">12xIIIH10x", _MOVIE_TICKS, seconds * _MOVIE_TICKS, 1 << 16, 1 << 8)  # plays at 1.0, volume 1.0
    mvhd = box(b"mvhd", head, UPRIGHT, struct.pack(">24xI", len(rows) + 1))
    comment = box(b"\xa9cmt", box(b"data", struct.pack(">I4x", _TEXT), MADE_BY.encode()))
    udta = box(b"udta", box(b"meta", _PLAIN, _hdlr(b"mdir"), box(b"ilst", comment)))
    return box(b"moov", mvhd, udta, *(_trak(row, number, width, begin) for number, row in enumerate(rows, 1)))


def _trak(row: _Row, number: int, width: str, begin: int) -> bytes:
    form, is_sound = row.form, bool(row.form.config)
    lasts = len(row.sizes) * form.step
    shown = (lasts - form.start * is_sound) * _MOVIE_TICKS // form.timescale
    head = struct.pack(">I8xI4xI12xH2x", _ENABLED, number, shown, (1 << 8) * is_sound)  # volume 1.0
    sides = struct.pack(">II", *((0, 0) if is_sound else (side << 16 for side in frame_size(form.entry))))
    elst = box(b"elst", struct.pack(">4xIIiHH", 1, shown, form.start, 1, 0))
    mdhd = box(b"mdhd", struct.pack(">12xIIH2x", form.timescale, lasts, _UNDETERMINED))
    dinf = box(b"dinf", box(b"dref", _counted(1), box(b"url ", struct.pack(">I", _SAME_FILE))))
    header = box(b"smhd", _PLAIN, bytes(4)) if is_sound else box(b"vmhd", struct.pack(">I8x", 1))
    return box(
        b"trak",
        box(b"tkhd", head, UPRIGHT, sides),
        box(b"edts", elst),
        box(
            b"mdia",
            mdhd,
            _hdlr(b"soun" if is_sound else b"vide"),
            box(b"minf", header, dinf, box(b"stbl", *_tables(row, width, begin))),
        ),
    )


def _tables(row: _Row, width: str, begin: int) -> Iterator[bytes]:
    """What `stbl` holds. Every sample is a chunk of its own."""
    count = len(row.sizes)
    yield box(b"stsd", _counted(1), row.form.entry)
    yield box(b"stts", _counted(1), struct.pack(">II", count, row.form.step))
    if any(row.shifts):
        runs = array("i", chain.from_iterable((sum(1 for _ in run), shift) for shift, run in groupby(row.shifts)))
        yield box(b"ctts", b"\1", bytes(3), _counted(len(runs) // 2)[4:], _packed(runs))  # version 1: signed
    if row.sync:
        yield box(b"stss", _counted(len(row.sync)), _packed(array("I", (number + 1 for number in row.sync))))
    yield box(b"stsc", _counted(1), struct.pack(">III", 1, 1, 1))
    yield box(b"stsz", _PLAIN, _counted(count), _packed(row.sizes))
    places = array(width, (begin + place for place in row.places))
    yield box(b"stco" if width == "I" else b"co64", _counted(count), _packed(places))


def _hdlr(handler: bytes) -> bytes:
    return box(b"hdlr", bytes(8), handler, bytes(13))  # without a name


def _counted(count: int) -> bytes:
    """The head of a table of version 0, without flags."""
    return struct.pack(">4xI", count)


def _packed(values: array[int]) -> bytes:
    """Numbers as MP4 has them, with the most significant byte first."""
    if sys.byteorder == "little":
        values = values[:]
        values.byteswap()
    return values.tobytes()
