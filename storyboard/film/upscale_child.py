"""The child process that cuts takes into pieces and joins upscaled ones; `storyboard.film.upscale` starts it.

Part of what it decodes came from outside, so it has limits and no key. It reads one task and answers in JSON.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Any

from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame

from storyboard.child_process import limit_itself
from storyboard.drawing.overlays import FrameSize
from storyboard.film.clip_file import open_clip, picture_stream
from storyboard.film.colour import Converter, untagged_matrix
from storyboard.film.encoding import Quality, add_video, encode_frames, open_mp4, write_in_step
from storyboard.film.limits import clip_file_limits
from storyboard.film.media import whole_frames
from storyboard.film.rates import usual_rate
from storyboard.film.upscale import CutTask, MergeTask


def cut(task: CutTask) -> None:
    """Encode a range of a take's frames. Raises OSError, ValueError, av.FFmpegError."""
    size, rate = FrameSize(*task.size), Fraction(task.rate)
    with open_clip(Path(task.take)) as take, open_mp4(task.target) as container:
        matrix = untagged_matrix(size.height)
        video = add_video(container, size, rate, Quality(True, 0, matrix, bits=task.bits, buffer=1.0, crf=_CLEAN))
        frames = _range(take, task.first, task.frames)
        write_in_step(container, encode_frames(video, _fitted(frames, size, matrix)))


def merge(task: MergeTask) -> None:
    """Write the picture of pieces and the sound of a take. Raises OSError, ValueError, av.FFmpegError."""
    with ExitStack() as stack:
        container = stack.enter_context(open_mp4(task.target))
        pieces = [stack.enter_context(open_clip(Path(path))) for path in task.pieces]
        take = stack.enter_context(open_clip(Path(task.take)))
        if len(pieces) == 1:
            picture = _copied(container, pieces[0], picture_stream(pieces[0]))
        else:
            picture = _encoded(container, pieces, task.frames)
        write_in_step(container, picture, *(_copied(container, take, sound) for sound in take.streams.audio[:1]))


#: The x264 quality of cut or re-encoded pieces: better than the eye can see.
_CLEAN = 10


def _range(container: InputContainer, first: int, count: int) -> Iterator[VideoFrame]:
    """The frames from number `first` on, decoded."""
    given = 0
    for number, frame in enumerate(whole_frames(container)):
        if number >= first + count:
            break
        if number >= first:
            given += 1
            yield frame
    if given < count:
        raise ValueError(f"frame {first + given} cannot be decoded")


def _fitted(frames: Iterator[VideoFrame], size: FrameSize, matrix: int) -> Iterator[VideoFrame]:
    converter = Converter()
    for frame in frames:
        yield converter.convert(frame, size.width, size.height, matrix=matrix)


def _copied(container: OutputContainer, file: InputContainer, source: Stream) -> Iterator[Packet[Any]]:
    """The packets of a stream of a file as they are."""
    stream = container.add_stream_from_template(source)

    def packets() -> Iterator[Packet[Any]]:
        for packet in file.demux(source):
            if packet.dts is not None:
                packet.stream = stream
                yield packet

    return packets()


def _encoded(
    container: OutputContainer, pieces: list[InputContainer], counts: tuple[int, ...]
) -> Iterator[Packet[Any]]:
    """The pictures of several files behind one another, encoded: they are of different kinds."""
    first = picture_stream(pieces[0])
    size = FrameSize(first.width // 2 * 2, first.height // 2 * 2)
    matrix = untagged_matrix(size.height)
    rate = usual_rate(Fraction(first.average_rate or 24))
    video = add_video(container, size, rate, Quality(True, 0, matrix, crf=_CLEAN))

    def frames() -> Iterator[VideoFrame]:
        for piece, count in zip(pieces, counts, strict=True):
            yield from _fitted(_range(piece, 0, count), size, matrix)

    return encode_frames(video, frames())


def run(verb: str) -> None:
    """Be the child process: a task on standard input, its end in JSON on standard output."""
    limit_itself(None, clip_file_limits().memory_bytes, writes=True)
    import av.logging

    av.logging.set_level(None)
    given = json.load(sys.stdin.buffer)
    said: dict[str, object] = {"done": True}
    try:
        if verb == "cut":
            cut(CutTask(*given))
        else:
            merge(MergeTask(*given))
    except OSError as problem:
        is_full = problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        said = {"full" if is_full else "failed": problem.strerror or str(problem)}
    except (ValueError, MemoryError, av.FFmpegError) as problem:
        said = {"failed": str(problem) or type(problem).__name__}
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
    os._exit(0)
