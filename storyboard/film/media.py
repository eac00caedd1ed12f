"""A take's file: what its streams are, and its pictures and sound as the film wants them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
from av.audio.resampler import AudioResampler
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from PIL import Image, ImageOps

from storyboard.drawing.overlays import FrameSize
from storyboard.film.colour import Converter, to_frame, to_picture
from storyboard.film.encoding import SOUND_RATE
from storyboard.film.track_index import MediaIndex, frame_size


class TakeMedia(NamedTuple):
    """A file as far as cutting needs it. `frames` are those that its index lists, `size` is as shown, upright and with
    square pixels."""

    path: Path
    rate: Fraction
    frames: int
    size: FrameSize
    is_upright: bool
    has_sound: bool


def look_at(path: Path) -> TakeMedia:
    """What a file holds. Raises OSError, av.FFmpegError, ValueError where it is no clip."""
    with av.open(str(path), format="mp4") as container:
        if not container.streams.video:
            raise ValueError("it holds no picture")
        video = container.streams.video[0]
        context = video.codec_context
        rate = Fraction(video.average_rate or 24)
        first = next(container.decode(video), None)
        if first is None:
            raise ValueError("it holds no frame")
        turned, shape = first.rotation % 360, Fraction(video.sample_aspect_ratio or 1)
        size = FrameSize(max(1, round(context.width * shape)), context.height)
        shown = FrameSize(size.height, size.width) if turned % 180 else size
        is_upright = turned == 0 and shape == 1
        return TakeMedia(path, rate, video.frames, shown, is_upright, bool(container.streams.audio))


def as_indexed(index: MediaIndex) -> TakeMedia:
    """What a take holds, as its index says."""
    size = frame_size(index.picture.form.entry)
    return TakeMedia(index.path, index.rate, len(index.picture.sizes), size, True, index.sound is not None)


def pictures(media: TakeMedia, size: FrameSize, rate: Fraction, count: int, begin: int = 0) -> Iterator[VideoFrame]:
    """Exactly `count` frames at `rate` from second `begin` on, fitted into `size` on black, BT.709: what is too long is
    cut, and a last frame stands until the end. Raises OSError, av.FFmpegError before the first frame only."""
    last: VideoFrame | None = None
    held: VideoFrame | None = None  # what is seen when the wanted part begins
    given, converter = 0, Converter()
    with av.open(str(media.path), format="mp4") as container:
        video = container.streams.video[0]
        video.thread_type = "AUTO"
        start: Fraction | None = None
        for frame in _whole_frames(container.decode(video)):
            if frame.pts is None or frame.time_base is None:
                continue
            at = frame.pts * frame.time_base
            start = at + begin if start is None else start
            if at < start:
                held = frame
                continue
            due = min(count, int((at - start) * rate + Fraction(1, 2)))
            if last is None and held is not None and due > 0:
                last = _fitted(held, size, media, converter)
            if last is not None:
                while given < due:
                    yield last
                    given += 1
            if given >= count:
                return
            last = _fitted(frame, size, media, converter)
    if last is None and held is not None:
        last = _fitted(held, size, media, converter)
    while last is not None and given < count:
        yield last
        given += 1


def _whole_frames(frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    """Frames up to the first that cannot be decoded; the first of all has to be."""
    some = False
    while True:
        try:
            frame = next(frames)
        except StopIteration:
            return
        except av.FFmpegError:
            if some:
                return
            raise
        some = True
        yield frame


def _fitted(frame: VideoFrame, size: FrameSize, media: TakeMedia, converter: Converter) -> VideoFrame:
    if not media.is_upright:
        shown = to_picture(frame, media.size.width / frame.width if media.size.height == frame.height else 1.0)
        return to_frame(ImageOps.pad(shown, (size.width, size.height), Image.Resampling.BICUBIC))
    share = min(size.width / frame.width, size.height / frame.height)
    width = min(size.width, max(2, round(frame.width * share / 2) * 2))
    height = min(size.height, max(2, round(frame.height * share / 2) * 2))
    scaled = converter.convert(frame, width, height)
    return scaled if (width, height) == tuple(size) else _on_black(scaled, size)


def _on_black(frame: VideoFrame, size: FrameSize) -> VideoFrame:
    whole = solid(size, "black")
    left, top = (size.width - frame.width) // 4 * 2, (size.height - frame.height) // 4 * 2
    for number, (plane, part) in enumerate(zip(whole.planes, frame.planes, strict=True)):
        ground = Image.frombytes("L", (plane.line_size, plane.height), bytes(plane))
        inner = Image.frombytes("L", (part.width, part.height), bytes(part), "raw", "L", part.line_size)
        ground.paste(inner, (left, top) if number == 0 else (left // 2, top // 2))
        plane.update(ground.tobytes())
    return whole


def solid(size: FrameSize, colour: str) -> VideoFrame:
    """A frame of black or white."""
    frame = VideoFrame(size.width, size.height, "yuv420p")
    for number, plane in enumerate(frame.planes):
        level = 128 if number else (235 if colour == "white" else 16)  # ITU-R BT.709: 16 is black, 235 white
        plane.update(bytes([level]) * plane.buffer_size)
    frame.colorspace, frame.color_range = Colorspace.ITU709, ColorRange.MPEG
    return frame


def sound(media: TakeMedia, count: int, begin: int = 0) -> tuple[bytes, bytes]:
    """Exactly `count` samples of stereo sound from second `begin` on, left and right, as 32-bit floats: mixed down from
    more channels, cut or filled with silence, in step with the picture."""
    skipped = begin * SOUND_RATE
    left, right = bytearray(), bytearray()
    if media.has_sound:
        with av.open(str(media.path), format="mp4") as container:
            resampler = AudioResampler(format="fltp", layout="stereo", rate=SOUND_RATE)
            first = float((container.streams.video[0].start_time or 0) * (container.streams.video[0].time_base or 0))
            try:
                for frame in (*container.decode(container.streams.audio[0]), None):
                    if frame is not None and not left and frame.time is not None:
                        lead = max(0, round((frame.time - first) * SOUND_RATE))
                        left, right = bytearray(lead * 4), bytearray(lead * 4)
                    for part in resampler.resample(frame):
                        left += bytes(part.planes[0])[: part.samples * 4]
                        right += bytes(part.planes[1])[: part.samples * 4]
                    if len(left) >= (skipped + count) * 4:
                        break
            except av.FFmpegError:
                pass  # what could be decoded is heard, the rest is silence
    return _exactly(left[skipped * 4 :], count * 4), _exactly(right[skipped * 4 :], count * 4)


def _exactly(data: bytearray, length: int) -> bytes:
    return bytes(data[:length]) + bytes(max(0, length - len(data)))
