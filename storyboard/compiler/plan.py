"""Shots to clips: the fewest requests that the model's limits allow, without regrouping what comes before an edit.

Shots are taken in order, and a clip is closed when the next shot would break a limit: on length, on pictures, or on
shots in a clip. Adding shots only ever uses limits up, so closing late gives the fewest clips, and an edit regroups
only the shots after it in its scene: clips that are paid for keep their requests. (Models that list the lengths of
their clips are the exception: there every clip ends at a listed length.)

Lengths are whole seconds, prices US dollars. Limits are those of the model's row in `catalog/`, with their sources.
"""

from __future__ import annotations

from collections.abc import Sequence

from storyboard.catalog import Model
from storyboard.compiler.diagnostics import Finding
from storyboard.compiler.ir.planned import Clip, Reference, ScenePlan
from storyboard.compiler.ir.resolved import Mention, Scene, Settings, Shot


def plan_scene(scene: Scene, wire: str, before: str | None, findings: list[Finding]) -> ScenePlan:
    """The clips of a scene, in order, named `s01c01`.

    `wire` is `api` or `guide`: the API reference allows fewer elements than the guide (SB314). `before` is the id of
    the clip before the scene, from whose last frame its first shot may start.

    A shot that starts from the last frame of a clip that does not exist is reported (SB104), as are settings that the
    scene's text model lacks, if a clip is sent to it. A scene with a shot of unknown length has no clips.
    """
    if not scene.can_be_grouped:
        return ScenePlan(scene, (), (), wire)
    clips: list[Clip] = []
    groups, split = _group(scene, wire)
    for number, shots in enumerate(groups, 1):
        clip = _clip(scene, shots, f"s{scene.number:02}c{number:02}", before)
        if clip.start_from is None and shots[0].from_last_frame is not None:
            message = "There is no clip before this one to start from."
            advice = "A picture can start it, as in start: refs/first.png"
            findings.append(Finding("SB104", shots[0].from_last_frame, message, advice))
        clips.append(clip)
        before = clip.id
    if scene.text_settings and any(clip.settings is scene.text_settings.settings for clip in clips):
        findings += scene.text_settings.findings
    return ScenePlan(scene, tuple(clips), tuple(split), wire)


def _group(scene: Scene, wire: str) -> tuple[list[list[Shot]], list[str]]:
    """The shots of a scene, clip by clip, and the reason why each clip after the first begins where it does."""
    groups: list[list[Shot]] = []
    split: list[str] = []
    for shot in scene.shots:
        reason = _reason_to_split(scene, groups[-1], shot, wire) if groups else ""
        if reason is None:
            groups[-1].append(shot)
        else:
            if groups:
                split.append(reason)
            groups.append([shot])
    return groups, split


def _reason_to_split(scene: Scene, shots: Sequence[Shot], shot: Shot, wire: str) -> str | None:
    """The reason why a shot cannot join the clip of these shots, or None."""
    together = [*shots, shot]
    model = settings_of(scene, together).model
    if shot.break_above:
        return "there is a === above it"
    if not model.multi_shot:
        return f"{model.name} makes one shot a clip"
    if shot.has_start:
        return "it has a start frame"
    if shots[-1].end is not None:
        return "the shot before it has an end frame"
    seconds = sum(one.duration or 0 for one in together)
    if seconds > model.clip_seconds:
        return f"the clip would be longer than {model.clip_seconds} s"
    if model.durations and seconds not in model.durations:
        return f"{model.name} makes no clips of {seconds} s"
    if broken_limits(count_inputs(scene, together, model), model, wire):
        return "the clip would have too many pictures"
    return None


def settings_of(scene: Scene, shots: Sequence[Shot]) -> Settings:
    """The settings of a clip of these shots: those of the text model if nothing in it has a picture."""
    text = scene.text_settings.settings if scene.text_settings else None
    if text is None or any(mention.entity.pictures for mention in appearances(scene, shots)):
        return scene.settings
    return scene.settings if shots[0].has_start or shots[-1].end is not None else text


class ClipInputs:
    """The pictures of a clip by their role: `elements` (people and props, with all their pictures) and `images`
    (places, and everything for a model with flat references), each a mention in the order of appearance; `start` and
    `end` say whether it has frames."""

    __slots__ = ("elements", "end", "images", "start")

    def __init__(self, elements: list[Mention], images: list[Mention], *, start: bool, end: bool) -> None:
        self.elements = elements
        self.images = images
        self.start = start
        self.end = end

    @property
    def frames(self) -> int:
        """How many frames are sent: 0, 1 or 2."""
        return self.start + self.end

    @property
    def total(self) -> int:
        """What a model's cap on visual inputs counts: an element counts once, however many angles it has."""
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


def count_inputs(scene: Scene, shots: Sequence[Shot], model: Model) -> ClipInputs:
    """The pictures of a clip.

    With flat references all of them are images; a model without references gets only frames.
    """
    start, end = shots[0].has_start, shots[-1].end is not None
    if not model.takes_references:
        return ClipInputs([], [], start=start, end=end)
    shown = [mention for mention in appearances(scene, shots) if mention.entity.pictures]
    elements = [mention for mention in shown if not mention.entity.is_location]
    places = [mention for mention in shown if mention.entity.is_location]
    if model.is_flat:
        images = [one for mention in shown for one in [mention] * _pictures_sent(mention)]
        return ClipInputs([], images, start=start, end=end)
    images = [one for mention in places for one in [mention] * _pictures_sent(mention)]
    return ClipInputs(elements, images, start=start, end=end)


def _pictures_sent(mention: Mention) -> int:
    """The number of images for a mention: a place's image and views, an element's front."""
    return len(mention.entity.pictures) if mention.entity.is_location else 1


def broken_limits(inputs: ClipInputs, model: Model, wire: str) -> list[tuple[str, int]]:
    """The limits on pictures that a clip breaks, as code and limit, the most specific first.

    If one excess breaks several limits, only the most specific is listed. `SB314` is the API reference's cap, which
    affects grouping but forbids nothing.
    """
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
    if model.visual_inputs is not None and elements + images + inputs.frames > model.visual_inputs:
        broken.append(("SB302", model.visual_inputs))
    if wire == "api" and model.api_elements is not None and elements > model.api_elements:
        broken.append(("SB314", model.api_elements))
    return broken


def _clip(scene: Scene, shots: Sequence[Shot], name: str, before: str | None) -> Clip:
    """One clip with its references and its price in US dollars.

    `other_usd` is the price in the other published table, if the two differ.
    """
    settings = settings_of(scene, shots)
    model = settings.model
    duration = sum(shot.duration or 0 for shot in shots)
    inputs = count_inputs(scene, shots, model)
    usd, other_usd = (
        price.of_clip(duration, settings.size, settings.is_heard, inputs.total) if price else None
        for price in (model.price, model.other_price)
    )
    return Clip(
        id=name,
        scene=scene,
        shots=tuple(shots),
        settings=settings,
        duration=duration,
        references=_references(inputs, model),
        present=tuple(mention.entity for mention in appearances(scene, shots)),
        start=shots[0].start,
        end=shots[-1].end,
        start_from=before if shots[0].from_last_frame is not None else None,
        usd=usd,
        other_usd=other_usd if other_usd != usd else None,
    )


def _references(inputs: ClipInputs, model: Model) -> tuple[Reference, ...]:
    """The references with their tags in the prompt (`@Element1`, `@Image2`), numbered by kind in the order of
    appearance.

    A place with several views has one image for each.
    """
    elements = [
        Reference(model.element_tag.format(n=number), mention.entity, mention)
        for number, mention in enumerate(inputs.elements, 1)
    ]
    images = []
    for number, mention in enumerate(inputs.images, 1):
        earlier = sum(one is mention for one in inputs.images[: number - 1])
        images.append(Reference(model.image_tag.format(n=number), mention.entity, mention, earlier))
    return (*elements, *images)
