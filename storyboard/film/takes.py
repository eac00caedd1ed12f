"""A finished clip on disk, as everything that looks at the film knows it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class DraftShot(NamedTuple):
    """A shot of the film in the take of a draft: the shot's number, the take's file, and the second of it at which the
    shot begins."""

    shot: str
    path: Path
    start: int


class Take(NamedTuple):
    """The chosen rendering of the clip `clip_id`: its file, and which take of the clip it is, from 1."""

    clip_id: str
    path: Path
    number: int
