"""The limits of `limits.toml`, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Limits(NamedTuple):
    """What a clip has to be and what its decoder may take; units stand in the names or in `limits.toml`."""

    length_tolerance: float
    aspect_tolerance: float
    processor_seconds: int
    wall_seconds: float
    memory_bytes: int
    largest_side: int
    largest_report: int
    largest_index: int
    outer_boxes: int


@cache
def limits() -> Limits:
    """The limits of this installation."""
    table = tomllib.loads(Path(__file__).with_name("limits.toml").read_text(encoding="utf-8"))
    facts = {**table["clip"], **table["child"], **table["index"]}
    return Limits(**{name: facts[name] for name in Limits._fields})
