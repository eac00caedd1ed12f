"""The child process that makes the film's sound track; `storyboard.film.sound` starts it.

    decode      each take's own sound ─▶ stereo at 48 kHz, in step with its picture, as long as its place in the film
    level       every take is brought to one loudness, and what is laid over the film to that of its kind
    join        one take behind another, faded as the picture fades, with a short cross-fade at each cut
    lay over    speech, effects, music and ambience; music and ambience are lower while somebody speaks (sound_mix)
    master      the whole to its loudness, peaks limited (loudness)
    encode      AAC, once

Sound comes from elsewhere as pictures do, so it is decoded in a process with limits that holds no key. The mix lies in
a temporary file meanwhile: a film of an hour has a gigabyte of it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame

from storyboard.child_process import end_with_parent, limit_itself
from storyboard.film.audio_decode import decode_take
from storyboard.film.audio_filters import FilterChain, Samples, frame_of, read_blocks, silent_samples
from storyboard.film.encoding import SOUND_BITS, SOUND_PACKET, SOUND_RATE
from storyboard.film.limits import clip_file_limits
from storyboard.film.loudness import LoudnessMeter, amplitude, choose_master, level_gain
from storyboard.film.sound_mix import LaidMix
from storyboard.film.sound_plan import SoundClip, SoundFade, SoundPlan, SoundRules, samples_of
from storyboard.film.stems import STEMS, write_stem

#: Hears at which clip the work is, laid sounds following the clips, and the share that is done.
Tell = Callable[[int, float], None]

_DECODED, _MIXED = 0.4, 0.6  # of the work


def place_sounds(plan: SoundPlan, tell: Tell) -> dict[str, Any]:
    """Where the laid sounds of a plan are heard; nothing is mixed."""
    with ExitStack() as stack:
        return _placed(_laid_mix(plan, stack, tell))


def _laid_mix(plan: SoundPlan, stack: ExitStack, tell: Tell) -> LaidMix:
    return LaidMix(plan, lambda name: _scratch(plan, stack, name), lambda number: tell(len(plan.clips) + number, 0.0))


def _scratch(plan: SoundPlan, stack: ExitStack, name: str) -> BinaryIO:
    return stack.enter_context(tempfile.TemporaryFile(prefix=f"{name}-", dir=Path(plan.scratch).parent))


def _placed(laid: LaidMix) -> dict[str, Any]:
    return {"laid": list(laid.placed.items()), "unheard": list(laid.problems.items())}


def make_sound(plan: SoundPlan, target: BinaryIO, scratch: BinaryIO, tell: Tell) -> dict[str, Any]:
    """Write the AAC packets of a film to `target`; `scratch` is a file for the mix.

    Returns what the film's index needs to know about the packets, and the places of laid sounds.
    """
    rules, total = plan.rules, plan.samples
    problems: list[str] = []
    with ExitStack() as stack:
        laid = _laid_mix(plan, stack, tell)
        parts = {name: _scratch(plan, stack, name) for name in STEMS} if plan.stems else {}
        meter = LoudnessMeter(with_peak=True)
        at = 0
        for block in _takes(plan, problems, tell):
            mixed = _mix(block, at, laid, parts)
            scratch.write(mixed.tobytes())
            meter.hear(mixed)
            at += len(mixed)
        measured = meter.measure()
        master = choose_master(scratch, total, measured, rules)
        for name, file in parts.items():
            write_stem(Path(plan.stems) / f"{name}.wav", read_blocks(file), amplitude(master.gain))
        blocks = master.sound(scratch, total, rules)
        sizes, config = _encode(blocks, total, target, lambda share: tell(-1, _MIXED + (1 - _MIXED) * share))
    return {"sizes": sizes, "config": config.hex(), "problems": problems, **_placed(laid)}


def _mix(takes: Samples, at: int, laid: LaidMix, parts: dict[str, BinaryIO]) -> Samples:
    """The takes' own sound mixed with the laid sounds; each part is also written to its file, if stems are wanted."""
    stems = laid.stems(at, len(takes))
    stems["takes"] = takes * laid.takes_level(at, len(takes))[:, np.newaxis]
    for name, file in parts.items():
        file.write((stems[name] if name in stems else silent_samples(len(takes))).tobytes())
    mixed: Samples = np.sum(list(stems.values()), axis=0, dtype=np.float32)
    return mixed


def _takes(plan: SoundPlan, problems: list[str], tell: Tell) -> Iterator[Samples]:
    """The takes' own sound, one behind another, in blocks."""
    edge = samples_of(plan.rules.edge)
    done, tail = 0, silent_samples(0)
    for number, clip in enumerate(plan.clips):
        tell(number, _DECODED * done / max(1, plan.samples))
        heard, more = _clip_sound(clip, plan.rules, problems)
        _cross(heard, tail)
        if number == 0:
            _ramp(heard, SoundFade(0, edge, 0.0, 1.0))
        if number == len(plan.clips) - 1:
            _ramp(heard, SoundFade(max(0, clip.samples - edge), clip.samples, 1.0, 0.0))
        for start in range(0, len(heard), SOUND_RATE):
            yield heard[start : start + SOUND_RATE]
        done += clip.samples
        tail = more


def _clip_sound(clip: SoundClip, rules: SoundRules, problems: list[str]) -> tuple[Samples, Samples]:
    """A clip's sound at its loudness, with its fades, and what would follow it for the length of a cross-fade."""
    count, tail = clip.samples, samples_of(rules.crossfade)
    found = silent_samples(0)
    if clip.path is not None:
        try:
            found = decode_take(Path(clip.path), clip.begin + count + tail)[clip.begin :]
        except (OSError, ValueError, av.FFmpegError):
            problems.append(clip.path)
    meter = LoudnessMeter()
    meter.hear(found[:count])
    found = found * np.float32(amplitude(level_gain(meter.measure(), rules)))
    heard = np.concatenate([found[:count], silent_samples(count - len(found[:count]))])
    more = found[count : count + tail]
    if len(more) < tail:
        more = _mirrored(heard, tail)
    for fade in clip.fades:
        _ramp(heard, fade)
        if fade.end >= count:
            more = more * np.float32(fade.to)
    return heard, more


def _ramp(samples: Samples, fade: SoundFade) -> None:
    """Take samples evenly from one level to another."""
    start, end = max(0, fade.start), min(fade.end, len(samples))
    if end > start:
        share = (np.arange(start, end, dtype=np.float32) - fade.start + 0.5) / max(1, fade.end - fade.start)
        samples[start:end] *= (fade.level + (fade.to - fade.level) * share)[:, np.newaxis]


def _mirrored(samples: Samples, count: int) -> Samples:
    """A continuation of a sound after its end: the sound before the end, reversed, so that there is no step."""
    more = samples[-count:][::-1]
    return np.concatenate([more, silent_samples(count - len(more))])


def _cross(samples: Samples, tail: Samples) -> None:
    """Begin a take's sound under the end of the one before."""
    count = min(len(tail), len(samples))
    share = ((np.arange(count, dtype=np.float32) + 0.5) / max(1, count))[:, np.newaxis]
    samples[:count] = samples[:count] * share + tail[:count] * (1 - share)


def _encode(
    blocks: Iterable[Samples], total: int, target: BinaryIO, tell: Callable[[float], None]
) -> tuple[list[int], bytes]:
    """Write the packets of the mix; returns their sizes and the AudioSpecificConfig."""
    encoder = AudioCodecContext.create("aac", "w")
    encoder.sample_rate, encoder.layout, encoder.format = SOUND_RATE, "stereo", "fltp"
    encoder.bit_rate, encoder.time_base = SOUND_BITS, Fraction(1, SOUND_RATE)
    encoder.flags |= 1 << 22  # AV_CODEC_FLAG_GLOBAL_HEADER: the configuration apart from the packets
    encoder.open()
    sizes: list[int] = []
    packets = FilterChain(f"aformat=sample_fmts=fltp,asetnsamples=n={SOUND_PACKET}:p=1")
    at = 0

    def write(frame: AudioFrame | None) -> None:
        for packet in encoder.encode(frame):
            target.write(bytes(packet))
            sizes.append(packet.size)

    for block in chain(blocks, [None]):
        for part in packets.frames(None if block is None else frame_of(block)):
            part.pts, part.time_base = at, Fraction(1, SOUND_RATE)
            at += part.samples
            write(part)
        tell(min(1.0, at / max(1, total)))
    write(None)
    return sizes, bytes(encoder.extradata or b"")


def run() -> None:
    """Be the child process: a plan on the first line of standard input, progress and the result on standard output."""
    plan = SoundPlan.from_json(sys.stdin.buffer.readline())
    limit_itself(None, clip_file_limits().memory_bytes, writes=True)
    end_with_parent()
    av.logging.set_level(None)

    def say(facts: dict[str, Any]) -> None:
        sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n")
        sys.stdout.buffer.flush()

    def tell(clip: int, share: float) -> None:
        say({"clip": clip, "share": share})

    if plan.output:
        with open(plan.output, "wb") as target, open(plan.scratch, "wb+") as scratch:
            result = make_sound(plan, target, scratch, tell)
    else:
        result = place_sounds(plan, tell)
    say({"result": result})  # when its files are closed
    os._exit(0)
