"""A purchase: one call that costs money, with all that tells one kind of it from another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.ledger import Ledger
from storyboard.venice.protocol import Answer, Busy, Delivered, Queued, Refused, Unknown
from storyboard.venice.rate_limit import Call
from storyboard.venice.transport import Departure, Transport

#: What a paid call may have done: put in a queue or delivered, both charged; refused, not charged; or nobody knows.
Outcome = Queued | Delivered | Refused | Busy | Unknown


class CannotSend(Exception):
    """A request cannot be made; nothing was sent. The message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """One call to be made at most once.

    `id` is what it is for, as events name it; `entry` is the new entry of the ledger, with its expected price, and
    `dearest` the most that it may cost, which ceilings count, where that is more;
    `perhaps_paid` are entries that are given up with it, at the person's word. `limit` is the rate that it counts
    against. `call` makes it, `keep` puts its answer on disk before anybody reads it, `read` says what the answer means
    (`now` in seconds since 1970), `settle` records that. `bought` is the event that tells of an entry that is paid.
    """

    id: str
    entry: Entry
    limit: Call
    call: Callable[[Transport, Departure], Awaitable[Answer]]
    keep: Callable[[Entry, Answer], Awaitable[Entry]]
    read: Callable[[Answer, float], Outcome]
    settle: Callable[[Ledger, Entry, Outcome], Entry]
    bought: Callable[[Entry], Event]
    dearest: float | None = None
    perhaps_paid: tuple[Entry, ...] = ()
