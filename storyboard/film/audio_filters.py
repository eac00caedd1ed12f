"""Sound as arrays of samples, and chains of libavfilter filters for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.filter import Graph
from numpy.typing import NDArray

from storyboard.film.encoding import SOUND_RATE

if TYPE_CHECKING:
    from typing import BinaryIO

#: Stereo at 48 kHz: a row for each sample, left and right, 1.0 at full scale.
Samples: TypeAlias = NDArray[np.float32]

#: Samples that are handled at once.
BLOCK = SOUND_RATE
STEREO = f"aresample={SOUND_RATE},aformat=sample_fmts=flt:channel_layouts=stereo:sample_rates={SOUND_RATE}"
_BYTES = 8  # of a sample: two floats


def silent_samples(count: int) -> Samples:
    """A number of silent samples."""
    return np.zeros((count, 2), np.float32)


class FilterChain:
    """A chain of filters for sound of one format, built when the first frame is sent."""

    def __init__(self, filters: str) -> None:
        self._filters = filters
        self._graph: Graph | None = None

    def frames(self, frame: AudioFrame | None) -> Iterator[AudioFrame]:
        """The output for a frame that is sent in; None ends the stream. Raises av.FFmpegError."""
        if self._graph is None:
            if frame is None:
                return
            self._graph = _build(frame, self._filters)
        self._graph.push(frame)
        while True:
            try:
                part = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            assert isinstance(part, AudioFrame), "the graph holds sound"
            yield part

    def send(self, samples: Samples | None) -> Iterator[Samples]:
        """The same for stereo samples."""
        for part in self.frames(None if samples is None else frame_of(samples)):
            yield samples_in(part)


def filter_samples(filters: str, blocks: Iterable[Samples], total: int) -> Iterator[Samples]:
    """Filtered sound, exactly `total` samples of it."""
    chain = FilterChain(filters)
    left = total
    for block in _ended(blocks):
        for part in chain.send(block):
            yield part[:left]
            left -= len(part[:left])
    while left > 0:
        yield silent_samples(min(left, BLOCK))
        left -= BLOCK


def _ended(blocks: Iterable[Samples]) -> Iterator[Samples | None]:
    yield from blocks
    yield None


def frame_of(samples: Samples, at: int | None = None) -> AudioFrame:
    """Samples as a frame, `at` samples into what it is a part of."""
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), format="flt", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, at, Fraction(1, SOUND_RATE)
    return frame


def samples_in(frame: AudioFrame) -> Samples:
    """The samples of a frame of stereo floats."""
    return frame.to_ndarray().astype(np.float32, copy=False).reshape(-1, 2)


def read_blocks(file: BinaryIO) -> Iterator[Samples]:
    """The samples of a file from its beginning, block by block."""
    file.seek(0)
    while data := file.read(BLOCK * _BYTES):
        yield np.frombuffer(data, np.float32).reshape(-1, 2)


def read_samples(file: BinaryIO, begin: int, count: int) -> Samples:
    """A number of samples of a file from `begin` on; fewer at its end."""
    file.seek(begin * _BYTES)
    return np.frombuffer(file.read(count * _BYTES), np.float32).reshape(-1, 2)


def _build(frame: AudioFrame, filters: str) -> Graph:
    """The graph of a filter chain for sound like this frame's."""
    graph = Graph()
    graph.threads = 1
    last = graph.add_abuffer(
        sample_rate=frame.sample_rate,
        format=frame.format,
        layout=frame.layout,
        time_base=Fraction(1, frame.sample_rate),
    )
    for one in filters.split(","):
        name, _, options = one.partition("=")
        following = graph.add(name, options)
        last.link_to(following)
        last = following
    sink = graph.add("abuffersink")
    last.link_to(sink)
    graph.configure()
    return graph
