"""`sbc pick`: choose the take that stands in the film."""

from __future__ import annotations

import time
from pathlib import Path

import click

from storyboard.cli.drafts import draft_option
from storyboard.cli.jobs import ledger_or_leave, orders_or_leave, say_nothing, select_or_leave
from storyboard.cli.streams import fail
from storyboard.cli.takes import clips_folder, folder_options
from storyboard.cli.terminal import echo


@click.command(short_help="Choose the take that stands in the film.")
@click.argument("file")
@click.argument("clip")
@click.argument("take", type=click.IntRange(min=1))
@folder_options()
@draft_option
@click.option("--model", metavar="MODEL", help="Use this model instead of the title page's.")
@click.option("--root", type=click.Path(path_type=Path), help="The project folder; by default that of the file.")
def command(
    file: str,
    clip: str,
    take: int,
    out: Path | None,
    sandbox: bool,
    draft: bool,
    templates: Path | None,
    model: str | None,
    root: Path | None,
) -> None:
    """Let a finished take stand for a clip, as in `sbc pick film.sb s01c02 2`. `sbc status` lists the takes."""
    from storyboard.render.ledger import Full, Ledger, Unusable
    from storyboard.render.lock import FolderLocked, NoLock, hold
    from storyboard.render.pick import NoSuchTake, pick_take
    from storyboard.render.states import State

    orders = orders_or_leave(file, model, root, templates, warns=False, draft=draft, tell=say_nothing)
    chosen = select_or_leave([clip], orders)
    if len(chosen) > 1:
        fail(f"{clip} means {len(chosen)} clips: {', '.join(sorted(chosen))}; name one")
    order = next(order for order in orders if order.id in chosen)
    folder = clips_folder(file, out, sandbox=sandbox, draft=draft)
    reading = ledger_or_leave(folder)
    if reading is None:
        fail(f"nothing has been rendered into {folder} yet")
    with reading:
        service = reading.service
    try:
        with hold(folder), Ledger.create(folder, service, time.time) as ledger:
            entry = pick_take(ledger, order, take)
    except FolderLocked:
        fail(f"a run renders into {folder}; pick when it has ended", 6)
    except (Unusable, Full, NoLock, NoSuchTake) as problem:
        fail(str(problem))
    echo(f"{order.id}: take {entry.number} ({entry.file}) stands in the film now.", err=True)
    if entry.state is State.REJECTED:
        echo(f"Note that it was rejected: {entry.said}.", err=True)
