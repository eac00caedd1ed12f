"""The ceilings of a project: the most that its films may cost, and what they have cost today."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path

from storyboard.project.file import read_project
from storyboard.spend.budget import Budget, committed_usd, day_of
from storyboard.spend.ledger import FILE, Ledger, LedgerUnusable
from storyboard.spend.settings import SANDBOX

#: Folders that are looked through for ledgers.
_MOST_FOLDERS = 20_000


def budget_of(script: str, folder: Path, siblings: Iterable[Path], max_cost: float | None = None) -> Budget:
    """The ceilings for a run of a script into a folder: `max_cost` for the run, and what its project file says.
    `siblings` are the other folders of the film, as that of its drafts."""
    others_of_film = tuple(siblings)
    project = read_project(script)
    limits, root = project.limits, project.path.parent if project.path else None

    def elsewhere_today() -> float:
        others = (one for one in _ledgers(root) if not _is_same(one, folder)) if root else ()
        return _spent(others, since=day_of(time.time()))

    return Budget(
        max_cost,
        limits.usd_per_film,
        limits.usd_per_day,
        elsewhere_today=elsewhere_today,
        elsewhere_film=lambda: _spent(others_of_film),
    )


def _spent(folders: Iterable[Path], since: float = 0.0) -> float:
    """What the ledgers of folders have cost from a moment on; what cannot be read counts nothing."""
    usd = 0.0
    for folder in folders:
        with suppress(LedgerUnusable), Ledger.read(folder) or nullcontext() as ledger:
            if ledger is not None and ledger.service != SANDBOX:
                usd += committed_usd(ledger.entries(), since)
    return usd


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
