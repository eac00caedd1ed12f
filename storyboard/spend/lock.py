"""One run at a time in a folder: a lock of the operating system, which ends with its process."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: A folder that is held is tried so often again, after so many seconds.
_TRIES, _PAUSE = 5, 0.03


class FolderLocked(Exception):
    """Another process renders into the folder."""


class LockUnavailable(Exception):
    """The file system of the folder has no locks; the message is the system's."""


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Hold a folder during the block. Raises FolderLocked if another process holds it, LockUnavailable if that is
    unknown."""
    try:
        handle = _open(folder)
    except OSError as problem:
        raise LockUnavailable(problem.strerror or str(problem)) from None
    try:
        try:
            _lock_with_patience(handle)
        except OSError as problem:
            raise LockUnavailable(problem.strerror or str(problem)) from None
        yield
    finally:
        os.close(handle)


def _lock_with_patience(handle: int) -> None:
    """Lock with a few retries, because a process that only tests the lock holds it for a moment."""
    for _ in range(_TRIES):
        with suppress(FolderLocked):
            return _lock(handle)
        time.sleep(_PAUSE)
    return _lock(handle)


def is_held(folder: Path) -> bool:
    """Whether a process renders into a folder right now; False if that cannot be known."""
    try:
        with hold_folder(folder):
            return False
    except FolderLocked:
        return True
    except (LockUnavailable, OSError):
        return False


if sys.platform == "win32":
    import msvcrt

    def _open(folder: Path) -> int:
        # A folder cannot be locked there; the file stays, and means nothing by itself.
        return os.open(folder / ".lock", os.O_RDWR | os.O_CREAT)

    def _lock(handle: int) -> None:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as problem:
            if problem.errno in (errno.EACCES, errno.EDEADLK):
                raise FolderLocked from None
            raise

else:
    import fcntl

    def _open(folder: Path) -> int:
        # Python's handles do not outlive an exec: a decoder that outlives us does not hold our lock.
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)

    def _lock(handle: int) -> None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderLocked from None
