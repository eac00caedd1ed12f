"""Quotes: the service's own prices, asked once for each distinct request."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from storyboard.render.jobs import Job
from storyboard.venice.protocol import read_quote, words_of
from storyboard.venice.transport import NoAnswer, Transport

#: What a price depends on, by the API reference of the quote call.
_FIELDS = ("model", "duration", "aspect_ratio", "resolution", "audio")


class NoQuote(Exception):
    """The service gave no price; the message says why."""


async def ask_quotes(orders: Sequence[Job], base_url: str) -> dict[str, float]:
    """The price of each clip in US dollars, by its id. Raises NoQuote."""
    found: dict[str, float] = {}
    prices: dict[str, float] = {}
    async with Transport(base_url, None) as transport:
        for order in orders:
            payload = order.clip.payload
            body: dict[str, Any] = {key: payload[key] for key in _FIELDS if key in payload}
            key = json.dumps(body, sort_keys=True)
            if key not in prices:
                prices[key] = await _ask(transport, body)
            found[order.id] = prices[key]
    return found


async def _ask(transport: Transport, body: dict[str, Any]) -> float:
    try:
        answer = await transport.quote(body)
    except NoAnswer as problem:
        raise NoQuote(f"the service gave no price: {problem}") from None
    price = read_quote(answer)
    if price is None:
        raise NoQuote(f"the service gave no price for {body['model']}: {words_of(answer)}")
    return price
