"""`sbc pick`: choose the take that is in the film."""

from __future__ import annotations

import time
from typing import Any

import click

from storyboard.cli.clip_command import clip_options, clip_or_leave
from storyboard.cli.terminal import echo


@click.command()
@click.argument("file")
@click.argument("clip")
@click.argument("take", type=click.IntRange(min=1), required=False)
@clip_options
def command(file: str, clip: str, take: int | None, **where: Any) -> None:  # noqa: ANN401 # the options of `clip_options`
    """Put a finished take into the film, as in `sbc pick film.sb s01c02 2`; choose the picture that a script names, as
    in `sbc pick film.sb Mira.front 2`; or choose what is heard (a speech, music, ambience or an effect), as in `sbc
    pick film.sb 1.2.speech1 2`. Without a number, list the takes.
    """
    from storyboard.cli.pick_made import picks_made

    if picks_made(file, clip, take, where):
        return
    from storyboard.render.pick import pick_take
    from storyboard.render.report_text import write_takes
    from storyboard.spend.states import State

    if take is None:
        with clip_or_leave(file, clip, **where, writes=False) as choice:
            for line in write_takes(choice.job, choice.takes, choice.ledger.notes(), time.time()):
                echo(line)
        return
    with clip_or_leave(file, clip, **where) as choice:
        entry = pick_take(choice.ledger, choice.job, choice.takes, take)
    echo(f"{choice.job.id}: take {entry.number} ({entry.file}) is in the film now.", err=True)
    if entry.state is State.REJECTED:
        echo(f"Note that it was rejected: {entry.said}.", err=True)
    if entry.fingerprint != choice.job.clip.fingerprint:
        echo("It was made from an older text; --retake pays for one from the current text.", err=True)
