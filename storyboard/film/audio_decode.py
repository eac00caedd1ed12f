"""Decoding of sound: a take's, in step with its picture, and any other file's, as far as it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.video.stream import VideoStream

from storyboard.film.audio_filters import STEREO, FilterChain, Samples, samples_in, silent_samples
from storyboard.film.clip_file import open_clip, picture_stream
from storyboard.film.encoding import SOUND_RATE

if TYPE_CHECKING:
    from av.container import InputContainer

_HIGHEST = 16.0  # times full scale: more than any mixing desk gives
_MOST_DELAY = 4  # frames: x264's delay is two


def decode_take(path: Path, count: int) -> Samples:
    """Up to `count` samples of a take's sound, from the moment at which its picture begins.

    Stops at the first packet that cannot be decoded. Raises OSError, ValueError, and av.FFmpegError if nothing can be.
    """
    with open_clip(path) as container:
        if not container.streams.audio:
            return silent_samples(0)
        begin = _picture_begin(picture_stream(container))
        return _joined(_from(container, begin, count))


def decode_sound(container: InputContainer, skip: int, count: int) -> Iterator[Samples]:
    """Up to `count` samples of an open sound file from its sample `skip` on, in blocks, since it may be larger than
    memory.

    Stops at the first packet that cannot be decoded. Raises av.FFmpegError if nothing can be.
    """
    stream = container.streams.audio[0]
    first = (stream.start_time or 0) * (stream.time_base or Fraction(0))
    begin = first + Fraction(skip, SOUND_RATE)
    if skip:
        container.seek(int(begin / stream.time_base) if stream.time_base else 0, stream=stream, backward=True)
    yield from _from(container, begin, count)


def _from(container: InputContainer, begin: Fraction, count: int) -> Iterator[Samples]:
    """Up to `count` samples from the moment `begin` on; silence where the sound begins later."""
    chain = FilterChain(STEREO)
    lead: int | None = None  # samples that are still before the moment
    left = count
    frames = container.decode(container.streams.audio[0])
    while left > 0:
        try:
            frame = next(frames, None)
        except av.FFmpegError:
            if lead is None:
                raise
            frame = None
        if frame is not None and lead is None:
            at = Fraction(frame.pts or 0) * (frame.time_base or Fraction(0)) - begin
            lead = -round(at * SOUND_RATE)
            if lead < 0:
                early = silent_samples(min(-lead, left))
                left -= len(early)
                lead = 0
                yield early
        if frame is not None:
            frame.pts = None
        for part in map(samples_in, chain.frames(frame)):
            heard = part[lead:] if lead else part
            lead = max(0, (lead or 0) - len(part))
            if len(heard := heard[:left]):
                left -= len(heard)
                yield _possible(heard)
        if frame is None:
            return


def _possible(samples: Samples) -> Samples:
    """Samples without values that are not numbers or far beyond full scale.

    A file of floats may contain anything, and one such value would silence everything that it is mixed with.
    """
    return np.clip(np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0), -_HIGHEST, _HIGHEST)


def _joined(blocks: Iterator[Samples]) -> Samples:
    return np.concatenate([silent_samples(0), *blocks])


def _picture_begin(video: VideoStream) -> Fraction:
    """The moment at which a picture begins, in seconds.

    Some files do not declare the delay of a few frames that reordered frames need, and so begin later than they mean
    to.
    """
    begin = (video.start_time or 0) * (video.time_base or Fraction(0))
    late = begin * (video.average_rate or 24)
    is_delay = video.codec_context.has_b_frames and late in range(1, _MOST_DELAY + 1)
    return Fraction(0) if is_delay else begin
