"""`sbc studio`: write, look, price, choose and play on one page in the browser."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from storyboard import __version__
from storyboard.cli.options import model_option, root_option
from storyboard.cli.process import FINE
from storyboard.cli.streams import check_model, fail, models_here
from storyboard.cli.terminal import echo
from storyboard.compiler.pipeline import Options

if TYPE_CHECKING:
    import socket

#: What `--lan` says without an address.
_OWN_ADDRESS = "own"


@click.command()
@click.argument("file", default=".")
@click.option("--port", type=click.IntRange(0, 65535), help="The page's port; by default one kept for the script.")
@click.option("--no-open", is_flag=True, help="Print the address; do not open the browser.")
@click.option(
    "--lan",
    is_flag=False,
    flag_value=_OWN_ADDRESS,
    metavar="[ADDRESS]",
    help="Let guests in your network look and comment, at this machine's address or at ADDRESS.",
)
@model_option
@root_option
def command(file: str, port: int | None, no_open: bool, lan: str | None, model: str | None, root: Path | None) -> None:
    """Open a script in the browser: an editor for the text; beside it the storyboard, which follows as you type; below
    it the problems with their fixes, and what the film costs. The button on a panel inserts a shot below it, or
    duplicates, moves or removes the shot. Drop a picture on a card of the cast, or choose one there: it is copied to
    refs/ under a new name and named in the script. Files that the script includes have tabs.

    Cast shows the people, things and places, and what is heard; it makes the pictures and sounds that are missing, and
    puts the take that you click in place. Takes shows each clip with the still that it begins with, for you to approve
    before you pay, and its takes side by side. Play shows the current cut with its sound. Export makes the film, the
    animatic, the board and files for other programs.

    The page starts in the sandbox, where everything is free. It pays only after you have switched to real money and
    pressed the button that shows the sum; `sbc render` or `sbc make` then continues even if you close the page. You can
    set a ceiling for the day in a plan; it is written to sbc.toml. Only this machine can open the page, and its address
    contains a password that is new each time. Ctrl-C ends the studio.

    Without FILE, or with a folder, the page lists the films in that folder and below it: open one, begin a new one, or
    import a screenplay (drop it on the page, or choose it). Existing files are never replaced.

    With --lan a tablet or a guest in your network can see the storyboard and the takes at a second address, with a
    password of its own, which is also shown as a QR code. Guests can comment on shots and do nothing else; you accept a
    comment as a note in the script, or dismiss it. The studio itself stays on this machine.
    """
    from storyboard.studio.instance import AlreadyOpen

    path = Path(file).absolute()
    is_folder = path.is_dir()
    if not is_folder and not path.is_file():
        fail(f"{file}: is not a script that can be opened; `sbc new` makes a project with one")
    if model is not None:
        check_model(model, models_here(str(path / "film.sb" if is_folder else path)))
    if lan and is_folder:
        fail("guests can look at one film only: name its script")
    options = Options(model=model, root=root)
    serving = (
        _serve_films(path, options, port, shows=not no_open)
        if is_folder
        else _serve_script(path, options, port, _guest_host(lan), shows=not no_open)
    )
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serving)
    except AlreadyOpen as problem:
        there = f": {problem.address}" if problem.address else ""
        fail(f"{file} is open in another studio{there}")
    sys.exit(FINE)


def _guest_host(lan: str | None) -> str:
    """The address of this machine that guests come to; empty without --lan."""
    from storyboard.studio.guests import network_address

    if lan is None:
        return ""
    found = network_address() if lan == _OWN_ADDRESS else lan
    if found is None:
        fail("this machine is not in a network; --lan ADDRESS names one of its addresses")
    return found


async def _serve_script(script: Path, options: Options, port: int | None, guest_host: str, *, shows: bool) -> None:
    from storyboard.studio.instance import only_instance
    from storyboard.studio.open_films import ScriptServer

    with only_instance(str(script)) as put_down:
        try:
            server = ScriptServer(script, options, __version__, port, guest_host=guest_host)
        except OSError as problem:
            if guest_host and port is None:
                fail(
                    f"the page for guests cannot use {guest_host} ({problem.strerror or problem}); "
                    "--lan ADDRESS names another"
                )
            _fail_port(port, problem)
        put_down(server.address)
        if server.guest_address:
            _show_guest_address(server.guest_address)
        _show("studio", server.address, shows=shows)
        await server.serve()


async def _serve_films(folder: Path, options: Options, port: int | None, *, shows: bool) -> None:
    from storyboard.studio.access import Access
    from storyboard.studio.open_films import OpenFilms
    from storyboard.studio.start_page import StartPage
    from storyboard.watch.server import open_script_socket, page_address, serve

    try:
        opened: socket.socket = open_script_socket(str(folder), port)
    except OSError as problem:
        _fail_port(port, problem)
    access = Access()
    page = f"{page_address(opened)}#{access.token}"
    films = OpenFilms(options, __version__, page)
    _show("films", page, shows=shows)
    try:
        await serve(StartPage(folder, options, films.open, access).app(), None, opened)
    finally:
        await films.close()


def _show_guest_address(page: str) -> None:
    """The address for guests, with its QR code in colours of its own, whatever the terminal's are."""
    from io import StringIO

    import segno

    drawn = StringIO()
    segno.make(page, error="l", micro=False).terminal(drawn, border=2, compact=True)
    echo(f"guests: {page}", err=True)
    if "utf" in (sys.stderr.encoding or "").lower():
        for line in drawn.getvalue().splitlines():
            click.secho(line, fg="bright_white", bg="black", err=True)
    echo("Anyone in your network who has this address can see the storyboard and the takes, and comment;", err=True)
    echo("nothing else. The connection is not encrypted: use it in a network that you trust.", err=True)


def _show(name: str, page: str, *, shows: bool) -> None:
    echo(f"{name}: {page}", err=True)
    if shows:
        click.launch(page)


def _fail_port(port: int | None, problem: OSError) -> NoReturn:
    fail(f"port {port} cannot be used ({problem.strerror or problem}); --port names another")
