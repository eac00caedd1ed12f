"""A whole run of finishing: lock the folder, open the ledger, plan, ask for prices, get consent, carry out."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from storyboard.catalog.upscale_models import UpscaleModel
from storyboard.render.clip_takes import FilmTakes
from storyboard.render.files import CLIPS
from storyboard.render.finish.engine import FinishEngine
from storyboard.render.finish.files import UPSCALED
from storyboard.render.finish.jobs import finish_candidates
from storyboard.render.finish.planning import FinishPlan, plan_finish
from storyboard.render.finish.product import remove_unfinished
from storyboard.render.finish.submit import ask_finish_quotes, no_number
from storyboard.render.jobs import Job
from storyboard.render.run import Environment, render_services
from storyboard.spend.balance import ask_balance
from storyboard.spend.budget import Budget
from storyboard.spend.events import Listen
from storyboard.spend.outcome import Outcome
from storyboard.spend.session import Account, PlanDeclined, Selection, open_session, without_secrets
from storyboard.spend.settlement import recover_entries
from storyboard.spend.signals import stopped_by_signals
from storyboard.venice.service import service_facts


async def finish(
    clips: Sequence[Job],
    folder: Path,
    account: Account,
    selection: Selection,
    model: UpscaleModel,
    factor: int,
    budget: Budget,
    agree: Callable[[FinishPlan], bool],
    listen: Listen,
    environment: Environment | None = None,
) -> Outcome:
    """Finish the chosen takes in a folder.

    `agree` sees the plan before anything is paid; `tell` is told before takes are sent to be priced. Raises
    FolderInUse, LedgerUnusable if the folder or its ledger cannot be used, and Declined.
    """
    environment = environment or Environment()
    with open_session(folder, CLIPS, account, environment.clock.wall, environment.mark) as ledger:
        (folder / UPSCALED).mkdir(exist_ok=True)
        remove_unfinished(folder)
        recover_entries(ledger, without_secrets(account.key, ledger), no_number, "finish")
        film = FilmTakes(clips, ledger, folder)
        found = finish_candidates([(job, film.of(job)) for job in clips], folder, model, factor)
        plan = plan_finish(found, ledger, folder, selection)
        with TemporaryDirectory(prefix="sbc-finish-", ignore_cleanup_errors=True) as scratch:
            async with account.transport(environment.timeouts, environment.mark) as transport:
                if plan.sent:
                    quotes = await ask_finish_quotes(plan, transport, Path(scratch))
                    plan = plan.with_quotes(quotes.prices, quotes.problem, await ask_balance(transport))
                if not agree(plan):
                    raise PlanDeclined
                ledger.begin_run(os.getpid(), socket.gethostname())
                decoders = asyncio.Semaphore(service_facts("run")["decoders"])
                services = render_services(ledger, transport, account, listen, environment, decoders)
                engine = FinishEngine(services, plan, budget, service_facts("run")["jobs"], Path(scratch))
                with stopped_by_signals(engine.stop):
                    return await engine.run()
