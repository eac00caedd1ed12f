"""Reading the counters and tones of test clips."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import av

MakeClip = Callable[..., Path]


def levels(path: Path) -> list[int]:
    """The grey of every frame, in the middle of it, 40 taken off."""
    found = []
    with av.open(str(path)) as container:
        for frame in container.decode(container.streams.video[0]):
            plane = frame.planes[0]
            value = bytes(plane)[plane.line_size * (frame.height // 2) + frame.width // 2]
            found.append(round((value - 16) * 255 / 219) - 40)
    return found


def beeps(path: Path) -> list[float]:
    """The seconds at which sound begins after silence."""
    found: list[float] = []
    silent_since = -1.0
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=48000)
        at = None
        for frame in container.decode(container.streams.audio[0]):
            for part in resampler.resample(frame):
                at = (frame.time or 0.0) * 48000 if at is None else at
                samples = array("f")
                samples.frombytes(bytes(part.planes[0])[: part.samples * 4])
                for index in range(0, len(samples), 48):
                    now = (at + index) / 48000
                    if max(samples[index : index + 48], key=abs) ** 2 > 0.02:
                        if now - silent_since > 0.3 or not found:
                            found.append(now)
                        silent_since = now
                at += part.samples
    return found


def length(path: Path) -> tuple[int, float, float]:
    """Frames, seconds of picture, and seconds of the whole file."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        assert video.duration is not None
        assert video.time_base is not None
        return len(levels(path)), float(video.duration * video.time_base), (container.duration or 0) / av.time_base


def turn_by_quarter(path: Path, quarters: int = 1) -> Path:
    """Have a clip of ours shown turned by quarters, with the clock: the matrix of its first track (ISO/IEC 14496-12,
    8.3.2)."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 44
    cosine, sine = ((1, 0), (0, 1), (-1, 0), (0, -1))[quarters]
    rows = (cosine << 16, sine << 16, 0, -sine << 16, cosine << 16, 0, 0, 0, 1 << 30)
    data[at : at + 36] = b"".join(value.to_bytes(4, "big", signed=True) for value in rows)
    path.write_bytes(data)
    return path


_HOLDERS = frozenset({b"moov", b"trak", b"edts", b"mdia", b"minf", b"stbl"})


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, bytes]]:
    """The type of each box and all of it, its head too (ISO/IEC 14496-12, 4.2)."""
    while start < (len(data) if end is None else end):
        size = int.from_bytes(data[start : start + 4], "big")
        yield data[start + 4 : start + 8], data[start : start + size]
        start += size


def change(path: Path, what: bytes, how: Callable[[bytes], bytes]) -> Path:
    """Put what `how` makes of each box of a type in its place. The index has to stand at the end, or keep its size."""
    path.write_bytes(b"".join(_changed(data, kind, what, how) for kind, data in boxes(path.read_bytes())))
    return path


def _changed(data: bytes, kind: bytes, what: bytes, how: Callable[[bytes], bytes]) -> bytes:
    if kind == what:
        return how(data)
    if kind not in _HOLDERS:
        return data
    inner = b"".join(_changed(one, name, what, how) for name, one in boxes(data, 8))
    return (8 + len(inner)).to_bytes(4, "big") + kind + inner


def tables(path: Path, name: bytes) -> list[bytes]:
    """All boxes of a type that the index of a file holds."""
    found: list[bytes] = []

    def keep(data: bytes) -> bytes:
        found.append(data)
        return data

    for kind, data in boxes(path.read_bytes()):
        _changed(data, kind, name, keep)
    return found
