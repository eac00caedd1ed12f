"""Balance: what is left of the money, as far as the key may know it."""

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
    """What this key may spend, in US dollars; None where that is not known, and `problem` says why."""

    usd: float | None
    problem: str = ""


def balance_lines(balance: Balance | None, usd: float) -> Iterator[str]:
    """What is left of the money, and whether it suffices for a run that costs so much; nothing where nobody asked."""
    if balance is None:
        return
    if balance.usd is None:
        yield f"What is left on the account is not known: {balance.problem}."
    elif balance.usd < usd:
        lacking = money(usd - balance.usd)
        yield f"{money(balance.usd)} is left to spend with this key: {lacking} too little for this run."
    else:
        yield f"{money(balance.usd)} is left to spend with this key, and {money(balance.usd - usd)} after this run."


async def ask_balance(transport: Transport) -> Balance:
    """Ask what is left. Never raises: a run is not worse for not knowing."""
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
    return Balance(None, "the answer holds no sum" if answer.status == 200 else words_of(answer))  # HTTP's
