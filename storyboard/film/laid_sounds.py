"""Sounds laid over a film: which file is heard when, and which cannot be heard.

Music and ambience are runs of consecutive shots with the same sound; effects and speeches have their place in a shot. A
sound given in words needs a file that was made from them; if there is none, the person is told.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from storyboard.compiler.dependencies import sound_file
from storyboard.compiler.emit.sound import sound_runs
from storyboard.compiler.ir.resolved import Audio, Effect, Shot
from storyboard.compiler.loader import Loader
from storyboard.film.encoding import RATE, SOUND_RATE
from storyboard.film.sound import PlacedSounds, SoundOverlay
from storyboard.film.sound_plan import LaidSound, SampleSpan, samples_of, sound_rules
from storyboard.film.timeline import Timeline, TimelinePart
from storyboard.film.timing import TimedSpeech, screen_timing
from storyboard.wording import shorten

if TYPE_CHECKING:
    from storyboard.compiler.pipeline import Analysis

_LATE = 0.3  # seconds from which a speech that is heard later than the script says is told
_SHOWN = 40  # letters of a speech or of words for music that are shown

#: Where a second of the script is in the film.
FilmSecond = Callable[[float], float]


class MadeSounds(NamedTuple):
    """Files that were made of words: of those of music, ambience and effects, and of speeches by their shot's number
    and their place among its speeches, from 0."""

    words: Mapping[str, Path] = {}
    speech: Mapping[tuple[str, int], Path] = {}


class LaidSpeech(NamedTuple):
    """A speech that is laid over the film: its number among the laid sounds, its place among all speeches of the film,
    and where its shot ends, in seconds of the film. `is_computer`: a computer speaks it as a guide."""

    number: int
    place: int
    shot_end: float
    is_computer: bool = False


class UnheardSound(NamedTuple):
    """A line about a sound that cannot be heard; of a speech, its place among all speeches of the film."""

    line: str
    place: int | None = None


class LaidSounds(NamedTuple):
    """Everything that is laid over a film. `speeches` are all of the film, laid over or not, in seconds of the film;
    `missing` is what cannot be heard, having no file."""

    overlay: SoundOverlay
    speeches: tuple[TimedSpeech, ...]
    laid_speeches: tuple[LaidSpeech, ...]
    names: tuple[str, ...]
    missing: tuple[UnheardSound, ...]

    def heard(self, made: PlacedSounds) -> tuple[TimedSpeech, ...]:
        """All speeches where they are heard, those that are laid over as long as they last."""
        found = list(self.speeches)
        for one in self.laid_speeches:
            if span := made.placed.get(one.number):
                found[one.place] = found[one.place]._replace(start=span.begin / SOUND_RATE, end=span.end / SOUND_RATE)
        return tuple(sorted(found, key=lambda speech: speech.start))

    def problems(self, made: PlacedSounds) -> Iterator[str]:
        """Lines about sounds that cannot be heard."""
        for number, why in sorted(made.unheard.items()):
            yield f"{self.names[number]}: it is not heard: {why}"

    def notes(self, made: PlacedSounds) -> Iterator[str]:
        """Lines about what has no file, and about speeches that are later or longer than the script says."""
        yield from (one.line for one in self.missing)
        for one in self.laid_speeches:
            if (span := made.placed.get(one.number)) is None or one.is_computer:
                continue
            begin, end = span.begin / SOUND_RATE, span.end / SOUND_RATE
            wanted = self.overlay.laid[one.number].begin / SOUND_RATE
            late = f"begins {begin - wanted:.1f} s late, after the one before it" if begin - wanted > _LATE else ""
            long = (
                f"continues for {end - one.shot_end:.1f} s after the end of its shot"
                if end - one.shot_end > _LATE
                else ""
            )
            if late or long:
                yield f"{self.names[one.number]}: it {' and '.join(filter(None, (late, long)))}"


def lay_sounds(
    analysis: Analysis, timeline: Timeline, made: MadeSounds, at: FilmSecond, audible: Collection[Shot] = ()
) -> LaidSounds:
    """The sounds laid over a film; `at` converts seconds of the script to those of the film.

    `audible` are the shots whose clips may contain speech.
    """
    layout = _SoundLayout(analysis, timeline, made, at)
    layout.lay_runs("music", lambda shot: shot.music)
    layout.lay_runs("ambience", lambda shot: shot.ambience)
    spoken: list[SampleSpan] = []
    for part in timeline.parts:
        layout.lay_effects(part)
        spoken += layout.lay_speeches(part, is_audible=part.shot in audible)
    overlay = SoundOverlay(tuple(layout.laid), tuple(spoken), analysis.whole.loudness)
    return LaidSounds(
        overlay, tuple(layout.speeches), tuple(layout.laid_speeches), tuple(layout.names), tuple(layout.missing)
    )


class _SoundLayout:
    """Sounds as they are laid, one after another."""

    def __init__(self, analysis: Analysis, timeline: Timeline, made: MadeSounds, at: FilmSecond) -> None:
        self._analysis, self._parts, self._made, self._at = analysis, timeline.parts, made, at
        self._heard = {shot: clip.settings.is_heard for clip in analysis.clips for shot in clip.shots}
        self.laid: list[LaidSound] = []
        self.names: list[str] = []
        self.missing: list[UnheardSound] = []
        self.speeches: list[TimedSpeech] = []
        self.laid_speeches: list[LaidSpeech] = []

    def lay_runs(self, kind: Literal["music", "ambience"], sound: Callable[[Shot], Audio | None]) -> None:
        """Lay a sound under every run of shots that have it."""
        runs = list(sound_runs(self._parts, lambda part: sound(part.shot)))
        for number, (audio, parts) in enumerate(runs):
            if audio is None:
                continue
            if (path := self._file(audio, kind)) is None:
                continue
            before = runs[number - 1][0] if number else None
            after = runs[number + 1][0] if number + 1 < len(runs) else None
            first, last = parts[0], parts[-1]
            over_in = _takeover(kind, first.before.blends) if before and not audio.options.fade_in else 0.0
            over_out = _takeover(kind, last.after.blends) if after and not audio.options.fade_out else 0.0
            begin = self._at(first.start) - over_in / 2
            end = self._at(last.start + (last.shot.duration or 0)) + over_out / 2
            fade_in = max(audio.options.fade_in, over_in, _picture_fade(bool(first.before.fade_in)))
            fade_out = max(audio.options.fade_out, over_out, _picture_fade(bool(last.after.fade_out)))
            begin += audio.options.at_second
            if begin >= end:
                self._miss(f"{_named(audio, kind)} would begin after the end of its shots; it is not heard")
                continue
            self._add(
                LaidSound(
                    kind, str(path), max(0, samples_of(begin)), samples_of(end) - max(0, samples_of(begin)),
                    samples_of(audio.options.start_from), audio.options.gain_db, samples_of(fade_in),
                    samples_of(fade_out), audio.options.loops is not False,
                    samples_of(sound_rules().laid["ending"]) if kind == "music" else 0,
                ),
                _named(audio, kind),
            )  # fmt: skip

    def lay_effects(self, part: TimelinePart) -> None:
        """Lay the effects of a shot."""
        seconds = part.shot.duration or 0
        for beat in part.shot.beats:
            if not isinstance(beat, Effect):
                continue
            options, name = beat.audio.options, f"{_named(beat.audio, 'effect')} in shot {part.shot.number}"
            if options.at_second >= seconds:
                self._miss(f"{name} would begin after the end of its shot; it is not heard")
            elif path := self._file(beat.audio, "effect"):
                begin, end = self._at(part.start + options.at_second), self._at(part.start + seconds)
                self._add(
                    LaidSound(
                        "effect", str(path), samples_of(begin), samples_of(end - begin) if options.loops else None,
                        samples_of(options.start_from), options.gain_db, samples_of(options.fade_in),
                        samples_of(options.fade_out), bool(options.loops),
                    ),
                    name,
                )  # fmt: skip

    def lay_speeches(self, part: TimelinePart, *, is_audible: bool) -> Iterator[SampleSpan]:
        """Lay the speeches of a shot that are not its clip's own; when somebody speaks in the clip itself."""
        seconds = part.shot.duration or 0
        shot_end = self._at(part.start + seconds)
        room = (samples_of(self._at(part.start)), samples_of(shot_end))
        for place, speech in enumerate(part.speeches):
            beat = speech.beat
            assert beat is not None, "it is of the script"
            self.speeches.append(speech.moved(self._at))
            if not beat.is_laid_over(is_heard=self._heard.get(part.shot, part.scene.settings.is_heard)):
                if is_audible:
                    yield SampleSpan(samples_of(self._at(speech.start)), samples_of(self._at(speech.end)))
                continue
            name = f"{speech.speaker}’s speech “{shorten(speech.text, _SHOWN)}” in shot {part.shot.number}"
            path = _real(self._made.speech.get((part.shot.number, place)))
            options = beat.recording.options if beat.recording else None
            begin = speech.start
            if beat.recording and not beat.recording.is_none:
                path = self._path(beat.recording)
            if options and options.at_second:
                begin = part.start + min(options.at_second, seconds)
            if path is None:
                self._miss(f"{name} is not heard: its file does not exist yet", len(self.speeches) - 1)
                continue
            self.laid_speeches.append(LaidSpeech(len(self.laid), len(self.speeches) - 1, shot_end))
            self._add(
                LaidSound(
                    "speech", str(path), samples_of(self._at(begin)), None,
                    samples_of(options.start_from) if options else 0, options.gain_db if options else 0.0,
                    samples_of(options.fade_in) if options else 0, samples_of(options.fade_out) if options else 0,
                    room=room if begin == speech.start else None,
                ),
                name,
            )  # fmt: skip

    def _file(self, audio: Audio, kind: str) -> Path | None:
        path = self._path(audio)
        if path is None:
            self._miss(f"{_named(audio, kind)} is not heard: its file does not exist yet")
        return path

    def _path(self, audio: Audio) -> Path | None:
        """The file of a sound, the writer's own or a made one, without links, so that it is seen when one comes in."""
        if sound_file(self._analysis, audio):
            return Loader(self._analysis.root).real_file(audio.path)
        return _real(self._made.words.get(audio.words))

    def _miss(self, line: str, place: int | None = None) -> None:
        self.missing.append(UnheardSound(line, place))

    def _add(self, sound: LaidSound, name: str) -> None:
        self.laid.append(sound)
        self.names.append(name)


def _takeover(kind: str, blends: bool) -> float:
    """The seconds in which one sound takes over from another, half of them on either side of the cut."""
    if blends:
        return float(screen_timing()["transitions"]["dissolve"]) / RATE
    return sound_rules().laid["takeover" if kind == "music" else "ramp"]


def _picture_fade(fades: bool) -> float:
    return float(screen_timing()["transitions"]["fade"]) / RATE if fades else 0.0


def _real(path: Path | None) -> Path | None:
    return None if path is None else Path(os.path.realpath(path))


def _named(audio: Audio, kind: str) -> str:
    return f"{kind} {audio.path or f'“{shorten(audio.words, _SHOWN)}”'}"
