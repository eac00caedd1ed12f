"""Opening of clip files: which demuxer reads a file, and which of its streams is the picture.

The demuxer is chosen by the first bytes of the file from a short list, never guessed, because some formats that
libavformat reads are lists of other files. Opening parses foreign data, so it is done only in a child process with
limits (`storyboard.film.decode_child`), or in a program that was given its own files.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

_HEAD = 400
_PACKET = 188  # bytes of a transport stream's packet (ISO/IEC 13818-1, 2.4.3.2)
_MP4 = frozenset({b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"free", b"skip", b"wide", b"pdin", b"uuid"})
_SIGNATURES = (
    (b"\x1aE\xdf\xa3", "matroska", "Matroska or WebM"),
    (b"FLV\1", "flv", "FLV"),
    (b"OggS", "ogg", "Ogg"),
    (b"GIF8", "gif", "a GIF"),
    (b"\0\0\1\xba", "mpeg", "an MPEG program stream"),
    (b"\0\0\0\1\x67", "h264", "bare H.264"),
    (b"\0\0\0\1\x40", "hevc", "bare HEVC"),
)
#: An MP4 may refer to other files; such references are ignored.
_OPTIONS = {"enable_drefs": "0", "use_absolute_path": "0"}


class NotAVideo(ValueError):
    """The file is not of a format that contains video; the message says what it is, as in `it is a web page`."""


def demuxer_of(path: Path) -> tuple[str, str]:
    """The libavformat name of a file's format, and its common name. Raises OSError, NotAVideo."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise NotAVideo("it is empty")
    if head[4:8] in _MP4:
        return "mp4", "MP4"
    for start, demuxer, name in _SIGNATURES:
        if head.startswith(start):
            return demuxer, name
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return "avi", "AVI"
    if len(head) > _PACKET and head[0] == head[_PACKET] == 0x47:  # the same, 2.4.3.3: sync_byte
        return "mpegts", "an MPEG transport stream"
    raise NotAVideo(f"it is not a video but {_kind_of(head)}")


def open_clip(path: Path) -> InputContainer:
    """Open a clip. Raises OSError, av.FFmpegError, NotAVideo."""
    import av

    demuxer, _ = demuxer_of(path)
    return av.open(str(path), format=demuxer, options=dict(_OPTIONS) if demuxer == "mp4" else {})


def picture_stream(container: InputContainer) -> VideoStream:
    """The video stream: the first that is not a still picture such as cover art. Raises NotAVideo."""
    from av.stream import Disposition

    streams = container.streams.video
    for stream in streams:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    raise NotAVideo("it contains a still picture and no video" if streams else "it contains no picture")


def _kind_of(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<"):
        return "a web page"
    if start.startswith((b"{", b"[")):
        return "a JSON answer"
    if start.startswith(b"#ext"):
        return "a playlist"
    return "something else"
