"""The services of a run that spends: ledger, connection, clock and listener, whatever it buys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from storyboard.spend.events import Listen
from storyboard.spend.ledger import Ledger
from storyboard.spend.ledger_writer import LedgerWriter
from storyboard.venice.clock import Clock
from storyboard.venice.rate_limit import RateLimiter
from storyboard.venice.transport import Mark, Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The ledger and its writer, the transport and its rate limit, the clock and the listener of a run.

    `words` and `hide` remove secrets from the service's words, for display and for storage. `mark` is called at every
    point at which a run may be cut off, for tests.
    """

    folder: Path
    ledger: Ledger
    transport: Transport
    pace: RateLimiter
    clock: Clock
    listen: Listen
    words: Callable[[str], str]
    mark: Mark
    writer: LedgerWriter
    hide: Callable[[bytes], bytes] = bytes
