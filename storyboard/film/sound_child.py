"""The child process that makes the film's sound track; `storyboard.film.sound` starts it.

    decode      each take's own sound ─▶ stereo at 48 kHz, in step with its picture, as long as its place in the film
    level       every take is brought to one loudness
    join        one take behind another, faded as the picture fades, with a short cross-fade at each cut
    master      the whole to its loudness, peaks limited
    encode      AAC, once

Sound comes from elsewhere as pictures do, so it is decoded in a process with limits that holds no key. The mix lies in
a temporary file meanwhile: a film of an hour has a gigabyte of it.
"""

from __future__ import annotations

import json
import math
import os
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.filter import Graph
from av.video.stream import VideoStream

from storyboard.film.clip_file import open_clip, picture_stream
from storyboard.film.encoding import SOUND_BITS, SOUND_PACKET, SOUND_RATE
from storyboard.film.limits import limits
from storyboard.film.sound_plan import SoundClip, SoundPlan, SoundRules
from storyboard.system.child_process import end_with_parent, limit_itself

#: Hears at which clip the work is, and the share that is done.
Tell = Callable[[int, float], None]

_WIDE = 8  # bytes of a moment: two floats, left and right
_MOST_DELAY = 4  # frames: x264's delay is two
_BLOCK = SOUND_RATE  # moments that are handled at once
_STEREO = "sample_fmts=flt:channel_layouts=stereo"


def make_sound(plan: SoundPlan, target: BinaryIO, scratch: BinaryIO, tell: Tell) -> dict[str, Any]:
    """Write the AAC packets of a film to `target`; `scratch` holds the mix meanwhile. Returns what the film's index has
    to know of the packets, and the measures."""
    rules = plan.rules
    meter = _Meter()
    total = sum(clip.samples for clip in plan.clips)
    problems: list[str] = []
    done = 0
    tail = array("f")
    for number, clip in enumerate(plan.clips):
        tell(number, 0.5 * done / max(1, total))
        moments, more = _clip_sound(clip, rules, problems)
        _cross(moments, tail, rules)
        if number == 0:
            _ramp(moments, 0, round(rules.edge * SOUND_RATE), 0.0, 1.0)
        if number == len(plan.clips) - 1:
            count = min(clip.samples, round(rules.edge * SOUND_RATE))
            _ramp(moments, clip.samples - count, clip.samples, 1.0, 0.0)
        data = moments.tobytes()
        scratch.write(data)
        meter.hear(data)
        done += clip.samples
        tail = more
    measured = meter.measure()
    mastered = _mastered(scratch, total, measured, rules)
    sizes, config, loudness = _encode(mastered, total, target, lambda share: tell(len(plan.clips), 0.5 + 0.5 * share))
    return {"sizes": sizes, "config": config.hex(), "problems": problems, "before": measured, "after": loudness}


def _clip_sound(clip: SoundClip, rules: SoundRules, problems: list[str]) -> tuple[array[float], array[float]]:
    """A clip's sound at its loudness, with its fades, and what would follow it for the length of a cross-fade."""
    count, tail = clip.samples, round(rules.crossfade * SOUND_RATE)
    found = array("f")
    if clip.path is not None:
        try:
            found = _decode(Path(clip.path), clip.begin + count + tail)[clip.begin * 2 :]
        except (OSError, ValueError, av.FFmpegError):
            problems.append(clip.path)
    meter = _Meter()
    meter.hear(found[: count * 2].tobytes())
    loudness, _ = meter.measure()
    if loudness is not None and loudness > rules.silent and clip.path is not None:
        gain = min(rules.most_raised, max(-rules.most_lowered, rules.target - loudness))
        found = _louder(found, gain)
    moments = found[: count * 2]
    moments.extend(array("f", bytes(4 * (count * 2 - len(moments)))))
    for fade in clip.fades:
        _ramp(moments, fade.start, fade.end, fade.level, fade.to)
    more = found[count * 2 : (count + tail) * 2]
    if len(more) < tail * 2:
        more = _mirrored(moments, tail)
    for fade in clip.fades:
        if fade.end >= count:
            more = _louder(more, _decibels(fade.to)) if fade.to else array("f", bytes(4 * len(more)))
    return moments, more


def _decode(path: Path, count: int) -> array[float]:
    """Up to `count` moments of a take's sound, from the moment at which its picture begins. Raises OSError, ValueError,
    av.FFmpegError where nothing can be decoded; what cannot be ends it."""
    moments = array("f")
    with open_clip(path) as container:
        if not container.streams.audio:
            return moments
        video, audio = picture_stream(container), container.streams.audio[0]
        begin = _picture_begin(video)
        graph: Graph | None = None
        lead: int | None = None
        with suppress(av.FFmpegError):
            for frame in container.decode(audio):
                if graph is None:
                    graph = _graph(frame, f"aresample={SOUND_RATE},aformat={_STEREO}:sample_rates={SOUND_RATE}")
                    at = Fraction(frame.pts or 0) * (frame.time_base or Fraction(0)) - begin
                    lead = round(at * SOUND_RATE)
                    moments.frombytes(bytes(max(0, lead) * _WIDE))
                frame.pts = None
                for part in _through(graph, frame):
                    moments.frombytes(_bytes(part))
                if len(moments) >= (count + max(0, -(lead or 0))) * 2:
                    break
        if graph is not None:
            for part in _through(graph, None):
                moments.frombytes(_bytes(part))
    skipped = max(0, -(lead or 0)) * 2
    return moments[skipped : skipped + count * 2]


def _picture_begin(video: VideoStream) -> Fraction:
    """The moment at which a picture begins. Some files say nothing of the delay that frames out of order need, which is
    a few frames, and begin that much later than they mean."""
    begin = (video.start_time or 0) * (video.time_base or Fraction(0))
    late = begin * (video.average_rate or 24)
    is_delay = video.codec_context.has_b_frames and late in range(1, _MOST_DELAY + 1)
    return Fraction(0) if is_delay else begin


def _graph(frame: AudioFrame, filters: str) -> Graph:
    """A chain of filters behind a source for frames like this one, into a sink."""
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


def _through(graph: Graph, frame: AudioFrame | None) -> Iterator[AudioFrame]:
    graph.push(frame)
    while True:
        try:
            part = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        assert isinstance(part, AudioFrame), "the graph holds sound"
        yield part


def _bytes(frame: AudioFrame) -> bytes:
    return bytes(frame.planes[0])[: frame.samples * _WIDE]


def _frames(data: Iterable[bytes]) -> Iterator[AudioFrame]:
    """Interleaved floats as frames, one after another."""
    at = 0
    for block in data:
        if block:
            frame = AudioFrame(format="flt", layout="stereo", samples=len(block) // _WIDE)
            plane = frame.planes[0]
            plane.update(block.ljust(plane.buffer_size, b"\0"))
            frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, at, Fraction(1, SOUND_RATE)
            at += frame.samples
            yield frame


def _blocks(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), _BLOCK * _WIDE):
        yield data[start : start + _BLOCK * _WIDE]


class _Meter:
    """Integrated loudness and true peak of what it hears, by EBU R128."""

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._facts: dict[str, str] = {}

    def hear(self, data: bytes) -> None:
        for frame in _frames(_blocks(data)):
            if self._graph is None:
                self._graph = _graph(frame, "ebur128=metadata=1:peak=true")
            frame.pts = None
            for part in _through(self._graph, frame):
                self._facts |= {key: part.metadata[key] for key in part.metadata if key.startswith("lavfi.r128")}

    def measure(self) -> tuple[float | None, float | None]:
        """LUFS and dBTP; None where there is nothing to measure."""
        loudness = _number(self._facts.get("lavfi.r128.I"))
        peak = max((_number(self._facts.get(f"lavfi.r128.true_peaks_ch{one}")) or 0.0 for one in (0, 1)), default=0.0)
        return (loudness if loudness is not None and loudness > -70 else None), (_decibels(peak) if peak > 0 else None)


def _number(text: str | None) -> float | None:
    with suppress(ValueError):
        if text is not None and math.isfinite(value := float(text)):
            return value
    return None


def _decibels(share: float) -> float:
    return 20 * math.log10(share)


def _louder(moments: array[float], decibels: float) -> array[float]:
    louder = array("f")
    graph: Graph | None = None
    for frame in _frames(_blocks(moments.tobytes())):
        graph = graph or _graph(frame, f"volume={decibels:.3f}dB:precision=float")
        for part in _through(graph, frame):
            louder.frombytes(_bytes(part))
    return louder


def _ramp(moments: array[float], start: int, end: int, level: float, to: float) -> None:
    """Take the moments from `start` to `end` evenly from one level to another."""
    step = (to - level) / max(1, end - start)
    for number in range(max(0, start), min(end, len(moments) // 2)):
        share = level + step * (number - start + 0.5)
        moments[2 * number] *= share
        moments[2 * number + 1] *= share


def _mirrored(moments: array[float], count: int) -> array[float]:
    """What is taken for the sound behind the end: that before it, backwards, so that there is no step."""
    more = array("f")
    for number in range(len(moments) // 2 - 1, max(-1, len(moments) // 2 - 1 - count), -1):
        more.extend(moments[2 * number : 2 * number + 2])
    more.extend(array("f", bytes(4 * (2 * count - len(more)))))
    return more


def _cross(moments: array[float], tail: array[float], rules: SoundRules) -> None:
    """Begin a take's sound under the end of the one before."""
    count = min(len(tail), len(moments)) // 2
    for number in range(count):
        share = (number + 0.5) / count
        for at in (2 * number, 2 * number + 1):
            moments[at] = moments[at] * share + tail[at] * (1 - share)


def _mastered(
    scratch: BinaryIO, total: int, measured: tuple[float | None, float | None], rules: SoundRules
) -> Iterator[bytes]:
    """The whole mix at the film's loudness."""
    loudness, peak = measured
    gain = 0.0 if loudness is None else rules.target - loudness
    ceiling = rules.true_peak - rules.headroom
    if peak is None or peak + gain <= ceiling:
        return _filtered(scratch, total, f"volume={gain:.3f}dB:precision=float")
    meter = _Meter()
    for block in _filtered(scratch, total, _limiter(gain, ceiling, rules)):
        meter.hear(block)
    limited, _ = meter.measure()
    if limited is not None and loudness is not None:
        gain += min(rules.most_raised, max(0.0, rules.target - limited))
    return _filtered(scratch, total, _limiter(gain, ceiling, rules))


def _limiter(gain: float, ceiling: float, rules: SoundRules) -> str:
    limit = 10 ** (ceiling / 20)
    return (
        f"volume={gain:.3f}dB:precision=float,aresample={rules.limiter_rate},"
        f"alimiter=limit={limit:.5f}:attack={rules.attack}:release={rules.release}:level=false:latency=true,"
        f"aresample={SOUND_RATE},aformat={_STEREO}"
    )


def _filtered(scratch: BinaryIO, total: int, filters: str) -> Iterator[bytes]:
    """The mix behind a chain of filters, exactly as long as it was."""
    scratch.seek(0)
    graph: Graph | None = None
    left = total * _WIDE
    for frame in chain(_read_frames(scratch), [None]):  # one after another: the mix may be larger than memory
        if graph is None and frame is not None:
            graph = _graph(frame, filters)
        for part in _through(graph, frame) if graph else ():
            data = _bytes(part)[:left]
            left -= len(data)
            yield data
    while left:
        data = bytes(min(left, _BLOCK * _WIDE))
        left -= len(data)
        yield data


def _read_frames(scratch: BinaryIO) -> Iterator[AudioFrame]:
    return _frames(iter(lambda: scratch.read(_BLOCK * _WIDE), b""))


def _encode(
    blocks: Iterable[bytes], total: int, target: BinaryIO, tell: Callable[[float], None]
) -> tuple[list[int], bytes, tuple[float | None, float | None]]:
    """Write the packets of the mix; returns their sizes, the AudioSpecificConfig and the loudness."""
    encoder = AudioCodecContext.create("aac", "w")
    encoder.sample_rate, encoder.layout, encoder.format = SOUND_RATE, "stereo", "fltp"
    encoder.bit_rate, encoder.time_base = SOUND_BITS, Fraction(1, SOUND_RATE)
    encoder.flags |= 1 << 22  # AV_CODEC_FLAG_GLOBAL_HEADER: the configuration apart from the packets
    encoder.open()
    sizes: list[int] = []
    meter = _Meter()
    graph: Graph | None = None
    at = 0

    def write(frame: AudioFrame | None) -> None:
        for packet in encoder.encode(frame):
            target.write(bytes(packet))
            sizes.append(packet.size)

    def heard() -> Iterator[bytes]:
        for block in blocks:
            meter.hear(block)
            yield block

    for frame in _frames(heard()):
        graph = graph or _graph(frame, f"aformat=sample_fmts=fltp,asetnsamples=n={SOUND_PACKET}:p=1")
        for part in _through(graph, frame):
            part.pts, part.time_base = at, Fraction(1, SOUND_RATE)
            at += part.samples
            write(part)
        tell(at / max(1, total))
    if graph is not None:
        for part in _through(graph, None):
            part.pts, part.time_base = at, Fraction(1, SOUND_RATE)
            at += part.samples
            write(part)
    write(None)
    return sizes, bytes(encoder.extradata or b""), meter.measure()


def run() -> None:
    """Be the child process: a plan on the first line of standard input, progress and the result on standard output."""
    plan = SoundPlan.from_json(sys.stdin.buffer.readline())
    limit_itself(None, limits().memory_bytes, writes=True)
    end_with_parent()
    av.logging.set_level(None)

    def say(facts: dict[str, Any]) -> None:
        sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n")
        sys.stdout.buffer.flush()

    with open(plan.output, "wb") as target, open(plan.scratch, "wb+") as scratch:
        result = make_sound(plan, target, scratch, lambda clip, share: say({"clip": clip, "share": share}))
    say({"result": result})
    os._exit(0)
