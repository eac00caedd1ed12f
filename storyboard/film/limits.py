"""Limits of clip files and of the process that decodes them, from the catalogue's `clip_files.toml`."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table


class ClipFileLimits(NamedTuple):
    """What a clip must be and what its decoder may use; units are in the names or in `clip_files.toml`."""

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
def clip_file_limits() -> ClipFileLimits:
    """The limits of this installation."""
    table = read_table("clip_files.toml")
    facts = {**table["clip"], **table["child"], **table["index"]}
    return ClipFileLimits(**{name: facts[name] for name in ClipFileLimits._fields})
