"""The child process that encodes a film again, smaller; `storyboard.film.share_copy` starts it.

Part of what it decodes came from outside, so it has limits and no key. It reads one task and answers in JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.frame import VideoFrame

from storyboard.child_process import limit_itself
from storyboard.drawing.overlays import FrameSize
from storyboard.film.encoding import SOUND_RATE, Quality, add_video, encode_frames, open_mp4, write_in_step
from storyboard.film.limits import clip_file_limits
from storyboard.film.media import TakeMedia, take_frames
from storyboard.film.share_copy import ShareTask

_TOLD = 24  # frames between two lines of progress


def encode_share(task: ShareTask, tell: Callable[[int], None] = lambda frames: None) -> None:
    """Encode a film again. Raises OSError, ValueError, av.FFmpegError."""
    rate = Fraction(task.rate)
    media = TakeMedia(Path(task.film), rate, task.frames, FrameSize(*task.shown), True, True)
    size = FrameSize(*task.size)
    with open_mp4(task.target) as container, av.open(task.film) as film:
        quality = Quality(True, 0, bits=task.picture_bits, buffer=task.buffer)
        video = add_video(container, size, rate, quality)
        rows: list[Iterator[Packet[Any]]] = [
            encode_frames(video, _counted(take_frames(media, size, rate, task.frames), tell))
        ]
        if film.streams.audio:
            rows.append(_sound(container, film, task.sound_bits))
        write_in_step(container, *rows)


def _sound(container: OutputContainer, film: InputContainer, bits: int) -> Iterator[Packet[AudioStream]]:
    """The film's sound, encoded again at a lower bit rate."""
    stream = container.add_stream("aac", rate=SOUND_RATE, layout="stereo", options={"b": str(bits)})
    assert isinstance(stream, AudioStream), "AAC is sound"

    def packets() -> Iterator[Packet[AudioStream]]:
        for frame in film.decode(film.streams.audio[0]):
            yield from stream.encode(frame)
        yield from stream.encode(None)

    return packets()


def _counted(frames: Iterator[VideoFrame], tell: Callable[[int], None]) -> Iterator[VideoFrame]:
    for number, frame in enumerate(frames, 1):
        yield frame
        if not number % _TOLD:
            tell(number)


def run() -> None:
    """Be the child process: a task on standard input, lines of JSON on standard output."""
    limit_itself(None, clip_file_limits().memory_bytes, writes=True)
    import av.logging

    av.logging.set_level(None)

    def say(facts: dict[str, object]) -> None:
        sys.stdout.write(json.dumps(facts) + "\n")
        sys.stdout.flush()

    try:
        encode_share(ShareTask(*json.loads(sys.stdin.buffer.readline())), lambda frames: say({"frames": frames}))
    except (OSError, ValueError, MemoryError, av.FFmpegError) as problem:
        say({"failed": str(problem) or type(problem).__name__})
    else:
        say({"done": True})
    os._exit(0)
