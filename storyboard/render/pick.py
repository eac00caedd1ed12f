"""Choosing among the finished takes of a clip."""

from __future__ import annotations

from storyboard.render.jobs import Job
from storyboard.render.ledger import Entry, Ledger
from storyboard.render.states import CHOOSABLE


class NoSuchTake(ValueError):
    """There is no such finished take; the message says which there are."""


def pick_take(ledger: Ledger, order: Job, number: int) -> Entry:
    """Let a take stand for a clip: one of its own, or one that was made for it before its script changed; a rejected
    one, too. Raises NoSuchTake, Full."""
    saved = [one for one in ledger.entries() if one.state in CHOOSABLE and _is_for(one, order)]
    for entry in reversed(saved):
        if entry.number == number:
            ledger.choose(order.clip.fingerprint, order.place, entry)
            return entry
    numbers = ", ".join(str(entry.number) for entry in saved)
    there = f"its finished takes: {numbers}" if numbers else "it has no finished take"
    raise NoSuchTake(f"{order.id} has no finished take {number}; {there}")


def _is_for(entry: Entry, order: Job) -> bool:
    return entry.fingerprint == order.clip.fingerprint or entry.clip_id == order.id
