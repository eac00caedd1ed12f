"""Selection of clips by the name of a clip, a scene or a shot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from storyboard.compiler.spelling import listed_or, nearest
from storyboard.render.jobs import Job
from storyboard.render.planning import PlannedAction, RunPlan


class NoSuchClip(ValueError):
    """A name matches no clip of the film; the message lists what there is."""


def select_clips(names: Iterable[str], jobs: Sequence[Job]) -> frozenset[str]:
    """The ids of the selected clips.

    A name is a clip as `s01c02`, a scene as `s01`, `1` or its label, or a shot as `1.2` or its label; several are
    separated by commas. Raises NoSuchClip.
    """
    index = _index(jobs)
    found: set[str] = set()
    for name in (part.strip() for text in names for part in text.split(",")):
        if not name:
            continue
        key = name.lower()
        scene = re.fullmatch(r"s0*([0-9]+)", key)
        clips = index.get(key) or (index.get(scene[1]) if scene else None)
        if clips is None:
            near = nearest(name, list(index))
            hint = f"Did you mean {listed_or(near)}?" if near else f"The clips are {_range(jobs)}."
            raise NoSuchClip(f"there is no clip, scene or shot “{name}”. {hint}")
        found |= clips
    return frozenset(found)


def ignored_options(plan: RunPlan, retake: frozenset[str], resend: frozenset[str]) -> Iterator[str]:
    """Options that have no effect in this run, a sentence each."""
    for item in plan.items:
        if item.job.id in resend and item.action is not PlannedAction.RESEND:
            yield f"{item.job.id} has no unknown payment, so there is nothing to send again."
        elif item.job.id in retake and item.action is PlannedAction.FINISHED:
            yield f"{item.job.id} is locked, so no new take is paid for; `sbc unlock` ends that."
        elif item.job.id in retake and item.action is PlannedAction.RUNNING:
            yield f"{item.job.id} is still running; ask for a new take when it has ended."


def _index(jobs: Sequence[Job]) -> dict[str, set[str]]:
    """The ids of clips by every name that a person may use for them."""
    index: dict[str, set[str]] = {}

    def add(name: str | None, job: Job) -> None:
        if name:
            index.setdefault(name.lower(), set()).add(job.id)

    for job in jobs:
        add(job.id, job)
        add(str(job.clip.scene.number), job)
        add(job.clip.scene.label, job)
        for shot in job.clip.shots:
            add(shot.number, job)
            add(shot.label, job)
    return index


def _range(jobs: Sequence[Job]) -> str:
    return f"{jobs[0].id} to {jobs[-1].id}" if jobs else "none"
