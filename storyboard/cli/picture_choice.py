"""Shared by `sbc pick`: the takes of a picture, and one of them put at its path."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from storyboard.cli.account import LOCKED
from storyboard.cli.jobs import ledger_or_leave
from storyboard.cli.streams import fail
from storyboard.cli.terminal import echo
from storyboard.render.folders import clips_folder


def picks_picture(file: str, name: str, take: int | None, where: Mapping[str, Any]) -> bool:
    """Whether a name means a picture of the script. If so, its takes are listed, or one is put in its place; whatever
    stands in the way ends the command. `where` are the arguments of `clip_options`."""
    from storyboard.cli.make import script_or_leave
    from storyboard.make.picking import NoSuchPictureTake, list_takes, pick_picture
    from storyboard.make.planning import clips_with
    from storyboard.make.wanted import wanted_pictures
    from storyboard.spend.ledger import Full, Ledger, Unusable
    from storyboard.spend.lock import FolderLocked, NoLock, hold

    if "." not in name:
        return False  # a clip, or all pictures of a name: not one
    out, sandbox = where["out"], where["sandbox"]
    analysis = script_or_leave(file, where["root"])
    meant = [one for one in wanted_pictures(analysis) if name.casefold() in (one.id.casefold(), one.path.casefold())]
    if not meant:
        return False
    folder = clips_folder(file, out, sandbox=sandbox)
    reading = ledger_or_leave(folder)
    if reading is None:
        fail(f"nothing has been made into {folder} yet")
    with reading:
        service = reading.service
        if take is None:
            for line in list_takes(meant[0], reading, time.time()):
                echo(line)
            return True
    try:
        with hold(folder), Ledger.create(folder, service, time.time) as ledger:
            other = clips_folder(file, None, sandbox=not sandbox)
            entry = pick_picture(meant[0], ledger, take, Path(analysis.root), (folder, other))
            changed = clips_with(meant[0].path, ledger)
    except FolderLocked:
        fail(f"a run spends into {folder}; do it again when the run has ended", LOCKED)
    except (Unusable, Full, NoLock, NoSuchPictureTake) as problem:
        fail(str(problem))
    echo(f"{meant[0].id}: take {entry.number} ({entry.file}) is {meant[0].path} now.", err=True)
    if changed:
        echo(
            f"Clips that were made with the one before: {', '.join(changed)}; the next render makes them new.", err=True
        )
    return True
