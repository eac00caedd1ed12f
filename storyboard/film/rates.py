"""Frame rates that films have."""

from __future__ import annotations

from fractions import Fraction

#: The rates of cameras and editors, and 12 to 20 of models that make fewer frames.
USUAL = (
    *map(Fraction, (8, 10, 12, 15, 16, 18, 20)),
    *(Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30)),
    *(Fraction(48), Fraction(50), Fraction(60000, 1001), Fraction(60), Fraction(120)),
)
_CLOSE = Fraction(1, 3000)  # of a rate: nearer than 23.976 is to 24, farther than rounded ticks are


def usual_rate(average: Fraction | None, base: Fraction | None = None) -> Fraction:
    """The rate at which frames were meant to be shown. `average` is how many there are a second; where some are missing
    it is none of the usual rates, and `base`, the rate of those that are there, or the next usual one is meant."""
    measured = Fraction(average or base or 24)
    for rate in USUAL:
        if abs(measured / rate - 1) < _CLOSE:
            return rate
    if base and base >= measured and (found := next((one for one in USUAL if abs(base / one - 1) < _CLOSE), None)):
        return found
    return next((one for one in USUAL if one >= measured), USUAL[-1])
