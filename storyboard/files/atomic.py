"""The only writer of files: a file appears completely or not at all.

The new content goes to a temporary file beside the target, is synced to disk, and takes the target's name in one step.
Symbolic links are followed and stay links; a file with several names (hard links) is written in place, so that it keeps
them; the mode and, if the system allows it, the owner of a replaced file are kept. A new file gets the mode that the
umask allows. A target that is not an ordinary file is refused.

An interrupted write leaves nothing behind. Remains of a killed process are deleted by a later write (see `leftovers`).
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storyboard.files.exchange import exchange_files, signals_held
from storyboard.files.leftovers import PART, PREFIX, delete_leftovers

#: Pauses in seconds between the tries to replace a file that another program holds open: about a second in all.
_PAUSES = (0.05, 0.1, 0.2, 0.3, 0.4)
#: Windows: access denied, sharing violation, lock violation (winerror.h).
_HELD_OPEN = (5, 32, 33)
#: Which program usually holds a file of this suffix open.
_HOLDERS = {
    ".mp4": "a video player",
    ".srt": "a video player",
    ".vtt": "a video player",
    ".html": "a browser",
    ".pdf": "a PDF viewer",
    ".csv": "a spreadsheet program",
    ".sb": "an editor",
    ".png": "an image viewer",
}


class NotAFile(OSError):
    """The target is a folder, a pipe, a device or a socket."""


class FileChanged(OSError):
    """The file no longer holds what was read from it: another program has saved it meanwhile. It stays as it is."""


class FileHeldOpen(OSError):
    """Another program holds the file open and does not let go of it (Windows)."""


def save(path: str | Path, data: bytes, *, expected: bytes | None = None) -> None:
    """Write `data` to a file, whole or not at all.

    With `expected`, only if the file still holds these bytes at the moment of the change. Raises FileChanged if it
    does not, NotAFile, FileHeldOpen, or another OSError; the file is then as it was.
    """
    with replacing_file(path, expected=expected) as temporary, open(temporary, "wb") as file:
        file.write(data)


def create(path: str | Path, data: bytes) -> None:
    """Write `data` to a new file, whole or not at all. Raises FileExistsError where there is something at its name,
    which stays as it is, or another OSError."""
    target = Path(path)
    delete_leftovers(target.parent)
    temporary = target.parent / f"{PREFIX}{os.urandom(6).hex()}{PART}"
    try:
        _create(temporary, None)
        with open(temporary, "rb+") as file:
            file.write(data)
            file.flush()
            sync_file(file.fileno())
        put_in_place(temporary, target)
    finally:
        with suppress(OSError):
            os.unlink(temporary)


def put_in_place(partial: Path, final: Path) -> None:
    """Give a finished file its name. Raises FileExistsError where the name is taken, and nothing is touched then."""
    try:
        os.link(partial, final)
    except FileExistsError:
        raise
    except OSError:
        # A file system without links: whoever writes there holds the folder, so nobody of ours comes in between.
        if final.exists():
            raise FileExistsError(final) from None
        partial.rename(final)
    else:
        os.unlink(partial)
    sync_folder(final.parent)


@contextmanager
def replacing_file(path: str | Path, *, expected: bytes | None = None) -> Iterator[Path]:
    """An empty temporary file beside `path`, to be filled by name; it replaces `path` when the block ends well.

    Raises as `save` does.
    """
    target = Path(os.path.realpath(path))
    before = _status(target)
    delete_leftovers(target.parent)
    temporary = target.parent / f"{PREFIX}{os.urandom(6).hex()}{PART}"
    try:
        _create(temporary, before)
        yield temporary
        with open(temporary, "rb+") as file:
            sync_file(file.fileno())
        if before and before.st_nlink > 1:
            _write_in_place(temporary, target, expected)
        elif expected is None:
            _replace(temporary, target)
        else:
            _replace_unchanged(temporary, target, expected)
    finally:
        with suppress(OSError):
            os.unlink(temporary)
    sync_folder(target.parent)


def kind_of(mode: int) -> str | None:
    """What stands at a path that is not an ordinary file, by its `st_mode`: `a folder`, `a pipe` …; else None."""
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return None if stat.S_ISREG(mode) else "a device"


def sync_file(handle: int) -> None:
    """Make what was written to an open file survive a loss of power. On macOS `fsync` leaves it in the drive's cache
    (fsync(2) there), so the drive is told as well."""
    with suppress(ImportError):  # Windows
        import fcntl

        full = getattr(fcntl, "F_FULLFSYNC", None)
        if full is not None:
            with suppress(OSError):  # a file system that does not know it: plain fsync is what there is
                fcntl.fcntl(handle, full)
                return
    os.fsync(handle)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder last, where the system can be asked to (not on Windows)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            sync_file(handle)
        finally:
            os.close(handle)


def _status(target: Path) -> os.stat_result | None:
    """The status of an ordinary file; None where there is nothing. Raises NotAFile."""
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if kind := kind_of(status.st_mode):
        raise NotAFile(f"it is {kind}, not a file")
    return status


def _create(temporary: Path, before: os.stat_result | None) -> None:
    """An empty file with the mode and owner of the one that it is going to replace."""
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
    os.close(os.open(temporary, flags, 0o600 if before else 0o666))
    if before:
        if hasattr(os, "chown"):
            with suppress(OSError):  # only the superuser may give a file away
                os.chown(temporary, before.st_uid, before.st_gid)
        with suppress(PermissionError):  # a file system without modes
            os.chmod(temporary, stat.S_IMODE(before.st_mode))


def _replace(temporary: Path, target: Path, sleep: Callable[[float], None] = time.sleep) -> None:
    """Give the temporary file its name. Where another program holds the target open, try for about a second."""
    for pause in (*_PAUSES, None):
        try:
            os.replace(temporary, target)
        except PermissionError as problem:
            if getattr(problem, "winerror", None) not in _HELD_OPEN:
                raise
            if pause is None:
                holder = _HOLDERS.get(target.suffix.lower(), "the program that shows it")
                raise FileHeldOpen(
                    f"another program has it open, probably {holder}: close it there, try again"
                ) from None
            sleep(pause)
        else:
            return


def _replace_unchanged(temporary: Path, target: Path, expected: bytes) -> None:
    """Replace the target only if it holds what is expected, whatever another program does meanwhile.

    Between a comparison and a rename there is always a moment in which an editor's save would be lost. So the two
    files change names in one step, and the old one is compared afterwards, when nobody else can get at it by its name;
    if it is not the expected one, it gets its name back.
    """
    if _content(target) != expected:
        raise FileChanged("another program has changed it since")
    placed = temporary.read_bytes()
    with signals_held():
        if not exchange_files(temporary, target):
            _replace(temporary, target)
            return
        held = temporary.read_bytes()
        if held == expected:
            return
        while True:
            exchange_files(temporary, target)
            newer = temporary.read_bytes()
            if newer == placed:
                raise FileChanged("another program has changed it since")
            placed, held = held, newer  # saved once more in between: the newest has to have the name


def _content(target: Path) -> bytes | None:
    try:
        return target.read_bytes()
    except FileNotFoundError:
        return None


def _write_in_place(temporary: Path, target: Path, expected: bytes | None) -> None:
    """Fill a file that has several names. What it held is kept beside it until the new content is on the disk."""
    from shutil import copyfile

    backup = temporary.with_suffix(".before")
    with open(target, "rb+") as file:
        if expected is not None and file.read() != expected:
            raise FileChanged("another program has changed it since")
        try:
            with signals_held():
                copyfile(target, backup)
                try:
                    _fill(target, temporary)
                except OSError:
                    _fill(target, backup)
                    raise
        finally:
            with suppress(OSError):
                os.unlink(backup)


def _fill(target: Path, source: Path) -> None:
    from shutil import copyfileobj

    with open(source, "rb") as data, open(target, "rb+") as file:
        copyfileobj(data, file)
        file.truncate()
        file.flush()
        sync_file(file.fileno())
