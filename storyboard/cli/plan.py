"""`sbc plan`: what a render would do and cost."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storyboard.cli.clock import today
from storyboard.cli.jobs import ledger_or_leave, orders_or_leave, select_or_leave
from storyboard.cli.streams import fail
from storyboard.cli.takes import clips_folder, folder_options
from storyboard.cli.terminal import echo, print_json

if TYPE_CHECKING:
    from storyboard.render.jobs import Job


@click.command(short_help="Say what a render would do and cost.")
@click.argument("file")
@folder_options()
@click.option("--only", multiple=True, metavar="CLIP", help="Only these clips, scenes or shots: s01c02, s01, 1.2.")
@click.option("--quote", is_flag=True, help="Ask Venice for its prices (no key needed) and show where they differ.")
@click.option("--base-url", metavar="URL", help="Ask there instead of at Venice.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to say it.")
@click.option("--model", metavar="MODEL", help="Use this model instead of the title page's.")
@click.option("--root", type=click.Path(path_type=Path), help="The project folder; by default that of the file.")
def command(
    file: str,
    out: Path | None,
    sandbox: bool,
    only: tuple[str, ...],
    quote: bool,
    base_url: str | None,
    form: str,
    model: str | None,
    root: Path | None,
    templates: Path | None,
) -> None:
    """List the clips of a script with their prices, and what `sbc render` would do about each: send it, collect it, or
    leave it as it is.

    Free and offline, unless --quote is given.
    """
    from storyboard.render.lock import is_held
    from storyboard.render.planning import plan_run
    from storyboard.render.report_data import plan_data
    from storyboard.render.report_text import write_plan

    orders = orders_or_leave(file, model, root, templates)
    wanted = select_or_leave(only, orders) if only else None
    folder = clips_folder(file, out, sandbox=sandbox)
    with ledger_or_leave(folder) or nullcontext() as ledger:
        is_sending = ledger is not None and is_held(folder)
        agenda = plan_run(orders, ledger, folder=folder, only=wanted, is_sending=is_sending)
    quotes = _quotes(orders, base_url) if quote else None
    if form == "json":
        print_json(plan_data(agenda, quotes))
        return
    for line in write_plan(agenda, quotes, today=today(), is_paid=not sandbox):
        echo(line)


def _quotes(orders: Sequence[Job], base_url: str | None) -> dict[str, float]:
    import asyncio

    from storyboard.render.quotes import NoQuote, ask_quotes
    from storyboard.render.settings import Unset, choose_base_url

    try:
        return asyncio.run(ask_quotes(orders, choose_base_url(base_url)))
    except (Unset, NoQuote) as problem:
        fail(str(problem), 3 if isinstance(problem, NoQuote) else 2)
