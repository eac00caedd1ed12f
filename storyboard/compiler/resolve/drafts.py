"""Shots of drafts: lengths that the draft model makes, without frames that it does not accept.

A draft shows the film before it is paid for, so it covers every shot. The shots keep their text, numbers and order.
What they lose is not reported here, because the final film has it; `compiler.drafts` lists it for the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from storyboard.catalog import Model
from storyboard.compiler.ir.resolved import Shot


def fit_shots(shots: Iterable[Shot], model: Model) -> Iterator[Shot]:
    """The shots as the draft model can make them.

    A length that the model does not make becomes the next longer one, so that the draft covers the shot, or else the
    longest. `model` is the model of the drafts.
    """
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
    """The model's shortest length of at least so many seconds, or else its longest."""
    return min((one for one in model.lengths if one >= seconds), default=max(model.lengths))
