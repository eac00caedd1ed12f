"""A whole run: lock the folder, open the ledger, plan, get consent, carry out."""

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
from storyboard.spend.poll import RenderTimes
from storyboard.spend.quotes import ask_quotes
from storyboard.spend.session import Account, PlanDeclined, Selection, open_session, without_secrets
from storyboard.spend.settlement import recover_entries
from storyboard.spend.signals import stopped_by_signals
from storyboard.venice.clock import Clock, SystemClock
from storyboard.venice.rate_limit import RateLimiter
from storyboard.venice.service import service_facts
from storyboard.venice.transport import Mark, Timeouts, Transport


def _nowhere(name: str) -> None:
    """A mark that does nothing."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What a run takes from outside: clock, timeouts, decoders.

    `mark` is called at every point at which a run may be cut off, for tests.
    """

    clock: Clock = field(default_factory=SystemClock)
    timeouts: Timeouts = field(default_factory=Timeouts.usual)
    verify: Verify | None = None
    last_frame: LastFrame | None = None
    mark: Mark = _nowhere
    is_limited: bool = True


async def render(
    jobs: Sequence[Job],
    folder: Path,
    account: Account,
    selection: Selection,
    options: RunOptions,
    agree: Callable[[RunPlan], bool],
    listen: Listen,
    environment: Environment | None = None,
) -> Outcome:
    """Render a film into a folder. `agree` sees the plan before anything is sent.

    Raises FolderInUse, LedgerUnusable if the folder or its ledger cannot be used, and Declined.
    """
    environment = environment or Environment()
    with open_session(folder, CLIPS, account, environment.clock.wall, environment.mark) as ledger:
        recover_entries(ledger, without_secrets(account.key, ledger), next_take)
        plan = plan_run(
            jobs,
            ledger,
            folder=folder,
            only=selection.only,
            retake=selection.retake,
            resend=selection.resend,
        )
        async with account.transport(environment.timeouts, environment.mark) as transport:
            plan = await _agreed(plan, agree, transport, environment.clock)
            ledger.begin_run(os.getpid(), socket.gethostname())
            return await _carry_out(plan, ledger, account, options, listen, environment, transport)


async def _agreed(plan: RunPlan, agree: Callable[[RunPlan], bool], transport: Transport, clock: Clock) -> RunPlan:
    """The plan with today's prices, to which the person has agreed.

    If prices rise while the person thinks, they are asked again. Raises Declined.
    """
    is_asked_again = False
    while plan.sent:
        bodies = [item.job.quote_body for item in plan.sent]
        quotes, balance = await asyncio.gather(ask_quotes(bodies, transport), ask_balance(transport))
        before, plan = plan, plan.with_quotes(quotes, balance)
        has_risen = plan.usd > before.usd + _ROUNDING or len(plan.estimated) > len(before.estimated)
        if is_asked_again and not has_risen:
            return plan
        asked = clock.now()
        if not agree(plan):
            raise PlanDeclined
        if clock.now() - asked < service_facts("quotes")["fresh_seconds"]:
            return plan
        is_asked_again = True
    if not agree(plan):
        raise PlanDeclined
    return plan


#: US dollars by which a price has not risen.
_ROUNDING = 0.005


async def _carry_out(
    plan: RunPlan,
    ledger: Ledger,
    account: Account,
    options: RunOptions,
    listen: Listen,
    environment: Environment,
    transport: Transport,
) -> Outcome:
    """Run the engine on the plan that the person agreed to."""
    decoders = asyncio.Semaphore(service_facts("run")["decoders"])

    async def frame(path: Path) -> bytes:
        async with decoders:
            return await asyncio.to_thread(last_frame, path)

    services = render_services(ledger, transport, account, listen, environment, decoders)
    engine = Engine(services, plan, options, environment.last_frame or frame)
    with stopped_by_signals(engine.stop):
        return await engine.run()


def render_services(
    ledger: Ledger,
    transport: Transport,
    account: Account,
    listen: Listen,
    environment: Environment,
    decoders: asyncio.Semaphore,
) -> RenderServices:
    """The services of a run of clips; `decoders` limits how many clips are decoded at a time."""

    async def verify(path: Path, seconds: int, aspect: str) -> Verdict:
        async with decoders:
            return await asyncio.to_thread(verify_clip, path, seconds, aspect)

    listen = Broadcast(listen)
    return RenderServices(
        folder=ledger.folder,
        ledger=ledger,
        transport=transport,
        pace=RateLimiter(environment.clock, is_limited=environment.is_limited),
        clock=environment.clock,
        verify=environment.verify or verify,
        averages=RenderTimes(),
        listen=listen,
        words=without_secrets(account.key, ledger),
        mark=environment.mark,
        writer=LedgerWriter(ledger, environment.clock, listen),
        hide=account.key.hidden_from,
    )
