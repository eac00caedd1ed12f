"""The plan of a film's sound: which take is heard where, what is laid over it, the fades, and the loudness of the
whole."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Literal, NamedTuple, Self

from storyboard.catalog import read_table
from storyboard.film.encoding import SOUND_RATE

#: What is laid over a film.
Kind = Literal["speech", "effect", "music", "ambience"]


class SoundRules(NamedTuple):
    """The figures of `film_sound.toml`; its tables `levels`, `ducking` and `laid` as they are."""

    target: float
    true_peak: float
    headroom: float
    most_raised: float
    most_lowered: float
    silent: float
    tolerance: float
    passes: int
    most_pushed: float
    crossfade: float
    edge: float
    limiter_rate: int
    attack: float
    release: float
    levels: dict[str, float]
    ducking: dict[str, float]
    laid: dict[str, float]


@cache
def sound_rules() -> SoundRules:
    """The rules of this installation."""
    table = read_table("film_sound.toml")
    limiter = {"limiter_rate": table["limiter"]["rate"], **table["limiter"]}
    facts = {**table["loudness"], **table["cuts"], **limiter}
    for name in ("levels", "ducking", "laid"):
        facts[name] = {key: value for key, value in table[name].items() if isinstance(value, float)}
    return SoundRules(**{name: facts[name] for name in SoundRules._fields})


def samples_of(seconds: float) -> int:
    """Seconds as samples, to the nearest."""
    return round(seconds * SOUND_RATE)


class SoundFade(NamedTuple):
    """From one level to another, 0 to 1, between two samples of a clip."""

    start: int
    end: int
    level: float
    to: float


class SoundClip(NamedTuple):
    """A clip's place in the sound track: its take, None where it is silent, its length in samples, its fades, and the
    sample of the take's picture from which it is heard."""

    path: str | None
    samples: int
    fades: tuple[SoundFade, ...] = ()
    begin: int = 0


class LaidSound(NamedTuple):
    """A sound laid over the film from its sample `begin` on, for at most `samples` samples (None: its own length).

    A speech that would continue after its `room`, the span of its shot, begins earlier, but not before the room; it
    begins later if another one is still heard.

    It is played from its own sample `skip` on, `gain` dB louder than its kind, and fades in and out over `fade_in` and
    `fade_out` samples. One that `loops` is repeated until its end. `edge` is the shortest fade at an end that cuts it
    off.
    """

    kind: Kind
    path: str
    begin: int
    samples: int | None
    skip: int = 0
    gain: float = 0.0
    fade_in: int = 0
    fade_out: int = 0
    loops: bool = False
    edge: int = 0
    room: tuple[int, int] | None = None


class SampleSpan(NamedTuple):
    """From one sample of the film up to another."""

    begin: int
    end: int


class PlacedSound(NamedTuple):
    """Where a laid sound is heard, in samples of the film, how many samples of it there are (as far as the film needs
    them), how many channels its file has, and how high it rises there, 1.0 being full scale."""

    begin: int
    end: int
    samples: int
    channels: int
    peak: float


class SoundPlan(NamedTuple):
    """The sound track to make.

    It has the clips in order, the file for its packets, one for the mix, and the sounds laid over the clips. `spoken`
    are the times of speech in the clips themselves. `stems` is a folder for the parts of the mix, or empty. Without an
    `output` nothing is mixed: sounds are placed only.
    """

    clips: tuple[SoundClip, ...]
    rules: SoundRules
    output: str
    scratch: str
    laid: tuple[LaidSound, ...] = ()
    spoken: tuple[SampleSpan, ...] = ()
    stems: str = ""

    @property
    def samples(self) -> int:
        """The film's length."""
        return sum(clip.samples for clip in self.clips)

    def to_json(self) -> bytes:
        """One line."""
        return json.dumps(self).encode() + b"\n"

    @classmethod
    def from_json(cls, line: bytes) -> Self:
        """What `to_json` wrote."""
        clips, rules, output, scratch, laid, spoken, stems = json.loads(line)
        return cls(
            tuple(_clip(*row) for row in clips),
            SoundRules(*rules),
            output,
            scratch,
            tuple(LaidSound(*row) for row in laid),
            tuple(SampleSpan(*row) for row in spoken),
            stems,
        )


def _clip(path: str | None, samples: int, fades: list[list[Any]], begin: int) -> SoundClip:
    return SoundClip(path, samples, tuple(SoundFade(*one) for one in fades), begin)
