"""`sbc watch`: check again at every save."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storyboard.cli.streams import FINE, check_model, fail, models_here, print_report
from storyboard.cli.terminal import echo
from storyboard.compiler.pipeline import Options
from storyboard.report.totals import totals_line

if TYPE_CHECKING:
    import socket

    from storyboard.watch.loop import CheckResult


@click.command()
@click.argument("file")
@click.option("--board", is_flag=True, help="Serve the storyboard page to this machine; it follows the script.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The page's port; by default any free one.")
@click.option("--open", "show", is_flag=True, help="Show the page in the browser.")
@click.option("--model", metavar="MODEL", help="Use this model instead of the title page's.")
@click.option("--root", type=click.Path(path_type=Path), help="The project folder; by default that of the file.")
def command(file: str, board: bool, port: int, show: bool, model: str | None, root: Path | None) -> None:
    """Check a script now, and again whenever it is saved, or a file or picture that it names. Ctrl-C ends it.

    A file that is missing is waited for. Nothing is written, and nothing is ever spent.
    """
    if file == "-":
        fail("watch needs a file: standard input is not saved")
    if Path(file).is_dir():
        fail(f"{file}: is a folder, not a script")
    options = Options(model=check_model(model, models_here(file)), root=root)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_watch(file, options, _socket(port) if board or show else None, show))
    sys.exit(FINE)


def _socket(port: int) -> socket.socket:
    from storyboard.system.loopback import open_socket

    try:
        return open_socket(port)
    except OSError as problem:
        fail(f"port {port} cannot be used ({problem.strerror or problem}); --port takes another")


async def _watch(file: str, options: Options, opened: socket.socket | None, show: bool) -> None:
    from storyboard.watch.loop import watch

    if opened is None:
        async for checked in watch(file, options):
            _tell(file, checked)
        return
    from storyboard.cli.takes import chosen_takes
    from storyboard.watch.server import BoardServer, address, serve

    stage = BoardServer(chosen_takes)
    echo(f"storyboard: {address(opened)}", err=True)

    async def follow() -> None:
        async for checked in watch(file, options):
            _tell(file, checked)
            if checked.analysis is not None:
                await stage.show(checked.analysis)

    following = asyncio.create_task(follow())
    if show:
        click.launch(address(opened))
    try:
        await serve(stage, opened)
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
