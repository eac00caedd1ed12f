"""The block, shot and clip at a position, and its second in the film."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from storyboard.compiler.ir.parsed import Block
from storyboard.compiler.ir.planned import Clip, ScenePlan
from storyboard.compiler.ir.resolved import Scene, Settings, Shot
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.text import Anchor, Source


class BlockLocation(NamedTuple):
    """A block of a file, and the offset of its first character."""

    source: Source
    offset: int
    block: Block


class TimedShot(NamedTuple):
    """A shot in time. `clip` is None where its scene could not be grouped; `number` counts the clip's shots from 1;
    `start` is in seconds from the film's start, `in_clip` from the clip's."""

    scene: Scene
    shot: Shot
    clip: Clip | None
    number: int
    start: int
    in_clip: int

    @property
    def usd(self) -> float | None:
        """The shot's part of the clip's price."""
        if self.clip is None or self.clip.usd is None or not self.clip.duration:
            return None
        return self.clip.usd * (self.shot.duration or 0) / self.clip.duration


def source_at(analysis: Analysis, path: str) -> Source | None:
    """A file of a script by its path."""
    return next((source for source in analysis.sources if source.path == path), None)


def spot_at(analysis: Analysis, path: str, at: int) -> BlockLocation | None:
    """The block that contains a character of a file."""
    source = source_at(analysis, path)
    if source is None:
        return None
    blocks = analysis.scripts[path].blocks
    index = bisect_right(blocks, at, key=lambda one: one[0]) - 1
    while index > 0 and not blocks[index][1].size:
        index -= 1
    return BlockLocation(source, *blocks[max(index, 0)])


def timed_shots(analysis: Analysis) -> dict[Anchor, TimedShot]:
    """Every shot by the anchor of its block, in the order of the film."""
    found: dict[Anchor, TimedShot] = {}
    start = 0
    for plan in analysis.plans:
        clips = {shot.header.anchor: clip for clip in plan.clips for shot in clip.shots}
        in_clip, number, before = 0, 0, None
        for shot in plan.scene.shots:
            clip = clips.get(shot.header.anchor)
            if clip is None or clip is not before:
                in_clip, number, before = 0, 0, clip
            number += 1
            found[shot.header.anchor] = TimedShot(plan.scene, shot, clip, number, start, in_clip)
            start += shot.duration or 0
            in_clip += shot.duration or 0
    return found


def plan_at(analysis: Analysis, path: str, at: int) -> ScenePlan | None:
    """The scene that contains a character of the compiled file."""
    if path != analysis.path:
        return None
    found: ScenePlan | None = None
    for plan in analysis.plans:
        span = plan.scene.at or (plan.scene.shots[0].header if plan.scene.shots else None)
        if span is not None:
            if analysis.layout.locate(span)[1] > at:
                break
            found = plan
    return found


def settings_at(analysis: Analysis, path: str, at: int) -> Settings | None:
    """What holds at a place; for a place before every scene what holds for the first one."""
    plan = plan_at(analysis, path, at) or (analysis.plans[0] if analysis.plans else None)
    return plan.scene.settings if plan else None
