"""`sbc render`: render clips to video files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storyboard.cli.account import account_and_budget, command_again
from storyboard.cli.clock import today
from storyboard.cli.jobs import jobs_or_leave, selection_or_leave
from storyboard.cli.options import (
    SpendingOptions,
    draft_option,
    folder_options,
    format_option,
    model_option,
    root_option,
    spending_options,
)
from storyboard.cli.process import FINE, STOPPED
from storyboard.cli.run_screen import PlanPage, RunScreen, run_or_leave
from storyboard.cli.streams import fail
from storyboard.render.folders import clips_folder
from storyboard.wording import listed

if TYPE_CHECKING:
    from storyboard.render.jobs import Job
    from storyboard.render.planning import RunPlan
    from storyboard.spend.outcome import Outcome
    from storyboard.spend.session import Selection


_HELP = """Turn the clips of a script into video files. The plan is shown first, and you are asked before anything is
paid.

A clip that is finished, running or perhaps paid is never sent again by itself. Stop a run whenever you like; the same
command continues it. The key is read from VENICE_API_KEY in the environment or in .env here, or from your config file.
--sandbox needs no key and costs nothing: it renders on this machine what would be sent to Venice.

The prices are Venice's own, asked at that moment. If Venice does not answer within ten seconds, the plan shows the
prices from the table with their date; --yes alone does not accept those. [limits] in the project file sets a ceiling
for each day and for the whole film; the ceilings count every run.

With --format json, standard output has one JSON object on each line, each with an `event`: first the plan (as `sbc plan
--format json` prints it), then what happens to each clip, with the time, and last the end (which clips are saved,
running, rejected, failed, refused, unknown, unsent; `usd` spent and `refunded`; the exit code). If the run did not
begin, there is no end, and standard error says why.

\b
Exit codes: 0 all saved, 1 problems in the script, 2 wrong use,
3 some clips failed or are still running, or Venice gives no price,
4 some payments unknown, 5 budget or credit, 6 another run is active,
130 stopped by Ctrl-C.
"""


@click.command(help=_HELP)
@click.argument("file")
@folder_options()
@draft_option
@spending_options(retake="Pay for a new take of this clip, although it has one.")
@click.option("--jobs", type=click.IntRange(1, 200), metavar="N", help="Clips in progress at a time.  [default: 8]")
@format_option
@model_option
@root_option
def command(
    file: str,
    out: Path | None,
    sandbox: bool,
    draft: bool,
    spending: SpendingOptions,
    jobs: int | None,
    form: str,
    model: str | None,
    root: Path | None,
    templates: Path | None,
) -> None:
    from storyboard.render.engine import RunOptions
    from storyboard.render.run import render
    from storyboard.venice.service import service_facts

    if sandbox and spending.base_url:
        fail("--sandbox renders on this machine; leave out --base-url")
    clip_jobs = jobs_or_leave(file, model, root, templates, draft=draft)
    selection = selection_or_leave(clip_jobs, spending)
    folder = clips_folder(file, out, sandbox=sandbox, draft=draft)
    with ExitStack() as stack:
        account, budget = stack.enter_context(account_and_budget(file, folder, spending, sandbox=sandbox))
        options = RunOptions(jobs or service_facts("run")["jobs"], budget)
        screen = RunScreen(form, stack, is_paid=not sandbox)
        for line in () if sandbox else _drawn_by_the_sandbox(file, clip_jobs):
            screen.say(line)
        consent = _Consent(screen, selection, spending)
        outcome = run_or_leave(render(clip_jobs, folder, account, selection, options, consent, screen.listen), screen)
    if sandbox and outcome.code == FINE:
        from storyboard.sandbox.job_store import JobStore

        JobStore(folder / ".sandbox").clear()
    _show(outcome, consent, folder, as_json=form == "json")
    if outcome.code == STOPPED:
        os._exit(STOPPED)  # a decoder's thread may still be at work, and the person wants out
    sys.exit(outcome.code)


class _Consent:
    """Shows the plan of a render and asks the person; `plan` is the one that was shown last."""

    def __init__(self, screen: RunScreen, selection: Selection, spending: SpendingOptions) -> None:
        self.screen = screen
        self.plan: RunPlan | None = None
        self._selection, self._spending = selection, spending

    def __call__(self, plan: RunPlan) -> bool:
        from storyboard.render.selection import ignored_options

        self.plan = plan
        for line in ignored_options(plan, self._selection.retake, self._selection.resend):
            self.screen.say(line)
        page, asks = _page(plan, is_paid=self.screen.is_paid), self.screen.is_paid and not self._spending.yes
        return self.screen.agrees(page, asks=asks, accepts_estimate=self._spending.accept_estimate)


def _show(outcome: Outcome, consent: _Consent, folder: Path, *, as_json: bool) -> None:
    """The end of a run, as the last line of its JSON or in words."""
    from storyboard.render.report_text import write_outcome
    from storyboard.spend.outcome import outcome_data

    screen = consent.screen
    if as_json:
        screen.say_data(outcome_data(outcome))
    else:
        assert consent.plan is not None, "nothing runs before its plan was shown"
        for line in write_outcome(outcome, consent.plan, folder, command_again(), is_paid=screen.is_paid):
            screen.say(line)
    screen.flush()


def _page(plan: RunPlan, *, is_paid: bool) -> PlanPage:
    """The plan of a render as it is shown and agreed to."""
    from storyboard.render.report_data import plan_data
    from storyboard.render.report_text import estimate_line, render_question, write_plan

    return PlanPage(
        lines=lambda: write_plan(plan, today=today(), is_paid=is_paid),
        data=lambda: plan_data(plan),
        sends=bool(plan.sent),
        question=render_question(plan),
        estimate=estimate_line(plan) if plan.estimated else "",
        clips=plan,
    )


def _drawn_by_the_sandbox(file: str, jobs: Sequence[Job]) -> Iterator[str]:
    """A line about reference pictures that the sandbox drew: nobody pays for clips of drawn figures unawares."""
    from storyboard.make.takes import known_digests

    digests = known_digests(clips_folder(file, sandbox=True))
    clips = [job.id for job in jobs if digests and any(f"#sha256:{digest}" in job.request() for digest in digests)]
    if clips:
        yield f"Pictures drawn by the sandbox go into {listed(clips)}. `sbc make` makes real ones."
