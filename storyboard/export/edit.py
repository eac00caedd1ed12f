"""The film as an editor lays it out: one event after another, to the frame.

An event is a clip of the script. Where a take of it exists the event shows that file; where none does it holds the
place. Every event is exactly as long as the script says, so that nothing after it moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import av

from storyboard.board.storyboard import Panel, Storyboard, build_storyboard
from storyboard.board.wording import action_of, dialogue_of
from storyboard.compiler.emphasis import drop_marks
from storyboard.compiler.ir.resolved import Transition, plain
from storyboard.export import ExportRequest
from storyboard.film.encoding import RATE
from storyboard.film.frames import frame_size
from storyboard.film.takes import Take
from storyboard.film.timeline import joins_between
from storyboard.film.timing import ShotJoins, pacing
from storyboard.wording import one_line

if TYPE_CHECKING:
    from storyboard.compiler.pipeline import Analysis

#: Frames a second of the film.
FRAME_RATE = RATE

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


class EditEvent(NamedTuple):
    """A stretch of the film. `frames` is its length, `shown` how many of them the take fills; the rest is empty.

    `name` is the clip's id, or `shot 2.1` where the scene could not be grouped. `place` is the file and line of its
    first shot. `fade_in`, `fade_out` and `dissolve` are frames, 0 where there is none: it fades in or out within its
    length, and dissolves into the event after it from the cut on.
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
    remarks: tuple[str, ...] = ()
    fade_in: int = 0
    fade_out: int = 0
    dissolve: int = 0

    @property
    def shots(self) -> str:
        return ", ".join(mark.number for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Edit:
    """The whole film. `problems` say which takes cannot be read."""

    title: str
    events: tuple[EditEvent, ...]
    width: int
    height: int
    problems: tuple[str, ...]

    @property
    def frames(self) -> int:
        return sum(event.frames for event in self.events)


def cut_of(order: ExportRequest) -> Edit:
    """The film that an order asks for, prompts included. Raises TemplateProblem where a template cannot be filled."""
    from storyboard.compiler.prompts import write_prompt

    analysis = order.analysis
    prompts = {clip.id: write_prompt(clip, analysis.options.templates) for clip in analysis.clips}
    return lay_out(analysis, order.takes, prompts)


def lay_out(analysis: Analysis, takes: Iterable[Take], prompts: Mapping[str, str]) -> Edit:
    """The film of a script with its takes; `prompts` by clip id go along as information."""
    story = build_storyboard(analysis, takes)
    problems: list[str] = []
    stretches = _stretches(story)
    events = _joined([_event(analysis, panels, prompts, problems) for panels in stretches], stretches)
    if not events:
        problems.append("no shot has a length yet: the timeline is empty")
    width, height = _size(story, events)
    title = one_line(analysis.film.title or "") or one_line(Path(analysis.path).stem)
    return Edit(title, events, width, height, tuple(problems))


def _joined(events: list[EditEvent], stretches: list[list[Panel]]) -> tuple[EditEvent, ...]:
    """Events with what the script's transitions make of the cuts between them; `stretches` are their panels."""
    joins = joins_between([(panel.scene, panel.shot) for panels in stretches for panel in panels])
    done: list[EditEvent] = []
    number = 0
    for event, following in zip_longest(events, events[1:]):
        before, after = joins[number], joins[number + len(event.marks)]
        number += len(event.marks)
        done.append(_join(event, following, before, after))
    return tuple(done)


def _join(event: EditEvent, following: EditEvent | None, before: ShotJoins, after: ShotJoins) -> EditEvent:
    table = pacing()["transitions"]
    half = event.frames // 2
    return event._replace(
        fade_in=min(table["fade"], half) if before.fade_in and not before.blends else 0,
        fade_out=min(table["fade"], half) if after.fade_out and not after.blends else 0,
        dissolve=min(table["dissolve"], half, following.frames // 2) if after.blends and following else 0,
    )


def _stretches(story: Storyboard) -> list[list[Panel]]:
    """Panels by clip, and each by itself where its scene has no clips. What has no length has no place here."""
    stretches: list[list[Panel]] = []
    for panel in story.panels:
        if panel.clip and not panel.opens:
            stretches[-1].append(panel)
        else:
            stretches.append([panel])
    return [long for panels in stretches if (long := [panel for panel in panels if panel.seconds])]


def _event(analysis: Analysis, panels: list[Panel], prompts: Mapping[str, str], problems: list[str]) -> EditEvent:
    first = panels[0]
    scene, clip = first.scene, first.clip
    marks = _marks(analysis, panels)
    frames = sum(mark.frames for mark in marks)
    media = _media(first.take, problems) if first.take else None
    return EditEvent(
        name=clip.id if clip else f"shot {first.shot.number}",
        frames=frames,
        shown=min(frames, int(media.seconds * FRAME_RATE)) if media else 0,
        media=media,
        take=first.take.number if first.take and media else None,
        scene=f"{scene.number} ({one_line(scene.label)})" if scene.label else str(scene.number),
        heading=one_line(scene.heading or ""),
        marks=marks,
        prompt=one_line(prompts.get(clip.id, "")) if clip else "",
        transitions=_transitions(panels),
        place=marks[0].place,
        usd=clip.usd if clip else None,
        remarks=first.take.remarks if first.take else (),
    )


def _marks(analysis: Analysis, panels: list[Panel]) -> tuple[EditMarker, ...]:
    marks, start = [], 0
    for panel in panels:
        shot, frames = panel.shot, panel.seconds * FRAME_RATE
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


def _media(take: Take, problems: list[str]) -> SourceMedia | None:
    try:
        return read_media(take.path)
    except (OSError, ValueError) as problem:
        problems.append(f"{take.path}: cannot be read as a clip ({one_line(str(problem))}); its place is left empty")
        return None


def read_media(path: Path) -> SourceMedia:
    """What a timeline has to know of a clip's file. Raises OSError where it is none, ValueError where it is empty."""
    with av.open(str(path)) as container:
        if not container.streams.video:
            raise ValueError("it has no picture")
        video = container.streams.video[0]
        rate = Fraction(video.average_rate or FRAME_RATE)
        frames = video.frames or _frames_by_length(video.duration, video.time_base, rate)
        if not frames:
            raise ValueError("it holds no frame")
        audio = container.streams.audio[0] if container.streams.audio else None
        channels = audio.codec_context.channels if audio else 0
        return SourceMedia(
            path.resolve(), frames, rate, video.width, video.height, channels, audio.rate if audio else 0
        )


def _frames_by_length(duration: int | None, base: Fraction | None, rate: Fraction) -> int:
    return int(duration * base * rate) if duration and base else 0


def _size(story: Storyboard, events: tuple[EditEvent, ...]) -> tuple[int, int]:
    """The film's frame: that of its largest take, else the script's aspect in high definition."""
    sizes = [(event.media.width, event.media.height) for event in events if event.media]
    if sizes:
        return max(sizes)
    aspects = [chapter.scene.settings.aspect for chapter in story.chapters if chapter.panels]
    size = frame_size(aspects[0] if aspects else "", _LEAST_HEIGHT)
    return size.width, size.height
