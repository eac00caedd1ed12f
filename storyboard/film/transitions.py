"""What transitions and titles make of a clip: segments to encode, and fades of its sound."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction

from storyboard.drawing.overlays import FrameSize
from storyboard.film.encoding import RATE, SOUND_RATE
from storyboard.film.film_clip import FilmClip
from storyboard.film.media import TakeMedia
from storyboard.film.segment_child import Blend, InnerBlend, PictureFade, SegmentSource, SegmentTask, ShownTitle
from storyboard.film.shots import PanelShot
from storyboard.film.sound_plan import SoundFade, sound_rules
from storyboard.film.subtitles import SubtitleCue
from storyboard.film.timeline import TimelinePart
from storyboard.film.timing import screen_timing

_MARK = "NOT RENDERED YET"


def why_encoded(parts: Sequence[TimelinePart], media: TakeMedia | None) -> str:
    """Why a clip cannot be copied, in words that follow its name, whatever its take is; empty where nothing is done to
    its frames."""
    if media is None:
        return "it has no take yet"
    done = []
    for part in parts:
        if part.before.fade_in and not part.before.blends:
            done.append("fades in")
        if part.after.fade_out and not part.after.blends:
            done.append("fades out")
        if part.before.dissolve or part.after.dissolve:
            done.append("dissolves")
        if part.before.wipe or part.after.wipe:
            done.append("is wiped")
        if part.after.black:
            done.append("cuts to black")
        if part.titles:
            done.append("shows a title")
    return f"it {' and '.join(dict.fromkeys(done))}" if done else ""


def segment_tasks(
    clips: Sequence[FilmClip], size: FrameSize, rate: Fraction, matrix: int, cues: Sequence[SubtitleCue] = ()
) -> list[tuple[str, SegmentTask]]:
    """The segments to encode, by clip name; `cues` are subtitles to burn in."""
    tasks = []
    # The animatic's captions give way to what the film itself shows.
    hidden = frozenset({"title", "speech"} if cues else {"title"})
    for number, clip in enumerate(clips):
        if not clip.reason:
            continue
        first, last = clip.parts[0].before, clip.parts[-1].after
        before = clips[number - 1] if number else None
        after = clips[number + 1] if number + 1 < len(clips) else None
        black = black_from(clip, rate)
        task = SegmentTask(
            _source(clip, hidden),
            size,
            rate,
            matrix,
            tuple(picture_fades(clip, rate)),
            black,
            _blend(clip, _source(before, hidden), rate, first.wipe) if before and first.blends else None,
            _blend(clip, _source(after, hidden), rate, last.wipe) if after and last.blends else None,
            tuple(inner_blends(clip, rate)),
            (*shown_titles(clip, rate), *_burnt(clip, rate, cues)),
        )
        tasks.append((clip.name, task))
    return tasks


def _source(clip: FilmClip, hidden: Collection[str]) -> SegmentSource:
    return SegmentSource(clip.media, tuple(_marked(part.drawn, hidden) for part in clip.parts), clip.frames)


def _marked(shot: PanelShot, hidden: Collection[str]) -> PanelShot:
    """A shot of the animatic that says what it stands for, without transitions and `hidden` kinds of captions: these
    are the film's here."""
    assert shot.slate is not None, "every shot of a timeline has one"
    slate = shot.slate._replace(left=f"{_MARK} · {shot.slate.left}")
    captions = tuple(one for one in shot.captions if one.kind not in hidden)
    return shot._replace(slate=slate, captions=captions, fade_in=None, fade_out=None, blend_in=None, blend_out=None)


def blend_frames(clip: FilmClip, rate: Fraction) -> int:
    """The frames of a clip that a dissolve or a wipe at one of its ends takes: half of it."""
    wanted: int = max(1, round(screen_timing()["transitions"]["dissolve"] / 2 * rate / RATE))
    return min(wanted, clip.frames // 2)


def _blend(clip: FilmClip, other: SegmentSource, rate: Fraction, is_wipe: bool) -> Blend:
    return Blend(other, blend_frames(clip, rate), is_wipe)


def _spans(clip: FilmClip, rate: Fraction) -> Iterator[tuple[TimelinePart, int, int]]:
    """Each shot of a clip, from which frame up to which."""
    for part in clip.parts:
        start = min(clip.frames, round((part.start - clip.start) * rate))
        end = min(clip.frames, round((part.start - clip.start + (part.shot.duration or 0)) * rate))
        yield part, start, clip.frames if part is clip.parts[-1] else end


def picture_fades(clip: FilmClip, rate: Fraction) -> Iterator[PictureFade]:
    """The fades of a clip's shots, in its frames."""
    length = round(screen_timing()["transitions"]["fade"] * rate / RATE)
    for part, start, end in _spans(clip, rate):
        span = max(1, min(length, (end - start) // 2))
        if part.before.fade_in and not part.before.blends:
            yield PictureFade(start, start + span, part.before.fade_in, True)
        if part.after.fade_out and not part.after.blends:
            yield PictureFade(end - span, end, part.after.fade_out, False)
        if part.after.black and part is not clip.parts[-1]:
            yield PictureFade(end - _black(rate), end, "black", False)


def inner_blends(clip: FilmClip, rate: Fraction) -> Iterator[InnerBlend]:
    """The dissolves and wipes between the shots of one clip, in its frames."""
    wanted = max(1, round(screen_timing()["transitions"]["dissolve"] / 2 * rate / RATE))
    for part, start, end in _spans(clip, rate):
        if part.after.blends and part is not clip.parts[-1]:
            yield InnerBlend(end, min(wanted, (end - start) // 2), part.after.wipe)


def _black(rate: Fraction) -> int:
    frames: int = screen_timing()["transitions"]["black"]
    return max(1, round(frames * rate / RATE))


def black_from(clip: FilmClip, rate: Fraction) -> int | None:
    """The frame of a clip from which it is black, where the script cuts to black behind it."""
    return max(0, clip.frames - _black(rate)) if clip.parts[-1].after.black else None


def shown_titles(clip: FilmClip, rate: Fraction) -> Iterator[ShownTitle]:
    """The titles of a clip, in its frames."""
    fade = max(1, round(screen_timing()["transitions"]["title_fade"] * rate / RATE))
    for part, start, _ in _spans(clip, rate):
        for title in part.titles:
            begin, end = start + round(title.start * rate), start + round(title.end * rate)
            yield ShownTitle(title.text, begin, min(end, clip.frames), fade, title.is_card)


def _burnt(clip: FilmClip, rate: Fraction, cues: Sequence[SubtitleCue]) -> Iterator[ShownTitle]:
    """The subtitles of a clip, in its frames."""
    for cue in cues:
        begin = max(0, round(cue.start * rate) - clip.first)
        end = min(clip.frames, round(cue.end * rate) - clip.first)
        if begin < end:
            yield ShownTitle("\n".join(cue.lines), begin, end, 1, is_card=False, is_subtitle=True)


def sound_fades(clip: FilmClip, rate: Fraction, samples: int) -> tuple[SoundFade, ...]:
    """How a clip's sound goes with its picture: out and in as it fades, and half of it at a dissolve."""
    done = []
    for fade in picture_fades(clip, rate):
        start, end = (min(samples, round(at * SOUND_RATE / rate)) for at in (fade.start, fade.end))
        done.append(SoundFade(start, end, 0.0, 1.0) if fade.opens else SoundFade(start, end, 1.0, 0.0))
    half = round(screen_timing()["transitions"]["dissolve"] / 2 * SOUND_RATE / RATE)
    half = min(half, samples // 2)
    if clip.parts[0].before.blends and clip.first:
        done.append(SoundFade(0, half, 0.5, 1.0))
    if clip.parts[-1].after.blends:
        done.append(SoundFade(samples - half, samples, 1.0, 0.5))
    if (black := black_from(clip, rate)) is not None:
        edge = round(sound_rules().edge * SOUND_RATE)
        begin = min(samples, round(black * SOUND_RATE / rate))
        done += [SoundFade(begin, begin + edge, 1.0, 0.0), SoundFade(begin + edge, samples, 0.0, 0.0)]
    return tuple(done)
