"""What is heard in a film: which take's sound lies where, how it fades, how loud the whole is."""

from __future__ import annotations

import json
from functools import cache
from typing import NamedTuple, Self

from storyboard.catalog import read_table


class SoundRules(NamedTuple):
    """The figures of `film_sound.toml`."""

    target: float
    true_peak: float
    headroom: float
    most_raised: float
    most_lowered: float
    silent: float
    crossfade: float
    edge: float
    limiter_rate: int
    attack: float
    release: float


@cache
def sound_rules() -> SoundRules:
    """The rules of this installation."""
    table = read_table("film_sound.toml")
    limiter = {"limiter_rate": table["limiter"]["rate"], **table["limiter"]}
    facts = {**table["loudness"], **table["cuts"], **limiter}
    return SoundRules(**{name: facts[name] for name in SoundRules._fields})


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


class SoundPlan(NamedTuple):
    """The sound track to make: the clips in order, the file for its packets, and one for what is mixed meanwhile."""

    clips: tuple[SoundClip, ...]
    rules: SoundRules
    output: str
    scratch: str

    def to_json(self) -> bytes:
        """One line."""
        return json.dumps(self).encode() + b"\n"

    @classmethod
    def from_json(cls, line: bytes) -> Self:
        """What `to_json` wrote."""
        clips, rules, output, scratch = json.loads(line)
        rows = (
            SoundClip(path, samples, tuple(SoundFade(*one) for one in fades), begin)
            for path, samples, fades, begin in clips
        )
        return cls(tuple(rows), SoundRules(*rules), output, scratch)
