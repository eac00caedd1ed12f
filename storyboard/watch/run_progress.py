"""Progress of a run that renders clips or makes pictures, read from its ledger by an observer."""

from __future__ import annotations

from pathlib import Path

from storyboard.spend.ledger import Ledger, LedgerUnusable
from storyboard.spend.lock import is_held
from storyboard.spend.states import RUNNING, State

#: On its way, or about to be sent.
_OPEN = RUNNING | {State.INTENDED}


def progress_of(folder: Path) -> str:
    """`rendering 2 of 5`, or `making 2 of 5`, while a run is on in a folder, else nothing. What counts is what the run
    has begun, or found on its way."""
    if not is_held(folder):
        return ""
    try:
        ledger = Ledger.read(folder)
    except LedgerUnusable:
        return ""
    if ledger is None:
        return ""
    with ledger:
        run, entries = ledger.last_run(), ledger.entries()
    begun = [one for one in entries if one.state in _OPEN or (run and one.since >= run.started)]
    done = sum(one.state not in _OPEN for one in begun)
    what = "making" if begun and all(one.kind != "clip" for one in begun) else "rendering"
    return f"{what} {done} of {len(begun)}" if begun else "a run is on"
