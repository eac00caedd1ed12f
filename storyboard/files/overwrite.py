"""What a command may replace: its own products, and files that the user names; never what the user made or paid for.

Every command asks here before it writes. A new file may be written anywhere except among paid takes. An existing one is
refused if it is

- not an ordinary file: a folder, a pipe, a device, a socket,
- one of the files that the command works from (`ProtectedFile`), however its path is spelled: files are compared by
  identity, so another case, a link or a second name makes no difference,
- a script, unless the command writes scripts,
- a ledger, a take, or another file in a folder with a ledger that is not a product of this kind,
- anything that sbc did not make, unless the user asked for its name (`is_asked`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from storyboard.files.atomic import kind_of
from storyboard.files.signatures import Signature, is_ours

#: The record of what was paid, and the folders beside it that only `sbc render` writes to.
LEDGER = "ledger.db"
_PAID_FOLDERS = ("clips", "pictures", "sounds", "frames", "answers")
#: A product lies at most so deep in the folder with the ledger.
_DEPTH = 3
_SCRIPT = ".sb"
_SUBTITLES = (".srt", ".vtt")


class ProtectedFile(NamedTuple):
    """A file that must stay as it is, and what it is, as in `the script itself`."""

    path: Path
    what: str


def why_not(
    output: Path,
    kept: Iterable[ProtectedFile] = (),
    *,
    is_asked: bool = True,
    example: str = "film.html",
    signature: Signature | None = None,
) -> str | None:
    """Why `output` may not be written, in a writer's words; None where it may.

    `is_asked` is whether the user named it; `example` is the usual name of what is to be written: its suffix tells
    the kind of the product, and it is suggested in place of a folder. `signature` is the product's, by default that
    of its suffix.
    """
    writes = Path(example).suffix
    try:
        status = output.stat()
    except (OSError, ValueError):
        status = None
    if status is None:
        return _why_not_there(output, is_asked=is_asked)
    kind = kind_of(status.st_mode)
    if kind == "a folder":
        return f"{output} is a folder. Name a file in it, such as {output / example}"
    if kind:
        return f"{output} is {kind}, not a file; nothing is written to it"
    for file in kept:
        if _is_same(status, file.path):
            return f"{output} is {file.what}; nothing is written over it"
    if output.suffix.lower() == _SCRIPT and writes != _SCRIPT:
        return f"{output} is a script; only sbc fmt, sbc check --fix and sbc import write scripts"
    if problem := _why_not_beside_ledger(output, writes, signature):
        return problem
    if not is_asked and not is_ours(output, signature):
        return (
            f"{output} exists already, and sbc did not write it. Name another file with -o, or this one to replace it"
        )
    return None


def why_no_film(target: Path, kept: Iterable[ProtectedFile] = (), *, is_asked: bool = True) -> str | None:
    """As `why_not`, for a film with its subtitles beside it: those are never asked for by name."""
    if target.suffix.lower() in _SUBTITLES:
        return (
            f"{target}: that is the name of the subtitles; name the film itself, such as {target.with_suffix('.mp4')}"
        )
    listed = list(kept)
    problem = why_not(target, listed, is_asked=is_asked, example="film.mp4")
    for suffix in _SUBTITLES:
        problem = problem or why_not(target.with_suffix(suffix), listed, is_asked=False, example=f"film{suffix}")
    return problem


def why_no_files(folder: Path, names: Iterable[str], kept: Iterable[ProtectedFile], option: str) -> str | None:
    """Why files of these names may not be written to a folder that `option` names; the folder may be missing."""
    if folder.exists() and not folder.is_dir():
        return f"{folder} is a file; {option} takes a folder"
    listed = list(kept)
    for name in names:
        if problem := why_not(folder / name, listed, is_asked=False, example=name) if folder.exists() else None:
            return problem.partition(". Name another")[0]
    return None


def _why_not_there(output: Path, *, is_asked: bool) -> str | None:
    """Why a file that does not exist may not be created. The folder of a name that nobody chose is created with it."""
    parent = Path(os.path.realpath(output)).parent
    if parent.exists() and not parent.is_dir():
        return f"{output} cannot be written: {output.parent} is a file, not a folder"
    if is_asked and not parent.is_dir():
        return f"{output} cannot be written: there is no folder {output.parent}"
    return _why_not_beside_ledger(output, None)


def _is_same(status: os.stat_result, path: Path) -> bool:
    try:
        return os.path.samestat(status, path.stat())
    except (OSError, ValueError):
        return False


def _is_product(path: Path, suffix: str, signature: Signature | None) -> bool:
    """Whether a file is one that a command for this suffix writes. Scripts carry no signature."""
    return path.suffix.lower() == suffix and (suffix == _SCRIPT or is_ours(path, signature))


def _why_not_beside_ledger(output: Path, writes: str | None, signature: Signature | None = None) -> str | None:
    """Why a ledger near it forbids a file to be created (`writes` is None) or to be replaced by one of that suffix."""
    real = Path(os.path.realpath(output))
    for folder in real.parents[:_DEPTH]:
        if not (folder / LEDGER).exists():
            continue
        name, *inner = (part.casefold() for part in real.relative_to(folder).parts)
        if inner and name in _PAID_FOLDERS:
            return f"{output} is where sbc keeps what was paid for; nothing else is written there"
        if not inner and (name.startswith((LEDGER, "."))):
            return f"{output} belongs to the record of what was paid; nothing is written over it"
        if writes is not None and not _is_product(real, writes, signature):
            return f"{output} lies beside paid clips, and this command did not make it; nothing is written over it"
    return None
