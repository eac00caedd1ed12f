"""Put the formatted text into its file: whole or not at all, unless somebody else has written it meanwhile."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from storyboard.saving import save


class Overtaken(Exception):
    """The file is no longer what was read."""


def rewrite(path: Path, before: bytes, after: bytes) -> None:
    """Replace what a file holds; its mode stays, and so does every link to it. Raises Overtaken and OSError, and the
    file is then as it was."""
    if path.read_bytes() != before:
        raise Overtaken
    if path.stat().st_nlink == 1:
        save(path, after)
    else:
        _write_over(path, before, after)


def _write_over(path: Path, before: bytes, after: bytes) -> None:
    """A file with several names would lose them by a rename, so it is written in its place."""
    with path.open("r+b") as file:
        try:
            _fill(file, after)
        except OSError:
            _fill(file, before)
            raise


def _fill(file: BinaryIO, data: bytes) -> None:
    file.seek(0)
    file.write(data)
    file.truncate()
    file.flush()
    os.fsync(file.fileno())
