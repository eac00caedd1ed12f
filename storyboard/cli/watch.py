"""`sbc watch`: check again after every save."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storyboard.cli.options import folder_options, model_option, root_option
from storyboard.cli.process import FINE
from storyboard.cli.streams import check_model, fail, models_here, print_report
from storyboard.cli.terminal import echo
from storyboard.compiler.pipeline import Options
from storyboard.render.folders import clips_folder
from storyboard.report.totals import totals_line

if TYPE_CHECKING:
    import socket

    from storyboard.watch.loop import CheckResult


@click.command()
@click.argument("file")
@click.option("--board", is_flag=True, help="Also show the storyboard as a page that follows the script.")
@click.option("--port", type=click.IntRange(0, 65535), help="The page's port; by default one kept for the script.")
@click.option("--open", "show", is_flag=True, help="Open the page in the browser.")
@folder_options("--takes")
@model_option
@root_option
def command(
    file: str,
    board: bool,
    port: int | None,
    show: bool,
    out: Path | None,
    sandbox: bool,
    templates: Path | None,
    model: str | None,
    root: Path | None,
) -> None:
    """Check a script now, and again whenever the script, or a file or picture that it names, is saved. Ctrl-C ends it.

    The page of --board follows the script and keeps your place in it; takes and pictures appear as they arrive. Its
    address is the same each time. If a file is missing, the command waits for it. Nothing is written, and nothing is
    ever spent.
    """
    if file == "-":
        fail("watch needs a file: standard input is not saved")
    if Path(file).is_dir():
        fail(f"{file}: is a folder, not a script")
    options = Options(model=check_model(model, models_here(file)), root=root, templates=templates)
    folder = clips_folder(file, out, sandbox=sandbox)
    with contextlib.suppress(KeyboardInterrupt):
        if board or show:
            asyncio.run(_serve_board(file, options, _socket(file, port), folder, show))
        else:
            asyncio.run(_watch(file, options))
    sys.exit(FINE)


def _socket(file: str, port: int | None) -> socket.socket:
    from storyboard.watch.server import open_script_socket

    try:
        return open_script_socket(file, port)
    except OSError as problem:
        fail(f"port {port} cannot be used ({problem.strerror or problem}); --port names another")


async def _watch(file: str, options: Options) -> None:
    from storyboard.watch.loop import watch

    async for checked in watch(file, options):
        _tell(file, checked)


async def _serve_board(file: str, options: Options, opened: socket.socket, folder: Path, show: bool) -> None:
    from storyboard.watch.feed import BoardFeed
    from storyboard.watch.follow import follow_script, takes_in
    from storyboard.watch.server import make_app, page_address, serve

    feed = BoardFeed(takes_in(folder))
    echo(f"storyboard: {page_address(opened)}", err=True)
    following = asyncio.create_task(follow_script(file, options, folder, feed, lambda checked: _tell(file, checked)))
    if show:
        click.launch(page_address(opened))
    try:
        await serve(make_app(feed), feed, opened)
    finally:
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await following


def _tell(file: str, checked: CheckResult) -> None:
    now = time.strftime("%H:%M:%S")
    if checked.analysis is None:
        waits = " - waiting for it" if checked.is_missing else ""
        echo(f"{now} {checked.problem}{waits}", err=True)
        return
    analysis = checked.analysis
    print_report(analysis.diagnostics, analysis.texts)
    found = f"{len(analysis.diagnostics):,} found" if analysis.diagnostics else "nothing to change"
    took = f"checked in {checked.seconds * 1000:.0f} ms"
    echo(f"{now} {file}: {found}: {totals_line(analysis)} ({took})", err=True)
