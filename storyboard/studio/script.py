"""The script on disk, as the page reads and writes it.

The page receives the digest of what it reads, and sends it when it saves. Nothing is written if the file has changed by
then: the person decides first. Reads and saves of one file are numbered, so that the page can tell news that is older
than its own save.
"""

from __future__ import annotations

import threading
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from storyboard.compiler.loader import LARGEST_SCRIPT, Unreadable, decode
from storyboard.files.atomic import FileChanged, create, save

_MARK = b"\xef\xbb\xbf"
#: The digest of a missing file: a page that saves with it creates the file again.
GONE = ""


class ScriptText(NamedTuple):
    """A script on disk: its text without a byte-order mark, None if there is none that can be read; the digest of the
    file's bytes, GONE if there is no file; and the number of the read or save that found it."""

    text: str | None
    digest: str
    version: int


class ScriptConflict(Exception):
    """The file on disk is not the one that was read; `there` is what it is."""

    def __init__(self, there: ScriptText) -> None:
        super().__init__("the file has changed on disk")
        self.there = there


class ScriptFile:
    """The file of one script."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._version = 0
        self._one_at_a_time = threading.Lock()

    def read(self) -> ScriptText:
        """The script on disk. Raises OSError, and Unreadable if the content is not a script's text."""
        with self._one_at_a_time:
            return self._read()

    def look(self) -> ScriptText:
        """The script on disk, also if it is missing or cannot be read."""
        with self._one_at_a_time:
            return self._look()

    def save(self, text: str, digest: str) -> ScriptText:
        """Write a text if the file still has the digest that the text is based on; GONE means that there is no file. A
        byte-order mark is kept.

        Raises ScriptConflict, OSError, and ValueError if the text is too long for a script.
        """
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
