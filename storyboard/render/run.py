"""A whole run: lock the folder, open the ledger, make the plan, have it agreed to, carry it out."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from storyboard.film.edge_frames import last_frame
from storyboard.film.verify import Verdict, verify_clip
from storyboard.render.engine import Engine, RunOptions
from storyboard.render.files import CLIPS, next_take
from storyboard.render.jobs import Job
from storyboard.render.planning import RunPlan, plan_run
from storyboard.render.retrieve import RenderServices, Verify
from storyboard.render.submit import LastFrame
from storyboard.spend.balance import ask_balance
from storyboard.spend.events import Broadcast, Listen
from storyboard.spend.ledger import Ledger
from storyboard.spend.ledger_writer import LedgerWriter
from storyboard.spend.outcome import Outcome
from storyboard.spend.poll import Averages
from storyboard.spend.quotes import ask_quotes
from storyboard.spend.session import Account, Declined, Selection, open_session, without_secrets
from storyboard.spend.settlement import recover
from storyboard.spend.signals import stopped_by_signals
from storyboard.venice.clock import Clock, SystemClock
from storyboard.venice.rate_limit import RateLimiter
from storyboard.venice.service import service
from storyboard.venice.transport import Mark, Timeouts, Transport


def _nowhere(name: str) -> None:
    """A mark that marks nothing."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What a run takes from outside: time, decoders, patience. `mark` is called at each point of a run where it may
    be cut off."""

    clock: Clock = field(default_factory=SystemClock)
    timeouts: Timeouts = field(default_factory=Timeouts.usual)
    verify: Verify | None = None
    last_frame: LastFrame | None = None
    mark: Mark = _nowhere
    is_limited: bool = True


async def render(
    orders: Sequence[Job],
    folder: Path,
    destination: Account,
    selection: Selection,
    wishes: RunOptions,
    agree: Callable[[RunPlan], bool],
    listen: Listen,
    surroundings: Environment | None = None,
) -> Outcome:
    """Render a film into a folder. `agree` sees the plan before anything is sent.

    Raises Locked, Unusable for a folder or a ledger that cannot be used, Declined.
    """
    around = surroundings or Environment()
    with open_session(folder, CLIPS, destination, around.clock.wall, around.mark) as ledger:
        recover(ledger, without_secrets(destination.key, ledger), next_take)
        agenda = plan_run(
            orders,
            ledger,
            folder=folder,
            only=selection.only,
            retake=selection.retake,
            resend=selection.resend,
        )
        async with destination.transport(around.timeouts, around.mark) as transport:
            agenda = await _agreed(agenda, agree, transport, around.clock)
            ledger.begin_run(os.getpid(), socket.gethostname())
            return await _carry_out(agenda, ledger, destination, wishes, listen, around, transport)


async def _agreed(agenda: RunPlan, agree: Callable[[RunPlan], bool], transport: Transport, clock: Clock) -> RunPlan:
    """The plan with today's prices, to which the person agrees; where they think for a while, and the prices rise
    meanwhile, they are asked again. Raises Declined."""
    is_asked_again = False
    while agenda.sent:
        bodies = [item.order.quote_body for item in agenda.sent]
        quotes, balance = await asyncio.gather(ask_quotes(bodies, transport), ask_balance(transport))
        before, agenda = agenda, agenda.with_quotes(quotes, balance)
        has_risen = agenda.usd > before.usd + _ROUNDING or len(agenda.estimated) > len(before.estimated)
        if is_asked_again and not has_risen:
            return agenda
        asked = clock.now()
        if not agree(agenda):
            raise Declined
        if clock.now() - asked < service("quotes")["fresh_seconds"]:
            return agenda
        is_asked_again = True
    if not agree(agenda):
        raise Declined
    return agenda


#: US dollars by which a price has not risen.
_ROUNDING = 0.005


async def _carry_out(
    agenda: RunPlan,
    ledger: Ledger,
    destination: Account,
    wishes: RunOptions,
    listen: Listen,
    around: Environment,
    transport: Transport,
) -> Outcome:
    decoders = asyncio.Semaphore(service("run")["decoders"])

    async def frame(path: Path) -> bytes:
        async with decoders:
            return await asyncio.to_thread(last_frame, path)

    tools = render_services(ledger, transport, destination, listen, around, decoders)
    engine = Engine(tools, agenda, wishes, around.last_frame or frame)
    with stopped_by_signals(engine.stop):
        return await engine.run()


def render_services(
    ledger: Ledger,
    transport: Transport,
    account: Account,
    listen: Listen,
    around: Environment,
    decoders: asyncio.Semaphore,
) -> RenderServices:
    """What a run of clips works with; not more clips are decoded at a time than `decoders` lets."""

    async def verify(path: Path, seconds: int, aspect: str) -> Verdict:
        async with decoders:
            return await asyncio.to_thread(verify_clip, path, seconds, aspect)

    listen = Broadcast(listen)
    return RenderServices(
        folder=ledger.folder,
        ledger=ledger,
        transport=transport,
        pace=RateLimiter(around.clock, is_limited=around.is_limited),
        clock=around.clock,
        verify=around.verify or verify,
        averages=Averages(),
        listen=listen,
        words=without_secrets(account.key, ledger),
        mark=around.mark,
        writer=LedgerWriter(ledger, around.clock, listen),
        hide=account.key.hidden_from,
    )
