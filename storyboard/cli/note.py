"""`sbc note`: save a note about a take."""

from __future__ import annotations

from typing import Any

import click

from storyboard.cli.clip_command import clip_options, clip_or_leave
from storyboard.cli.streams import fail
from storyboard.cli.terminal import echo
from storyboard.wording import one_line

#: Characters of the longest remark.
_LONGEST = 1000


@click.command()
@click.argument("file")
@click.argument("clip")
@click.argument("text")
@click.option("--take", type=click.IntRange(min=1), metavar="N", help="The take; by default the one in the film.")
@clip_options
def command(file: str, clip: str, text: str, take: int | None, **where: Any) -> None:  # noqa: ANN401 # of `clip_options`
    """Save a note about a take, as in `sbc note film.sb s01c02 "her left hand"`. The board shows it, timelines carry it
    in their markers, and `sbc pick film.sb s01c02` lists it.
    """
    remark = one_line(text)
    if not remark or len(remark) > _LONGEST:
        fail(f"a note has 1 to {_LONGEST:,} characters")
    with clip_or_leave(file, clip, **where) as choice:
        found = choice.takes.take
        if take is not None:
            found = next((one for one in reversed(choice.takes.choosable) if one.number == take), None)
        if found is None:
            fail(f"{choice.job.id} has no finished take{f' {take}' if take else ''}")
        choice.ledger.note(found, remark)
    echo(f"{choice.job.id}: the note is saved with take {found.number}.", err=True)
