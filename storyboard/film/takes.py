"""A take on disk, as board, film and exports use it."""

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
    """The chosen rendering of the clip `clip_id`: its file, and which take of the clip it is, from 1. `notes` are what
    people remarked about it; `is_locked` where it is kept whatever becomes of the text, and `is_of_other_text` where
    the text has changed since it was made; `finished` is the file that `sbc finish` made of it."""

    clip_id: str
    path: Path
    number: int
    notes: tuple[str, ...] = ()
    is_locked: bool = False
    is_of_other_text: bool = False
    finished: Path | None = None

    @property
    def shown(self) -> Take:
        """The take as the film shows it: its finished file, where it has one."""
        return self if self.finished is None else self._replace(path=self.finished)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is said beside the take: its notes, and what sets it apart."""
        locked = ("locked",) if self.is_locked else ()
        differs = ("the text has changed since this take",) if self.is_of_other_text else ()
        return (*locked, *differs, *self.notes)


class TakesOnDisk(NamedTuple):
    """The takes of a film whose files are there, in its order: what stands for each clip, and what else could."""

    chosen: tuple[Take, ...] = ()
    others: tuple[Take, ...] = ()
