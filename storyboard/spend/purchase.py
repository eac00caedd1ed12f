"""A purchase: one call that costs money, with everything that distinguishes its kind."""

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

    `id` names what it is for, as in events. `entry` is the new ledger entry with its expected price; `dearest`, if
    higher, is the most that it may cost, which ceilings count. `perhaps_paid` are entries that it replaces at the
    person's request. `limit` is the rate limit that it counts against. `call` makes the call, `keep` puts the answer on
    disk before anybody interprets it, `read` says what the answer means (`now` in seconds since 1970), and `settle`
    records that. `bought` is the event for a paid entry.
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
