"""The cut: which take is where in the film, with how many frames, and which sounds are laid over it.

The real length of a take counts. A take of 121 frames keeps all of them if it cannot end after 120 without encoding,
and so does one of 29.97 frames a second, whose seconds are not whole frames. A dissolve mixes into the first frame of
the next clip and out of the last frame of this one, because takes have no spare frames at a cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from storyboard.drawing.overlays import FrameSize
from storyboard.film.credits import credit_frames
from storyboard.film.encoding import RATE
from storyboard.film.film_clip import FilmClip
from storyboard.film.film_format import CopyCandidate, CopyPlan, plan_copies
from storyboard.film.frames import frame_size
from storyboard.film.laid_sounds import LaidSounds, MadeSounds, lay_sounds
from storyboard.film.limits import clip_file_limits
from storyboard.film.media import TakeMedia
from storyboard.film.parameter_sets import Colour
from storyboard.film.probe import probe_clips
from storyboard.film.rates import usual_rate
from storyboard.film.takes import DraftShot, Take
from storyboard.film.timeline import Timeline, TimelinePart
from storyboard.film.track_index import MediaIndex, read_index
from storyboard.film.transitions import why_encoded

if TYPE_CHECKING:
    from storyboard.compiler.pipeline import Analysis

_SHORT_SIDE = 720  # of a film without any take
_DRAFT = "it is filled from a draft"
_BURNT = "subtitles are burnt in"


class FilmOptions(NamedTuple):
    """What the user asks of a film.

    `short_side` is the shorter side in pixels (None: that of its takes), `burn` burns subtitles into the picture, and
    `credits` are the lines of the credits at the end.
    """

    short_side: int | None = None
    burn: bool = False
    credits: tuple[str, ...] = ()


_AS_IT_IS = FilmOptions()


@dataclass(frozen=True, slots=True)
class FilmCut:
    """The layout of a film.

    `problems` are takes that cannot be used or whose length differs from their clip; `notes` are remarks for the
    person. `sounds` are laid over the film.
    """

    clips: tuple[FilmClip, ...]
    size: FrameSize
    rate: Fraction
    colour: Colour
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    sounds: LaidSounds
    options: FilmOptions

    @property
    def missing(self) -> tuple[str, ...]:
        """The clips without a take."""
        return tuple(clip.name for clip in self.clips if clip.media is None)

    @property
    def drafts(self) -> tuple[str, ...]:
        """The shots filled from drafts."""
        return tuple(clip.name for clip in self.clips if clip.is_draft)

    @property
    def encoded(self) -> tuple[FilmClip, ...]:
        """The clips that are not copied."""
        return tuple(clip for clip in self.clips if clip.reason)

    @property
    def credit_frames(self) -> int:
        """The frames of the credits behind the clips."""
        return credit_frames(self.options.credits, self.rate)

    @property
    def frames(self) -> int:
        """The number of frames of the film, credits included."""
        return sum(clip.frames for clip in self.clips) + self.credit_frames

    def at(self, second: float) -> float:
        """The second of the film for a second of the script; takes may be a few frames longer or shorter than their
        clips."""
        return _film_second(self.clips, self.rate, second)


def _film_second(clips: Sequence[FilmClip], rate: Fraction, second: float) -> float:
    clip = next((one for one in reversed(clips) if one.start <= second), clips[0])
    inside = min(second - clip.start, clip.seconds)
    return float(clip.first / rate) + inside * float(clip.frames / rate) / clip.seconds


def lay_out_cut(
    analysis: Analysis,
    timeline: Timeline,
    takes: Iterable[Take],
    drafts: Iterable[DraftShot] = (),
    made: MadeSounds | None = None,
    options: FilmOptions = _AS_IT_IS,
) -> FilmCut:
    """Put takes in the places of their clips, and drafts in the places of shots whose clip has no take.

    Decides what is copied, and lays the script's sounds over the film; `made` are sounds made from words.
    """
    by_clip = {take.clip_id: take for take in takes}
    problems: list[str] = []
    groups = _groups(analysis, timeline)
    there = [take for name, _ in groups if (take := by_clip.get(name))]
    found = _media_of(there, problems)
    places = _with_drafts(
        [FilmClip(name, parts, *found.get(name, (None, None))) for name, parts in groups], drafts, problems
    )
    # What was paid to be enlarged is not made smaller for the sake of the rest.
    finished = {name for name, take in by_clip.items() if take.finished}
    size, rate = _choose_format([one for one in places if one.name in finished] or places, timeline.aspect)
    if options.short_side:
        size = _scaled(size, options.short_side)
    burnt = _BURNT if options.burn and timeline.speeches else ""
    candidates = [
        CopyCandidate(one.index, one.seconds, _DRAFT if one.is_draft else why_encoded(one.parts, one.media) or burnt)
        for one in places
    ]
    if options.credits:  # they are encoded, so what is copied has to go with that
        candidates.append(CopyCandidate(None, 0, "it is drawn"))
    copied = plan_copies(candidates, size, rate)
    clips = _placed(places, copied, rate)
    notes = list(timeline.left_out)
    for clip in clips:
        if clip.media and not clip.is_draft and (line := _length_told(clip, by_clip[clip.name], rate)):
            is_far = abs(clip.media.frames / clip.media.rate - clip.seconds) > clip_file_limits().length_tolerance
            (problems if is_far else notes).append(line)
    heard = {part.shot for clip in clips if clip.media and clip.media.has_sound for part in clip.parts}
    sounds = lay_sounds(
        analysis, timeline, made or MadeSounds(), lambda second: _film_second(clips, rate, second), heard
    )
    return FilmCut(clips, size, rate, copied.colour, tuple(problems), tuple(notes), sounds, options)


def _groups(analysis: Analysis, timeline: Timeline) -> list[tuple[str, tuple[TimelinePart, ...]]]:
    """The shots of each clip, and each by itself where its scene has no clips."""
    clip_of = {shot: clip for clip in analysis.clips for shot in clip.shots}
    groups: list[tuple[str, list[TimelinePart]]] = []
    for part in timeline.parts:
        clip = clip_of.get(part.shot)
        name = clip.id if clip else f"shot {part.shot.number}"
        if groups and groups[-1][0] == name:
            groups[-1][1].append(part)
        else:
            groups.append((name, [part]))
    return [(name, tuple(parts)) for name, parts in groups]


def _media_of(takes: Sequence[Take], problems: list[str]) -> dict[str, tuple[TakeMedia, MediaIndex | None]]:
    """The file of each take by clip id: read from its index, or by a decoder."""
    found: dict[str, tuple[TakeMedia, MediaIndex | None]] = {}
    unusual = []
    for take in takes:
        if index := read_index(take.path):
            form = index.picture.format
            count = len(index.picture.sizes)
            found[take.clip_id] = (
                TakeMedia(take.path, usual_rate(index.rate), count, form.size, True, index.has_sound), index
            )  # fmt: skip
        else:
            unusual.append(take)
    for take, probed in zip(unusual, probe_clips([take.path for take in unusual]), strict=True):
        if probed.media:
            found[take.clip_id] = (probed.media, None)
        else:
            problems.append(
                f"{take.path}: cannot be used ({probed.problem}); the animatic is shown for clip {take.clip_id}"
            )
    return found


def _with_drafts(places: Sequence[FilmClip], drafts: Iterable[DraftShot], problems: list[str]) -> list[FilmClip]:
    """The places, those of clips without a take divided into their shots where one of these has a draft."""
    by_shot = {draft.shot: draft for draft in drafts}
    empty = [part.shot.number for clip in places if clip.media is None for part in clip.parts]
    paths = list(dict.fromkeys(by_shot[shot].path for shot in empty if shot in by_shot))
    media: dict[Path, TakeMedia] = {}
    for path, probed in zip(paths, probe_clips(paths), strict=True):
        if probed.media:
            media[path] = probed.media
        else:
            problems.append(f"{path}: cannot be used ({probed.problem}); the animatic is shown for it")
    done: list[FilmClip] = []
    for clip in places:
        if clip.media or not any(part.shot.number in by_shot for part in clip.parts):
            done.append(clip)
            continue
        for part in clip.parts:
            draft = by_shot.get(part.shot.number)
            shown = media.get(draft.path) if draft else None
            seen = shown._replace(begin=draft.start) if shown and draft else None
            done.append(FilmClip(f"shot {part.shot.number}", (part,), seen, None, is_draft=seen is not None))
    return done


def _choose_format(clips: Sequence[FilmClip], aspect: str) -> tuple[FrameSize, Fraction]:
    """The frame size and rate of most seconds of takes. Drafts count for clips without a final take."""
    sizes: dict[FrameSize, int] = {}
    rates: dict[Fraction, int] = {}
    is_draft = all(clip.is_draft for clip in clips if clip.media)
    for clip in clips:
        if clip.media and clip.is_draft == is_draft:
            size = FrameSize(clip.media.size.width // 2 * 2, clip.media.size.height // 2 * 2)
            sizes[size] = sizes.get(size, 0) + clip.seconds
            rates[clip.media.rate] = rates.get(clip.media.rate, 0) + clip.seconds
    size = max(sizes, key=lambda one: sizes[one], default=frame_size(aspect, _SHORT_SIDE))
    return size, max(rates, key=lambda one: rates[one], default=Fraction(RATE))


def _scaled(size: FrameSize, short_side: int) -> FrameSize:
    """A frame size of the same shape with this many pixels on its shorter side."""
    share = short_side / min(size)
    return FrameSize(round(size.width * share / 2) * 2, round(size.height * share / 2) * 2)


def _placed(clips: Sequence[FilmClip], copied: CopyPlan, rate: Fraction) -> tuple[FilmClip, ...]:
    """Clips with their frames, one behind another."""
    done: list[FilmClip] = []
    first = 0
    for clip, frames, reason in zip(clips, copied.frames, copied.reasons, strict=False):  # credits are not a clip
        count = frames or _frames_to_encode(clip, rate)
        done.append(replace(clip, first=first, frames=count, reason=reason))
        first += count
    return tuple(done)


def _frames_to_encode(clip: FilmClip, rate: Fraction) -> int:
    """As many frames as the clip's seconds have; one less where its take has one less."""
    least = -(-clip.seconds * rate.numerator // rate.denominator)
    there = int(clip.media.frames / clip.media.rate * rate + Fraction(1, 2)) if clip.media else least
    return there if there == least - 1 and there else least


def _length_told(clip: FilmClip, take: Take, rate: Fraction) -> str:
    """The remark on a take whose length differs from its place; empty up to one frame."""
    assert clip.media is not None, "it has a take"
    lasts = clip.media.frames / clip.media.rate
    there = int(lasts * rate + Fraction(1, 2))
    if there and there <= clip.frames - 2:
        done = f"its last frame is held for {float((clip.frames - there) / rate):.2f} s"
    elif lasts - clip.seconds > clip_file_limits().length_tolerance:
        done = "it is cut"
    else:
        return ""
    return f"{take.path}: is {float(lasts):.2f} s long, clip {clip.name} has {clip.seconds} s; {done}"
