"""The start of a run of making: the folder locked, ledger and transport open, and what the run takes from outside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from storyboard.spend.events import Broadcast, Listen
from storyboard.spend.ledger_writer import LedgerWriter
from storyboard.spend.services import Services
from storyboard.spend.session import Account, open_session, without_secrets
from storyboard.venice.clock import Clock, SystemClock
from storyboard.venice.rate_limit import RateLimiter
from storyboard.venice.transport import Mark, Timeouts


def _nowhere(name: str) -> None:
    """A mark that marks nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeEnvironment:
    """What a run takes from outside: time and patience. `mark` is called at each point where it may be cut off."""

    clock: Clock = field(default_factory=SystemClock)
    timeouts: Timeouts = field(default_factory=Timeouts.usual)
    mark: Mark = _nowhere
    is_limited: bool = True


@asynccontextmanager
async def open_services(
    folder: Path, products: tuple[str, ...], account: Account, listen: Listen, environment: MakeEnvironment
) -> AsyncIterator[Services]:
    """Hold a folder and everything that a run into it works with; `products` are the folders in it for what is bought.
    Raises FolderInUse, LedgerUnusable."""
    listen = Broadcast(listen)
    with open_session(folder, products[0], account, environment.clock.wall, environment.mark) as ledger:
        for product in products[1:]:
            (folder / product).mkdir(exist_ok=True)
        async with account.transport(environment.timeouts, environment.mark) as transport:
            yield Services(
                folder=folder,
                ledger=ledger,
                transport=transport,
                pace=RateLimiter(environment.clock, is_limited=environment.is_limited),
                clock=environment.clock,
                listen=listen,
                words=without_secrets(account.key, ledger),
                mark=environment.mark,
                writer=LedgerWriter(ledger, environment.clock, listen),
                hide=account.key.hidden_from,
            )
