"""Encoding of H.264 in MP4: one set of settings for everything that is drawn, so that parts join without encoding.

Parts join if their parameter sets are equal and each begins with a key frame. In drawn parts, no frame refers to later
ones: decoding order is display order, and a part ends where its last frame does.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.video.reformatter import ColorRange
from av.video.stream import VideoStream

from storyboard.catalog import read_table
from storyboard.drawing.overlays import FrameSize
from storyboard.files.signatures import MADE_BY
from storyboard.film.colour import BT709

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

#: Frames a second of all that is drawn.
RATE = 24
#: Samples a second of all sound that is written.
SOUND_RATE = 48_000
#: Samples in a packet of AAC-LC (ISO/IEC 14496-3, 4.5.1.1).
SOUND_PACKET = 1024

#: The id of our parameter sets in a film that takes stand in, too: the last that there is (ITU-T H.264, 7.4.2.1.1).
SET_ID = 31
_STILL = {"preset": "ultrafast", "tune": "stillimage", "crf": "20", "bf": "0", "g": "48", "sc_threshold": "0"}
_SHARED = {"preset": "medium", "profile": "high", "g": "48"}
#: Bits a second of sound that is written.
SOUND_BITS = 192_000


class Quality(NamedTuple):
    """How to encode: `filmed` for moving pictures, else for stills, `small` ones in few bytes; `threads` of the
    encoder, 0 for as many as help; `matrix` of the colours (ITU-T H.273, table 4). Filmed segments stand beside takes
    in one track, so their parameter sets have an id of their own, and their frames may refer to later ones. `bits` a
    second, 0 for as many as it takes, are kept to but for `buffer` seconds of them; with `crf`, x264's measure of
    quality, they are the most there may be.
    """

    filmed: bool = False
    threads: int = 1
    matrix: int = BT709
    bits: int = 0
    buffer: float = 0.0
    crf: int = 0
    small: bool = False


@cache
def filmed_options() -> dict[str, str]:
    """How x264 encodes moving pictures, from the catalogue's `film_encoding.toml`."""
    table = read_table("film_encoding.toml")["filmed"]
    return {
        "preset": table["preset"],
        "crf": str(table["crf"]),
        "profile": "high",
        "g": str(table["key_frames"]),
        "x264-params": f"{table['x264']}:sps-id={SET_ID}",
    }


@cache
def _small_options() -> dict[str, str]:
    """The options of x264 for small files, from the catalogue's `film_encoding.toml`."""
    table = read_table("film_encoding.toml")["small"]
    shared = {key: _STILL[key] for key in ("bf", "sc_threshold")}
    return {**shared, "preset": table["preset"], "crf": str(table["crf"]), "g": str(table["key_frames"])}


def open_mp4(path: str | Path) -> OutputContainer:
    """An MP4 to write that begins with its index, so that it plays while it loads."""
    container = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
    container.metadata["comment"] = MADE_BY
    return container


def add_video(container: OutputContainer, size: FrameSize, rate: Fraction, quality: Quality) -> VideoStream:
    """A stream of pictures, tagged with their colours (ITU-T H.273)."""
    options = {**_options(quality), "threads": str(quality.threads)}
    stream = container.add_stream("libx264", rate=rate, options=options)
    stream.width, stream.height, stream.pix_fmt = size.width, size.height, "yuv420p"
    context = stream.codec_context
    context.colorspace, context.color_range = quality.matrix, ColorRange.MPEG
    context.color_primaries = context.color_trc = quality.matrix
    context.time_base = 1 / rate
    return stream


def _options(quality: Quality) -> dict[str, str]:
    if not quality.bits and not quality.crf:
        return filmed_options() if quality.filmed else _small_options() if quality.small else _STILL
    rate, held = str(quality.bits), str(int(quality.bits * quality.buffer))
    most = {"maxrate": rate, "bufsize": held} if quality.bits else {}
    return {**_SHARED, **({"preset": "veryfast", "crf": str(quality.crf)} if quality.crf else {"b": rate}), **most}


def encode_frames(stream: VideoStream, frames: Iterable[VideoFrame]) -> Iterator[Packet[Any]]:
    """Encode frames one after another at the stream's rate."""
    base = stream.codec_context.time_base
    for count, frame in enumerate(frames):
        frame.pts, frame.time_base = count, base
        frame.pict_type = 0  # the encoder's to choose, not what the frame was before
        yield from stream.encode(frame)
    yield from stream.encode(None)


def add_silence(container: OutputContainer) -> AudioStream:
    """A stream of stereo AAC, for `silent_packets`."""
    stream = container.add_stream("aac", rate=SOUND_RATE, layout="stereo", options={"b": str(SOUND_BITS)})
    assert isinstance(stream, AudioStream), "AAC is sound"
    return stream


def silent_packets(stream: AudioStream, seconds: Fraction) -> Iterator[Packet[AudioStream]]:
    """Silence of a length, rounded down to whole packets: sound never outlasts the picture."""
    count = int(seconds * SOUND_RATE) // SOUND_PACKET
    template: bytes | None = None
    made = 0
    for encoded in _encoded_silence(stream, min(count, 3)):
        template = bytes(encoded)
        made += 1
        yield encoded
    while template is not None and made < count + 1:  # one more: the first is the encoder's run-up, before time 0
        packet = cast("Packet[AudioStream]", Packet(template))
        packet.stream, packet.time_base = stream, Fraction(1, SOUND_RATE)
        packet.pts = packet.dts = (made - 1) * SOUND_PACKET
        packet.duration, packet.is_keyframe = SOUND_PACKET, True
        made += 1
        yield packet


def _encoded_silence(stream: AudioStream, count: int) -> Iterator[Packet[AudioStream]]:
    for number in range(count):
        yield from stream.encode(silent_frame(number * SOUND_PACKET))
    yield from stream.encode(None)


def write_in_step(container: OutputContainer, *rows: Iterable[Packet[Any]]) -> None:
    """Write the packets of several streams in the order of time: nothing has to be held back."""
    for packet in heapq.merge(*rows, key=_moment):
        container.mux_one(packet)


def _moment(packet: Packet[Any]) -> float:
    base = packet.time_base
    return (packet.dts or 0) * base.numerator / base.denominator if base else 0.0


def silent_frame(at: int) -> av.AudioFrame:
    """One packet's worth of stereo silence, `at` samples into the film."""
    frame = av.AudioFrame(format="fltp", layout="stereo", samples=SOUND_PACKET)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, at, Fraction(1, SOUND_RATE)
    return frame
