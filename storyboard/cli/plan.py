"""`sbc plan`: show what a render would do and cost."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storyboard.cli.clock import today
from storyboard.cli.drafts import draft_data, draft_lines
from storyboard.cli.jobs import jobs_or_leave, ledger_or_leave, select_or_leave
from storyboard.cli.options import (
    base_url_option,
    draft_option,
    folder_options,
    format_option,
    model_option,
    only_clips_option,
    root_option,
)
from storyboard.cli.process import PROBLEMS
from storyboard.cli.streams import analyze_or_leave, fail, print_report
from storyboard.cli.terminal import echo, print_json
from storyboard.compiler.pipeline import Analysis, Options
from storyboard.render.folders import clips_folder

if TYPE_CHECKING:
    from storyboard.render.planning import RunPlan

NO_PRICE = 3


@click.command()
@click.argument("file")
@folder_options()
@draft_option
@click.option("--compare", is_flag=True, help="Show the same film on every model that can make it.")
@only_clips_option
@click.option("--quote", is_flag=True, help="Ask Venice for its prices (no key needed) and show where they differ.")
@base_url_option
@format_option
@model_option
@root_option
def command(
    file: str,
    out: Path | None,
    sandbox: bool,
    draft: bool,
    compare: bool,
    only: tuple[str, ...],
    quote: bool,
    base_url: str | None,
    form: str,
    model: str | None,
    root: Path | None,
    templates: Path | None,
) -> None:
    """List the clips of a script with their prices, and what `sbc render` would do with each: send it, collect it, or
    leave it as it is.

    --draft lists the drafts, after what they lose. --compare shows the film on every model: clips, seconds, price, and
    what is lost. Free and offline, unless you add --quote.
    """
    from storyboard.render.planning import plan_run
    from storyboard.render.report_data import plan_data
    from storyboard.render.report_text import write_plan
    from storyboard.spend.lock import is_held

    if compare and (quote or draft or only):
        fail("--compare shows the whole film by the prices in the tables; leave out --quote, --draft and --only")
    if compare:
        _compare(file, form, Options(model=model, root=root, templates=templates))
        return
    drafts: dict[str, object] = {}

    def tell(final: Analysis, draft: Analysis) -> None:
        drafts["draft"] = draft_data(final, draft)
        for line in draft_lines(final, draft) if form == "text" else ():
            echo(line)

    jobs = jobs_or_leave(file, model, root, templates, draft=draft, tell=tell)
    wanted = select_or_leave(only, jobs) if only else None
    folder = clips_folder(file, out, sandbox=sandbox, draft=draft)
    with ledger_or_leave(folder) or nullcontext() as ledger:
        is_sending = ledger is not None and is_held(folder)
        plan = plan_run(jobs, ledger, folder=folder, only=wanted, is_sending=is_sending)
    if quote:
        plan = _ask_quotes(plan, base_url)
    if form == "json":
        print_json(plan_data(plan) | drafts)
        return
    for line in write_plan(plan, today=today(), is_paid=not sandbox):
        echo(line)


def _compare(file: str, form: str, options: Options) -> None:
    """The film on every model, cheapest first."""
    from storyboard.compiler.drafts import compare_models
    from storyboard.report.comparison import comparison_data, write_comparison

    analysis = analyze_or_leave(file, options)
    if analysis.has_errors:
        print_report(analysis.diagnostics, analysis.texts, to_stderr=True)
        sys.exit(PROBLEMS)
    rows = compare_models(analysis)
    if form == "json":
        print_json(comparison_data(rows))
        return
    for line in write_comparison(rows, today()):
        echo(line)


def _ask_quotes(plan: RunPlan, base_url: str | None) -> RunPlan:
    """The plan with the service's prices for every clip. A service that does not tell them ends the command."""
    import asyncio

    from storyboard.spend.quotes import Quotes, ask_quotes
    from storyboard.spend.settings import MissingSetting, choose_base_url
    from storyboard.venice.transport import Transport

    async def ask(address: str) -> Quotes:
        async with Transport(address, None) as transport:
            return await ask_quotes((item.job.quote_body for item in plan.items), transport)

    try:
        quotes = asyncio.run(ask(choose_base_url(base_url)))
    except MissingSetting as problem:
        fail(str(problem))
    if quotes.problem:
        fail(f"the service gave no price: {quotes.problem}", NO_PRICE)
    return plan.with_quotes(quotes)
