"""The account's history of charges: answers in, rows out; no network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from storyboard.venice.protocol import Answer, storable_text


class BillRow(NamedTuple):
    """One line of the history. `usd` is above zero for a charge and below for what came back; `currency` as the service
    names it; `request` the id of the request, where it is told."""

    at: float
    sku: str
    usd: float
    currency: str
    request: str | None


class HistoryPage(NamedTuple):
    """A page of the history, and the cursor of the next one; `skipped` counts lines that are not understood."""

    rows: tuple[BillRow, ...]
    cursor: str | None
    skipped: int


#: Currencies of which one unit is as good as a dollar.
_DOLLARS = ("USD", "DIEM", "BUNDLED_CREDITS", "EARNED_CREDITS")
_LARGEST = 1e6


def read_history(answer: Answer) -> HistoryPage | None:
    """A page of the history, None where the answer holds none."""
    if not answer.whole or answer.status != 200:  # HTTP's
        return None
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    listed = body.get("data") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        return None
    rows = [_row(one) for one in listed]
    cursor = body.get("nextCursor") or _nested(body, "pagination").get("nextCursor")
    found = tuple(row for row in rows if row is not None)
    return HistoryPage(found, cursor if isinstance(cursor, str) else None, len(rows) - len(found))


def _row(value: object) -> BillRow | None:
    """A line; None for one of another currency, or one that is not a charge."""
    if not isinstance(value, dict) or value.get("currency") not in _DOLLARS:
        return None
    amount, sku, stamp = value.get("amount"), value.get("sku"), value.get("timestamp")
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not -_LARGEST < amount < _LARGEST:
        return None
    if not isinstance(sku, str) or not isinstance(stamp, str):
        return None
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    at = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    request = _nested(value, "inferenceDetails").get("requestId")
    return BillRow(
        at, storable_text(sku), -float(amount), value["currency"], request if isinstance(request, str) else None
    )


def _nested(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}
