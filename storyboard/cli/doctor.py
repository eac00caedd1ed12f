"""`sbc doctor`: check what a film needs from this machine."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storyboard.cli.process import FINE, PROBLEMS
from storyboard.cli.terminal import echo

if TYPE_CHECKING:
    from storyboard.venice.protocol import Answer

_MARKS = {"fine": "  ok  ", "limited": " less ", "broken": "  NO  "}


@click.command()
@click.argument("place", metavar="[FILE|DIR]", default=".", type=click.Path(path_type=Path, exists=True))
@click.option("--offline", is_flag=True, help="Do not test the connection to Venice.")
def command(place: Path, offline: bool) -> None:
    """Check this machine for everything that a film needs: Python and libraries, fonts, voices, disk space, the project
    file, the key, the network to Venice, the clock; and say what to do if something is missing. FILE is a script, DIR
    its folder.

    Nothing is paid, and no key is sent. The exit code is 1 if something essential is missing.
    """
    from itertools import chain

    from storyboard.project.doctor import Condition, look_at_machine, look_at_service

    folder = place if place.is_dir() else place.parent
    service = () if offline else look_at_service(_ask, time.time)
    broken = False
    for one in chain(look_at_machine(folder, os.environ), service):
        broken |= one.condition is Condition.BROKEN
        echo(f"[{_MARKS[one.condition]}] {one.thing}: {one.words}")
        if one.remedy:
            echo(f"         {one.remedy}")
    sys.exit(PROBLEMS if broken else FINE)


def _ask() -> Answer | str:
    """What Venice answers to the question for its models, which needs no key; or why it does not."""
    import asyncio

    from storyboard.spend.settings import choose_base_url
    from storyboard.venice.transport import NoAnswer, Transport

    async def ask() -> Answer:
        async with Transport(choose_base_url(None), None) as transport:
            return await transport.models("video")

    try:
        return asyncio.run(ask())
    except NoAnswer as problem:
        return str(problem)
