"""Changes of the files that a script consists of."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from storyboard.files.stamps import Stamp, stamp_of


def stamps_of(files: Iterable[Path]) -> dict[Path, Stamp | None]:
    """The stamps of files now; None for one that is missing."""
    return {file: stamp_of(file) for file in files}


def folders_of(files: Iterable[Path]) -> frozenset[Path]:
    """The folders to look at: those of the files, or the nearest that exists."""
    return frozenset(_existing(file.parent) for file in files)


def _existing(folder: Path) -> Path:
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder
