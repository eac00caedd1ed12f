"""The script on disk, as the page reads and writes it.

The page receives the digest of what it reads, and sends it when it saves. Nothing is written if the file has changed by
then: the person decides first.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from storyboard.compiler.loader import LARGEST_SCRIPT, decode
from storyboard.files.atomic import FileChanged, save

_MARK = b"\xef\xbb\xbf"


class ScriptText(NamedTuple):
    """A script on disk: its text without a byte-order mark, and the digest of the file's bytes."""

    text: str
    digest: str


class ScriptConflict(Exception):
    """The file on disk is not the one that was read; `there` is what it holds, None where it is gone."""

    def __init__(self, there: ScriptText | None) -> None:
        super().__init__("the file has changed on disk")
        self.there = there


class ScriptFile:
    """The file of one script."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> ScriptText:
        """The script on disk. Raises OSError, and Unreadable if the content is not a script's text."""
        data = self.path.read_bytes()
        return ScriptText(decode(data, self.path.name), _digest(data))

    def save(self, text: str, digest: str) -> ScriptText:
        """Write a text if the file still has the digest that the text is based on. A byte-order mark is kept.

        Raises Conflict, OSError, and ValueError if the text is too long for a script.
        """
        try:
            before = self.path.read_bytes()
        except FileNotFoundError:
            raise ScriptConflict(None) from None
        if _digest(before) != digest:
            raise ScriptConflict(self.read())
        data = (_MARK if before.startswith(_MARK) else b"") + text.encode("utf-8")
        if len(data) > LARGEST_SCRIPT:
            raise ValueError(f"a script has at most {LARGEST_SCRIPT:,} bytes")
        try:
            save(self.path, data, expected=before)
        except FileChanged:
            raise ScriptConflict(self.read()) from None
        return ScriptText(text, _digest(data))


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
