"""Folders for what is made from a script: its clips, its products, and the options that name the folder."""

from __future__ import annotations

import shlex
from itertools import product
from pathlib import Path

from storyboard.files.overwrite import LEDGER
from storyboard.project.file import made_folder

_DRAFT = "-draft"


def clips_folder(script: str, out: Path | None = None, *, sandbox: bool = False, draft: bool = False) -> Path:
    """The folder of a script's clips.

    `out` if it is given, else below the `out` of the project, else in `out` beside the script. Drafts have their own
    folder beside it, and the sandbox's clips are separate from paid ones.
    """
    path = Path("script.sb" if script == "-" else script)
    folder = out or _home(path) / (f"{path.stem}-sandbox" if sandbox else path.stem)
    return folder.with_name(f"{folder.name}{_DRAFT}") if draft else folder


def _home(script: Path) -> Path:
    """The folder that contains the folders of a script.

    Clips that were paid for before the project set an `out` stay where they are, and rendering continues there: a
    render into an empty folder would pay for them again.
    """
    beside, chosen = script.parent / "out", made_folder(script)
    if chosen is None:
        return beside
    return beside if _is_paid(beside, script.stem) and not _is_paid(chosen, script.stem) else chosen


def _is_paid(home: Path, stem: str) -> bool:
    return any((home / name / LEDGER).exists() for name in (stem, f"{stem}{_DRAFT}"))


def sibling_folder(folder: Path) -> Path:
    """The folder of a film's drafts, or, for a folder of drafts, that of the film."""
    name = folder.name.removesuffix(_DRAFT)
    return folder.with_name(name if name != folder.name else f"{name}{_DRAFT}")


def product_path(script: str, output: str | None, ending: str, *, sandbox: bool = False) -> Path:
    """The path of a product: `output`, or in the script's folder, as `out/film/film-board.html` with the ending
    `-board.html`.

    Products of the sandbox's clips have a folder of their own.
    """
    if output is not None:
        return Path(output)
    home = clips_folder(script, None, sandbox=sandbox)
    return home / f"{Path('script' if script == '-' else script).stem}{ending}"


def clip_command(name: str, script: str, folder: Path, *words: str) -> str:
    """A command about the clips in a folder, to be typed: `sbc pick film.sb s01c02 1 --draft`."""
    for sandbox, draft in product((False, True), repeat=2):
        if clips_folder(script, sandbox=sandbox, draft=draft) == folder:
            options = ["--sandbox"] * sandbox + ["--draft"] * draft
            break
    else:
        options = ["--out", str(folder)]
    return shlex.join(["sbc", name, script, *words, *options])


def ledger_files(folder: Path) -> frozenset[Path]:
    """The files that change with the ledger of a folder, whether they exist or not."""
    return frozenset({folder / LEDGER, folder / f"{LEDGER}-wal"})
