"""Answers that contain the product: a picture arrives with the answer to its call, and only once.

The answer goes to disk as received, status and headers before the body, in `answers/<entry>.answer`; disk space for it
is reserved before the call. The file stays until its product has its final name.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from storyboard.files.atomic import sync_file, sync_folder
from storyboard.spend.answers import ANSWERS
from storyboard.spend.database import DiskFull
from storyboard.spend.entry import Entry
from storyboard.venice.protocol import Answer

_FORMAT = "storyboard-media-answer/1"
_ROOM = ".room"
_CHUNK = 1 << 20


def keep_room(folder: Path, most_bytes: int) -> None:
    """Reserve disk space for an answer before its call. Raises DiskFull."""
    room = folder / ANSWERS / _ROOM
    with suppress(OSError):
        if room.stat().st_size >= most_bytes:
            return
    try:
        room.parent.mkdir(parents=True, exist_ok=True)
        with room.open("wb") as file:
            _fill(file.fileno(), most_bytes)
            sync_file(file.fileno())
    except OSError as problem:
        room.unlink(missing_ok=True)
        raise DiskFull(f"{folder}: {problem.strerror}") from None


def _fill(handle: int, size: int) -> None:
    """Fill a file up to a size, so that the disk space is really taken."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(handle, 0, size)
        return
    block = b"\0" * _CHUNK
    for _ in range(-(-size // _CHUNK)):
        os.write(handle, block)


def keep(folder: Path, entry: Entry, answer: Answer) -> None:
    """Write the answer to the call of an entry into its reserved space. Raises OSError."""
    head = {
        "format": _FORMAT,
        "entry": entry.id,
        "fingerprint": entry.fingerprint,
        "status": answer.status,
        "headers": dict(answer.headers),
        "whole": answer.whole,
    }
    room, final = folder / ANSWERS / _ROOM, _path(folder, entry)
    final.parent.mkdir(parents=True, exist_ok=True)
    with room.open("r+b" if room.exists() else "wb") as file:
        file.write(json.dumps(head).encode() + b"\n")
        file.write(answer.body)
        file.truncate()
        file.flush()
        sync_file(file.fileno())
    os.replace(room, final)
    sync_folder(final.parent)


def find(folder: Path, entry: Entry) -> Answer | None:
    """The kept answer to the call of an entry; None if there is none, or if it belongs to another ledger."""
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        head, _, body = _path(folder, entry).read_bytes().partition(b"\n")
        facts = json.loads(head)
        is_its = (facts["format"], facts["entry"], facts["fingerprint"]) == (_FORMAT, entry.id, entry.fingerprint)
        if is_its and type(facts["status"]) is int:
            return Answer(facts["status"], dict(facts["headers"]), body, bool(facts["whole"]))
    return None


def discard(folder: Path, entry: Entry | None = None) -> None:
    """Delete the answer of an entry once its product has its final name, or the reserved space if there was no
    answer."""
    with suppress(OSError):
        path = folder / ANSWERS / _ROOM if entry is None else _path(folder, entry)
        path.unlink(missing_ok=True)
        path.parent.rmdir()


def _path(folder: Path, entry: Entry) -> Path:
    return folder / ANSWERS / f"{entry.id}.answer"
