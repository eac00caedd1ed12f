"""The bill of a film in words: the charge for each take, by day and by model, and open questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

from storyboard.spend.bill import Bill, BillMatch, is_settled
from storyboard.spend.states import State
from storyboard.wording import count, money, table


def write_bill(bill: Bill, now: float) -> Iterator[str]:
    """The bill as lines."""
    head = ("clip", "take", "sent", "expected", "charged", "")
    yield from table([head, *(_row(match, now) for match in bill.matches)], right={3, 4})
    yield ""
    known = [match for match in bill.matches if match.usd is not None]
    expected = sum(match.entry.usd or 0.0 for match in bill.matches)
    yield f"The film: {money(sum(match.usd or 0.0 for match in known))} by the bill, {money(expected)} by the ledger."
    by_day, by_model = defaultdict[str, float](float), defaultdict[str, float](float)
    for match in known:
        by_day[_day(match.entry.since)] += match.usd or 0.0
        by_model[match.entry.model] += match.usd or 0.0
    yield from (f"{day}: {money(usd)}" for day, usd in sorted(by_day.items()))
    yield from (f"{model}: {money(usd)}" for model, usd in sorted(by_model.items()))
    if bill.others:
        total = sum(row.usd for row in bill.others)
        yield f"{count(len(bill.others), 'line')} of that time, {money(total)} in all, are of no take of this film."
    if bill.skipped:
        yield f"{count(bill.skipped, 'line')} could not be understood."


def bill_proposal(match: BillMatch, now: float) -> str | None:
    """What the bill suggests about an unknown payment, for the person to confirm; None if it suggests nothing."""
    if match.entry.state is not State.UNKNOWN:
        return None
    if match.usd is not None:
        sure = "" if match.is_certain else ", although another take could be meant"
        return f"{match.entry.clip_id} was charged: a line of the bill says {money(match.usd)}{sure}"
    if is_settled(match.entry, now):
        return f"{match.entry.clip_id} was probably not charged: the bill has no line for it"
    return None


def _row(match: BillMatch, now: float) -> tuple[str, ...]:
    entry = match.entry
    charged = "" if match.usd is None else money(match.usd)
    note = "" if match.usd is None or match.is_certain else "by model, sum and time"
    if match.usd is None:
        note = "no line" if is_settled(entry, now) else "no line yet; ask again in an hour"
    expected = "no price" if entry.usd is None else money(entry.usd)
    return (entry.clip_id, str(entry.number or ""), _day(entry.since), expected, charged, note)


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()
