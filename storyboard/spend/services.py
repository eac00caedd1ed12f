"""What a run that spends works with, whatever it buys."""

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
    """The ledger and its writer, the wire and its rate limit, clock and listener. `words` and `hide` clear what the
    service said of secrets, to tell and to keep it; `mark` is called at each point where a run may be cut off."""

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
