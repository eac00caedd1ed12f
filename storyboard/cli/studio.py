"""`sbc studio`: write, see, price, choose and play in one page of the browser."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path

import click

from storyboard import __version__
from storyboard.cli.streams import FINE, check_model, fail, models_here
from storyboard.cli.terminal import echo
from storyboard.compiler.pipeline import Options
from storyboard.render.folders import clips_folder


@click.command()
@click.argument("file")
@click.option("--port", type=click.IntRange(0, 65535), help="The page's port; by default the script's own one.")
@click.option("--no-open", is_flag=True, help="Only say the address; do not show the page in the browser.")
@click.option("--model", metavar="MODEL", help="Use this model instead of the title page's.")
@click.option("--root", type=click.Path(path_type=Path), help="The project folder; by default that of the file.")
def command(file: str, port: int | None, no_open: bool, model: str | None, root: Path | None) -> None:
    """Open a script in the browser: the text with everything that an editor knows, beside it the storyboard, which
    follows each key, below it the problems with their fixes, and what the film costs. The button on a panel inserts a
    shot below it, duplicates, moves or removes it. A picture that is dropped on a card of the cast, or chosen there, is
    copied to refs/ under a new name, and named in the script.

    Cast shows who and where, makes the pictures that are missing, and puts the take that you click in their place.
    Takes has each clip with the still that it begins with, to approve before it is paid for, and its takes side by
    side. Play shows the cut as it stands. Export makes film, animatic, board and files for other programs.

    The page starts in the sandbox, where everything is free. It pays only after you have changed to real money and
    pressed the button that carries the sum; `sbc render` or `sbc make` then goes on even if the page is closed. A
    ceiling for a day is set in a plan, and written to sbc.toml. The page is this machine's alone, and its address holds
    a password that is new each time. Ctrl-C ends it.
    """
    from storyboard.studio.instance import AlreadyOpen, only_instance

    path = Path(file).absolute()
    if not path.is_file():
        fail(f"{file}: is not a script that can be opened; `sbc new` makes a project with one")
    options = Options(model=check_model(model, models_here(file)), root=root)
    try:
        with only_instance(str(path)) as put_down, contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(path, options, port, put_down, shows=not no_open))
    except AlreadyOpen as problem:
        there = f": {problem.address}" if problem.address else ""
        fail(f"{file} is open in another studio{there}")
    sys.exit(FINE)


async def _serve(path: Path, options: Options, port: int | None, put_down: object, *, shows: bool) -> None:
    from storyboard.studio.access import Access
    from storyboard.studio.app import Studio
    from storyboard.watch.server import address, open_script_socket, serve

    try:
        opened = open_script_socket(str(path), port)
    except OSError as problem:
        fail(f"port {port} cannot be used ({problem.strerror or problem}); --port takes another")
    access = Access()
    studio = Studio(path, options, lambda sandbox: clips_folder(str(path), None, sandbox=sandbox), __version__, access)
    page = f"{address(opened)}#{access.token}"
    assert callable(put_down)
    put_down(page)
    echo(f"studio: {page}", err=True)
    looking = asyncio.create_task(studio.look_at_files())
    if shows:
        click.launch(page)
    try:
        await serve(studio.app(), studio.feed, opened)
    finally:
        looking.cancel()
        await studio.production.close()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
