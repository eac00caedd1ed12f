"""`sbc studio`: write, see, price, choose and play in one page of the browser."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from storyboard import __version__
from storyboard.cli.streams import FINE, check_model, fail, models_here
from storyboard.cli.terminal import echo
from storyboard.compiler.pipeline import Options

if TYPE_CHECKING:
    import socket


@click.command()
@click.argument("file", default=".")
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

    Without FILE, or with a folder, the page lists the films there and below: open one, begin a new one, or import a
    screenplay, which is dropped on the page or chosen. Only files of new names are written.
    """
    from storyboard.studio.instance import AlreadyOpen

    path = Path(file).absolute()
    is_folder = path.is_dir()
    if not is_folder and not path.is_file():
        fail(f"{file}: is not a script that can be opened; `sbc new` makes a project with one")
    if model is not None:
        check_model(model, models_here(str(path / "film.sb" if is_folder else path)))
    options = Options(model=model, root=root)
    serve = _serve_films if is_folder else _serve_script
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(path, options, port, shows=not no_open))
    except AlreadyOpen as problem:
        there = f": {problem.address}" if problem.address else ""
        fail(f"{file} is open in another studio{there}")
    sys.exit(FINE)


async def _serve_script(script: Path, options: Options, port: int | None, *, shows: bool) -> None:
    from storyboard.studio.instance import only_instance
    from storyboard.studio.open_films import ScriptServer

    with only_instance(str(script)) as put_down:
        try:
            server = ScriptServer(script, options, __version__, port)
        except OSError as problem:
            _fail_port(port, problem)
        put_down(server.address)
        _show("studio", server.address, shows=shows)
        await server.serve()


async def _serve_films(folder: Path, options: Options, port: int | None, *, shows: bool) -> None:
    from storyboard.studio.access import Access
    from storyboard.studio.open_films import OpenFilms
    from storyboard.studio.start_page import StartPage
    from storyboard.watch.server import address, open_script_socket, serve

    try:
        opened: socket.socket = open_script_socket(str(folder), port)
    except OSError as problem:
        _fail_port(port, problem)
    access = Access()
    page = f"{address(opened)}#{access.token}"
    films = OpenFilms(options, __version__, page)
    _show("films", page, shows=shows)
    try:
        await serve(StartPage(folder, options, films.open, access).app(), None, opened)
    finally:
        await films.close()


def _show(name: str, page: str, *, shows: bool) -> None:
    echo(f"{name}: {page}", err=True)
    if shows:
        click.launch(page)


def _fail_port(port: int | None, problem: OSError) -> NoReturn:
    fail(f"port {port} cannot be used ({problem.strerror or problem}); --port takes another")
