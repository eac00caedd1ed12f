"""A whole run of making: lock the folder, open the ledger, plan, get consent, carry out."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from storyboard.compiler.pipeline import Analysis
from storyboard.make.cut_outs import plan_cut_outs
from storyboard.make.delivery import Delivery, recover_media
from storyboard.make.engine import MakeEngine
from storyboard.make.planning import PictureOptions, PicturePlan, plan_pictures
from storyboard.make.session import MakeEnvironment, open_services
from storyboard.make.sounds import plan_sounds, wanted_sounds, with_quotes
from storyboard.make.speeches import plan_speeches, wanted_speeches
from storyboard.make.takes import PICTURES, SOUNDS
from storyboard.make.wanted_pictures import wanted_pictures
from storyboard.spend.balance import ask_balance
from storyboard.spend.budget import Budget
from storyboard.spend.events import Listen
from storyboard.spend.ledger import Ledger
from storyboard.spend.outcome import Outcome
from storyboard.spend.quotes import ask_quotes
from storyboard.spend.session import Account, PlanDeclined, Selection
from storyboard.spend.signals import stopped_by_signals
from storyboard.venice.transport import Transport


def plan_make_run(
    analysis: Analysis,
    ledger: Ledger | None,
    folder: Path,
    other_folder: Path,
    selection: Selection,
    options: PictureOptions,
) -> PicturePlan:
    """What a run into `folder` does about everything that a script names or says, or about auditions or cut-outs alone
    where the options ask for these. Prices are those of the model list. Raises TemplateProblem."""
    is_whole = not options.auditions and options.cut_outs is None
    pictures = plan_pictures(
        wanted_pictures(analysis) if is_whole else (),
        ledger,
        root=Path(analysis.root),
        folder=folder,
        other_folder=other_folder,
        selection=selection,
        options=options,
    )
    speeches = wanted_speeches(analysis) if is_whole else options.auditions
    sounds = wanted_sounds(analysis) if is_whole else ()
    return replace(
        pictures,
        speeches=plan_speeches(speeches, ledger, folder, selection, options.copies),
        sounds=plan_sounds(sounds, ledger, folder, selection, options.copies),
        cut_outs=plan_cut_outs(options.cut_outs or (), ledger, folder, selection),
    )


async def ask_prices(plan: PicturePlan, transport: Transport) -> PicturePlan:
    """The plan with the service's quotes, as far as it gives any, and with the balance."""
    if plan.queued:
        quotes = await ask_quotes([one.wanted.quote for one in plan.queued], transport, "audio/quote")
        plan = replace(plan, sounds=with_quotes(plan.sounds, quotes), quote_problem=quotes.problem)
    return plan.with_balance(await ask_balance(transport)) if plan.sends else plan


async def make_pictures(
    analysis: Analysis,
    folder: Path,
    other_folder: Path,
    account: Account,
    selection: Selection,
    options: PictureOptions,
    budget: Budget,
    agree: Callable[[PicturePlan], bool],
    listen: Listen,
    environment: MakeEnvironment | None = None,
) -> Outcome:
    """Make the pictures that a script names and that are not there, and speak the speeches that have a voice and no
    recording, and have music, ambience and effects made that are given in words; or, where the options say so, have
    people and things cut out of their pictures. Takes go into `folder`; `other_folder` is as of `plan_pictures`.
    `agree` sees the plan before anything is sent.

    Raises FolderInUse, LedgerUnusable for a folder or a ledger that cannot be used, PlanDeclined, TemplateProblem.
    """
    environment = environment or MakeEnvironment()
    named = wanted_pictures(analysis)
    root = Path(analysis.root)
    async with open_services(folder, (PICTURES, SOUNDS), account, listen, environment) as services:
        ledger = services.ledger
        delivery = Delivery(services, root, (folder, other_folder))
        await recover_media(services, delivery, {one.id: one for one in named})
        plan = plan_make_run(analysis, ledger, folder, other_folder, selection, options)
        plan = await ask_prices(plan, services.transport)
        if not agree(plan):
            raise PlanDeclined
        ledger.begin_run(os.getpid(), socket.gethostname())
        engine = MakeEngine(services, root, plan, budget, delivery)
        with stopped_by_signals(engine.stop):
            return await engine.run()
