"""Aspects such as `16:9`: the shape of a frame, width to height."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

#: No frame is longer than this many times its shorter side: a slip of the keyboard would need gigabytes.
_LONGEST = 4


def read_aspect(text: str) -> Fraction | None:
    """The width of a frame by its height; None where the text is not an aspect, or not one that can be drawn."""
    from fractions import Fraction

    width, _, height = text.partition(":")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        return None
    shape = Fraction(int(width), int(height))
    return shape if Fraction(1, _LONGEST) <= shape <= _LONGEST else None
