"""The takes of each clip on the page: pick, lock, note."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from storyboard.compiler.pipeline import Analysis
from storyboard.render.clip_takes import ClipTakes, FilmTakes
from storyboard.render.files import FileState, file_state, take_path
from storyboard.render.jobs import Job, build_jobs
from storyboard.render.pick import NoSuchTake, pick_take
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import DiskFull, Ledger, LedgerUnusable
from storyboard.spend.lock import FolderLocked, LockUnavailable, hold_folder
from storyboard.wording import one_line

LONGEST_NOTE = 1000
Action = Literal["pick", "lock", "unlock", "note"]


class StudioRefusal(Exception):
    """A request cannot be carried out; the message says why, and what to do."""


def list_takes(analysis: Analysis, folder: Path, url: Callable[[Path], str]) -> list[dict[str, Any]]:
    """Each clip with its takes, in film order. `url` returns the address at which a file plays. Raises
    StudioRefusal."""
    if analysis.has_errors:
        raise StudioRefusal("The script has errors; they are listed below it.")
    jobs = build_jobs(analysis)
    try:
        ledger = Ledger.read(folder)
    except LedgerUnusable as problem:
        raise StudioRefusal(f"{problem}.") from None
    if ledger is None:
        return [_clip(job, ClipTakes(), {}, folder, url) for job in jobs]
    with ledger:
        film, notes = FilmTakes(jobs, ledger, folder), ledger.notes()
        return [_clip(job, film.of(job), notes, folder, url) for job in jobs]


def _clip(
    job: Job, takes: ClipTakes, notes: dict[int, tuple[str, ...]], folder: Path, url: Callable[[Path], str]
) -> dict[str, Any]:
    """One clip as data for the page, with its takes."""
    prompt = str(json.loads(job.request()).get("prompt", ""))
    return {
        "id": job.id,
        "scene": job.planned.scene.heading or "",
        "shots": [shot.number for shot in job.planned.shots],
        "seconds": job.clip.duration,
        "locked": takes.is_locked,
        "unknown": len(takes.unknown),
        "running": takes.running is not None,
        "takes": [
            {
                "number": entry.number,
                "chosen": takes.take is not None and takes.take.id == entry.id,
                "rejected": entry.said if entry.state == "rejected" else "",
                "former": entry in takes.former,
                "notes": list(notes.get(entry.id, ())),
                "url": url(take_path(folder, entry)),
                "prompt": (made := _prompt_of(entry)),
                "changed": bool(made) and made != prompt,
            }
            for entry in takes.choosable
            if file_state(folder, entry) is not FileState.GONE
        ],
        "prompt": prompt,
    }


def _prompt_of(entry: Entry) -> str:
    try:
        return str(json.loads(entry.request).get("prompt", ""))
    except (ValueError, AttributeError):
        return ""


def change_take(analysis: Analysis, folder: Path, clip: str, action: Action, number: int, text: str = "") -> None:
    """Pick, lock, unlock or annotate take `number` of a clip. Raises StudioRefusal."""
    with _open(analysis, folder, clip) as (ledger, job, takes):
        entry = next((one for one in reversed(takes.choosable) if one.number == number), None)
        if entry is None:
            raise StudioRefusal(f"{clip} has no finished take {number}.")
        if action == "pick":
            pick_take(ledger, job, takes, number)
        elif action == "note":
            remark = one_line(text)
            if not remark or len(remark) > LONGEST_NOTE:
                raise StudioRefusal(f"A note has 1 to {LONGEST_NOTE:,} characters.")
            ledger.note(entry, remark)
        else:
            ledger.lock(entry, is_locked=action == "lock")


@contextmanager
def _open(analysis: Analysis, folder: Path, clip: str) -> Iterator[tuple[Ledger, Job, ClipTakes]]:
    """A clip with its takes in a ledger to write in. Raises StudioRefusal."""
    jobs = () if analysis.has_errors else build_jobs(analysis)
    job = next((one for one in jobs if one.id == clip), None)
    if job is None:
        raise StudioRefusal(f"There is no clip {clip}.")
    try:
        reading = Ledger.read(folder)
        if reading is None:
            raise StudioRefusal("Nothing has been rendered yet.")
        with reading:
            service = reading.service
        with hold_folder(folder), Ledger.create(folder, service, time.time) as ledger:
            yield ledger, job, FilmTakes(jobs, ledger, folder).of(job)
    except FolderLocked:
        raise StudioRefusal("A render is active; try again when it has ended.") from None
    except (LedgerUnusable, DiskFull, LockUnavailable, NoSuchTake) as problem:
        raise StudioRefusal(f"{problem}.") from None
