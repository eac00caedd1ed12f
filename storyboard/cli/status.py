"""`sbc status`: show the state of clips and takes."""

from __future__ import annotations

import time
from contextlib import nullcontext
from pathlib import Path

import click

from storyboard.cli.jobs import jobs_or_leave, ledger_or_leave, say_nothing
from storyboard.cli.options import (
    base_url_option,
    draft_option,
    folder_options,
    format_option,
    model_option,
    root_option,
)
from storyboard.cli.streams import fail
from storyboard.cli.terminal import command_line, echo, print_json
from storyboard.render.folders import clips_folder


@click.command()
@click.argument("file")
@folder_options()
@click.option("--bill", is_flag=True, help="Read the account's history and show its charges beside the takes.")
@base_url_option
@draft_option
@format_option
@model_option
@root_option
def command(
    file: str,
    out: Path | None,
    sandbox: bool,
    draft: bool,
    templates: Path | None,
    bill: bool,
    base_url: str | None,
    form: str,
    model: str | None,
    root: Path | None,
) -> None:
    """List every take of a script's clips: finished, running, perhaps paid or failed; how old it is, what it cost, and
    which one is in the film.

    Free and offline, unless you add --bill: the state of running clips is the one that the last run saw. --bill needs
    an administrator's key, VENICE_ADMIN_KEY in the environment, and only reads with it. If a payment is not certain,
    the bill may settle it; you confirm that.
    """
    from storyboard.render.planning import plan_run
    from storyboard.render.report_data import status_data
    from storyboard.render.report_text import write_status
    from storyboard.spend.lock import is_held
    from storyboard.spend.settings import SANDBOX

    jobs = jobs_or_leave(file, model, root, templates, warns=False, draft=draft, tell=say_nothing)
    folder = clips_folder(file, out, sandbox=sandbox, draft=draft)
    with ledger_or_leave(folder) or nullcontext() as ledger:
        is_sending = ledger is not None and is_held(folder)
        plan = plan_run(jobs, ledger, folder=folder, is_sending=is_sending)
        entries = ledger.entries() if ledger else ()
        chosen = frozenset(ledger.choices().values()) if ledger else frozenset()
        service = ledger.service if ledger else SANDBOX
    if ledger is None:
        plan_command = command_line("plan", Path(file))
        echo(f"Nothing has been rendered into {folder} yet; `{plan_command}` says what it would cost.", err=True)
    if bill:
        from storyboard.cli.bill import show_bill

        if ledger is None:
            fail(f"nothing has been rendered into {folder} yet, so there is no bill")
        show_bill(folder, service, base_url)
        return
    if form == "json":
        print_json(status_data(plan, entries, chosen))
        return
    if ledger is None:
        return
    now, is_paid = time.time(), service != SANDBOX
    for line in write_status(plan, entries, now, is_paid=is_paid, is_sending=is_sending, chosen=chosen):
        echo(line)
