"""Shots to clips: the fewest requests that the model's limits allow, without regrouping what stands before an edit.

Shots are taken in order, and a clip is closed when the next shot would break a limit. All limits grow with every
shot, so this gives the fewest clips there can be.
"""

from __future__ import annotations

from collections.abc import Sequence

from storyboard.catalog import Model, find_model
from storyboard.compiler.diagnostics import Finding
from storyboard.compiler.ir.planned import Clip, Reference, ScenePlan
from storyboard.compiler.ir.resolved import Mention, Scene, Shot


def plan_scene(scene: Scene, wire: str, before: str | None, findings: list[Finding]) -> ScenePlan:
    """The clips of a scene. `wire` is `api` or `guide`; `before` is the id of the clip before the scene.

    A shot that starts from the last frame where there is no clip before is reported (SB104).
    """
    model = find_model(scene.settings.model)
    assert model is not None, "settings hold known models only"
    if not scene.can_be_grouped:
        return ScenePlan(scene, (), (), wire)
    clips: list[Clip] = []
    groups, split = _group(scene, model, wire)
    for number, shots in enumerate(groups, 1):
        clip = _clip(scene, shots, model, f"s{scene.number:02}c{number:02}", before)
        if clip.start_from is None and shots[0].from_last_frame is not None:
            message = "There is no clip before this one to start from."
            advice = "Delete the line, or name a picture: start: refs/first.png"
            findings.append(Finding("SB104", shots[0].from_last_frame, message, advice))
        clips.append(clip)
        before = clip.id
    return ScenePlan(scene, tuple(clips), tuple(split), wire)


def _group(scene: Scene, model: Model, wire: str) -> tuple[list[list[Shot]], list[str]]:
    groups: list[list[Shot]] = []
    split: list[str] = []
    for shot in scene.shots:
        reason = _reason_to_split(scene, groups[-1], shot, model, wire) if groups else ""
        if reason is None:
            groups[-1].append(shot)
        else:
            if groups:
                split.append(reason)
            groups.append([shot])
    return groups, split


def _reason_to_split(scene: Scene, shots: Sequence[Shot], shot: Shot, model: Model, wire: str) -> str | None:
    """Why the next shot cannot join these, None where it can."""
    if shot.breaks_before:
        return "a === stands above it"
    if not model.multi_shot:
        return f"{model.name} makes one shot a clip"
    if shot.has_start:
        return "it has a start frame"
    if shots[-1].end is not None:
        return "the shot before it has an end frame"
    together = [*shots, shot]
    if sum(one.duration or 0 for one in together) > model.clip_seconds:
        return f"the clip would be longer than {model.clip_seconds} s"
    if broken_limits(count_inputs(scene, together, model), model, wire):
        return "the clip would have too many pictures"
    return None


class Inputs:
    """What a clip sends: entities with pictures in the order of appearance, and whether it has frames."""

    __slots__ = ("elements", "frames", "images")

    def __init__(self, elements: list[Mention], images: list[Mention], frames: int) -> None:
        self.elements = elements
        self.images = images
        self.frames = frames

    @property
    def total(self) -> int:
        return len(self.elements) + len(self.images) + self.frames


def appearances(scene: Scene, shots: Sequence[Shot]) -> list[Mention]:
    """The first mention of every entity in a clip, in the order of appearance: scene first, then shot by shot."""
    seen: dict[int, Mention] = {}
    for mention in scene.appearances:
        seen.setdefault(id(mention.entity), mention)
    for shot in shots:
        for mention in shot.appearances:
            seen.setdefault(id(mention.entity), mention)
    return list(seen.values())


def count_inputs(scene: Scene, shots: Sequence[Shot], model: Model) -> Inputs:
    """The pictures of a clip. With flat references they are all images."""
    shown = [mention for mention in appearances(scene, shots) if mention.entity.pictures]
    frames = (1 if shots[0].has_start else 0) + (1 if shots[-1].end is not None else 0)
    if model.is_flat:
        return Inputs([], shown, frames)
    elements = [mention for mention in shown if not mention.entity.is_location]
    return Inputs(elements, [mention for mention in shown if mention.entity.is_location], frames)


def broken_limits(inputs: Inputs, model: Model, wire: str) -> list[tuple[str, int]]:
    """The limits on pictures that a clip breaks: code, and how many there may be. The most particular first; of
    several that one excess breaks, only that one. `SB314` is the API reference's cap, which groups but forbids
    nothing."""
    broken: list[tuple[str, int]] = []
    elements, images = len(inputs.elements), len(inputs.images)
    if model.elements_with_frame is not None and inputs.frames and elements > model.elements_with_frame:
        broken.append(("SB304", model.elements_with_frame))
        elements = model.elements_with_frame
    elif model.elements is not None and elements > model.elements:
        broken.append(("SB303", model.elements))
        elements = model.elements
    if model.scene_images is not None and images > model.scene_images:
        broken.append(("SB305", model.scene_images))
        images = model.scene_images
    if elements + images + inputs.frames > model.visual_inputs:
        broken.append(("SB302", model.visual_inputs))
    if wire == "api" and model.api_elements is not None and elements > model.api_elements:
        broken.append(("SB314", model.api_elements))
    return broken


def _clip(scene: Scene, shots: Sequence[Shot], model: Model, name: str, before: str | None) -> Clip:
    duration = sum(shot.duration or 0 for shot in shots)
    price = model.usd_per_second(resolution_of(scene, model), scene.settings.audio)
    present = appearances(scene, shots)
    return Clip(
        id=name,
        scene=scene,
        shots=tuple(shots),
        model=model,
        duration=duration,
        references=_references(scene, shots, model),
        present=tuple(mention.entity for mention in present),
        start=shots[0].start,
        end=shots[-1].end,
        start_from=before if shots[0].from_last_frame is not None else None,
        usd=None if price is None else round(price * duration, 4),
    )


def resolution_of(scene: Scene, model: Model) -> str | None:
    """The resolution that a scene's clips are made in, None where the model has no choice."""
    return (scene.settings.resolution or model.resolution) if model.resolutions else None


def _references(scene: Scene, shots: Sequence[Shot], model: Model) -> tuple[Reference, ...]:
    inputs = count_inputs(scene, shots, model)
    elements = [
        Reference(model.element_tag.format(n=number), mention.entity, mention)
        for number, mention in enumerate(inputs.elements, 1)
    ]
    images = [
        Reference(model.image_tag.format(n=number), mention.entity, mention)
        for number, mention in enumerate(inputs.images, 1)
    ]
    return (*elements, *images)
