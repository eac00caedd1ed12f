"""Selection of clips by the name of a clip, a scene or a shot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from storyboard.compiler.spelling import nearest, offer
from storyboard.render.jobs import Job
from storyboard.render.planning import PlannedAction, RunPlan


class NoSuchClip(ValueError):
    """A name that means no clip of the film; the message says what there is."""


def select_clips(names: Iterable[str], orders: Sequence[Job]) -> frozenset[str]:
    """The ids of the clips that are meant: `s01c02`, a scene as `s01`, `1` or its own label, a shot as `1.2` or its
    label; several with commas between. Raises NoSuchClip."""
    index = _index(orders)
    found: set[str] = set()
    for name in (part.strip() for text in names for part in text.split(",")):
        if not name:
            continue
        key = name.lower()
        scene = re.fullmatch(r"s0*([0-9]+)", key)
        clips = index.get(key) or (index.get(scene[1]) if scene else None)
        if clips is None:
            near = nearest(name, list(index))
            hint = f"Did you mean {offer(near)}?" if near else f"The clips are {_range(orders)}."
            raise NoSuchClip(f"there is no clip, scene or shot “{name}”. {hint}")
        found |= clips
    return frozenset(found)


def idle_wishes(agenda: RunPlan, retake: frozenset[str], resend: frozenset[str]) -> Iterator[str]:
    """What is asked for and does not come about, a sentence each."""
    for item in agenda.items:
        if item.order.id in resend and item.action is not PlannedAction.RESEND:
            yield f"{item.order.id} is not unknown, so there is nothing to send again."
        elif item.order.id in retake and item.action is PlannedAction.FINISHED:
            yield f"{item.order.id} is locked, so no take of it is paid; `sbc unlock` ends that."
        elif item.order.id in retake and item.action is PlannedAction.RUNNING:
            yield f"{item.order.id} is still running; a new take of it can be had when it has ended."


def _index(orders: Sequence[Job]) -> dict[str, set[str]]:
    index: dict[str, set[str]] = {}

    def add(name: str | None, order: Job) -> None:
        if name:
            index.setdefault(name.lower(), set()).add(order.id)

    for order in orders:
        add(order.id, order)
        add(str(order.clip.scene.number), order)
        add(order.clip.scene.label, order)
        for shot in order.clip.shots:
            add(shot.number, order)
            add(shot.label, order)
    return index


def _range(orders: Sequence[Job]) -> str:
    return f"{orders[0].id} to {orders[-1].id}" if orders else "none"
