"""The ceilings of a project: what its films may cost, and what they have cost today."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from storyboard.project.file import read_project
from storyboard.spend.budget import Budget, committed, day_of
from storyboard.spend.ledger import FILE, Ledger, Unusable
from storyboard.spend.settings import SANDBOX

#: Folders that are looked through for ledgers.
_MOST_FOLDERS = 20_000


def budget_of(script: str, folder: Path, max_cost: float | None) -> Budget:
    """The ceilings for a run of a script into a folder: what the command line says, and what its project file says."""
    project = read_project(script)
    limits = project.limits
    if limits.usd_per_day is None or project.path is None:
        return Budget(max_cost, limits.usd_per_film)
    today, spent = day_of(time.time()), 0.0
    for other in _ledgers(project.path.parent):
        if not _is_same(other, folder):
            with suppress(Unusable):
                spent += _spent_since(other, today)
    return Budget(max_cost, limits.usd_per_film, limits.usd_per_day, spent)


def _spent_since(folder: Path, moment: float) -> float:
    ledger = Ledger.read(folder)
    if ledger is None:
        return 0.0
    with ledger:
        return 0.0 if ledger.service == SANDBOX else committed(ledger.entries(), since=moment)


def _ledgers(root: Path) -> Iterator[Path]:
    """The folders of a project that hold a ledger."""
    for number, (folder, inner, files) in enumerate(os.walk(root)):
        if number >= _MOST_FOLDERS:
            return
        inner[:] = [name for name in inner if not name.startswith(".") and name != "node_modules"]
        if FILE in files:
            yield Path(folder)


def _is_same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return one.samefile(other)
    return False
