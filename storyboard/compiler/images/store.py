"""The image store: facts and encoded images kept from run to run in the user's cache folder.

A photo of 12 megapixels takes a tenth of a second to decode and as long to encode; a film has dozens, and every command
looks at all of them. So facts are kept by path and stamp, and encoded pictures by the digest of the file's bytes: a
picture that changes is a new one. Anything here may be deleted at any time, and several runs may write at once: a file
appears whole, and one that cannot be read counts as missing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from storyboard.files.cache import cache_folder
from storyboard.files.stamps import Stamp

#: Counted up whenever reading or encoding changes what comes out.
_VERSION = 1
#: Bytes kept at most; the files unused for the longest time go first. Entries written between two looks at the sum.
_MOST_BYTES, _LOOK_AFTER = 512 * 1024 * 1024, 64


class ImageStore:
    """The store in one folder, which `find_folder` names when it is first needed; None keeps nothing."""

    def __init__(self, find_folder: Callable[[], Path | None]) -> None:
        self._find_folder = find_folder
        self._written = 0

    @cached_property
    def _folder(self) -> Path | None:
        return self._find_folder()

    def facts(self, file: Path, stamp: Stamp) -> Any:  # noqa: ANN401 # any JSON: the file may have been changed
        """The stored facts about a file with this stamp, or None."""
        found = self._read(self._facts_name(file))
        if found is None:
            return None
        try:
            kept = json.loads(found)
            return kept["facts"] if kept["stamp"] == list(stamp) else None
        except (ValueError, KeyError, TypeError, RecursionError):
            return None

    def keep_facts(self, file: Path, stamp: Stamp, facts: dict[str, Any]) -> None:
        """Store facts about a file."""
        self._write(self._facts_name(file), json.dumps({"stamp": list(stamp), "facts": facts}).encode())

    def encoded(self, digest: str, how: str) -> bytes | None:
        """The stored encoding of the file with this digest, made in the way that `how` names; None if there is none."""
        return self._read(_encoded_name(digest, how))

    def size(self, digest: str, how: str) -> int:
        """The stored encoding's size in bytes; 0 if there is none."""
        name = _encoded_name(digest, how)
        try:
            return 0 if self._folder is None else (self._folder / name[:2] / name).stat().st_size
        except OSError:
            return 0

    def keep_encoded(self, digest: str, how: str, data: bytes) -> None:
        """Store an encoding of a file."""
        self._write(_encoded_name(digest, how), data)

    def _facts_name(self, file: Path) -> str:
        return _digest(os.fsencode(os.path.abspath(file))) + ".json"

    def _read(self, name: str) -> bytes | None:
        if self._folder is None:
            return None
        path = self._folder / name[:2] / name
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return data

    def _write(self, name: str, data: bytes) -> None:
        if self._folder is None:
            return
        from storyboard.files.atomic import save

        with suppress(OSError):
            folder = self._folder / name[:2]
            folder.mkdir(parents=True, exist_ok=True)
            save(folder / name, data)
            self._written += 1
            if self._written % _LOOK_AFTER == 1:
                self._sweep()

    def _sweep(self) -> None:
        """Delete the least recently used content if there is too much."""
        kept = sorted(self._files())
        total = sum(size for _, size, _ in kept)
        for _, size, path in kept:
            if total <= _MOST_BYTES:
                return
            with suppress(OSError):
                path.unlink()
                total -= size

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        assert self._folder is not None, "only a store with a folder is swept"
        for path in self._folder.rglob("*"):
            with suppress(OSError):
                status = path.stat()
                if path.is_file():
                    yield status.st_mtime, status.st_size, path


def user_store() -> ImageStore:
    """The store in the user's cache folder, for commands."""
    return ImageStore(lambda: cache_folder(f"images-{_VERSION}"))


def _encoded_name(digest: str, how: str) -> str:
    return _digest(f"{digest} {how}".encode()) + ".bin"


def _digest(data: bytes) -> str:
    from hashlib import sha256  # loads OpenSSL, for which a script without pictures has no use

    return sha256(data).hexdigest()
