"""Offers: what a run would do and cost, to be accepted once.

An offer has a digest of everything that it depends on: the script on disk, the ledger, the prices. To accept it, the
page sends the digest. It is good once, for two minutes, and only if the same offer would still be made. The run is a
process in its own session with the sum as its ceiling; it continues when the page or the studio is closed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.spend.ledger import DiskFull, Ledger, LedgerUnusable
from storyboard.spend.lock import FolderLocked, LockUnavailable, hold_folder
from storyboard.studio.takes import StudioRefusal

#: Seconds for which an offer is good.
GOOD_FOR = 120.0


class Offer(NamedTuple):
    """What a run would do.

    `plan` is data for the page, `usd` the most it costs in US dollars, `calls` the number of clips or pictures to send,
    `fetched` the number already paid, which are only fetched or put back. `why_not` says why it cannot be accepted, or
    is empty; `balance` is what the key may spend, or None. `command` are the words after `sbc`, `folder` is the run's
    folder.
    """

    digest: str
    plan: dict[str, Any]
    usd: float
    calls: int
    fetched: int
    why_not: str
    balance: float | None
    command: tuple[str, ...]
    folder: Path


#: Works an offer out, from the script, the ledger and the prices as they are at that moment.
Prepare = Callable[[], Awaitable[Offer]]


class Offers:
    """The open offers of one studio. `start` starts the run of one; `clock` is in seconds."""

    def __init__(self, start: Callable[[Offer], None], clock: Callable[[], float]) -> None:
        self._start = start
        self._clock = clock
        self._open: dict[str, tuple[float, Prepare]] = {}

    async def make(self, prepare: Prepare) -> Offer:
        """Make an offer now. Raises StudioRefusal."""
        offer = await prepare()
        if not offer.why_not:
            self._open[offer.digest] = (self._clock(), prepare)
        return offer

    async def accept(self, digest: str) -> Offer:
        """Close an offer and start its run. Raises StudioRefusal."""
        made, prepare = self._open.pop(digest, (float("-inf"), None))
        if prepare is None or self._clock() - made > GOOD_FOR:
            raise StudioRefusal("This offer is no longer open. Look at the plan again; nothing was sent.")
        offer = await prepare()
        if offer.digest != digest:
            raise StudioRefusal(
                "The script, the prices or the takes have changed. Look at the plan again; nothing was sent."
            )
        if offer.why_not:
            raise StudioRefusal(f"{offer.why_not} Nothing was sent.")
        self._start(offer)
        return offer


def offer_digest(*parts: object) -> str:
    """A digest of the values that an offer depends on."""
    return sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


@contextmanager
def ledger_to_read(folder: Path) -> Iterator[Ledger | None]:
    """The ledger of a folder to look at, None where there is none. Raises LedgerUnusable."""
    ledger = Ledger.read(folder)
    if ledger is None:
        yield None
        return
    with ledger:
        yield ledger


@contextmanager
def choosing(folder: Path) -> Iterator[Ledger]:
    """The ledger of a folder to put a choice down in, while nobody else writes there. Raises StudioRefusal."""
    try:
        with ledger_to_read(folder) as there:
            if there is None:
                raise StudioRefusal("Nothing has been made yet.")
            service = there.service
        with hold_folder(folder), Ledger.create(folder, service, time.time) as ledger:
            yield ledger
    except FolderLocked:
        raise StudioRefusal("A run is active; do it again when it has ended.") from None
    except (LedgerUnusable, DiskFull, LockUnavailable) as problem:
        raise StudioRefusal(f"{problem}.") from None
