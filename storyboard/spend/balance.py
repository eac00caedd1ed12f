"""Balance: how much money is left, as far as the key may ask."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from storyboard.venice.protocol import read_balance, words_of
from storyboard.venice.service import service_facts
from storyboard.wording import money

if TYPE_CHECKING:  # a plan is made without the network's library
    from storyboard.venice.transport import Transport


class Balance(NamedTuple):
    """The US dollars that this key may still spend; None if unknown, and `problem` says why."""

    usd: float | None
    problem: str = ""


def balance_lines(balance: Balance | None, usd: float) -> Iterator[str]:
    """Lines about the balance, and whether it covers a run of this price; none if the balance was not asked."""
    if balance is None:
        return
    if balance.usd is None:
        yield f"The balance of the account is not known: {balance.problem}."
    elif balance.usd < usd:
        lacking = money(usd - balance.usd)
        yield f"{money(balance.usd)} is left to spend with this key, {lacking} too little for this run."
    else:
        yield f"{money(balance.usd)} is left to spend with this key, and {money(balance.usd - usd)} after this run."


async def ask_balance(transport: Transport) -> Balance:
    """Ask for the balance. Never raises: a run can go ahead without it."""
    from storyboard.venice.transport import NoAnswer

    try:
        async with asyncio.timeout(service_facts("quotes")["seconds"]):
            answer = await transport.get("api_keys/rate_limits")
    except (NoAnswer, TimeoutError):
        return Balance(None, "the service does not answer")
    found = read_balance(answer)
    if found is not None:
        return Balance(found)
    if answer.status in service_facts("queue")["stop"]:
        return Balance(None, "this key may not read it")
    return Balance(None, "the answer contains no sum" if answer.status == 200 else words_of(answer))  # HTTP's
