"""Validation of a well-formed body against the model's row of the catalogue."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from hashlib import sha256

from storyboard.catalog import Model
from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.drawing.images import read_picture
from storyboard.sandbox.bodies import QueueBody
from storyboard.sandbox.errors import Wrong

#: Fields of the reference that no model of the catalogue takes.
_NEVER = (
    "omni_reference_task_type",
    "upscale_factor",
    "audio_url",
    "video_url",
    "keyframes",
    "reference_video_urls",
    "reference_audio_urls",
    "reference_document_urls",
)
_TAG = re.compile(r"@(Element|Image)(\d+)|<Image (\d+)>")


def problems_of_body(body: QueueBody, model: Model) -> Iterator[Wrong]:
    """What the model does not take, as path and reason."""
    if body.seconds not in model.durations and not _is_length(body.seconds, model):
        yield ("duration",), f"Invalid duration for {model.id}: {body.duration}. {_lengths(model)}"
    yield from _choice("aspect_ratio", body.aspect_ratio, model.aspects, required=True)
    yield from _choice("resolution", body.resolution, model.resolutions, required=False)
    for field, taken in _taken(model).items():
        if field in body.model_fields_set and not taken:
            yield (field,), f"{field} is not supported by {model.id}"
    if len(body.prompt) > model.prompt_characters:
        yield ("prompt",), f"Prompt exceeds {model.prompt_characters} characters"
    yield from _counts(body, model)
    yield from _missing(body, model)
    for name, url in body.images:
        if reason := _unfit(url, model):
            yield _path(name), reason


def _is_length(seconds: int, model: Model) -> bool:
    return model.shot_seconds is not None and model.shot_seconds[0] <= seconds <= model.clip_seconds


def _lengths(model: Model) -> str:
    first = model.shot_seconds[0] if model.shot_seconds else 1
    return f"Expected one of {', '.join(f'{n}s' for n in model.durations or range(first, model.clip_seconds + 1))}"


def _taken(model: Model) -> dict[str, bool]:
    """The fields that some models take, and whether this one does."""
    elements = not model.is_flat
    return {
        "audio": model.audio == "choice",
        "negative_prompt": model.negative,
        "elements": elements,
        "scene_image_urls": elements,
        "reference_image_urls": model.is_flat and model.takes_references,
        "image_url": model.takes_start,
        "end_image_url": model.end_frame,
        "consents": not model.persons,
        **dict.fromkeys(_NEVER, False),
    }


def _missing(body: QueueBody, model: Model) -> Iterator[Wrong]:
    """Pictures that the model cannot do without."""
    if model.needs_start:
        if not body.image_url:
            yield ("image_url",), f"image_url is required by {model.id}"
    elif model.takes_references and not (
        body.image_url or body.elements or body.scene_image_urls or body.reference_image_urls
    ):
        field = "reference_image_urls" if model.is_flat else "elements"
        yield (field,), "At least one of image_url, elements, scene_image_urls or reference_image_urls is required"


def _choice(field: str, said: str | None, allowed: tuple[str, ...], *, required: bool) -> Iterator[Wrong]:
    if said is None:
        if allowed and required:
            yield (field,), f"{field} is required: one of {', '.join(allowed)}"
    elif said not in allowed:
        yield (
            (field,),
            f"{field} must be one of {', '.join(allowed)}" if allowed else f"{field} is not supported by this model",
        )


def _counts(body: QueueBody, model: Model) -> Iterator[Wrong]:
    """Too many pictures for the model."""
    elements = body.elements or ()
    most = model.api_elements or model.elements
    if most is not None and len(elements) > most:
        yield ("elements",), f"At most {most} elements"
    if len(body.scene_image_urls or ()) > (model.scene_images or 0) and not model.is_flat:
        yield ("scene_image_urls",), f"At most {model.scene_images or 0} scene images"
    if model.is_flat and len(body.reference_image_urls or ()) > (model.visual_inputs or 0):
        yield ("reference_image_urls",), f"At most {model.visual_inputs} reference images"
    for number, element in enumerate(elements):
        if not element.frontal_image_url and not element.video_url:
            yield ("elements", number), "An element needs frontal_image_url or video_url"
        if element.video_url and not model.video:
            yield ("elements", number, "video_url"), f"video_url is not supported by {model.id}"


def _path(name: str) -> tuple[str | int, ...]:
    return tuple(int(part) if part.isdecimal() else part for part in name.split("."))


def _unfit(url: str, model: Model) -> str | None:
    """Why a picture cannot be taken. One on the web is never fetched, so never refused."""
    if url.startswith(("https://", "http://")):
        return None
    data = image_bytes(url)
    if data is None:
        return "Must be a URL (http/https) or a data URL (data:image/...)"
    try:
        picture = read_picture(data)
    except UnreadableImage:
        return "The image cannot be decoded"
    if min(picture.size) < model.short_side:
        return f"The image's shorter side is under {model.short_side} px"
    if not model.ratio[0] <= picture.width / picture.height <= model.ratio[1]:
        return f"The image's width to height is outside {model.ratio[0]} to {model.ratio[1]}"
    return None


def image_bytes(url: str) -> bytes | None:
    """The bytes of a data URL of an image; None for anything else."""
    head, comma, data = url.partition(",")
    if not comma or not head.startswith("data:image/") or not head.endswith(";base64"):
        return None
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None


def picture_name(url: str) -> str:
    """What tells a picture from another one where a call has no prompt."""
    return sha256(image_bytes(url) or b"").hexdigest()


def lost_tags(body: QueueBody) -> list[str]:
    """Tags of the prompt with no picture behind them: the service takes the money, then fails."""
    elements, flat = len(body.elements or ()), len(body.reference_image_urls or ())
    images = flat or len(body.scene_image_urls or ())
    return [
        tag[0]
        for tag in _TAG.finditer(body.prompt)
        if not 1 <= int((tag[2] or tag[3])[:9]) <= (elements if tag[1] == "Element" else images)
    ]
