"""One studio for each script: two would overwrite each other's changes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storyboard.files.cache import cache_folder
from storyboard.spend.lock import FolderLocked, LockUnavailable, hold_folder

_ADDRESS = "address"


class AlreadyOpen(Exception):
    """Another studio has the script open; `address` is where, or empty if unknown."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


@contextmanager
def only_instance(script: str) -> Iterator[Callable[[str], None]]:
    """Be the only studio of a script during the block.

    The function that it yields records the address for the next one that tries. Raises AlreadyOpen.
    """
    name = hashlib.blake2b(os.path.realpath(script).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
    folder = cache_folder(f"studio/{name}")
    if folder is None:
        yield lambda address: None
        return
    folder.chmod(0o700)
    note = folder / _ADDRESS
    try:
        with hold_folder(folder):
            try:
                yield lambda address: _put_down(note, address)
            finally:
                note.unlink(missing_ok=True)
    except FolderLocked:
        raise AlreadyOpen(_read(note)) from None
    except LockUnavailable:
        yield lambda address: None


def _put_down(note: Path, address: str) -> None:
    with suppress(OSError):
        handle = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(address)


def _read(note: Path) -> str:
    with suppress(OSError):
        return note.read_text(encoding="utf-8")
    return ""
