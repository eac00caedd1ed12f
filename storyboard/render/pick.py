"""The choice among the finished takes of a clip."""

from __future__ import annotations

from storyboard.render.clip_takes import ClipTakes
from storyboard.render.jobs import Job
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import Ledger


class NoSuchTake(ValueError):
    """There is no finished take of this number; the message lists the numbers."""


def pick_take(ledger: Ledger, job: Job, takes: ClipTakes, number: int) -> Entry:
    """Put a take into the film: one of the clip's own, one of its former text, or a rejected one.

    A locked clip is locked to it from now on. Raises NoSuchTake, DiskFull.
    """
    for entry in reversed(takes.choosable):
        if entry.number == number:
            ledger.choose(job.clip.fingerprint, job.place, entry)
            if takes.is_locked and takes.take is not None:
                ledger.lock(entry, is_locked=True)
                if takes.take.id != entry.id:
                    ledger.lock(takes.take, is_locked=False)
            return entry
    numbers = ", ".join(str(entry.number) for entry in takes.choosable)
    there = f"its finished takes: {numbers}" if numbers else "it has no finished take"
    raise NoSuchTake(f"{job.id} has no finished take {number}; {there}")
