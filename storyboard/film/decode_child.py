"""The child process that decodes a clip; `storyboard.film.decode` starts it.

A clip comes from elsewhere, and decoders are large C programs. So a clip is decoded in a process of its own that holds
no lock and no file of its parent, has little memory and processor time, writes nothing but its report to standard
output, and is gone when its parent is: it reads standard input, which ends with the parent.

Verbs: `facts` reports JSON; `first` and `last` report a frame as PNG. A problem is reported as JSON with one key,
`problem`, whose words follow a name: `holds no frame`.
"""

from __future__ import annotations

import io
import json
import os
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from storyboard.film.limits import limits
from storyboard.film.mp4 import why_no_mp4

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame


class ClipRefused(Exception):
    """The file is no clip; the message says why, as in `it holds no frame`."""


def main(verb: str, path: Path) -> bytes:
    """The report of one verb."""
    import av

    try:
        _check_outside(path)
        with av.open(str(path), format="mp4", options={"enable_drefs": "0", "use_absolute_path": "0"}) as container:
            _check_streams(container)
            if verb == "facts":
                return json.dumps(_facts(container)).encode()
            shape = float(container.streams.video[0].sample_aspect_ratio or 1)
            return _png(_first(container) if verb == "first" else _last(container), shape)
    except ClipRefused as problem:
        return json.dumps({"problem": str(problem)}).encode()
    except (av.FFmpegError, OSError, ValueError, MemoryError) as problem:
        said = "it does not fit into memory" if isinstance(problem, MemoryError) else "it cannot be decoded"
        return json.dumps({"problem": said}).encode()


def _check_outside(path: Path) -> None:
    if problem := why_no_mp4(path):
        raise ClipRefused(problem)


def _check_streams(container: InputContainer) -> None:
    if not container.streams.video:
        raise ClipRefused("it holds no picture")
    context = container.streams.video[0].codec_context
    if max(context.width, context.height) > limits().largest_side:
        raise ClipRefused(f"its picture is too large ({context.width} × {context.height})")


def _facts(container: InputContainer) -> dict[str, Any]:
    """Decode all of it."""
    video = container.streams.video[0]
    video.thread_type = "AUTO"
    frames, first, last, counted, turned = 0, None, None, {stream.index: 0 for stream in container.streams}, 0
    for packet in container.demux():
        if packet.size:
            counted[packet.stream.index] += 1
        if packet.is_corrupt:
            raise ClipRefused("it is cut off")
        if packet.stream is not video:
            continue
        for frame in packet.decode():
            frame = cast("VideoFrame", frame)
            if not frames:
                turned = frame.rotation
            frames += 1
            if frame.pts is not None:
                first = frame.pts if first is None else min(first, frame.pts)
                last = frame.pts if last is None else max(last, frame.pts)
    if not frames:
        raise ClipRefused("it holds no frame")
    if any(stream.frames > counted[stream.index] for stream in container.streams):
        raise ClipRefused("it is cut off")
    context = video.codec_context
    width, height = context.width, context.height
    if turned % 180:
        width, height = height, width
    ratio = video.sample_aspect_ratio or 1
    rate = video.average_rate or 24
    spanned = 0.0
    if first is not None and last is not None and video.time_base is not None:
        spanned = float((last - first) * video.time_base)
    return {
        "frames": frames,
        "seconds": spanned + 1 / float(rate),
        "width": width,
        "height": height,
        "shape": width * float(1 / ratio if turned % 180 else ratio) / height,
        "rate": float(rate),
        "sound": bool(container.streams.audio),
    }


def _frames(container: InputContainer) -> Iterator[VideoFrame]:
    """All frames that can be decoded; what cannot be ends the row."""
    import av

    with suppress(av.FFmpegError):
        yield from container.decode(container.streams.video[0])


def _first(container: InputContainer) -> VideoFrame:
    for frame in _frames(container):
        return frame
    raise ClipRefused("it holds no frame")


def _last(container: InputContainer) -> VideoFrame:
    """The last frame that can be decoded: from the last key frame on, or from the start where that gives none."""
    import av

    video = container.streams.video[0]
    video.thread_type = "AUTO"
    found: deque[VideoFrame] = deque(maxlen=1)
    if video.duration:
        with suppress(av.FFmpegError):
            container.seek((video.start_time or 0) + video.duration, stream=video, backward=True)
        found.extend(_frames(container))
    if not found:
        container.seek(0)
        found.extend(_frames(container))
    if not found:
        raise ClipRefused("it holds no frame")
    return found[0]


def _png(frame: VideoFrame, pixel_shape: float) -> bytes:
    from PIL.PngImagePlugin import PngInfo

    from storyboard.film.colour import to_picture

    body, tags = io.BytesIO(), PngInfo()
    tags.add(b"sRGB", b"\0")  # the PNG specification, 11.3.2.5: perceptual
    to_picture(frame, pixel_shape).save(body, "PNG", compress_level=3, pnginfo=tags)
    return body.getvalue()


def _limit_itself() -> None:
    """As little as decoding needs, where the system can be asked for limits."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        most = limits()
        resource.setrlimit(resource.RLIMIT_CPU, (most.processor_seconds, most.processor_seconds))
        resource.setrlimit(resource.RLIMIT_AS, (most.memory_bytes, most.memory_bytes))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_parent() -> None:
    """Standard input ends when the parent is gone, however it went."""

    def wait() -> None:
        with suppress(OSError):
            while os.read(0, 1):
                pass
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def run(verb: str, path: str) -> None:
    """Be the child process."""
    _limit_itself()
    _end_with_parent()
    import av.logging

    av.logging.set_level(None)
    sys.stdout.buffer.write(main(verb, Path(path)))
    sys.stdout.buffer.flush()
    os._exit(0)
