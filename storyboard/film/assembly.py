"""The film: chosen takes in order, cut together.

Where all takes are there, their tracks agree (joining) and no transition asks for more than a cut, they are joined as
they are. Else everything is decoded and encoded anew at the film's size and rate. A dissolve runs into the next clip's
first frame and out of the last one's last frame: takes have nothing to spare on either side of a cut. The shots of a
clip without a take are filled from the drafts, and those without a draft from the animatic, which says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import av
from av.audio.stream import AudioStream
from av.packet import Packet
from av.video.frame import VideoFrame

from storyboard.drawing.overlays import FrameSize
from storyboard.files.atomic import replacing
from storyboard.film.dissolves import mix
from storyboard.film.encoding import (
    RATE,
    SOUND_PACKET,
    SOUND_RATE,
    Quality,
    add_silence,
    add_video,
    encode_frames,
    open_mp4,
    write_in_step,
)
from storyboard.film.frames import draw_frames, frame_size
from storyboard.film.media import TakeMedia, as_indexed, look_at, pictures, solid, sound
from storyboard.film.remux import SampleRange, join_takes, why_not_joined
from storyboard.film.shots import PanelShot
from storyboard.film.takes import DraftShot, Take
from storyboard.film.timeline import Timeline, TimelinePart
from storyboard.film.timing import pacing
from storyboard.film.track_index import MediaIndex, read_index

if TYPE_CHECKING:
    from storyboard.compiler.pipeline import Analysis

_SHORT_SIDE = 720  # of a film without any take
_MARK = "NOT RENDERED YET"


class FilmResult(NamedTuple):
    """A cut film. `missing` are clips or shots that the animatic fills, `drafts` shots that drafts fill; `problems`
    lines for a person."""

    seconds: int
    clips: int
    missing: tuple[str, ...]
    drafts: tuple[str, ...]
    copied: bool
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A clip's place in the film, or a shot's where its scene has no clips or drafts fill the clip. `media` is its
    take, None where there is none that can be read, and `begin` the second of it at which the place begins; `start` is
    in seconds."""

    name: str
    parts: tuple[TimelinePart, ...]
    media: TakeMedia | None
    begin: int = 0
    is_draft: bool = False

    @property
    def start(self) -> int:
        return self.parts[0].start

    @property
    def seconds(self) -> int:
        return _seconds(self.parts)


@dataclass(frozen=True, slots=True)
class FilmCut:
    """The film laid out. `problems` are takes that cannot be used or are of another length than their clip; `stretches`
    are the takes to join as they are, none where the film has to be encoded; `reason` says then why, as in
    `s01c01 has a transition`."""

    pieces: tuple[Clip, ...]
    aspect: str
    problems: tuple[str, ...]
    stretches: tuple[SampleRange, ...]
    reason: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The clips without a take."""
        return tuple(piece.name for piece in self.pieces if piece.media is None)

    @property
    def drafts(self) -> tuple[str, ...]:
        """The shots that drafts fill."""
        return tuple(piece.name for piece in self.pieces if piece.is_draft)


def lay_out_cut(analysis: Analysis, reel: Timeline, takes: Iterable[Take], drafts: Iterable[DraftShot] = ()) -> FilmCut:
    """Put takes in the places of their clips, and drafts in the places of shots whose clip has no take."""
    by_clip = {take.clip_id: take for take in takes}
    by_shot = {draft.shot: draft for draft in drafts}
    clip_of = {shot: clip for clip in analysis.clips for shot in clip.shots}
    problems: list[str] = []
    groups: list[tuple[str, list[TimelinePart]]] = []
    for part in reel.parts:
        clip = clip_of.get(part.shot)
        name = clip.id if clip else f"shot {part.shot.number}"
        if groups and groups[-1][0] == name:
            groups[-1][1].append(part)
        else:
            groups.append((name, [part]))
    stretches, reason = _to_join([(name, parts, by_clip.get(name)) for name, parts in groups])
    pieces: list[Clip] = []
    for number, (name, parts) in enumerate(groups):
        index = stretches[number].take if stretches else None
        media = _media_of(by_clip.get(name), index, _seconds(parts), problems)
        if media is None and any(part.shot.number in by_shot for part in parts):
            pieces += (_drafted(part, by_shot.get(part.shot.number), problems) for part in parts)
        else:
            pieces.append(Clip(name, tuple(parts), media))
    return FilmCut(tuple(pieces), reel.aspect, tuple(problems), stretches, reason)


def _to_join(places: Iterable[tuple[str, Sequence[TimelinePart], Take | None]]) -> tuple[tuple[SampleRange, ...], str]:
    """The takes as they are to be joined, all or none, and why none."""
    stretches = []
    for name, parts, take in places:
        if take is None:
            return (), f"{name} has no take yet"
        if _has_effects(parts):
            return (), f"{name} has a fade or a dissolve"
        index = read_index(take.path)
        if index is None:
            return (), f"{take.path.name} is of a kind that is not joined as it is"
        stretches.append(SampleRange(index, _seconds(parts)))
    if problem := why_not_joined(stretches):
        return (), problem
    return tuple(stretches), ""


def _seconds(parts: Iterable[TimelinePart]) -> int:
    return sum(part.shot.duration or 0 for part in parts)


def _has_effects(parts: Iterable[TimelinePart]) -> bool:
    """Whether a transition asks for more than a cut."""
    return any(join.fade_in or join.fade_out or join.dissolve for part in parts for join in (part.before, part.after))


def _media_of(take: Take | None, index: MediaIndex | None, seconds: int, problems: list[str]) -> TakeMedia | None:
    """What a take is, from its index where that is enough."""
    if take is None:
        return None
    try:
        media = as_indexed(index) if index else look_at(take.path)
    except (OSError, ValueError, av.FFmpegError) as problem:
        said = problem if isinstance(problem, ValueError) and not isinstance(problem, av.FFmpegError) else None
        reason = said or ("there is no such file" if isinstance(problem, FileNotFoundError) else "it is no clip")
        problems.append(f"{take.path}: cannot be used ({reason}); the animatic stands in for clip {take.clip_id}")
        return None
    lasts = media.frames / media.rate
    if media.frames and abs(lasts - seconds) > Fraction(1, 2):
        done = "it is cut" if lasts > seconds else "its last frame stands until the end"
        problems.append(f"{take.path}: is {float(lasts):.1f} s long, clip {take.clip_id} has {seconds} s; {done}")
    return media


def _drafted(part: TimelinePart, draft: DraftShot | None, problems: list[str]) -> Clip:
    """A shot with what its draft shows."""
    name = f"shot {part.shot.number}"
    if draft is None:
        return Clip(name, (part,), None)
    try:
        media = look_at(draft.path)
    except (OSError, ValueError, av.FFmpegError):
        problems.append(f"{draft.path}: cannot be used; the animatic stands in for {name}")
        return Clip(name, (part,), None)
    return Clip(name, (part,), media, draft.start, is_draft=True)


def make_film(cut: FilmCut, target: Path, tell: Callable[[float], None] = lambda share: None) -> FilmResult:
    """Write the film to `target`, whole or not at all; `tell` hears the share that is done, 0 to 1. Raises OSError,
    av.FFmpegError."""
    with replacing(target) as temporary:
        if cut.stretches:
            join_takes(cut.stretches, temporary)
        else:
            _encode(cut, temporary, tell)
    seconds = sum(piece.seconds for piece in cut.pieces)
    return FilmResult(seconds, len(cut.pieces), cut.missing, cut.drafts, bool(cut.stretches), cut.problems)


def film_format(cut: FilmCut) -> tuple[FrameSize, Fraction]:
    """The film's frame and rate: those that most of its seconds have already."""
    sizes: dict[FrameSize, int] = {}
    rates: dict[Fraction, int] = {}
    for piece in cut.pieces:
        if piece.media:
            size = FrameSize(piece.media.size.width // 2 * 2, piece.media.size.height // 2 * 2)
            sizes[size] = sizes.get(size, 0) + piece.seconds
            rates[piece.media.rate] = rates.get(piece.media.rate, 0) + piece.seconds
    size = max(sizes, key=lambda one: sizes[one], default=frame_size(cut.aspect, _SHORT_SIDE))
    return size, max(rates, key=lambda one: rates[one], default=Fraction(RATE))


def _encode(cut: FilmCut, target: Path, tell: Callable[[float], None]) -> None:
    size, rate = film_format(cut)
    total = round(sum(piece.seconds for piece in cut.pieces) * rate)
    with open_mp4(target) as container:
        video = add_video(container, size, rate, Quality(filmed=True, threads=0))
        audio = add_silence(container)
        frames = _counted(_film_frames(cut, size, rate), total, tell)
        write_in_step(container, encode_frames(video, frames), _film_sound(cut, audio))


def _counted(frames: Iterable[VideoFrame], total: int, tell: Callable[[float], None]) -> Iterator[VideoFrame]:
    for number, frame in enumerate(frames, 1):
        yield frame
        tell(number / total)


def _film_frames(cut: FilmCut, size: FrameSize, rate: Fraction) -> Iterator[VideoFrame]:
    """Every frame of the film: as many as its seconds have at its rate."""
    before: VideoFrame | None = None
    for number, piece in enumerate(cut.pieces):
        first, end = round(piece.start * rate), round((piece.start + piece.seconds) * rate)
        following = cut.pieces[number + 1] if number + 1 < len(cut.pieces) else None
        after = _first_frame(following, size, rate) if following and piece.parts[-1].after.dissolve else None
        effects = _Effects(piece, size, rate, before if piece.parts[0].before.dissolve else None, after)
        for index, frame in enumerate(_piece_frames(piece, size, rate, end - first)):
            before = frame
            yield effects.apply(frame, index, end - first)


def _first_frame(piece: Clip, size: FrameSize, rate: Fraction) -> VideoFrame | None:
    return next(_piece_frames(piece, size, rate, 1), None)


def _piece_frames(piece: Clip, size: FrameSize, rate: Fraction, count: int) -> Iterator[VideoFrame]:
    given = 0
    last: VideoFrame | None = None
    if piece.media:
        for last in pictures(piece.media, size, rate, count, piece.begin):
            given += 1
            yield last
        if given == count:
            return
    for last in _at_rate(piece, size, rate, count - given):
        yield last


def _at_rate(piece: Clip, size: FrameSize, rate: Fraction, count: int) -> Iterator[VideoFrame]:
    """The animatic's frames of a piece, at another rate."""
    given, drawn = 0, 0
    for part in piece.parts:
        for frame in draw_frames(_marked(part.drawn), size):
            drawn += 1
            while given < count and given * RATE < drawn * rate:
                yield frame
                given += 1


def _marked(shot: PanelShot) -> PanelShot:
    """A shot of the animatic that says what it stands for; transitions are the film's here."""
    assert shot.slate is not None, "every shot of a reel has one"
    slate = shot.slate._replace(left=f"{_MARK} · {shot.slate.left}")
    return shot._replace(slate=slate, fade_in=None, fade_out=None, blend_in=None, blend_out=None)


class _Effects:
    """The fades and dissolves of one piece."""

    def __init__(
        self, piece: Clip, size: FrameSize, rate: Fraction, before: VideoFrame | None, after: VideoFrame | None
    ) -> None:
        self._size, self._before, self._after = size, before, after
        table = pacing()["transitions"]
        self._dissolve = max(1, round(table["dissolve"] / 2 * rate / RATE))
        self._fades: list[tuple[int, int, str, bool]] = []
        length = round(table["fade"] * rate / RATE)
        for part in piece.parts:
            start = round((part.start - piece.start) * rate)
            end = start + round((part.shot.duration or 0) * rate)
            span = max(1, min(length, (end - start) // 2))
            if part.before.fade_in and not part.before.dissolve:
                self._fades.append((start, start + span, part.before.fade_in, True))
            if part.after.fade_out and not part.after.dissolve:
                self._fades.append((end - span, end, part.after.fade_out, False))

    def apply(self, frame: VideoFrame, index: int, count: int) -> VideoFrame:
        """The frame `index` of `count` as the film shows it."""
        span = min(self._dissolve, count // 2)
        if self._before is not None and index < span:
            return mix(frame, self._before, 0.5 - 0.5 * (index + 0.5) / span)
        if self._after is not None and index >= count - span:
            return mix(frame, self._after, 0.5 * (index - count + span + 0.5) / span)
        for start, end, colour, opens in self._fades:
            if start <= index < end:
                share = (index - start + 0.5) / (end - start)
                return mix(frame, solid(self._size, colour), 1 - share if opens else share)
        return frame


def _film_sound(cut: FilmCut, stream: AudioStream) -> Iterator[Packet[AudioStream]]:
    """The film's sound in whole packets; what is left at the end is less than one."""
    left, right, at = b"", b"", 0
    for piece in cut.pieces:
        count = piece.seconds * SOUND_RATE
        more = sound(piece.media, count, piece.begin) if piece.media else (bytes(count * 4), bytes(count * 4))
        left, right = left + more[0], right + more[1]
        used = 0
        while len(left) - used >= SOUND_PACKET * 4:
            part = slice(used, used + SOUND_PACKET * 4)
            yield from stream.encode(_sound_frame((left[part], right[part]), at))
            used += SOUND_PACKET * 4
            at += SOUND_PACKET
        left, right = left[used:], right[used:]
    yield from stream.encode(None)


def _sound_frame(channels: Sequence[bytes], at: int) -> av.AudioFrame:
    frame = av.AudioFrame(format="fltp", layout="stereo", samples=SOUND_PACKET)
    for plane, data in zip(frame.planes, channels, strict=True):
        plane.update(data)
    frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, at, Fraction(1, SOUND_RATE)
    return frame
