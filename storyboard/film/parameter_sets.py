"""The parameter sets of H.264: reading them, whether those of several takes fit into one track, and their colours.

A sample entry may hold several sequence parameter sets (ISO/IEC 14496-15, 5.3.3.1), distinguished by their ids; each
key frame says which one it uses. So takes of several encoders can share a track if their ids differ or their sets are
equal. Field names are those of ITU-T H.264.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

#: ITU-T H.264, 7.3.2.1.1: profiles whose sets tell the chroma format and bit depths.
_HIGH = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
#: Baseline, Main, Extended, High: 4:2:0 at 8 bits (ITU-T H.264, A.2), which every player plays.
_PLAYED_EVERYWHERE = frozenset({66, 77, 88, 100})
_SHAPE_TOLD = 255  # Extended_SAR: table E-1


class AvcConfig(NamedTuple):
    """What `avcC` holds: profile, compatibility and level, the sequence and the picture parameter sets."""

    profile: int
    compatibility: int
    level: int
    sequences: tuple[bytes, ...]
    pictures: tuple[bytes, ...]

    @property
    def plays_everywhere(self) -> bool:
        """Whether it is 4:2:0 at 8 bits."""
        return self.profile in _PLAYED_EVERYWHERE and all(_chroma(one) == 1 for one in self.sequences)

    @property
    def ids(self) -> dict[tuple[str, int], bytes]:
        """The sets by their kind and id."""
        sequences = {("sequence", _sequence_id(one)): one for one in self.sequences}
        return sequences | {("picture", _Bits(one[1:]).unsigned()): one for one in self.pictures}


class Colour(NamedTuple):
    """Code points of ITU-T H.273, and whether the range is full."""

    primaries: int
    transfer: int
    matrix: int
    is_full: bool


def read_avc_config(data: bytes) -> AvcConfig:
    """Read the content of `avcC` (ISO/IEC 14496-15, 5.3.3.1.2). Raises IndexError, struct.error for one that is cut."""
    at = 6
    groups = []
    for count in (data[5] & 31, None):
        sets = []
        if count is None:
            count, at = data[at], at + 1  # noqa: PLW2901 # the second count stands behind the first group
        for _ in range(count):
            (length,) = struct.unpack_from(">H", data, at)
            if at + 2 + length > len(data):
                raise IndexError
            sets.append(data[at + 2 : at + 2 + length])
            at += 2 + length
        groups.append(tuple(sets))
    return AvcConfig(data[1], data[2], data[3], groups[0], groups[1])


def merge_avc_configs(configs: Iterable[AvcConfig]) -> AvcConfig | None:
    """One configuration for takes of several; None where sets that differ have the same id."""
    known: dict[tuple[str, int], bytes] = {}
    rows = list(configs)
    for config in rows:
        for key, one in config.ids.items():
            if known.setdefault(key, one) != one:
                return None
    compatibility = 0xFF
    for config in rows:
        compatibility &= config.compatibility
    return AvcConfig(
        max(config.profile for config in rows),
        compatibility,
        max(config.level for config in rows),
        tuple(one for (kind, _), one in known.items() if kind == "sequence"),
        tuple(one for (kind, _), one in known.items() if kind == "picture"),
    )


def write_avc_config(config: AvcConfig) -> bytes:
    """The content of `avcC`."""
    head = bytes((1, config.profile, config.compatibility, config.level, 0xFF, 0xE0 | len(config.sequences)))
    tail = b"\xfd\xf8\xf8\0" if config.profile in _HIGH else b""  # chroma_format 1, 8 bits, no extension
    return b"".join((head, *_listed(config.sequences), bytes((len(config.pictures),)), *_listed(config.pictures), tail))


def _listed(sets: Iterable[bytes]) -> Iterator[bytes]:
    for one in sets:
        yield struct.pack(">H", len(one)) + one


def colour_of(sequence: bytes) -> Colour | None:
    """The colours that a sequence parameter set tells; None where it tells none. Raises IndexError for one that is
    cut."""
    bits = _after_chroma(sequence)
    bits.unsigned()  # log2_max_frame_num_minus4
    _skip_order(bits)
    bits.unsigned()  # max_num_ref_frames
    bits.skip(1)
    bits.unsigned(), bits.unsigned()  # width and height in macroblocks
    if not bits.read(1):  # frame_mbs_only_flag
        bits.skip(1)
    bits.skip(1)
    if bits.read(1):  # frame_cropping_flag
        for _ in range(4):
            bits.unsigned()
    return _told_colour(bits) if bits.read(1) else None  # vui_parameters_present_flag


def _told_colour(bits: _Bits) -> Colour | None:
    """The colours in the usability information of a sequence parameter set, or None."""
    if bits.read(1) and bits.read(8) == _SHAPE_TOLD:  # aspect_ratio_info_present_flag, aspect_ratio_idc
        bits.skip(32)
    if bits.read(1):  # overscan_info_present_flag
        bits.skip(1)
    if not bits.read(1):  # video_signal_type_present_flag
        return None
    bits.skip(3)
    is_full = bool(bits.read(1))
    if not bits.read(1):  # colour_description_present_flag
        return Colour(2, 2, 2, is_full)
    return Colour(bits.read(8), bits.read(8), bits.read(8), is_full)


def _sequence_id(sequence: bytes) -> int:
    return _Bits(sequence[4:]).unsigned()


def _chroma(sequence: bytes) -> int:
    """chroma_format_idc: 1 is 4:2:0."""
    bits = _Bits(sequence[4:])
    bits.unsigned()
    return bits.unsigned() if sequence[1] in _HIGH else 1


def _after_chroma(sequence: bytes) -> _Bits:
    """The bits of a set after what tells chroma and bit depths."""
    bits = _Bits(sequence[4:])
    bits.unsigned()
    if sequence[1] in _HIGH:
        chroma = bits.unsigned()
        bits.skip(chroma == 3)
        bits.unsigned(), bits.unsigned()
        bits.skip(1)
        if bits.read(1):  # seq_scaling_matrix_present_flag
            for number in range(12 if chroma == 3 else 8):
                if bits.read(1):
                    _skip_scaling_list(bits, 16 if number < 6 else 64)
    return bits


def _skip_scaling_list(bits: _Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed()) % 256
        last = following or last


def _skip_order(bits: _Bits) -> None:
    kind = bits.unsigned()  # pic_order_cnt_type
    if kind == 0:
        bits.unsigned()
    elif kind == 1:
        bits.skip(1)
        bits.signed(), bits.signed()
        for _ in range(bits.unsigned()):
            bits.signed()


class _Bits:
    """The bits of a set, without the bytes that keep start codes out of it (ITU-T H.264, 7.4.1.1)."""

    def __init__(self, data: bytes) -> None:
        self._data = data.replace(b"\0\0\3", b"\0\0")
        self._at = 0

    def read(self, count: int) -> int:
        value = 0
        for _ in range(count):
            value = value << 1 | self._data[self._at >> 3] >> (7 - (self._at & 7)) & 1
            self._at += 1
        return value

    def skip(self, count: int) -> None:
        self._at += count

    def unsigned(self) -> int:
        """An Exp-Golomb code, ue(v)."""
        zeros = 0
        while not self.read(1):
            zeros += 1
        return (1 << zeros) - 1 + self.read(zeros)

    def signed(self) -> int:
        """se(v)."""
        value = self.unsigned()
        return (value + 1) // 2 if value & 1 else -(value // 2)
