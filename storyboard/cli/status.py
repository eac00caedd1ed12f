"""`sbc status`: what has become of the clips."""

from __future__ import annotations

import time
from contextlib import nullcontext
from pathlib import Path

import click

from storyboard.cli.drafts import draft_option
from storyboard.cli.jobs import ledger_or_leave, orders_or_leave, say_nothing
from storyboard.cli.takes import clips_folder, folder_options
from storyboard.cli.terminal import command_line, echo, print_json


@click.command(short_help="Say what has become of the clips.")
@click.argument("file")
@folder_options()
@draft_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to say it.")
@click.option("--model", metavar="MODEL", help="Use this model instead of the title page's.")
@click.option("--root", type=click.Path(path_type=Path), help="The project folder; by default that of the file.")
def command(
    file: str,
    out: Path | None,
    sandbox: bool,
    draft: bool,
    templates: Path | None,
    form: str,
    model: str | None,
    root: Path | None,
) -> None:
    """List every take of a script's clips: finished, running, perhaps paid, failed; how old, for how much, and which
    one stands in the film.

    Free and offline: what is running is what the last run knew.
    """
    from storyboard.render.lock import is_held
    from storyboard.render.planning import plan_run
    from storyboard.render.report_data import status_data
    from storyboard.render.report_text import write_status
    from storyboard.render.settings import SANDBOX

    orders = orders_or_leave(file, model, root, templates, warns=False, draft=draft, tell=say_nothing)
    folder = clips_folder(file, out, sandbox=sandbox, draft=draft)
    with ledger_or_leave(folder) or nullcontext() as ledger:
        is_sending = ledger is not None and is_held(folder)
        agenda = plan_run(orders, ledger, folder=folder, is_sending=is_sending)
        entries = ledger.entries() if ledger else ()
        is_paid = ledger is not None and ledger.service != SANDBOX
    if ledger is None:
        plan = command_line("plan", Path(file))
        echo(f"Nothing has been rendered into {folder} yet; `{plan}` says what it would cost.", err=True)
    if form == "json":
        print_json(status_data(agenda, entries))
        return
    for line in write_status(agenda, entries, time.time(), is_paid=is_paid, is_sending=is_sending) if ledger else ():
        echo(line)
