"""Quotes: the service's own prices, asked once for each distinct request, immediately before paying."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from storyboard.venice.protocol import read_quote, words_of
from storyboard.venice.service import service_facts

if TYPE_CHECKING:  # a plan is made without the network's library
    from storyboard.venice.transport import Transport

#: The body of a quote call.
QuoteBody = Mapping[str, Any]


class Quotes(NamedTuple):
    """Prices in US dollars by the `quote_key` their request.

    `problem` says why some are missing, in the service's words or ours; empty if none is.
    """

    prices: Mapping[str, float]
    problem: str

    def of(self, body: QuoteBody) -> float | None:
        """The price of a request in US dollars; None if the service did not give it."""
        return self.prices.get(quote_key(body))


def quote_key(body: QuoteBody) -> str:
    """The parts of a request that determine its price, as a key."""
    return json.dumps(body, sort_keys=True)


async def ask_quotes(
    bodies: Iterable[QuoteBody],
    transport: Transport,
    path: str = "video/quote",
    *,
    seconds: float | None = None,
    with_key: bool = False,
) -> Quotes:
    """Ask for the price of each distinct request, at a `path`. Prices that do not arrive in time are missing."""
    from storyboard.venice.transport import NoAnswer

    distinct = {quote_key(body): body for body in bodies}
    places = asyncio.Semaphore(service_facts("quotes")["side_by_side"])
    prices: dict[str, float] = {}
    problems: list[str] = []

    async def ask(key: str, body: QuoteBody) -> None:
        async with places:
            try:
                answer = await transport.quote(dict(body), path, seconds, with_key=with_key)
            except NoAnswer as problem:
                problems.append(str(problem))
                return
        price = read_quote(answer)
        if price is not None:
            prices[key] = price
        elif answer.status == 200:  # HTTP's
            problems.append("its answer contains no price")
        else:
            problems.append(words_of(answer))

    patience = seconds or service_facts("quotes")["seconds"]
    try:
        async with asyncio.timeout(patience), asyncio.TaskGroup() as group:
            for key, body in distinct.items():
                group.create_task(ask(key, body))
    except TimeoutError:
        problems.append(f"no answer in {patience:g} seconds")
    return Quotes(prices, problems[0] if len(prices) < len(distinct) and problems else "")
