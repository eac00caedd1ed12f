"""The stamp of a file, which distinguishes its states without reading it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Stamp(NamedTuple):
    """Time of the last change in nanoseconds, size in bytes, and the inode, which is new after a save by rename."""

    modified: int
    size: int
    inode: int


def stamp_of(path: str | Path) -> Stamp | None:
    """The stamp of a file, links followed; None where there is no file or the path cannot be one. Never raises."""
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return None
    return Stamp(status.st_mtime_ns, status.st_size, status.st_ino)
