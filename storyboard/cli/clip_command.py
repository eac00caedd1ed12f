"""Shared by `sbc pick`, `lock`, `unlock` and `note`: one clip of a script, its takes, and the open ledger."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from storyboard.cli.jobs import jobs_or_leave, ledger_or_leave, say_nothing, select_or_leave
from storyboard.cli.options import draft_option, folder_options, model_option, root_option
from storyboard.cli.streams import fail
from storyboard.render.folders import clips_folder

if TYPE_CHECKING:
    from storyboard.render.clip_takes import ClipTakes
    from storyboard.render.jobs import Job
    from storyboard.spend.ledger import Ledger

_Command = TypeVar("_Command", bound=Callable[..., Any])


class ClipChoice(NamedTuple):
    """A clip, its takes, and all that the ledger of its folder holds."""

    job: Job
    takes: ClipTakes
    ledger: Ledger


def clip_options(command: _Command) -> _Command:
    """The options that say which film and which folder; as arguments `out`, `sandbox`, `draft`, `templates`, `model`,
    `root`."""
    return folder_options()(draft_option(model_option(root_option(command))))


@contextmanager
def clip_or_leave(
    file: str,
    clip: str,
    *,
    out: Path | None,
    sandbox: bool,
    draft: bool,
    templates: Path | None,
    model: str | None,
    root: Path | None,
    writes: bool = True,
) -> Iterator[ClipChoice]:
    """One clip with its takes, in a ledger that is open for the block: to write, unless it only reads. Whatever stands
    in the way ends the command."""
    from storyboard.render.clip_takes import FilmTakes
    from storyboard.render.pick import NoSuchTake
    from storyboard.spend.ledger import DiskFull, Ledger, LedgerUnusable
    from storyboard.spend.lock import FolderLocked, LockUnavailable, hold_folder

    jobs = jobs_or_leave(file, model, root, templates, warns=False, draft=draft, tell=say_nothing)
    chosen = select_or_leave([clip], jobs)
    if len(chosen) > 1:
        fail(f"{clip} means {len(chosen)} clips: {', '.join(sorted(chosen))}; name one")
    job = next(job for job in jobs if job.id in chosen)
    folder = clips_folder(file, out, sandbox=sandbox, draft=draft)
    reading = ledger_or_leave(folder)
    if reading is None:
        fail(f"nothing has been rendered into {folder} yet")
    with reading:
        service = reading.service
        if not writes:
            yield ClipChoice(job, FilmTakes(jobs, reading, folder).of(job), reading)
            return
    try:
        with hold_folder(folder), Ledger.create(folder, service, time.time) as ledger:
            yield ClipChoice(job, FilmTakes(jobs, ledger, folder).of(job), ledger)
    except FolderLocked:
        fail(f"a run is using {folder}; try again when it has ended", 6)
    except (LedgerUnusable, DiskFull, LockUnavailable, NoSuchTake) as problem:
        fail(str(problem))
