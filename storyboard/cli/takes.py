"""Takes and made sounds of a script, from the folder that the command line names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.cli.streams import fail
from storyboard.compiler.pipeline import Analysis
from storyboard.files.overwrite import LEDGER
from storyboard.film.takes import DraftShot, Take, TakesOnDisk
from storyboard.render.folders import clips_folder

if TYPE_CHECKING:
    from storyboard.film.laid_sounds import MadeSounds


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
