"""The folder of a script's clips, from command-line options."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from storyboard.cli.streams import fail
from storyboard.compiler.pipeline import Analysis
from storyboard.files.overwrite import LEDGER
from storyboard.film.takes import DraftShot, Take, TakesOnDisk
from storyboard.render.folders import clips_folder

if TYPE_CHECKING:
    from storyboard.film.laid_sounds import MadeSounds

_Command = TypeVar("_Command", bound=Callable[..., Any])


def folder_options(option: str = "--out") -> Callable[[_Command], _Command]:
    """`--out DIR` (or `--takes DIR`, where `--output` would be near), `--sandbox`, and `--templates DIR`, which makes
    other prompts and so other clips; as arguments `out`, `sandbox`, `templates`."""
    options = (
        click.option(
            option,
            "out",
            metavar="DIR",
            type=click.Path(path_type=Path),
            help="The folder of the clips; by default out/SCRIPT beside the script, or in the `out` of sbc.toml.",
        ),
        click.option("--sandbox", is_flag=True, help="Use the sandbox and its clips, in out/SCRIPT-sandbox."),
        click.option(
            "--templates",
            metavar="DIR",
            type=click.Path(path_type=Path),
            help="Prompt templates to use before ours; the same as for the render.",
        ),
    )

    def add(command: _Command) -> _Command:
        for one in reversed(options):
            command = one(command)
        return command

    return add


def draft_shots(final: Analysis, out: Path | None = None, *, sandbox: bool = False) -> tuple[DraftShot, ...]:
    """The shots of a film that have a draft, each with its place in the draft's take; none where no drafts were
    made."""
    folder = clips_folder(final.path, out, sandbox=sandbox, draft=True)
    if not (folder / LEDGER).exists():
        return ()
    from storyboard.render import takes
    from storyboard.spend.ledger import LedgerUnusable

    try:
        return takes.draft_shots(final, folder)
    except LedgerUnusable as problem:
        fail(str(problem))


def chosen_takes(analysis: Analysis, out: Path | None = None, *, sandbox: bool = False) -> tuple[Take, ...]:
    """The chosen take of every clip that has one, of the drafts where the script is compiled as those; none where
    nothing has been rendered."""
    return takes_on_disk(analysis, out, sandbox=sandbox).chosen


def takes_on_disk(analysis: Analysis, out: Path | None = None, *, sandbox: bool = False) -> TakesOnDisk:
    """The chosen take of every clip that has one, and the takes beside it."""
    folder = clips_folder(analysis.path, out, sandbox=sandbox, draft=analysis.options.draft is not None)
    if not (folder / LEDGER).exists():
        return TakesOnDisk()
    from storyboard.render import takes
    from storyboard.spend.ledger import LedgerUnusable

    try:
        return takes.takes_on_disk(analysis, folder)
    except LedgerUnusable as problem:
        fail(str(problem))


def made_sounds_or_leave(analysis: Analysis, folder: Path) -> MadeSounds:
    """The files of the speeches, and of music, ambience and effects, that `sbc make` made into a folder; none where
    nothing was made."""
    from storyboard.film.laid_sounds import MadeSounds

    if not (folder / LEDGER).exists():
        return MadeSounds()
    from storyboard.make.sounds import made_sounds
    from storyboard.make.speeches import made_speeches
    from storyboard.spend.ledger import LedgerUnusable

    try:
        return MadeSounds(made_sounds(analysis, folder), made_speeches(analysis, folder))
    except LedgerUnusable as problem:
        fail(str(problem))
