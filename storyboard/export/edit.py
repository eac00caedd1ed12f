"""The edit: the film as one event after another, to the frame.

An event is a clip of the script. Where a take of it exists the event shows that file; where none does it holds the
place. Rate and lengths are those of the film that `sbc film` makes of the same takes (`film.cut`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from storyboard.board.storyboard import Panel, Storyboard, build_storyboard
from storyboard.board.wording import action_of, dialogue_of
from storyboard.compiler.emphasis import drop_marks
from storyboard.compiler.ir.resolved import Transition, plain
from storyboard.export import ExportRequest
from storyboard.export.edit_sound import EditSound, laid_sounds
from storyboard.export.timecode import timecode_frames
from storyboard.film.cut import lay_out_cut
from storyboard.film.film_clip import FilmClip
from storyboard.film.frames import frame_size
from storyboard.film.probe import probe_clips
from storyboard.film.takes import Take
from storyboard.film.timeline import lay_out as film_timeline
from storyboard.film.transitions import black_from, blend_frames, inner_blends, picture_fades, shown_titles
from storyboard.wording import one_line

if TYPE_CHECKING:
    from storyboard.compiler.pipeline import Analysis
    from storyboard.film.laid_sounds import MadeSounds

#: The hour at which a timeline begins, as editing rooms do it, to leave room before the film.
START_HOUR = 1
_LEAST_HEIGHT = 1080  # of a timeline whose takes do not say


class SourceMedia(NamedTuple):
    """A take's file. `frames` are counted at its own `rate`; `channels` is 0 for a silent one, `sampling` in Hz."""

    path: Path
    frames: int
    rate: Fraction
    width: int
    height: int
    channels: int
    sampling: int

    @property
    def seconds(self) -> Fraction:
        """The length of the file in seconds."""
        return self.frames / self.rate


class EditMarker(NamedTuple):
    """A shot within an event: where it begins in it and how long it is, in frames of the film."""

    number: str
    label: str
    start: int
    frames: int
    camera: str
    words: str
    place: str


class EditTitle(NamedTuple):
    """Words on the screen within an event, in frames of the film; a card is on black."""

    text: str
    start: int
    frames: int
    is_card: bool


class EditEffect(NamedTuple):
    """What the film does at a frame of an event and a timeline cannot: `words` say what, for a marker.

    Takes have no frames to spare on either side of a cut, so a dissolve or a wipe is left to the editor.
    """

    start: int
    words: str


class EditEvent(NamedTuple):
    """A stretch of the film. `frames` is its length, `shown` how many of them the take fills; the rest is empty.

    `name` is the clip's id, or `shot 2.1` where the scene could not be grouped. `place` is the file and line of its
    first shot. `fade_in` and `fade_out` are frames, 0 where there is none: the film's first event fades in from black,
    its last one out to it, within its length. `effects` are all others. `titles` are seen over it.
    """

    name: str
    frames: int
    shown: int
    media: SourceMedia | None
    take: int | None
    scene: str
    heading: str
    marks: tuple[EditMarker, ...]
    prompt: str
    transitions: tuple[str, ...]
    place: str
    usd: float | None
    price_source: str | None
    remarks: tuple[str, ...] = ()
    fade_in: int = 0
    fade_out: int = 0
    effects: tuple[EditEffect, ...] = ()
    titles: tuple[EditTitle, ...] = ()

    @property
    def seen(self) -> int:
        """The frames of what is shown in its place: of its take, or all of them without a take."""
        return self.shown if self.media else self.frames

    @property
    def shots(self) -> str:
        """The numbers of its shots, separated by commas."""
        return ", ".join(mark.number for mark in self.marks)


@dataclass(frozen=True, slots=True)
class FilmEdit:
    """The whole film, at `rate` frames a second. `problems` say which takes and sounds cannot be read; `sounds` are
    what is laid over it."""

    title: str
    events: tuple[EditEvent, ...]
    rate: Fraction
    width: int
    height: int
    problems: tuple[str, ...]
    sounds: tuple[EditSound, ...] = ()

    @property
    def start(self) -> int:
        """The frame at which the timeline begins: 01:00:00:00 by its time code."""
        return timecode_frames(START_HOUR * 3600, self.rate)

    @property
    def frames(self) -> int:
        """The number of frames of the film."""
        return sum(event.frames for event in self.events)


def cut_of(request: ExportRequest) -> FilmEdit:
    """The film that an order asks for, prompts included. Raises TemplateProblem where a template cannot be filled."""
    from storyboard.compiler.prompts import write_prompt

    analysis = request.analysis
    prompts = {clip.id: write_prompt(clip, analysis.options.templates) for clip in analysis.clips}
    return lay_out_edit(analysis, request.takes, prompts, request.made)


def lay_out_edit(
    analysis: Analysis, takes: Iterable[Take], prompts: Mapping[str, str], made: MadeSounds | None = None
) -> FilmEdit:
    """The film of a script with its takes and the sounds that were `made` for it; `prompts` by clip id go along as
    information."""
    chosen = list(takes)
    cut = lay_out_cut(analysis, film_timeline(analysis), chosen, made=made)
    media, problems = read_media(chosen)
    clips = {clip.name: clip for clip in cut.clips}
    board = build_storyboard(analysis, chosen)
    stretches = _stretches(board)
    rows = [_event(analysis, panels, prompts, media, clips, cut.rate) for panels in stretches]
    events = _joined(rows, [clips[event.name] for event in rows], cut.rate)
    if not events:
        problems.append("no shot has a length yet: the timeline is empty")
    width, height = cut.size if any(event.media for event in events) else _script_size(board)
    title = one_line(analysis.film.title or "") or one_line(Path(analysis.path).stem)
    sounds, unheard = laid_sounds(cut)
    return FilmEdit(title, events, cut.rate, width, height, (*problems, *unheard), sounds)


def _joined(events: Sequence[EditEvent], clips: Sequence[FilmClip], rate: Fraction) -> tuple[EditEvent, ...]:
    """Events with what the film does at their cuts and within them; `clips` are their places in the film."""
    done: list[EditEvent] = []
    for event, clip, following in zip_longest(events, clips, clips[1:]):
        opening = closing = 0
        effects = []
        for fade in picture_fades(clip, rate):
            length = fade.end - fade.start
            if fade.opens and fade.colour == "black" and not done and not fade.start:
                opening = length
            elif not fade.opens and fade.colour == "black" and following is None and fade.end == clip.frames:
                closing = length
            else:
                way = "Fade in from" if fade.opens else "Fade out to"
                effects.append(EditEffect(fade.start, f"{way} {fade.colour}, {length} frames"))
        effects += [
            EditEffect(one.at, f"{_blend_name(is_wipe=one.is_wipe)} around this cut, {2 * one.frames} frames")
            for one in inner_blends(clip, rate)
        ]
        effects += [EditEffect(one.start, f"Card on black, {one.frames} frames") for one in event.titles if one.is_card]
        if (black := black_from(clip, rate)) is not None:
            effects.append(EditEffect(black, f"Cut to black, {clip.frames - black} frames"))
        after = clip.parts[-1].after
        if after.blends and following:
            length = blend_frames(clip, rate) + blend_frames(following, rate)
            words = f"{_blend_name(is_wipe=after.wipe)} into the next clip, {length} frames"
            effects.append(EditEffect(clip.frames - 1, words))
        # Markers of a take stand on its own frames.
        effects = [one._replace(start=min(one.start, event.seen - 1)) for one in sorted(effects)]
        done.append(event._replace(fade_in=opening, fade_out=closing, effects=tuple(effects)))
    return tuple(done)


def _blend_name(*, is_wipe: bool) -> str:
    return "Wipe" if is_wipe else "Dissolve"


def _stretches(board: Storyboard) -> list[list[Panel]]:
    """Panels by clip, and each by itself where its scene has no clips. What has no length has no place here."""
    stretches: list[list[Panel]] = []
    for panel in board.panels:
        if panel.clip and not panel.opens:
            stretches[-1].append(panel)
        else:
            stretches.append([panel])
    return [long for panels in stretches if (long := [panel for panel in panels if panel.seconds])]


def _event(
    analysis: Analysis,
    panels: list[Panel],
    prompts: Mapping[str, str],
    media: Mapping[Path, SourceMedia],
    clips: Mapping[str, FilmClip],
    rate: Fraction,
) -> EditEvent:
    first = panels[0]
    scene, clip = first.scene, first.clip
    name = clip.id if clip else f"shot {first.shot.number}"
    placed = clips[name]
    source = media.get(first.take.path) if first.take else None
    marks = _marks(analysis, panels, placed, rate)
    return EditEvent(
        name=name,
        frames=placed.frames,
        shown=_shown(source, placed.frames, rate) if source else 0,
        media=source,
        take=first.take.number if first.take and source else None,
        scene=f"{scene.number} ({one_line(scene.label)})" if scene.label else str(scene.number),
        heading=one_line(scene.heading or ""),
        marks=marks,
        prompt=one_line(prompts.get(clip.id, "")) if clip else "",
        transitions=_transitions(panels),
        place=marks[0].place,
        usd=clip.usd if clip else None,
        price_source=clip.model.price.basis if clip and clip.usd is not None else None,
        remarks=first.take.remarks if first.take else (),
        titles=tuple(_titles(placed, rate)),
    )


def with_take(event: EditEvent, take: Take, media: SourceMedia, rate: Fraction) -> EditEvent:
    """The same event with another take in it."""
    return event._replace(shown=_shown(media, event.frames, rate), media=media, take=take.number, remarks=take.remarks)


def _shown(media: SourceMedia, frames: int, rate: Fraction) -> int:
    """How many of an event's frames a take fills."""
    return min(frames, max(1, int(media.seconds * rate + Fraction(1, 2))))


def _titles(clip: FilmClip, rate: Fraction) -> Iterator[EditTitle]:
    for title in shown_titles(clip, rate):
        yield EditTitle(one_line(title.text), title.start, title.end - title.start, title.is_card)


def _marks(analysis: Analysis, panels: list[Panel], clip: FilmClip, rate: Fraction) -> tuple[EditMarker, ...]:
    """The shots of an event; together they are as long as it is."""
    marks, start, seconds = [], 0, 0
    for panel in panels:
        shot = panel.shot
        seconds += panel.seconds
        end = clip.frames if panel is panels[-1] else min(clip.frames, round(seconds * rate))
        frames = end - start
        source, _, _ = analysis.layout.locate(shot.header)
        remarks = panel.take.remarks if panel.take and panel.opens else ()
        words = one_line(f"{action_of(shot)} {dialogue_of(shot)} {''.join(f'[{text}]' for text in remarks)}")
        place = f"{one_line(source.path)}:{panel.line}"
        marks.append(
            EditMarker(
                shot.number, one_line(shot.label or ""), start, frames, one_line(plain(shot.camera)), words, place
            )
        )
        start += frames
    return tuple(marks)


def _transitions(panels: list[Panel]) -> tuple[str, ...]:
    """What the script says of going into this stretch's scene and from shot to shot."""
    scene = panels[0].scene
    opening = scene.opening if panels[0].shot is scene.shots[0] else ()
    beats = [*opening, *(beat for panel in panels for beat in panel.shot.beats)]
    return tuple(one_line(drop_marks(beat.text)) for beat in beats if isinstance(beat, Transition))


def read_media(takes: Sequence[Take]) -> tuple[dict[Path, SourceMedia], list[str]]:
    """What a timeline has to know of the takes' files, asked of a decoder's child, and what cannot be read."""
    found: dict[Path, SourceMedia] = {}
    problems = []
    for take, probed in zip(takes, probe_clips([take.path for take in takes]), strict=True):
        if probed.media is None or not probed.media.frames:
            reason = probed.problem or "it contains no frame"
            problems.append(f"{take.path}: cannot be read as a clip ({one_line(reason)}); its place is left empty")
            continue
        media = probed.media
        found[take.path] = SourceMedia(
            take.path.resolve(), media.frames, media.rate, *media.size, probed.channels, probed.sampling
        )
    return found, problems


def _script_size(board: Storyboard) -> tuple[int, int]:
    """The frame of a film without takes: the script's aspect in high definition."""
    aspects = [scene_board.scene.settings.aspect for scene_board in board.scenes if scene_board.panels]
    size = frame_size(aspects[0] if aspects else "", _LEAST_HEIGHT)
    return size.width, size.height
