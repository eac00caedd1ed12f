"""Signatures: marks that identify files made by sbc. A user's own file is never replaced unasked."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import NamedTuple

#: The comment in every film, and the software named in every still picture, that is written.
MADE_BY = "made by sbc"
#: The software named in a placeholder of a picture that does not exist yet.
PLACEHOLDER = f"{MADE_BY}: a placeholder"
_HEAD = 4096  # bytes in which a PNG names its software
_ENOUGH = 4 * 1024 * 1024  # bytes from the start and from the end of a file in which a mark stands


class Signature(NamedTuple):
    """What tells a file of sbc from a user's: `mark` somewhere in it, or what `start` finds at its very start."""

    mark: bytes = b""
    start: re.Pattern[bytes] | None = None

    def is_in(self, head: bytes, tail: bytes) -> bool:
        """Whether a file with this start and end carries the signature."""
        if self.start:
            return self.start.match(head) is not None
        return self.mark in head or self.mark in tail


#: Behind the first times of a SubRip file, which has no comments; players read over it. Files from before that had
#: speakers in front of their lines.
SRT_MARK = "  "
SUBRIP = Signature(start=re.compile(
    rb"1\n[\d:,]+ --> [\d:,]+  \n|(?>\d+\n[\d:,]+ --> [\d:,]+\n(?:<i>)?[^\n]+: [^\n]*\n(?:\n|\Z))*+\Z"
))  # fmt: skip
WEBVTT = Signature(b"\nNOTE made by sbc\n")
#: Of what commands write by themselves, by suffix. A format of `sbc export` brings its own.
_SIGNATURES = {
    ".html": Signature(b'<meta name="generator" content="sbc board">'),
    ".mp4": Signature(MADE_BY.encode()),
    ".png": Signature(f"Software\0{MADE_BY}".encode()),
    ".srt": SUBRIP,
    ".vtt": WEBVTT,
    ".wav": Signature(MADE_BY.encode()),
    # A manifest, or the body of a request.
    ".json": Signature(start=re.compile(rb'\{\n  "(?:format": "storyboard/|model": "[^"\n]*",\n  "prompt": ")')),
}


def is_ours(path: Path, signature: Signature | None = None) -> bool:
    """Whether sbc wrote this file: whether it carries the signature, or that of its suffix. True where there is no
    file, False for a pipe or a folder, which is not even opened. Never raises."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return False
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb") as file:
            head = file.read(_ENOUGH)
            file.seek(max(0, status.st_size - _ENOUGH))
            tail = file.read(_ENOUGH)
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
    known = signature or _SIGNATURES.get(path.suffix.lower())
    return known is not None and known.is_in(head, tail)


def is_placeholder(data: bytes) -> bool:
    """Whether these are the bytes of a PNG that sbc drew for a picture that nobody has made yet."""
    return f"Software\0{PLACEHOLDER}".encode() in data[:_HEAD]
