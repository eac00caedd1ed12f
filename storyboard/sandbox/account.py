"""The account in the sandbox: prices of clips, the balance, and the history of charges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from storyboard.catalog import Model
from storyboard.sandbox.bodies import QueueBody
from storyboard.sandbox.limits import request_limits


@dataclass(slots=True)
class AccountEntry:
    """One line of the history: when, for what, US dollars (below zero where they are taken), and the request."""

    at: float
    sku: str
    usd: float
    request_id: str | None

    def data(self) -> dict[str, Any]:
        """The line as the service writes it."""
        return {
            "timestamp": datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "sku": self.sku,
            "units": 1,
            "pricePerUnitUsd": round(-self.usd, 4),
            "amount": round(self.usd, 4),
            "currency": "USD",
            "notes": "API Inference",
            "inferenceDetails": {"requestId": self.request_id} if self.request_id else None,
        }


@dataclass(slots=True)
class SandboxAccount:
    """Takes money for clips. `usd` is what is left; `key_usd` what the key may still spend, None for all of it;
    `factor` makes prices other than the catalogue's; `names_requests` has the queue id in the history."""

    usd: float
    key_usd: float | None
    factor: float
    wall: Callable[[], float]
    names_requests: bool = True
    rows: list[AccountEntry] = field(default_factory=list)

    def price(self, body: QueueBody, model: Model, pictures: int) -> float:
        """US dollars for a clip, to the cent."""
        size, is_heard = body.resolution or model.resolution, model.makes_sound(body.audio is not False)
        usd = model.price.of_clip(body.seconds, size, is_heard, pictures)
        usd = request_limits("prices")["usd_per_second"] * body.seconds if usd is None else usd
        return round(usd * self.factor, 2)

    def lacks(self, usd: float) -> str:
        """Why a price cannot be paid, in the service's words; empty where it can."""
        if self.key_usd is not None and usd > self.key_usd:
            return "API key USD spend limit exceeded for this epoch"
        return "Insufficient USD or Diem balance to complete request" if usd > self.usd else ""

    def charge(self, usd: float, sku: str, request_id: str) -> None:
        """Take money for something; the bill names it so."""
        self.usd -= usd
        if self.key_usd is not None:
            self.key_usd -= usd
        request = request_id if self.names_requests else None
        self.rows.append(AccountEntry(self.wall(), sku, -usd, request))

    @property
    def left(self) -> float:
        """What the key may spend."""
        return self.usd if self.key_usd is None else min(self.usd, self.key_usd)
