"""Sounds that a script lays over its film, as entries of the manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from storyboard.compiler.emit.manifest import AudioEntry, EffectEntry, RunEntry, SoundEntry, SpeechEntry
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.ir.resolved import Audio, Dialogue, Effect, Shot
from storyboard.compiler.pipeline import Analysis


def sound_of(analysis: Analysis) -> SoundEntry | None:
    """Music, ambience, effects and speech of a film; None where the script lays nothing over it."""
    clips = analysis.clips
    entry = SoundEntry(
        loudness=analysis.whole.loudness,
        music=tuple(_runs(clips, lambda shot: shot.music)),
        ambience=tuple(_runs(clips, lambda shot: shot.ambience)),
        effects=tuple(_effects(clips)),
        speech=tuple(_speech(clips)),
    )
    is_empty = not (entry.music or entry.ambience or entry.effects or entry.speech)
    return None if is_empty and entry.loudness is None else entry


def _runs(clips: tuple[Clip, ...], sound: Callable[[Shot], Audio | None]) -> Iterator[RunEntry]:
    at = 0.0
    for audio, shots in sound_runs([shot for clip in clips for shot in clip.shots], sound):
        start, at = at, at + sum(shot.duration or 0 for shot in shots)
        if audio is not None:
            yield RunEntry(start=start, end=at, audio=_entry(audio))


_Row = TypeVar("_Row")


def sound_runs(
    rows: Iterable[_Row], sound: Callable[[_Row], Audio | None]
) -> Iterator[tuple[Audio | None, tuple[_Row, ...]]]:
    """Consecutive shots with the same sound are one run, which continues over cuts and scenes; so are those without
    one."""
    held: list[_Row] = []
    current: Audio | None = None
    for row in rows:
        audio = sound(row)
        if audio is not None and audio.is_none:
            audio = None
        if held and not _same(audio, current):
            yield current, tuple(held)
            held = []
        current = audio
        held.append(row)
    if held:
        yield current, tuple(held)


def _same(one: Audio | None, other: Audio | None) -> bool:
    if one is None or other is None:
        return one is other
    return one[:3] == other[:3]  # wherever the script names it


def _effects(clips: tuple[Clip, ...]) -> Iterator[EffectEntry]:
    for shot in (shot for clip in clips for shot in clip.shots):
        for beat in shot.beats:
            if isinstance(beat, Effect):
                audio = beat.audio
                yield EffectEntry(shot=shot.number, at=audio.options.at_second, audio=_entry(audio))


def _speech(clips: tuple[Clip, ...]) -> Iterator[SpeechEntry]:
    """The speeches that are laid over the film, in its order: those with a recording, and those of somebody with a
    voice of the service who is off screen, or whose clip is silent."""
    for clip in clips:
        for shot in clip.shots:
            for beat in shot.beats:
                if isinstance(beat, Dialogue) and beat.is_laid_over(is_heard=clip.settings.is_heard):
                    assert beat.speaker is not None, "a manifest is made of a script without errors"
                    yield SpeechEntry(
                        shot=shot.number,
                        speaker=beat.speaker.spoken_name,
                        voice=None if beat.recording else beat.speaker.speaker,
                        text=" ".join(line.text for line in beat.lines),
                        audio=_entry(beat.recording) if beat.recording else None,
                    )


def _entry(audio: Audio) -> AudioEntry:
    return AudioEntry(file=audio.path or None, words=audio.words or None, **audio.options._asdict())
