"""The outer boxes of an MP4 file: whether it is one, and whether all of it is there.

The layout is that of ISO/IEC 14496-12, 4.2: four bytes of size, four of type, and for size 1 eight bytes of size more;
size 0 means up to the end of the file.
"""

from __future__ import annotations

from pathlib import Path

_HEADER = 8
_FIRST = frozenset({b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"free", b"skip", b"wide", b"pdin", b"uuid"})


def why_no_mp4(path: Path) -> str | None:
    """What is wrong with the outside of a file, as in `it is cut off`; None where nothing is. Raises OSError."""
    size = path.stat().st_size
    if not size:
        return "it is empty"
    with path.open("rb") as file:
        at = 0
        while at < size:
            file.seek(at)
            head = file.read(16)
            if at == 0 and head[4:8] not in _FIRST:
                return f"it is no MP4 video but {_what(head)}"
            if len(head) < _HEADER:
                return "it is cut off"
            length = int.from_bytes(head[:4], "big")
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            if length == 0:
                return None
            if length < _HEADER:
                return "it is damaged"
            at += length
    return "it is cut off" if at > size else None


def _what(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<"):
        return "a web page"
    if start.startswith((b"{", b"[")):
        return "a JSON answer"
    if start.startswith(b"#ext"):
        return "a playlist"
    return "something else"
