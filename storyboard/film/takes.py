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
    """The chosen rendering of the clip `clip_id`: its file, and its number among the takes of the clip, from 1.

    `notes` are people's notes. `is_locked` says that it is kept even if the text changes, `is_of_other_text` that the
    text has changed since it was made. `finished` is the file that `sbc finish` made from it.
    """

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
        """Remarks about the take: its notes, and what is unusual about it."""
        locked = ("locked",) if self.is_locked else ()
        differs = ("the text has changed since this take",) if self.is_of_other_text else ()
        return (*locked, *differs, *self.notes)


class TakesOnDisk(NamedTuple):
    """The takes of a film that have files, in film order: the chosen one of each clip, and the others."""

    chosen: tuple[Take, ...] = ()
    others: tuple[Take, ...] = ()
