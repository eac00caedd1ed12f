"""Request bodies: one clip in the fields of the service."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from storyboard.catalog import read_table
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.ir.resolved import Entity, Picture

#: The form of a picture in a body: a data URL, a `file:` path, a digest.
Spell = Callable[[Picture], str]


@cache
def _wires() -> dict[str, Any]:
    return read_table("wire.toml")


def build_body(clip: Clip, prompt: str, wire: str, spell: Spell) -> dict[str, Any]:
    """The body of a queue call, with only the fields that the model accepts.

    A clip that starts from the last frame of another one has no start image yet.
    """
    fields = _wires()[wire]
    model, settings = clip.model, clip.settings
    body: dict[str, Any] = {
        "model": model.wire_id(wire),
        "prompt": prompt,
        "duration": fields["duration"].format(seconds=clip.duration),
    }
    if model.aspects:
        body["aspect_ratio"] = settings.aspect
    if model.resolutions and (settings.resolution or fields["resolution_always"]):
        body["resolution"] = settings.size
    if model.audio == "choice":
        body["audio"] = settings.audio
    if settings.negative:
        body["negative_prompt"] = settings.negative
    if model.is_flat and model.takes_references:
        body[fields["flat_images"]] = [spell(one.picture) for one in clip.references]
    elif model.takes_references:
        body |= _elements(clip, fields["scene_images"], spell)
    if clip.start is not None:
        body[fields["start"]] = spell(clip.start)
    if clip.end is not None:
        body[fields["end"]] = spell(clip.end)
    return body


def start_field(wire: str) -> str:
    """The field of the start frame, for code that adds one to a body later."""
    return str(_wires()[wire]["start"])


def _elements(clip: Clip, scene_images: str, spell: Spell) -> dict[str, Any]:
    elements = [_element(one.entity, clip, spell) for one in clip.references if not one.entity.is_location]
    images = [spell(one.picture) for one in clip.references if one.entity.is_location]
    found: dict[str, Any] = {}
    if elements:
        found["elements"] = elements
    if images:
        found[scene_images] = images
    return found


def _element(entity: Entity, clip: Clip, spell: Spell) -> dict[str, Any]:
    element: dict[str, Any] = {"frontal_image_url": spell(entity.pictures[0])}
    if len(entity.pictures) > 1:
        element["reference_image_urls"] = [spell(one) for one in entity.pictures[1 : 1 + clip.model.angles]]
    if entity.video and clip.model.video:
        element["video_url"] = entity.video
    return element
