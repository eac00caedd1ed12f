"""The mix of sounds laid over a film: speeches one after another, music and ambience lower while somebody speaks.

Every sound is first decoded into a file, no more of it than the film needs, and measured there; then the mix is made
block by block, so a film of an hour needs no more memory than one of a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import av
import numpy as np

from storyboard.film.audio_decode import decode_sound
from storyboard.film.audio_filters import Samples, read_samples, silent_samples
from storyboard.film.encoding import SOUND_RATE
from storyboard.film.loudness import Loudness, LoudnessMeter, amplitude, choose_master, decibels, level_gain
from storyboard.film.sound_file import NotASound, open_sound
from storyboard.film.sound_plan import LaidSound, PlacedSound, SampleSpan, SoundPlan, SoundRules, samples_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEM_OF = {"speech": "speech", "effect": "effects", "ambience": "effects", "music": "music"}


class _Decoded(NamedTuple):
    """A sound in a file of samples: how many there are, the dB that bring it to its level, its own channels, and how
    high it rose before."""

    file: BinaryIO
    samples: int
    gain: float
    channels: int
    peak: float


class _Placed(NamedTuple):
    """A laid sound where it is in the film, and what it is made of."""

    sound: LaidSound
    span: SampleSpan
    decoded: _Decoded
    is_cut: bool


class LaidMix:
    """All that is laid over a film. `problems` are the sounds that cannot be decoded, by their number in the plan, and
    why; `placed` is where each of the others is heard."""

    def __init__(self, plan: SoundPlan, scratch: Callable[[str], BinaryIO], tell: Callable[[int], None]) -> None:
        self._rules, self._total = plan.rules, plan.samples
        self._open, self._is_mixed = scratch, bool(plan.output)
        self.problems: dict[int, str] = {}
        self.placed: dict[int, PlacedSound] = {}
        self._rows: list[_Placed] = []
        decoded: dict[tuple[str, int, bool], _Decoded] = {}
        for number, sound in sorted(enumerate(plan.laid), key=lambda row: row[1].begin):
            tell(number)
            key = (sound.path, sound.skip, sound.kind == "speech")
            try:
                if key not in decoded:
                    decoded[key] = self._decode(sound, _longest(plan, sound))
            except (OSError, ValueError, av.FFmpegError) as problem:
                self.problems[number] = _reason(problem)
                continue
            if row := self._place(sound, decoded[key]):
                self._rows.append(row)
                heard = decoded[key]
                self.placed[number] = PlacedSound(*row.span, heard.samples, heard.channels, heard.peak)
        speeches = [row.span for row in self._rows if row.sound.kind == "speech"]
        self._ducked = {
            "music": _ducking([*speeches, *plan.spoken], self._rules, "music"),
            "ambience": _ducking([*speeches, *plan.spoken], self._rules, "ambience"),
            "takes": _ducking(speeches, self._rules, "takes"),
        }

    def _decode(self, sound: LaidSound, count: int) -> _Decoded:
        """As much of a sound as the film needs, in a file of its own, and how loud it is."""
        file, meter, done = self._open("laid"), LoudnessMeter(with_peak=True), 0
        loudest = 0.0
        with open_sound(Path(sound.path)) as container:
            channels = container.streams.audio[0].channels
            for block in decode_sound(container, sound.skip, count):
                file.write(block.tobytes())
                meter.hear(block)
                loudest = max(loudest, float(np.abs(block).max(initial=0.0)))
                done += len(block)
        if not done:
            raise NotASound("it contains no sound" if not sound.skip else "it ends before the requested moment")
        if done < SOUND_RATE // 2:  # R128 measures no less than 0.4 s
            meter.hear(silent_samples(SOUND_RATE // 2))
        if sound.kind == "speech":
            return self._levelled_speech(_Decoded(file, done, 0.0, channels, loudest), meter.measure())
        gain = level_gain(meter.measure(), self._rules)
        if loudest:
            gain = min(gain, self._rules.levels["peak"] - decibels(loudest))
        return _Decoded(file, done, gain, channels, loudest)

    def _levelled_speech(self, speech: _Decoded, measured: Loudness) -> _Decoded:
        """A speech at the film's loudness as the takes are. Its peaks are limited by themselves: in the mix they would
        press down the music, too."""
        if not self._is_mixed:
            return speech
        rules = self._rules._replace(true_peak=self._rules.levels["speech_peak"], headroom=0.0)
        master = choose_master(speech.file, speech.samples, measured, rules)
        if not master.is_limited:
            return speech._replace(gain=master.gain)
        limited = self._open("speech")
        for block in master.sound(speech.file, speech.samples, rules):
            limited.write(block.tobytes())
        return speech._replace(file=limited)

    def _place(self, sound: LaidSound, decoded: _Decoded) -> _Placed | None:
        """Where a sound is heard in the film; None if it would begin after the end."""
        begin = sound.begin
        if sound.room:
            begin = min(begin, max(sound.room[0], sound.room[1] - decoded.samples))
        if sound.kind == "speech":
            before = [row.span.end for row in self._rows if row.sound.kind == "speech"]
            pause = samples_of(self._rules.laid["pause"])
            begin = max([begin, *(end + pause for end in before)])
        own = decoded.samples if not sound.loops or sound.samples is None else sound.samples
        wanted = own if sound.samples is None else min(own, sound.samples)
        end = min(begin + wanted, self._total)
        is_cut = end - begin < decoded.samples
        return _Placed(sound, SampleSpan(begin, end), decoded, is_cut) if end > max(begin, 0) else None

    def takes_level(self, begin: int, count: int) -> NDArray[np.float32]:
        """How loud the takes' own sound is, 0 to 1, at samples of the film."""
        return _envelope(self._ducked["takes"], begin, count)

    def stems(self, begin: int, count: int) -> dict[str, Samples]:
        """The laid sounds in a stretch of the film, by stem; only stems that contain something."""
        found: dict[str, Samples] = {}
        for row in self._rows:
            start, end = max(begin, row.span.begin), min(begin + count, row.span.end)
            if start >= end:
                continue
            stem = found.setdefault(_STEM_OF[row.sound.kind], silent_samples(count))
            stem[start - begin : end - begin] += self._heard(row, start, end - start)
        return found

    def _heard(self, row: _Placed, begin: int, count: int) -> Samples:
        """A sound at samples of the film, with its level and its fades."""
        at = begin - row.span.begin
        heard = _looped(row, at, count, samples_of(self._rules.laid["seam"]))
        gain = row.decoded.gain + row.sound.gain + self._rules.levels[row.sound.kind]
        level = _envelope(_fades(row, self._rules), begin, count) * np.float32(amplitude(gain))
        if row.sound.kind in self._ducked:
            level = level * _envelope(self._ducked[row.sound.kind], begin, count)
        return heard * level[:, np.newaxis]


def _reason(problem: Exception) -> str:
    if isinstance(problem, FileNotFoundError):
        return "there is no such file"
    return str(problem) if isinstance(problem, NotASound) else "it cannot be decoded"


def _longest(plan: SoundPlan, sound: LaidSound) -> int:
    """How much of a file the film needs, wherever it is laid."""
    rows = [one for one in plan.laid if (one.path, one.skip) == (sound.path, sound.skip)]
    return max(
        plan.samples if one.samples is None else min(one.samples, max(0, plan.samples - one.begin)) for one in rows
    )


def _looped(row: _Placed, at: int, count: int, seam: int) -> Samples:
    """A number of samples of a sound from its sample `at` on. A repeated sound is cross-faded into itself."""
    own = row.decoded.samples
    if not row.sound.loops or row.span.end - row.span.begin <= own:
        return _padded(read_samples(row.decoded.file, at, count), count)
    seam = min(seam, own // 4)
    period = max(1, own - seam)
    parts = []
    while count > 0:
        turn, inside = divmod(at, period)
        part = min(count, period - inside)
        heard = _padded(read_samples(row.decoded.file, inside, part), part).copy()
        if turn and inside < seam:
            under = min(part, seam - inside)
            share = ((np.arange(inside, inside + under) + 0.5) / seam)[:, np.newaxis]
            going = _padded(read_samples(row.decoded.file, inside + period, under), under)
            heard[:under] = heard[:under] * np.sin(share * np.pi / 2) + going * np.cos(share * np.pi / 2)
        parts.append(heard)
        at, count = at + part, count - part
    return np.concatenate(parts)


def _padded(samples: Samples, count: int) -> Samples:
    return samples if len(samples) == count else np.concatenate([samples, silent_samples(count - len(samples))])


def _fades(row: _Placed, rules: SoundRules) -> list[tuple[int, float]]:
    """How a laid sound comes and goes: levels at samples of the film. Fades that are longer than the sound share it."""
    begin, end = row.span
    ramp = samples_of(rules.laid["ramp"])
    fade_in = max(row.sound.fade_in, ramp if row.sound.skip or row.sound.kind != "effect" else 0)
    fade_out = max(row.sound.fade_out, row.sound.edge if row.is_cut or row.sound.loops else 0, ramp)
    whole = fade_in + fade_out
    if whole > end - begin:
        fade_in, fade_out = (fade * (end - begin) // whole for fade in (fade_in, fade_out))
    return [
        (begin - 1, 0.0 if fade_in else 1.0), (begin + fade_in, 1.0),
        (end - fade_out, 1.0), (end, 0.0 if fade_out else 1.0),
    ]  # fmt: skip


def _ducking(spans: Iterable[SampleSpan], rules: SoundRules, what: str) -> list[tuple[int, float]]:
    """The level beside speeches: levels at samples of the film."""
    attack, release = samples_of(rules.ducking["attack"]), samples_of(rules.ducking["release"])
    low = amplitude(rules.ducking[what])
    points: list[tuple[int, float]] = []
    for begin, end in _bridged(sorted(spans), samples_of(rules.ducking["bridged"])):
        points += [(begin - attack, 1.0), (begin, low), (end, low), (end + release, 1.0)]
    return points


def _bridged(spans: Sequence[SampleSpan], pause: int) -> Iterator[SampleSpan]:
    """Spans, those with a pause between them that is too short made one."""
    held: SampleSpan | None = None
    for span in spans:
        if held and span.begin <= held.end + pause:
            held = SampleSpan(held.begin, max(held.end, span.end))
        else:
            if held:
                yield held
            held = span
    if held:
        yield held


def _envelope(points: Sequence[tuple[int, float]], begin: int, count: int) -> NDArray[np.float32]:
    """Levels between points, at samples of the film; they go as a quarter of a sine does, so that one sound takes over
    from another without a dip."""
    if not points:
        return np.ones(count, np.float32)
    places, levels = zip(*points, strict=True)
    angles = np.arcsin(np.asarray(levels)) if min(levels) == 0 else np.asarray(levels)
    found = np.interp(np.arange(begin, begin + count), places, angles)
    shaped: NDArray[np.float32] = (np.sin(found) if min(levels) == 0 else found).astype(np.float32)
    return shaped
