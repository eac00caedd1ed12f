"""Shots as a draft films them: of lengths that its model makes, without frames that it does not take.

A draft shows a film before it is paid for, so it covers every shot. Its shots keep their text, their numbers and their
order; what they lose is told nowhere, since the final film has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from storyboard.catalog import Model
from storyboard.compiler.ir.resolved import Shot


def fit_shots(shots: Iterable[Shot], model: Model) -> Iterator[Shot]:
    """The shots as the model can make them. A length that it does not make becomes its next longer one, so that the
    draft covers the shot; where there is none, its longest."""
    for shot in shots:
        fitted = shot
        if shot.duration is not None and shot.duration not in model.lengths:
            fitted = replace(fitted, duration=fitting_length(shot.duration, model))
        if shot.has_start and not model.takes_start:
            fitted = replace(fitted, start=None, from_last_frame=None)
        if shot.end is not None and not model.end_frame:
            fitted = replace(fitted, end=None)
        yield fitted


def fitting_length(seconds: int, model: Model) -> int:
    """The shortest length of the model that holds so many seconds, else its longest."""
    return min((one for one in model.lengths if one >= seconds), default=max(model.lengths))
