"""`sbc lock`: keep the take of a clip even if its text changes."""

from __future__ import annotations

from typing import Any

import click

from storyboard.cli.clip_command import clip_options, clip_or_leave
from storyboard.cli.streams import fail
from storyboard.cli.terminal import echo
from storyboard.render.folders import clip_command


@click.command()
@click.argument("file")
@click.argument("clip")
@clip_options
def command(file: str, clip: str, **where: Any) -> None:  # noqa: ANN401 # the options of `clip_options`
    """Keep the take of a clip that is in the film: `sbc render` does not pay for the clip again, even if its text
    changes. `sbc unlock` undoes this.
    """
    with clip_or_leave(file, clip, **where) as choice:
        take = choice.takes.take or next(reversed(choice.takes.choosable), None)
        if take is None:
            fail(f"{choice.job.id} has no finished take to keep")
        choice.ledger.lock(take, is_locked=True)
    undo = clip_command("unlock", file, choice.ledger.folder, choice.job.id)
    echo(f"{choice.job.id}: take {take.number} is locked; `{undo}` undoes this.", err=True)
