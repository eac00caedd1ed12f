"""SMPTE time code: how editing rooms count the frames of a film.

At 29.97 and 59.94 frames a second it is drop-frame code, as broadcasters have it (SMPTE ST 12-1): numbers of frames,
not frames, are left out at the start of every minute that is not a tenth one, so that the code keeps step with the
clock.
"""

from __future__ import annotations

from fractions import Fraction

_NTSC = Fraction(1001, 1000)
_DROPPED = Fraction(2, 30)  # of a second's numbers, at the start of a minute


def counted_rate(rate: Fraction) -> int:
    """How many numbers a second of time code has: 30 for 29.97."""
    return -(-rate.numerator // rate.denominator)


def drops_frames(rate: Fraction) -> bool:
    """Whether a rate is counted in drop-frame code."""
    return rate * _NTSC in (30, 60)


def timecode_frames(seconds: int, rate: Fraction) -> int:
    """The number of frames up to a whole second of time code."""
    minutes = seconds // 60
    return seconds * counted_rate(rate) - _dropped(rate) * (minutes - minutes // 10)


def timecode(frames: int, rate: Fraction) -> str:
    """The time code of a frame, from 0: `01:00:00:00`; with a semicolon before its frames where it drops some."""
    counted, dropped = counted_rate(rate), _dropped(rate)
    if dropped:
        tens, rest = divmod(frames, timecode_frames(600, rate))
        minutes = max(0, rest - dropped) // (60 * counted - dropped)
        frames += dropped * (9 * tens + minutes)
    seconds, frame = divmod(frames, counted)
    mark = ";" if dropped else ":"
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{frame:02}"


def _dropped(rate: Fraction) -> int:
    """How many numbers a minute leaves out."""
    return int(counted_rate(rate) * _DROPPED) if drops_frames(rate) else 0
