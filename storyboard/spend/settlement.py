"""Settlement: what the answer to a queue call means for its entry, in this run or the next."""

from __future__ import annotations

from collections.abc import Callable

from storyboard.spend.answers import read_kept
from storyboard.spend.entry import Entry, Kind
from storyboard.spend.ledger import Ledger
from storyboard.spend.states import State
from storyboard.venice.protocol import Busy, Queued, QueueOutcome, Refused, Unknown

#: The number under which the product of an entry can be put; None where it is named after another's.
Number = Callable[[Ledger, Entry], int | None]


def settle_entry(
    ledger: Ledger, entry: Entry, outcome: QueueOutcome, words: Callable[[str], str], number: Number
) -> Entry:
    """Record the outcome of a queue call whose answer is already kept.

    `words` removes secrets from the service's words. Raises DiskFull, LedgerHeld.
    """
    match outcome:
        case Queued(queue_id, url):
            return ledger.queue(entry, queue_id, url, number=number(ledger, entry))
        case Refused(status, said):
            return ledger.step(entry, State.REFUSED, f"answered {status}", said=words(said))
        case Busy():
            return ledger.step(entry, State.PLANNED, "the service was busy")
        case Unknown(why):
            said = f"the service {why}"
            return ledger.step(entry, State.UNKNOWN, said, said=said)


def recover_entries(ledger: Ledger, words: Callable[[str], str], number: Number, kind: Kind = "clip") -> None:
    """Settle the entries of a kind that an earlier run was sending when it ended.

    A kept answer decides; without one, nobody knows whether the call was charged. Raises DiskFull, LedgerHeld.
    """
    for entry in ledger.entries(kind):
        if entry.state is not State.INTENDED:
            continue
        kept = ledger.kept_answer(entry)
        if kept is None:
            said = "the run ended before the answer was saved"
            ledger.step(entry, State.UNKNOWN, said, said=said)
        else:
            settle_entry(ledger, ledger.keep_answer(entry, kept), read_kept(kept), words, number)
