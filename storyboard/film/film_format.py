"""The format of the film's one picture track, and which takes can be copied into it.

A take is copied if its frames have the film's size and rate, play everywhere (4:2:0 at 8 bits), need no change, and can
end where their clip does. Takes of several encoders share the track if their parameter sets and colours allow it;
others are encoded to fit.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from storyboard.drawing.overlays import FrameSize
from storyboard.film.colour import BT601, BT709, HIGH_DYNAMIC_RANGE, WIDE_GAMUTS, untagged_matrix
from storyboard.film.encoding import SET_ID
from storyboard.film.parameter_sets import (
    AvcConfig,
    Colour,
    colour_of,
    merge_avc_configs,
    read_avc_config,
    write_avc_config,
)
from storyboard.film.rates import usual_rate
from storyboard.film.remux import FilmFormat, SampleRange
from storyboard.film.track_index import MediaIndex

_UNSAID = 2  # ITU-T H.273, table 4
#: A take may be this share of a second longer than its clip where it cannot end sooner without being encoded.
_LONGER = Fraction(1, 4)


class CopyCandidate(NamedTuple):
    """A clip that may be copied: its take, the seconds of its clip, and why it has to be encoded, if so, in words that
    follow its name."""

    take: MediaIndex | None
    seconds: int
    reason: str


class CopyPlan(NamedTuple):
    """How each candidate is copied: the number of frames, 0 if it is encoded, and the reason, in words that follow its
    name.

    `colour` is that of the whole track.
    """

    frames: tuple[int, ...]
    reasons: tuple[str, ...]
    colour: Colour


def plan_copies(candidates: Sequence[CopyCandidate], size: FrameSize, rate: Fraction) -> CopyPlan:
    """Which takes are copied into a film of this size and rate."""
    reasons = [one.reason or _why_not(one, size, rate) for one in candidates]
    takes = [one.take for one in candidates if one.take]
    if takes and not any(reasons) and is_one_kind(takes):
        return CopyPlan(_frames(candidates, reasons, rate), tuple(reasons), _colour(takes[0]))
    _leave_out(candidates, reasons, _is_avc, "it is HEVC, and nothing encoded can be joined to it")
    _leave_out(candidates, reasons, lambda one: _is_plain(_colour(one)), "its colours are not BT.709 or BT.601")
    left = [(one.seconds, one.take) for one, why in zip(candidates, reasons, strict=True) if one.take and not why]
    colour = _most_seconds((lasts, _colour(take)) for lasts, take in left) or _colour_of_encoded(candidates, size)
    _leave_out(candidates, reasons, lambda one: _matches(_colour(one), colour), "its colours differ from the film's")
    fitting = _fitting((lasts, take) for lasts, take in left if _matches(_colour(take), colour))
    _leave_out(candidates, reasons, lambda one: one.picture.format.config in fitting, "another encoder made it")
    return CopyPlan(_frames(candidates, reasons, rate), tuple(reasons), colour)


def _why_not(one: CopyCandidate, size: FrameSize, rate: Fraction) -> str:
    """Why a take cannot be copied, for itself."""
    if one.take is None:
        return "its kind of file or stream is not copied"
    form = one.take.picture.format
    if form.size != size:
        return f"its frame is {form.size.width} × {form.size.height}, not {size.width} × {size.height}"
    if usual_rate(one.take.rate) != rate:
        return f"it has {_spoken(one.take.rate)} frames a second, not {_spoken(rate)}"
    if not _plays_everywhere(one.take):
        return "not every player plays its pixel format"
    if frames_to_copy(one.take, one.seconds, rate):
        return ""
    wanted = one.seconds * rate
    is_short = len(one.take.picture.sizes) < wanted - 1
    return "it is shorter than its clip" if is_short else f"it cannot end at {one.seconds} s as it is"


def frames_to_copy(index: MediaIndex, seconds: int, rate: Fraction) -> int:
    """The number of frames of a take for this many seconds; 0 if it cannot be copied.

    The fewest that fill them, or one less if the take has one less; some more if it cannot end sooner.
    """
    there, least = len(index.picture.sizes), -(-seconds * rate.numerator // rate.denominator)
    if there < least:
        return there if there == least - 1 and there and index.can_end_after(there) else 0
    most = min(there, least + int(rate * _LONGER))
    return next((count for count in range(least, most + 1) if index.can_end_after(count)), 0)


def _plays_everywhere(index: MediaIndex) -> bool:
    config = index.picture.format.config
    if _is_avc(index):
        return read_avc_config(config).plays_everywhere
    return config[16] & 3 == 1 and not config[17] & 7 and not config[18] & 7  # chroma_format, bit depths above 8


def _is_avc(index: MediaIndex) -> bool:
    return index.picture.format.entry == b"avc1"


def is_one_kind(indexes: Sequence[MediaIndex]) -> bool:
    """Whether all takes share one track with nothing encoded between them."""
    forms = [one.picture.format for one in indexes]
    if len({(form.entry, form.config) for form in forms}) == 1:
        return True
    if any(form.entry != b"avc1" for form in forms) or len({_colour(one) for one in indexes}) > 1:
        return False
    return merge_avc_configs(_configs(form.config for form in forms)) is not None


def _configs(datas: Iterable[bytes]) -> list[AvcConfig]:
    return [read_avc_config(data) for data in dict.fromkeys(datas)]


def _matches(colour: Colour, other: Colour) -> bool:
    """Whether frames of both look right with one tag."""
    return (colour.matrix == BT709) == (other.matrix == BT709)


def _fitting(takes: Iterable[tuple[int, MediaIndex]]) -> set[bytes]:
    """The configurations whose parameter sets go together, and with ours, those of most seconds first."""
    seconds: dict[bytes, int] = {}
    for lasts, index in takes:
        config = index.picture.format.config
        seconds[config] = seconds.get(config, 0) + lasts
    kept: list[bytes] = []
    for config in sorted(seconds, key=lambda one: -seconds[one]):
        merged = merge_avc_configs(_configs([*kept, config]))
        if merged and not {("sequence", SET_ID), ("picture", SET_ID)} & merged.ids.keys():
            kept.append(config)
    return set(kept)


def _leave_out(
    candidates: Sequence[CopyCandidate], reasons: list[str], fits: Callable[[MediaIndex], bool], reason: str
) -> None:
    for at, one in enumerate(candidates):
        if not reasons[at] and one.take and not fits(one.take):
            reasons[at] = reason


def _frames(candidates: Sequence[CopyCandidate], reasons: Sequence[str], rate: Fraction) -> tuple[int, ...]:
    return tuple(
        0 if why or one.take is None else frames_to_copy(one.take, one.seconds, rate)
        for one, why in zip(candidates, reasons, strict=True)
    )


def _colour(index: MediaIndex) -> Colour:
    """A take's colours, as its stream, its file or custom say."""
    form = index.picture.format
    told = None
    if _is_avc(index):
        told = next((found for one in read_avc_config(form.config).sequences if (found := colour_of(one))), None)
    if form.colour and (told is None or told.matrix == _UNSAID):
        primaries, transfer, matrix, flags = struct.unpack_from(">HHHB", form.colour, 4)
        told = Colour(primaries, transfer, matrix, bool(flags & 0x80))
    if told is None or told.matrix == _UNSAID:
        return _default(form.size)._replace(is_full=bool(told and told.is_full))
    return told


def _colour_of_encoded(candidates: Sequence[CopyCandidate], size: FrameSize) -> Colour:
    """The colours of a film in which nothing is copied: what most of its takes need no conversion for."""
    seconds: dict[int, int] = {}
    for one in candidates:
        if one.take and _is_plain(found := _colour(one.take)):
            point = BT709 if found.matrix == BT709 else BT601
            seconds[point] = seconds.get(point, 0) + one.seconds
    if not seconds:
        return _default(size)
    point = max(seconds, key=lambda one: seconds[one])
    return Colour(point, point, point, False)


def _default(size: FrameSize) -> Colour:
    """The colours of untagged video."""
    point = untagged_matrix(size.height)
    return Colour(point, point, point, False)


def _is_plain(colour: Colour) -> bool:
    """Whether encoded clips can share a track with these colours: those of BT.709 or BT.601."""
    is_wide = colour.transfer in HIGH_DYNAMIC_RANGE or colour.primaries in WIDE_GAMUTS
    return not colour.is_full and not is_wide and colour.matrix in (BT709, 5, BT601)


def _most_seconds(rows: Iterable[tuple[int, Colour]]) -> Colour | None:
    seconds: dict[Colour, int] = {}
    for lasts, colour in rows:
        seconds[colour] = seconds.get(colour, 0) + lasts
    return max(seconds, key=lambda one: seconds[one], default=None)


def film_format(ranges: Sequence[SampleRange], size: FrameSize, rate: Fraction, colour: bytes) -> FilmFormat:
    """The one format of ranges whose parameter sets go together."""
    forms = [one.take.picture.format for one in ranges]
    entry, config = forms[0].entry, forms[0].config
    if entry == b"avc1":
        merged = merge_avc_configs(_configs(form.config for form in forms))
        assert merged is not None, "only frames whose sets go together are copied"
        config = write_avc_config(merged)
    return FilmFormat(entry, size, rate, config, colour)


def write_colour(colour: Colour) -> bytes:
    """The content of `colr` (ISO/IEC 14496-12, 12.1.5)."""
    return b"nclx" + struct.pack(">HHHB", colour.primaries, colour.transfer, colour.matrix, 0x80 * colour.is_full)


def _spoken(rate: Fraction) -> str:
    return f"{float(rate):.3f}".rstrip("0").rstrip(".")
