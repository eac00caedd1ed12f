"""Takes joined without encoding, where their streams agree exactly.

Every take lasts exactly as long as its clip: frames beyond are left out where nothing that stays refers to them. The
sound's packets stand on a grid of their own that never pauses: each take's sound begins on the nearest packet, at most
11 ms from its picture, and the difference never adds up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple, cast

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from storyboard.film.encoding import SOUND_PACKET, open_mp4, write_in_step
from storyboard.film.media import Media

_LOW_COMPLEXITY = 2  # ISO/IEC 14496-3, table 1.17


class Stretch(NamedTuple):
    """A take and the seconds that its clip has in the film."""

    media: Media
    seconds: int


def can_copy(stretches: Sequence[Stretch]) -> bool:
    """Whether takes can be joined as they are. Raises OSError, av.FFmpegError."""
    first = stretches[0].media
    if first.picture[0] != "h264" or (first.sound is not None and not _is_plain_aac(first.sound)):
        return False
    alike = all(one.media.picture == first.picture and one.media.sound == first.sound for one in stretches)
    return alike and all(_ends_well(one) for one in stretches)


def _opened(path: Path) -> InputContainer:
    """A take to copy from: what its index says is enough, nothing is decoded to learn more."""
    return av.open(str(path), format="mp4", options={"probesize": "32", "analyzeduration": "0"})


def _is_plain_aac(sound: tuple[Any, ...]) -> bool:
    """Whether sound is AAC-LC, of which silence can be had (ISO/IEC 14496-3, 1.6.2.1: the object type comes first)."""
    return sound[0] == "aac" and bool(sound[1]) and sound[1][0] >> 3 == _LOW_COMPLEXITY


def _ends_well(stretch: Stretch) -> bool:
    """Whether a take has all frames of its clip, evenly timed, and can end after the last of them."""
    media = stretch.media
    wanted = stretch.seconds * media.rate
    if wanted.denominator != 1 or media.frames < wanted:
        return False
    with _opened(media.path) as container:
        video = container.streams.video[0]
        packets = [(one.pts, one.is_keyframe) for one in container.demux(video) if one.size]
        base = video.time_base
    if base is None or not packets or not packets[0][1] or any(pts is None for pts, _ in packets):
        return False
    times = [int(pts or 0) for pts, _ in packets]
    ordered = sorted(times)
    step = float(1 / (media.rate * base))
    if any(abs(at - ordered[0] - number * step) > step / 4 for number, at in enumerate(ordered)):
        return False
    end = ordered[0] + (int(wanted) - 0.5) * step
    kept = [at < end for at in times]
    return sum(kept) == wanted and kept == sorted(kept, reverse=True)


def copy_takes(stretches: Sequence[Stretch], target: Path) -> None:
    """Join takes for which `can_copy` holds. Raises OSError, av.FFmpegError."""
    first = stretches[0].media
    with open_mp4(target) as container, _opened(first.path) as source:
        video = container.add_stream_from_template(source.streams.video[0])
        rows = [_picture_packets(stretches, video, source.streams.video[0].time_base or Fraction(1, 24000))]
        if first.sound is not None:
            audio = container.add_stream_from_template(source.streams.audio[0])
            rows.append(_sound_packets(stretches, audio, first.sound[2], first.sound[3]))
        write_in_step(container, *rows)


def _picture_packets(stretches: Sequence[Stretch], stream: VideoStream, base: Fraction) -> Iterator[Packet[Any]]:
    done = 0
    for stretch in stretches:
        step = 1 / (stretch.media.rate * base)
        wanted = int(stretch.seconds * stretch.media.rate)
        with _opened(stretch.media.path) as container:
            held = [one for one in container.demux(container.streams.video[0]) if one.size]
        start = min(one.pts or 0 for one in held)
        offset = round(done * step) - start
        for packet in held[:wanted]:
            packet.stream = stream
            packet.pts, packet.dts = (packet.pts or 0) + offset, (packet.dts or 0) + offset
            yield packet
        done += wanted


def _sound_packets(stretches: Sequence[Stretch], stream: AudioStream, rate: int, layout: str) -> Iterator[Packet[Any]]:
    at, ends = 0, Fraction(0)
    silent = _silent_packet(rate, layout)
    for stretch in stretches:
        ends += stretch.seconds
        is_last = stretch is stretches[-1]
        last = int(ends * rate) // SOUND_PACKET if is_last else round(ends * rate / SOUND_PACKET)
        with _opened(stretch.media.path) as container:
            held = [one for one in container.demux(container.streams.audio[0]) if one.size]
        run_up = sum((one.pts or 0) < 0 for one in held)  # before the first sample; kept where the film begins
        if stretch is stretches[0]:
            at = -run_up
        else:
            held = held[run_up:]
        while at < last:
            # A take whose sound ends early is filled up: players make nothing of a gap, and all sound after it shifts.
            packet = held.pop(0) if held else cast("Packet[Any]", Packet(silent))
            packet.stream, packet.time_base = stream, Fraction(1, rate)
            packet.pts = packet.dts = at * SOUND_PACKET
            packet.duration, packet.is_keyframe = SOUND_PACKET, True
            at += 1
            yield packet


def _silent_packet(rate: int, layout: str) -> bytes:
    """A packet of silence in AAC-LC."""
    encoder = AudioCodecContext.create("aac", "w")
    encoder.sample_rate, encoder.layout, encoder.format = rate, layout, "fltp"
    found: list[bytes] = []
    for number in range(4):
        frame = av.AudioFrame(format="fltp", layout=layout, samples=SOUND_PACKET)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate, frame.pts, frame.time_base = rate, number * SOUND_PACKET, Fraction(1, rate)
        found += [bytes(packet) for packet in encoder.encode(frame)]
    return found[-1]
