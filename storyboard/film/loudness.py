"""Loudness by EBU R 128, measured and adjusted: https://tech.ebu.ch/publications/r128."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO, NamedTuple

from storyboard.film.audio_filters import STEREO, FilterChain, Samples, filter_samples, frame_of, read_blocks
from storyboard.film.sound_plan import SoundRules

_NOTHING = -70.0  # LUFS: the gate of ITU-R BS.1770-5 below which nothing counts
_FLATTEST, _STEEPEST = 0.2, 2.0  # LU that a dB into the limiter is taken to give


class Loudness(NamedTuple):
    """Integrated loudness in LUFS and the true peak in dBTP; None where nothing was measured."""

    integrated: float | None
    peak: float | None


class LoudnessMeter:
    """Measures what it hears; true peaks, which take most of the time, only where they are asked for."""

    def __init__(self, *, with_peak: bool = False) -> None:
        self._chain = FilterChain(f"ebur128=metadata=1:peak={'true' if with_peak else 'none'}")
        self._facts: dict[str, str] = {}

    def hear(self, samples: Samples) -> None:
        """Measure more samples, stereo at 48 kHz, which follow those before."""
        if not len(samples):
            return
        for part in self._chain.frames(frame_of(samples)):
            self._facts |= {key: part.metadata[key] for key in part.metadata if key.startswith("lavfi.r128")}

    def measure(self) -> Loudness:
        """The loudness of everything measured so far."""
        loudness = _number(self._facts.get("lavfi.r128.I"))
        peaks = (_number(self._facts.get(f"lavfi.r128.true_peaks_ch{one}")) or 0.0 for one in (0, 1))
        peak = max(peaks, default=0.0)
        return Loudness(
            loudness if loudness is not None and loudness > _NOTHING else None, decibels(peak) if peak > 0 else None
        )


def _number(text: str | None) -> float | None:
    with suppress(ValueError):
        if text is not None and math.isfinite(value := float(text)):
            return value
    return None


def decibels(share: float) -> float:
    """An amplitude in dB of full scale."""
    return 20 * math.log10(share)


def amplitude(gain: float) -> float:
    """The factor for a gain in dB."""
    return float(10 ** (gain / 20))


def level_gain(measured: Loudness, rules: SoundRules) -> float:
    """The dB by which a sound comes to the film's loudness: noise is not raised without end, silence not at all."""
    if measured.integrated is None or measured.integrated <= rules.silent:
        return 0.0
    return min(rules.most_raised, max(-rules.most_lowered, rules.target - measured.integrated))


class LoudnessMaster(NamedTuple):
    """The gain in dB that brings a mix to its loudness, and whether a limiter is needed for its peaks."""

    gain: float
    is_limited: bool

    def sound(self, scratch: BinaryIO, total: int, rules: SoundRules) -> Iterator[Samples]:
        """The mix in a file at its loudness."""
        filters = _limiter(self.gain, rules) if self.is_limited else f"volume={self.gain:.3f}dB:precision=float"
        return filter_samples(filters, read_blocks(scratch), total)


def choose_master(scratch: BinaryIO, total: int, measured: Loudness, rules: SoundRules) -> LoudnessMaster:
    """The gain and limiter that bring the mix in a file to the film's loudness.

    A limiter takes loudness away, the more the higher the mix is raised into it. So the result is measured, and the
    gain is corrected (by the secant method, in two or three passes), within `most_pushed` dB, beyond which a film of
    slams and whispers would be all slams.
    """
    gain = level_gain(measured, rules)
    if measured.peak is None or measured.peak + gain <= rules.true_peak - rules.headroom:
        return LoudnessMaster(gain, is_limited=False)
    most, slope = gain + rules.most_pushed, 1.0
    before: tuple[float, float] | None = None  # a gain and the loudness that came of it
    for _ in range(rules.passes):
        loudness = _limited_loudness(scratch, total, gain, rules)
        if loudness is None or abs(rules.target - loudness) <= rules.tolerance:
            break
        if gain == most and loudness < rules.target:
            break
        if before and gain != before[0]:
            slope = min(_STEEPEST, max(_FLATTEST, (loudness - before[1]) / (gain - before[0])))
        before = gain, loudness
        gain = min(most, gain + (rules.target - loudness) / slope)
    return LoudnessMaster(gain, is_limited=True)


def _limited_loudness(scratch: BinaryIO, total: int, gain: float, rules: SoundRules) -> float | None:
    meter = LoudnessMeter()
    for block in LoudnessMaster(gain, is_limited=True).sound(scratch, total, rules):
        meter.hear(block)
    return meter.measure().integrated


def _limiter(gain: float, rules: SoundRules) -> str:
    limit = amplitude(rules.true_peak - rules.headroom)
    return (
        f"volume={gain:.3f}dB:precision=float,aresample={rules.limiter_rate},"
        f"alimiter=limit={limit:.5f}:attack={rules.attack}:release={rules.release}:level=false:latency=true,{STEREO}"
    )
