"""Enlarge a clip by libavfilter: Lanczos, and at the same size smoothing and sharpening. Without sound, as the
service's upscaler answers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import cast

from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from storyboard.drawing.overlays import FrameSize
from storyboard.film.clip_file import open_clip, picture_stream
from storyboard.film.colour import BT601, BT709
from storyboard.film.encoding import Quality, add_video, encode_frames, open_mp4, write_in_step
from storyboard.film.media import whole_frames
from storyboard.film.rates import usual_rate

_CRF = 18  # x264's measure of quality: what cannot be told from the whole by eye
_CLEANED = "bilateral=sigmaS=1:sigmaR=0.05,unsharp=5:5:0.6"


def enlarge_clip(clip: Path, target: Path, factor: int) -> None:
    """Write a clip whose sides are `factor` times as long; every frame once. Raises OSError, ValueError,
    av.FFmpegError."""
    with open_clip(clip) as source, open_mp4(target) as container:
        picture = picture_stream(source)
        size = FrameSize(picture.width * factor // 2 * 2, picture.height * factor // 2 * 2)
        matrix = BT601 if int(picture.codec_context.colorspace) in (5, BT601) else BT709  # ITU-T H.273, table 4
        rate = usual_rate(Fraction(picture.average_rate or 24))
        video = add_video(container, size, rate, Quality(True, 0, matrix, crf=_CRF))
        write_in_step(container, encode_frames(video, _filtered(picture, whole_frames(source), size, factor)))


def _filtered(stream: VideoStream, frames: Iterator[VideoFrame], size: FrameSize, factor: int) -> Iterator[VideoFrame]:
    graph = Graph()
    last = graph.add_buffer(template=stream)
    steps = f"scale={size.width}:{size.height}:flags=lanczos" if factor > 1 else _CLEANED
    for step in (*steps.split(","), "format=yuv420p"):
        name, _, options = step.partition("=")
        following = graph.add(name, options)
        last.link_to(following)
        last = following
    sink = graph.add("buffersink")
    last.link_to(sink)
    graph.configure()
    for frame in frames:
        graph.push(frame)
        yield cast("VideoFrame", graph.pull())
