"""`sbc finish`: have the service enlarge or clean the chosen takes."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storyboard.cli.account import account_and_budget, command_again
from storyboard.cli.clock import today
from storyboard.cli.jobs import jobs_or_leave, selection_or_leave
from storyboard.cli.options import SpendingOptions, folder_options, format_option, root_option, spending_options
from storyboard.cli.process import FINE, STOPPED
from storyboard.cli.run_screen import PlanPage, RunScreen, run_or_leave
from storyboard.cli.streams import fail
from storyboard.render.folders import clips_folder

if TYPE_CHECKING:
    from storyboard.render.finish.planning import FinishPlan


_HELP = """Enlarge the chosen takes at Venice, or clean them at their own size (--factor 1). Each keeps its sound. The
plan is shown first, and you are asked before anything is paid.

A finished take is saved beside the original, as clips/s01c01_t2.2x.mp4, and `sbc film` uses it from then on. It belongs
to that take alone: after a retake, or when you pick another take, the clip counts as not finished. `sbc film` tells you
so; nothing is paid by itself. What Venice returned is kept in upscaled/. A take that is too large for one request is
sent in pieces, which are joined again frame by frame.

A take that is finished, running or perhaps paid is never sent again by itself. Stop a run whenever you like; the same
command continues it.

The prices are Venice's own. Venice prices a clip by looking at it, so every take is sent once for its price, and once
more when you pay. If Venice gives no price, the plan shows the price from the table with its date; --yes alone does not
accept that. --sandbox needs no key and costs nothing: it enlarges on this machine what `sbc render --sandbox` has made.

With --format json, standard output has one JSON object on each line, each with an `event`: first the plan, then what
happens to each clip, with the time, and last the end.

\b
Exit codes: 0 all finished, 1 problems in the script, 2 wrong use,
3 some takes failed or are still running, or Venice gives no price,
4 some payments unknown, 5 budget or credit, 6 another run is active,
130 stopped by Ctrl-C.
"""


@click.command(help=_HELP)
@click.argument("file")
@folder_options()
@click.option(
    "--factor",
    type=click.Choice(["1", "2", "4"]),
    default="2",
    help="Enlarge width and height by this factor; 1 removes noise and sharpens.  [default: 2]",
)
@spending_options(retake="Pay again for this clip, although it is finished.")
@format_option
@click.option("--model", metavar="MODEL", help="The model of the takes, if it is not the title page's.")
@root_option
def command(
    file: str,
    out: Path | None,
    sandbox: bool,
    templates: Path | None,
    factor: str,
    spending: SpendingOptions,
    form: str,
    model: str | None,
    root: Path | None,
) -> None:
    from storyboard.catalog.upscale_models import upscale_models
    from storyboard.files.overwrite import LEDGER
    from storyboard.render.finish.report import write_finish_outcome
    from storyboard.render.finish.run import finish
    from storyboard.spend.outcome import outcome_data

    if sandbox and spending.base_url:
        fail("--sandbox enlarges on this machine; leave out --base-url")
    clips = jobs_or_leave(file, model, root, templates, warns=False)
    selection = selection_or_leave(clips, spending)
    folder = clips_folder(file, out, sandbox=sandbox)
    if not (folder / LEDGER).exists():
        fail(f"nothing has been rendered into {folder} yet, so there is nothing to finish")
    with ExitStack() as stack:
        account, budget = stack.enter_context(account_and_budget(file, folder, spending, sandbox=sandbox))
        screen = RunScreen(form, stack, is_paid=not sandbox)
        shown: list[FinishPlan] = []

        def agree(plan: FinishPlan) -> bool:
            shown.append(plan)
            page = _page(plan, is_paid=not sandbox)
            return screen.agrees(page, asks=not (spending.yes or sandbox), accepts_estimate=spending.accept_estimate)

        upscaler = upscale_models()[0]
        run = finish(clips, folder, account, selection, upscaler, int(factor), budget, agree, screen.listen)
        outcome = run_or_leave(run, screen)
    if sandbox and outcome.code == FINE:
        from storyboard.sandbox.job_store import JobStore

        JobStore(folder / ".sandbox").clear_upscaled()
    if form == "json":
        screen.say_data(outcome_data(outcome))
    else:
        for line in write_finish_outcome(outcome, shown[-1], folder, command_again(), is_paid=not sandbox):
            screen.say(line)
    screen.flush()
    if outcome.code == STOPPED:
        os._exit(STOPPED)  # a decoder's thread may still be at work, and the person wants out
    sys.exit(outcome.code)


def _page(plan: FinishPlan, *, is_paid: bool) -> PlanPage:
    """The plan as it is shown and agreed to."""
    from storyboard.render.finish.report import (
        finish_estimate,
        finish_plan_data,
        finish_question,
        write_finish_plan,
    )

    return PlanPage(
        lines=lambda: write_finish_plan(plan, today=today(), is_paid=is_paid),
        data=lambda: finish_plan_data(plan),
        sends=bool(plan.sent),
        question=finish_question(plan),
        estimate=finish_estimate(plan),
    )
