"""The script on disk, as the page reads and writes it.

The page is told the digest of what it reads. It says that digest when it saves, and nothing is written where the file
holds anything else by then: the person chooses first. Looks and saves of one file are numbered in their order, so that
the page knows news that is older than its own save.
"""

from __future__ import annotations

import threading
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from storyboard.compiler.loader import LARGEST_SCRIPT, Unreadable, decode
from storyboard.files.atomic import FileChanged, create, save

_MARK = b"\xef\xbb\xbf"
#: The digest of no file at all: a page that saves with it has a file that is gone written anew.
GONE = ""


class ScriptText(NamedTuple):
    """A script as it is on disk: its text without a byte-order mark, None where there is none that can be read; the
    digest of the file's bytes, GONE where there is no file; and the number of the look or save that found it so."""

    text: str | None
    digest: str
    version: int


class ScriptConflict(Exception):
    """The file on disk is not the one that was read; `there` is what it is."""

    def __init__(self, there: ScriptText) -> None:
        super().__init__("the file has changed on disk")
        self.there = there


class ScriptFile:
    """One script."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._version = 0
        self._one_at_a_time = threading.Lock()

    def read(self) -> ScriptText:
        """What is on disk. Raises OSError, and Unreadable for what is not a script's text."""
        with self._one_at_a_time:
            return self._read()

    def look(self) -> ScriptText:
        """What is on disk, whether it can be read or not."""
        with self._one_at_a_time:
            return self._look()

    def save(self, text: str, digest: str) -> ScriptText:
        """Write a text where the file still has the digest of what it was made from; GONE is that of no file at all. A
        byte-order mark stays. Raises ScriptConflict, OSError, and ValueError for what is too large to be a script."""
        with self._one_at_a_time:
            try:
                before = self.path.read_bytes()
            except FileNotFoundError:
                before = None
            if (GONE if before is None else _digest(before)) != digest:
                raise ScriptConflict(self._look())
            data = (_MARK if before is not None and before.startswith(_MARK) else b"") + text.encode("utf-8")
            if len(data) > LARGEST_SCRIPT:
                raise ValueError(f"a script has at most {LARGEST_SCRIPT:,} bytes")
            try:
                if before is None:
                    create(self.path, data)
                else:
                    save(self.path, data, expected=before)
            except (FileChanged, FileExistsError):
                raise ScriptConflict(self._look()) from None
            return ScriptText(text, _digest(data), self._next_version())

    def _read(self) -> ScriptText:
        data = self.path.read_bytes()
        return ScriptText(decode(data, self.path.name), _digest(data), self._next_version())

    def _look(self) -> ScriptText:
        data = None
        try:
            data = self.path.read_bytes()
            text = decode(data, self.path.name)
        except (OSError, Unreadable):
            text = None
        return ScriptText(text, GONE if data is None else _digest(data), self._next_version())

    def _next_version(self) -> int:
        self._version += 1
        return self._version


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
