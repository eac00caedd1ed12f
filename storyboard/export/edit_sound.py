"""Sounds laid over the film, in the form of editing programs: stretches of sound files on separate tracks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from storyboard.film.cut import FilmCut
from storyboard.film.encoding import SOUND_RATE
from storyboard.film.sound import place_sounds
from storyboard.film.sound_plan import Kind, LaidSound, PlacedSound
from storyboard.wording import one_line

#: The tracks, in their order from the top.
TRACKS: dict[Kind, str] = {"speech": "Speech", "effect": "Effects", "ambience": "Ambience", "music": "Music"}


class EditSound(NamedTuple):
    """A stretch of a sound file over the film from frame `start` on; it begins `skip` frames into the file, of which at
    least `length` frames are known. `gain` is what the script says, in dB; it comes and goes in `fade_in` and
    `fade_out` frames."""

    kind: Kind
    path: Path
    start: int
    frames: int
    skip: int
    length: int
    channels: int
    gain: float
    fade_in: int = 0
    fade_out: int = 0

    @property
    def name(self) -> str:
        """The name of the file, on one line."""
        return one_line(self.path.name)

    @property
    def end(self) -> int:
        """The frame after its last one."""
        return self.start + self.frames


def laid_sounds(cut: FilmCut) -> tuple[tuple[EditSound, ...], tuple[str, ...]]:
    """The sounds that are laid over a cut, where the film has them, and what cannot be heard, a line each."""
    overlay, rate = cut.sounds.overlay, cut.rate
    placed = place_sounds(round(cut.frames * SOUND_RATE / rate), overlay)
    found = [
        part for number, heard in sorted(placed.placed.items()) for part in _parts(overlay.laid[number], heard, rate)
    ]
    return tuple(sorted(found, key=lambda one: one.start)), tuple(cut.sounds.problems(placed))


def _parts(sound: LaidSound, heard: PlacedSound, rate: Fraction) -> Iterator[EditSound]:
    """A sound, once or as often as it is repeated."""

    def frame(samples: int) -> int:
        return round(samples * rate / SOUND_RATE)

    skip, at = frame(sound.skip), heard.begin
    while at < heard.end:
        end = min(heard.end, at + heard.samples)
        start = frame(at)
        if frames := frame(end) - start:
            yield EditSound(
                sound.kind, Path(sound.path), start, frames, skip, skip + max(frames, frame(heard.samples)),
                heard.channels, sound.gain,
                min(frames, frame(sound.fade_in)) if at == heard.begin else 0,
                min(frames, frame(sound.fade_out)) if end == heard.end else 0,
            )  # fmt: skip
        at = end


def sound_tracks(sounds: Sequence[EditSound]) -> list[tuple[str, list[EditSound]]]:
    """Sounds by track: those of one kind share one, but for what overlaps, which has another of the same name."""
    rows: list[tuple[str, list[EditSound]]] = []
    by_kind = {kind: [one for one in sounds if one.kind == kind] for kind in TRACKS}
    for kind, name in TRACKS.items():
        tracks: list[list[EditSound]] = []
        for one in by_kind[kind]:
            free = next((track for track in tracks if track[-1].end <= one.start), None)
            if free is None:
                tracks.append([one])
            else:
                free.append(one)
        rows += [(name if number == 1 else f"{name} {number}", track) for number, track in enumerate(tracks, 1)]
    return rows
