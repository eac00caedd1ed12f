"""A whole run: lock the folder, open the ledger, make the plan, have it agreed to, carry it out."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from storyboard.film.edge_frames import last_frame
from storyboard.film.verify import Verdict, verify_clip
from storyboard.render.engine import Engine, RunOptions
from storyboard.render.events import Broadcast, Listen
from storyboard.render.files import CLIPS
from storyboard.render.jobs import Job
from storyboard.render.ledger import Ledger, Unusable
from storyboard.render.ledger_writer import LedgerWriter
from storyboard.render.lock import FolderLocked, NoLock, hold
from storyboard.render.outcome import Outcome
from storyboard.render.planning import RunPlan, plan_run
from storyboard.render.poll import Averages
from storyboard.render.retrieve import Services, Verify
from storyboard.render.settlement import recover
from storyboard.render.signals import stopped_by_signals
from storyboard.render.submit import LastFrame
from storyboard.venice.clock import Clock, SystemClock
from storyboard.venice.rate_limit import RateLimiter
from storyboard.venice.secret import Secret
from storyboard.venice.service import service
from storyboard.venice.transport import Mark, Timeouts, Transport


class Locked(Exception):
    """Another run renders into the folder; the message names it."""


class Declined(Exception):
    """The person did not agree to the plan."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which clips are meant, by id; `only` None for all."""

    only: frozenset[str] | None = None
    retake: frozenset[str] = frozenset()
    resend: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Account:
    """Who renders: the address of the calls, the key, and the name under which the ledger knows who was paid."""

    base_url: str
    key: Secret
    service: str
    trust_env: bool = False


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
    _make_folder(folder)
    try:
        with hold(folder), Ledger.create(folder, destination.service, around.clock.wall, around.mark) as ledger:
            recover(ledger, _without_secrets(destination.key, ledger))
            agenda = plan_run(
                orders,
                ledger,
                folder=folder,
                only=selection.only,
                retake=selection.retake,
                resend=selection.resend,
            )
            if not agree(agenda):
                raise Declined
            ledger.begin_run(os.getpid(), socket.gethostname())
            return await _carry_out(agenda, ledger, destination, wishes, listen, around)
    except FolderLocked:
        raise Locked(_who_holds(folder)) from None
    except NoLock as problem:
        raise Unusable(f"{folder} cannot be locked ({problem}); choose a folder on this machine: --out DIR") from None


async def _carry_out(
    agenda: RunPlan, ledger: Ledger, destination: Account, wishes: RunOptions, listen: Listen, around: Environment
) -> Outcome:
    transport = Transport(
        destination.base_url,
        destination.key,
        timeouts=around.timeouts,
        trust_env=destination.trust_env,
        mark=around.mark,
    )
    decoders = asyncio.Semaphore(service("run")["decoders"])

    async def verify(path: Path, seconds: int, aspect: str) -> Verdict:
        async with decoders:
            return await asyncio.to_thread(verify_clip, path, seconds, aspect)

    async def frame(path: Path) -> bytes:
        async with decoders:
            return await asyncio.to_thread(last_frame, path)

    listen = Broadcast(listen)
    async with transport:
        tools = Services(
            folder=ledger.folder,
            ledger=ledger,
            transport=transport,
            pace=RateLimiter(around.clock, is_limited=around.is_limited),
            clock=around.clock,
            verify=around.verify or verify,
            averages=Averages(),
            listen=listen,
            words=_without_secrets(destination.key, ledger),
            mark=around.mark,
            writer=LedgerWriter(ledger, around.clock, listen),
            hide=destination.key.hidden_from,
        )
        engine = Engine(tools, agenda, wishes, around.last_frame or frame)
        with stopped_by_signals(engine.stop):
            return await engine.run()


def _make_folder(folder: Path) -> None:
    try:
        (folder / CLIPS).mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise Unusable(
            f"{folder} cannot be used for the clips ({problem.strerror}); choose another: --out DIR"
        ) from None


def _who_holds(folder: Path) -> str:
    with suppress(Unusable):
        if ledger := Ledger.read(folder):
            with ledger:
                run = ledger.last_run()
            if run is not None:
                return f"another run renders into {folder}: process {run.process} on {run.host}"
    return f"another run renders into {folder}"


def _without_secrets(key: Secret, ledger: Ledger) -> Callable[[str], str]:
    """Clears a text of the key and of the addresses that open a clip to whoever has them."""

    def clear(text: str) -> str:
        for entry in ledger.entries():
            text = entry.download_url.hidden_in(text) if entry.download_url else text
        return key.hidden_in(text)

    return clear
