"""`sbc unlock`: let a clip be rendered again when its text has changed."""

from __future__ import annotations

from typing import Any

import click

from storyboard.cli.clip_command import clip_options, clip_or_leave
from storyboard.cli.streams import fail
from storyboard.cli.terminal import echo


@click.command()
@click.argument("file")
@click.argument("clip")
@clip_options
def command(file: str, clip: str, **where: Any) -> None:  # noqa: ANN401 # the options of `clip_options`
    """Undo `sbc lock`: the clip is rendered again if its text has changed since its take was made."""
    with clip_or_leave(file, clip, **where) as choice:
        if not choice.takes.is_locked or choice.takes.take is None:
            fail(f"{choice.job.id} is not locked")
        choice.ledger.lock(choice.takes.take, is_locked=False)
    echo(f"{choice.job.id} is no longer locked.", err=True)
