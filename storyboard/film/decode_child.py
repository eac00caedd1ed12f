"""The child process that decodes a clip; `storyboard.film.decode` starts it.

Clips come from outside, and decoders are large C programs. So a clip is decoded in a process that holds no lock and no
file of its parent, has little memory and processor time, writes only its report to standard output, and ends with its
parent: it reads standard input, which is closed then.

Verbs: `probe` reports what files say about themselves; `facts` decodes one and reports what it is, with a `problem` if
the decodable part is not complete; `first`, `last` and `at:SECOND` report a frame as PNG. If nothing can be decoded,
the report has the reason as `undecodable`, and whether the file is `unjudged`. Reasons are words that follow a name:
`it contains no frame`.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyboard.child_process import end_with_parent, limit_itself
from storyboard.film.clip_file import NotAVideo, demuxer_of, open_clip, picture_stream
from storyboard.film.limits import clip_file_limits
from storyboard.film.mp4 import why_cut_off
from storyboard.film.rates import usual_rate

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream


_NEAR = 0.01  # seconds: a frame that is due at a whole second may be timed a little before it


class _TooMuch(Exception):
    """More than the decoder may take, whatever the clip is; the message says what."""


def main(verb: str, path: Path) -> bytes:
    """The report of one verb."""
    import av

    cut_off, is_unjudged = None, False
    try:
        demuxer, name = demuxer_of(path)
        cut_off = why_cut_off(path) if demuxer == "mp4" else None
        with open_clip(path) as container:
            video = picture_stream(container)
            _check_size(video)
            if verb == "facts":
                facts = _facts(container, video, has_index=demuxer == "mp4")
                return json.dumps({**facts, "problem": cut_off or facts["problem"], "format": name}).encode()
            shape = float(video.sample_aspect_ratio or 1)
            return _png(_frame(container, video, verb), shape)
    except NotAVideo as problem:
        said = cut_off or str(problem)
    except (av.FFmpegError, OSError, ValueError):
        said = cut_off or "it cannot be decoded"
    except MemoryError:
        said, is_unjudged = "it does not fit into memory", True
    except _TooMuch as problem:
        said, is_unjudged = str(problem), True
    return json.dumps({"undecodable": said, "unjudged": is_unjudged}).encode()


def _check_size(video: VideoStream) -> None:
    context = video.codec_context
    if max(context.width, context.height) > clip_file_limits().largest_side:
        raise _TooMuch(f"its picture is too large ({context.width} × {context.height})")


def probe(path: Path) -> dict[str, Any]:
    """What a file says of its picture and sound, and its first frame; `undecodable` where it has none. `rate` is the
    one at which its frames were meant to be shown, as a fraction; `frames` are those that fill it at that rate."""
    import av

    try:
        with open_clip(path) as container:
            video = picture_stream(container)
            _check_size(video)
            first = _first(container, video)
            shape = Fraction(video.sample_aspect_ratio or 1)
            width, height = max(1, round(video.codec_context.width * shape)), video.codec_context.height
            turned = first.rotation % 360
            rate = usual_rate(video.average_rate, video.base_rate)
            sound = container.streams.audio[0] if container.streams.audio else None
            return {
                "rate": str(rate),
                "frames": _frame_count(container, video, rate),
                "width": height if turned % 180 else width,
                "height": width if turned % 180 else height,
                "upright": turned == 0 and shape == 1,
                "channels": sound.codec_context.channels if sound else 0,
                "sampling": sound.rate if sound else 0,
            }
    except (NotAVideo, _TooMuch) as problem:
        return {"undecodable": str(problem)}
    except (av.FFmpegError, OSError, ValueError, MemoryError) as problem:
        gone = isinstance(problem, FileNotFoundError)
        return {"undecodable": "there is no such file" if gone else "it cannot be decoded"}


def _frame_count(container: InputContainer, video: VideoStream, rate: Fraction) -> int:
    """How many frames fill what the picture lasts."""
    base = video.time_base
    if video.duration and base:
        return round(video.duration * base * rate)
    if container.duration:
        return round(Fraction(container.duration, 1_000_000) * rate)
    return video.frames


def _facts(container: InputContainer, video: VideoStream, *, has_index: bool) -> dict[str, Any]:
    """Decode all of it. `has_index`: the file says how many packets it has."""
    video.thread_type = "AUTO"
    heard = container.streams.audio[:1]
    tally = _Tally({stream.index: 0 for stream in (video, *heard)})
    for packet in container.demux(video, *heard):
        tally.packets[packet.stream.index] += bool(packet.size)
        tally.is_cut |= packet.is_corrupt
        if packet.stream is video:
            tally.decode(packet)
    if not tally.frames or tally.first is None or tally.last is None:
        raise NotAVideo("it contains no frame")
    counted = (video, *(one for one in heard if not one.codec_context.name.startswith("pcm")))  # that counts samples
    tally.is_cut |= has_index and any(stream.frames > tally.packets[stream.index] for stream in counted)
    problem = "it is damaged" if tally.bad_packets else None
    context = video.codec_context
    width, height = context.width, context.height
    if tally.rotation % 180:
        width, height = height, width
    ratio = video.sample_aspect_ratio or 1
    rate = usual_rate(video.average_rate, video.base_rate)
    spanned = float((tally.last - tally.first) * video.time_base) if video.time_base else 0.0
    return {
        "problem": "it is cut off" if tally.is_cut else problem,
        "frames": tally.frames,
        "seconds": spanned + 1 / float(rate),
        "width": width,
        "height": height,
        "shape": width * float(1 / ratio if tally.rotation % 180 else ratio) / height,
        "rate": float(rate),
        "sound": bool(heard),
    }


@dataclass(slots=True)
class _Tally:
    """The counts of decoding: packets by stream, frames, and the times of the first and last frame, in ticks."""

    packets: dict[int, int]
    frames: int = 0
    first: int | None = None
    last: int | None = None
    rotation: int = 0
    bad_packets: int = 0
    is_cut: bool = False

    def decode(self, packet: Packet[Any]) -> None:
        """Count a packet and the frames that it gives."""
        import av

        try:
            frames = packet.decode()
        except av.FFmpegError:
            self.bad_packets += 1
            return
        for frame in frames:
            self.rotation = self.rotation if self.frames else frame.rotation
            self.frames += 1
            if frame.pts is not None:
                self.first = frame.pts if self.first is None else min(self.first, frame.pts)
                self.last = frame.pts if self.last is None else max(self.last, frame.pts)


def _frames(container: InputContainer, video: VideoStream) -> Iterator[VideoFrame]:
    """All frames that can be decoded; what cannot be ends the row."""
    import av

    with suppress(av.FFmpegError):
        yield from container.decode(video)


def _frame(container: InputContainer, video: VideoStream, verb: str) -> VideoFrame:
    name, _, second = verb.partition(":")
    if name == "at":
        return _at(container, video, int(second))
    return _first(container, video) if name == "first" else _last(container, video)


def _at(container: InputContainer, video: VideoStream, second: int) -> VideoFrame:
    """The frame that is shown at a second, or the last one."""
    import av

    video.thread_type = "AUTO"
    if second:
        with suppress(av.FFmpegError):
            container.seek(second * av.time_base, backward=True)
    last = None
    for last in _frames(container, video):
        if last.time is None or last.time >= second - _NEAR:
            return last
    return last or _last(container, video)


def _first(container: InputContainer, video: VideoStream) -> VideoFrame:
    for frame in _frames(container, video):
        return frame
    raise NotAVideo("it contains no frame")


def _last(container: InputContainer, video: VideoStream) -> VideoFrame:
    """The last frame that can be decoded: from the last key frame on, or from the start where that gives none."""
    import av

    video.thread_type = "AUTO"
    found: deque[VideoFrame] = deque(maxlen=1)
    if video.duration:
        with suppress(av.FFmpegError):
            container.seek((video.start_time or 0) + video.duration, stream=video, backward=True)
        found.extend(_frames(container, video))
    if not found:
        with suppress(av.FFmpegError):
            container.seek(0)
        found.extend(_frames(container, video))
    if not found:
        raise NotAVideo("it contains no frame")
    return found[0]


def _png(frame: VideoFrame, pixel_shape: float) -> bytes:
    from PIL.PngImagePlugin import PngInfo

    from storyboard.film.colour import to_picture

    body, tags = io.BytesIO(), PngInfo()
    tags.add(b"sRGB", b"\0")  # the PNG specification, 11.3.2.5: perceptual
    to_picture(frame, pixel_shape).save(body, "PNG", compress_level=3, pnginfo=tags)
    return body.getvalue()


def run(verb: str, *paths: str) -> None:
    """Be the child process."""
    limit_itself(clip_file_limits().processor_seconds, clip_file_limits().memory_bytes)
    end_with_parent()
    import av.logging

    av.logging.set_level(None)
    report = (
        json.dumps([probe(Path(path)) for path in paths]).encode() if verb == "probe" else main(verb, Path(paths[0]))
    )
    sys.stdout.buffer.write(report)
    sys.stdout.buffer.flush()
    os._exit(0)
