"""Shared by `sbc pick`: the takes of a picture or a sound from `sbc make`, and the choice of one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyboard.cli.account import LOCKED
from storyboard.cli.jobs import ledger_or_leave
from storyboard.cli.streams import fail
from storyboard.cli.terminal import echo
from storyboard.render.folders import clips_folder

if TYPE_CHECKING:
    from storyboard.compiler.pipeline import Analysis
    from storyboard.make.pick import Wanted


def picks_made(file: str, name: str, take: int | None, where: Mapping[str, Any]) -> bool:
    """Whether a name means a picture or a sound of the script. If so, its takes are listed, or one is put in its place;
    whatever stands in the way ends the command. `where` are the arguments of `clip_options`."""
    from storyboard.cli.make import script_or_leave
    from storyboard.make.pick import list_takes

    if "." not in name:
        return False  # a clip, or all pictures of a name: not one
    out, sandbox = where["out"], where["sandbox"]
    analysis = script_or_leave(file, where["root"])
    meant = _meant(analysis, name)
    if meant is None:
        return False
    folder = clips_folder(file, out, sandbox=sandbox)
    reading = ledger_or_leave(folder)
    if reading is None:
        fail(f"nothing has been made in {folder} yet")
    with reading:
        service = reading.service
        if take is None:
            for line in list_takes(meant, reading, time.time()):
                echo(line)
            return True
    other = clips_folder(file, None, sandbox=not sandbox)
    _pick_or_leave(meant, take, Path(analysis.root), (folder, other), service)
    return True


def _meant(analysis: Analysis, name: str) -> Wanted | None:
    """The picture or sound of a script that a name or a path means."""
    from storyboard.make.sounds import wanted_sounds
    from storyboard.make.speeches import wanted_speeches
    from storyboard.make.wanted_pictures import wanted_pictures

    pictures, folded = wanted_pictures(analysis), name.casefold()
    everything: list[Wanted] = [*pictures, *wanted_speeches(analysis), *wanted_sounds(analysis)]
    by_path = next((one for one in pictures if one.path.casefold() == folded), None)
    return next((one for one in everything if one.id.casefold() == folded), by_path)


def _pick_or_leave(meant: Wanted, take: int, root: Path, folders: tuple[Path, Path], service: str) -> None:
    """Put a take in its place. `folders` are the one whose ledger has it, and the other of those that pay and that the
    sandbox fills."""
    from storyboard.make.pick import NoSuchMadeTake, pick_picture, pick_sound
    from storyboard.make.planning import clips_with
    from storyboard.make.wanted_pictures import WantedPicture
    from storyboard.spend.ledger import DiskFull, Ledger, LedgerUnusable
    from storyboard.spend.lock import FolderLocked, LockUnavailable, hold_folder

    folder, changed = folders[0], tuple[str, ...]()
    try:
        with hold_folder(folder), Ledger.create(folder, service, time.time) as ledger:
            if isinstance(meant, WantedPicture):
                entry = pick_picture(meant, ledger, take, root, folders)
                place = meant.path
                changed = clips_with(meant.path, ledger)
            else:
                entry, place = pick_sound(meant, ledger, take), "what is heard"
    except FolderLocked:
        fail(f"a run is using {folder}; try again when it has ended", LOCKED)
    except (LedgerUnusable, DiskFull, LockUnavailable, NoSuchMadeTake) as problem:
        fail(str(problem))
    echo(f"{meant.id}: take {entry.number} ({entry.file}) is {place} now.", err=True)
    if changed:
        echo(
            f"Clips that were made with the one before: {', '.join(changed)}; the next render makes them again.",
            err=True,
        )
