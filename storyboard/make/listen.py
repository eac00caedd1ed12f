"""A run that listens to takes: the service transcribes them, and the words are compared with the script."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from storyboard.make.actions import SENT, PictureAction
from storyboard.make.heard_lines import HeardTake, compare_lines
from storyboard.make.session import MakeEnvironment, open_services
from storyboard.make.takes import TRANSCRIPTS
from storyboard.make.transcripts import (
    TranscriptItem,
    WantedTranscript,
    deliver_transcript,
    kept_words,
    plan_transcripts,
    recover_transcripts,
    transcript_purchase,
)
from storyboard.spend.balance import Balance, ask_balance
from storyboard.spend.budget import Budget
from storyboard.spend.events import Listen
from storyboard.spend.halt import Halt
from storyboard.spend.outcome import Outcome
from storyboard.spend.sender import Sender
from storyboard.spend.services import Services
from storyboard.spend.session import Account, PlanDeclined, Selection
from storyboard.spend.signals import stopped_by_signals
from storyboard.spend.states import State


@dataclass(frozen=True, slots=True)
class ListeningPlan:
    """A run to be: the clips in which somebody speaks, in the film's order."""

    items: tuple[TranscriptItem, ...]
    balance: Balance | None = None

    @property
    def sent(self) -> tuple[TranscriptItem, ...]:
        """The takes that the service listens to."""
        return tuple(item for item in self.items if item.action in SENT)

    @property
    def usd(self) -> float:
        """What the run pays."""
        return sum((item.usd for item in self.items), 0.0)


@dataclass(frozen=True, slots=True)
class HeardFilm:
    """How a run ended, and by clip what was heard in the takes transcribed by this run or an earlier one."""

    outcome: Outcome
    heard: dict[str, HeardTake]


async def listen_to_takes(
    wanted: Sequence[WantedTranscript],
    names: frozenset[str],
    folder: Path,
    account: Account,
    selection: Selection,
    budget: Budget,
    agree: Callable[[ListeningPlan], bool],
    listen: Listen,
    environment: MakeEnvironment | None = None,
) -> HeardFilm:
    """Have the service write down what is said in takes of `folder`, once each, and compare it with the script. `names`
    are of `heard_lines.compare_lines`; `agree` sees the plan before anything is sent. Raises FolderInUse,
    LedgerUnusable, PlanDeclined."""
    environment = environment or MakeEnvironment()
    async with open_services(folder, (TRANSCRIPTS,), account, listen, environment) as services:
        await recover_transcripts(services)
        plan = ListeningPlan(plan_transcripts(wanted, services.ledger, selection))
        if plan.sent:
            plan = replace(plan, balance=await ask_balance(services.transport))
        if not agree(plan):
            raise PlanDeclined
        services.ledger.begin_run(os.getpid(), socket.gethostname())
        outcome = await _ask(services, plan, budget)
        again = plan_transcripts(wanted, services.ledger, replace(selection, retake=frozenset(), resend=frozenset()))
        for item in again:
            _sort(outcome, item)
        return HeardFilm(outcome, await asyncio.to_thread(heard_takes, again, folder, names))


async def _ask(services: Services, plan: ListeningPlan, budget: Budget) -> Outcome:
    """Have the takes transcribed, one call at a time."""
    sender, outcome = Sender(services, budget), Outcome()
    halt = Halt(sender, services.listen)

    async def ask(item: TranscriptItem) -> None:
        if not sender.stopped:
            entry = await sender.send(item.wanted.clip, partial(transcript_purchase, services, item))
            if entry is not None:
                await deliver_transcript(services, entry)

    async def everything() -> None:
        for item in plan.sent:
            await halt.guarded(partial(ask, item))

    with stopped_by_signals(halt.stop):
        await halt.run(everything())
    outcome.stopped, outcome.spent, outcome.refused = sender.stopped, sender.spent, sender.refused
    outcome.reasons |= sender.reasons
    return outcome


def _sort(outcome: Outcome, item: TranscriptItem) -> None:
    """Put a clip where it belongs, by what the ledger has now."""
    clip = item.wanted.clip
    if clip in outcome.refused or item.action is PictureAction.LEFT_OUT:
        return
    match item.action:
        case PictureAction.FINISHED | PictureAction.SILENT:
            outcome.saved.append(clip)
        case PictureAction.UNKNOWN:
            outcome.unknown.append(clip)
        case PictureAction.ENDED:
            outcome.failed.append(clip)
        case _:
            outcome.unsent.append(clip)


def heard_takes(items: Sequence[TranscriptItem], folder: Path, names: frozenset[str]) -> dict[str, HeardTake]:
    """What was heard in transcribed takes, and in silent ones."""
    heard = {}
    for item in items:
        if item.action is PictureAction.SILENT:
            heard[item.wanted.clip] = compare_lines(item.wanted.lines, (), names)
        elif item.entry is not None and item.entry.state is State.SAVED:
            heard[item.wanted.clip] = compare_lines(item.wanted.lines, kept_words(folder, item.entry), names)
    return heard
