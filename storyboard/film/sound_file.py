"""Opening of the script's sound files: which demuxer reads a file.

As for clips, the demuxer is chosen by the first bytes of the file from a short list, never guessed, because some
formats that libavformat reads are lists of other files. Only a child process with limits opens files from outside.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.compiler.loader import is_displaced

if TYPE_CHECKING:
    from av.container import InputContainer

_HEAD = 16
_ID3 = 10  # bytes of the head of an ID3 tag: https://id3.org/id3v2.4.0-structure, 3.1
_MP4 = {"enable_drefs": "0", "use_absolute_path": "0"}  # an MP4 may name files of its own accord


class NotASound(ValueError):
    """A file that holds no sound; the message says what it is, as in `it is empty`."""


def open_sound(path: Path) -> InputContainer:
    """Open a sound file, or a video for its sound, by a path without links: one that has come in since it was judged is
    not followed. Raises OSError, av.FFmpegError, NotASound."""
    import av

    if is_displaced(path):
        raise NotASound("a link has replaced it")

    demuxer = _demuxer_of(path)
    container = av.open(str(path), format=demuxer, options=dict(_MP4) if demuxer == "mp4" else {})
    if not container.streams.audio:
        container.close()
        raise NotASound("it contains no sound")
    return container


def _demuxer_of(path: Path) -> str:
    """The libavformat name of a file's format, by its first bytes. Raises NotASound."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if head.startswith(b"ID3") and len(head) > _ID3:
            file.seek(
                _ID3 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
            )
            behind = file.read(_HEAD)
            head = behind if behind.startswith(b"fLaC") or _is_adts(behind) else b"\xff\xfb"
    if not head:
        raise NotASound("it is empty")
    if head.startswith((b"RIFF", b"RF64")):
        return "wav"
    if head.startswith(b"fLaC"):
        return "flac"
    if head.startswith(b"OggS"):
        return "ogg"
    if head[4:8] == b"ftyp":
        return "mp4"
    if _is_adts(head):
        return "aac"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return "mp3"
    raise NotASound("it is not a sound file")


def _is_adts(head: bytes) -> bool:
    """AAC in frames of its own (ISO/IEC 13818-7, 6.2): twelve ones, and layer 0."""
    return len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0
