"""Bill: what the service has charged, compared with the ledger, and what that says about unknown payments.

A line with the request id of an entry belongs to that entry. Other lines are matched by model, sum and time, each line
once: one that is left over and fits an unknown payment means that it was charged. A missing line means nothing within
the first hour, and is no proof later; the person decides.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from storyboard.spend.entry import Entry
from storyboard.spend.states import COMMITTED, State
from storyboard.venice.history import BillRow, read_history
from storyboard.venice.protocol import words_of
from storyboard.venice.service import service_facts
from storyboard.venice.transport import NoAnswer, Transport

_CENT = 0.011


class BillUnavailable(Exception):
    """The bill cannot be read; the message says why."""


class BillMatch(NamedTuple):
    """An entry and what the bill says of it, in US dollars: None where it has no line. `is_certain` where a line names
    the request, or where no other line and no other entry could be meant."""

    entry: Entry
    usd: float | None
    is_certain: bool


class Bill(NamedTuple):
    """The bill of a film: a match for each entry, the lines that fit none, and the number of unreadable lines."""

    matches: tuple[BillMatch, ...]
    others: tuple[BillRow, ...]
    skipped: int


async def read_bill(transport: Transport, entries: Sequence[Entry]) -> tuple[list[BillRow], int]:
    """The lines from the time in which entries were sent, each once, and the number of unreadable ones. Raises
    NoBill."""
    facts = service_facts("billing")
    times = [entry.since for entry in entries if entry.since]
    if not times:
        return [], 0
    query = {
        "startTimestamp": _stamp(min(times) - facts["seconds_around"]),
        "endTimestamp": _stamp(max(entry.changed for entry in entries) + facts["seconds_around"]),
        "pageSize": str(facts["page_size"]),
    }
    rows: dict[BillRow, None] = {}
    seen: set[str] = set()
    skipped = 0
    for _ in range(facts["most_pages"]):
        try:
            answer = await transport.get("billing/usage-history", query)
        except NoAnswer as problem:
            raise BillUnavailable(f"the service does not show the account's history: {problem}") from None
        page = read_history(answer)
        if page is None and answer.status in service_facts("queue")["stop"]:
            raise BillUnavailable("the key may not read the history of the account; it takes an administrator's key")
        if page is None:
            raise BillUnavailable(f"the service does not show the account's history: {words_of(answer)}")
        rows.update(dict.fromkeys(page.rows))
        skipped += page.skipped
        if page.cursor is None or page.cursor in seen:
            return list(rows), skipped
        seen.add(page.cursor)
        query = {"cursor": page.cursor}
    raise BillUnavailable("the history of the account is longer than can be read")


def match_bill(entries: Iterable[Entry], rows: Iterable[BillRow], skipped: int = 0) -> Bill:
    """Match the lines of a bill with the entries of a ledger.

    A request may have several lines; refunds are subtracted.
    """
    by_request: defaultdict[str, list[BillRow]] = defaultdict(list)
    by_cents: defaultdict[int, list[BillRow]] = defaultdict(list)
    listed = [entry for entry in entries if entry.state in COMMITTED or entry.state is State.REFUNDED]
    known = {entry.queue_id for entry in listed if entry.queue_id}
    for row in rows:
        if row.request in known and row.request is not None:
            by_request[row.request].append(row)
        else:
            by_cents[_cents(row.usd)].append(row)
    matches: dict[int, BillMatch] = {}
    for entry in listed:
        if named := by_request.get(entry.queue_id or ""):
            matches[entry.id] = BillMatch(entry, round(sum(row.usd for row in named), 4), is_certain=True)
    # First those that are known to be paid, so that their lines explain no payment that is unknown.
    rest = sorted((one for one in listed if one.id not in matches), key=_is_unknown)
    alike = Counter((entry.model, entry.usd) for entry in rest)
    for entry in rest:
        fitting = [row for cents in _near(entry.usd) for row in by_cents[cents] if _fits(row, entry)]
        usd: float | None = None
        if fitting:
            nearest = min(fitting, key=lambda row: abs(row.at - entry.since))
            by_cents[_cents(nearest.usd)].remove(nearest)
            usd = nearest.usd
        has_no_rival = len(fitting) == 1 and alike[entry.model, entry.usd] == 1
        alike[entry.model, entry.usd] -= 1
        matches[entry.id] = BillMatch(entry, usd, is_certain=has_no_rival)
    others = tuple(row for left in by_cents.values() for row in left)
    return Bill(tuple(matches[entry.id] for entry in listed), others, skipped)


def _cents(usd: float) -> int:
    return round(usd * 100)


def _near(usd: float | None) -> tuple[int, ...]:
    """The sums in cents that may be the same price, rounded differently."""
    return () if usd is None else (_cents(usd) - 1, _cents(usd), _cents(usd) + 1)


def is_settled(entry: Entry, now: float) -> bool:
    """Whether enough time has passed for a missing line to mean something. A clock that was set back does not count as
    time."""
    seconds: float = service_facts("billing")["settled_after_seconds"]
    return now - entry.since >= seconds


def _is_unknown(entry: Entry) -> bool:
    return entry.state in (State.UNKNOWN, State.INTENDED)


def _fits(row: BillRow, entry: Entry) -> bool:
    """Whether a line may be the charge of an entry: same model, sum and time, and not another request's."""
    is_near = abs(row.at - entry.since) <= service_facts("billing")["seconds_around"]
    is_sum = entry.usd is not None and abs(row.usd - entry.usd) < _CENT
    is_free = row.request is None or entry.queue_id is None
    return is_near and is_sum and is_free and row.sku.startswith(entry.model)


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
