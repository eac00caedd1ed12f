"""The states of an attempt to have something made, and the possible changes, as one table."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """The state of an attempt; the value is its spelling in the ledger."""

    PLANNED = "planned"  # nothing has left this machine
    INTENDED = "intended"  # about to be sent; found so after a death, it may have been
    UNKNOWN = "unknown"  # sent, and whether it was charged is not known
    QUEUED = "queued"  # charged, and the service works on it
    DONE = "done"  # finished at the service
    SAVING = "saving"  # on its way to this disk
    SAVED = "saved"  # a verified file at its final name
    REJECTED = "rejected"  # charged, and its file is kept, but cannot stand in the film unless the person picks it
    REFUSED = "refused"  # not taken at the queue, not charged
    FAILED = "failed"  # charged, and there is no clip
    REFUNDED = "refunded"  # charged and given back, and there is no clip
    EXPIRED = "expired"  # charged, and deleted by the service before it was fetched
    UNPAID = "unpaid"  # not on the service's bill, at the person's word
    LOST = "lost"  # charged perhaps, and the service knows it no more; or given up by the person


#: Every step that there is. A clip that is gone from this disk is fetched again: saved → done. A picture comes with the
#: answer to its call: intended → saving.
STEPS: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.INTENDED}),
    State.INTENDED: frozenset({State.PLANNED, State.UNKNOWN, State.QUEUED, State.SAVING, State.REFUSED}),
    State.UNKNOWN: frozenset({State.LOST, State.UNPAID}),
    State.UNPAID: frozenset(),
    State.QUEUED: frozenset({State.DONE, State.FAILED, State.REFUNDED, State.EXPIRED, State.LOST}),
    State.DONE: frozenset({State.SAVING, State.REJECTED, State.FAILED, State.REFUNDED, State.EXPIRED, State.LOST}),
    State.SAVING: frozenset({State.SAVED, State.DONE, State.REJECTED, State.FAILED}),
    State.SAVED: frozenset({State.DONE}),
    State.REJECTED: frozenset(),
    State.REFUSED: frozenset(),
    State.FAILED: frozenset(),
    State.REFUNDED: frozenset(),
    State.EXPIRED: frozenset(),
    State.LOST: frozenset(),
}

#: The service has it, and it will be collected.
RUNNING = frozenset({State.QUEUED, State.DONE, State.SAVING})
#: Charged, and no usable clip will come.
ENDED_BADLY = frozenset({State.REJECTED, State.FAILED, State.REFUNDED, State.EXPIRED, State.LOST})
#: There is a file that a person may choose.
CHOOSABLE = frozenset({State.SAVED, State.REJECTED})
#: The money is spent, or may be.
COMMITTED = RUNNING | (ENDED_BADLY - {State.REFUNDED}) | {State.INTENDED, State.UNKNOWN, State.SAVED}


class IllegalStep(RuntimeError):
    """A change that is not in the table: a defect of sbc, never of the user."""


def check_step(before: State, after: State) -> None:
    """Raise IllegalStep if `after` cannot follow `before`."""
    if after not in STEPS[before]:
        raise IllegalStep(f"{before} → {after}")
