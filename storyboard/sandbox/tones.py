"""Music and effects of the sandbox: a quiet chord that swells for music, a soft strike every few seconds for effects.

The same words give the same tones, so that one hears which of two pieces is playing.
"""

from __future__ import annotations

import math
from array import array
from functools import lru_cache
from hashlib import sha256

from storyboard.sandbox.voices import RATE, encode_sound

#: Seconds that repeat without a step: tones are multiples of a whole turn in that time.
_PERIOD = 4
_LOUD = 3500
_LOWEST, _STEPS = 110.0, 12
#: A minor and a major chord, in steps of the scale above the lowest tone.
_CHORDS = ((0, 3, 7), (0, 4, 7))
_KEPT = 8  # pieces: a client whose patience ends before one is played asks for it again
_STRIKE_FADES = 3.0  # how much faster than e a strike fades, a second


@lru_cache(_KEPT)
def play_tones(words: str, kind: str, seconds: float, form: str) -> bytes:
    """So many seconds of `music`, or of an effect, in a format of the audio queue's models."""
    digest = sha256(words.encode("utf-8", "surrogatepass")).digest()
    lowest = _LOWEST * 2 ** (digest[0] % _STEPS / _STEPS)
    tones = [_whole(lowest * 2 ** (step / _STEPS)) for step in _CHORDS[digest[1] % len(_CHORDS)]]
    period = array("h", (_sample(number, tones, kind) for number in range(RATE * _PERIOD)))
    count = round(RATE * seconds)
    return encode_sound((period * (count // len(period) + 1))[:count], form)


def _whole(hertz: float) -> float:
    """A tone near one that ends a period where it began."""
    return round(hertz * _PERIOD) / _PERIOD


def _sample(number: int, tones: list[float], kind: str) -> int:
    second = number / RATE
    turn = second / _PERIOD
    swell = 0.7 - 0.3 * math.cos(2 * math.pi * turn) if kind == "music" else math.exp(-_STRIKE_FADES * second)
    return round(_LOUD * swell * sum(math.sin(2 * math.pi * hertz * second) for hertz in tones) / len(tones))
