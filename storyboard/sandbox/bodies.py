"""What a request body may say: the shape from the API reference, the rest from the model's row of the catalogue."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from storyboard.catalog import Model
from storyboard.film.pictures import NoPicture, read_picture

_TAG = re.compile(r"@(Element|Image)(\d+)|<Image (\d+)>")
_DURATION = re.compile(r"([1-9]\d?)s")


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Element(_Body):
    """A subject of the clip."""

    frontal_image_url: str | None = None
    reference_image_urls: list[str] = []
    video_url: str | None = None


class Queue(_Body):
    """The body of a queue call."""

    model: str
    prompt: Annotated[str, Field(min_length=1, max_length=20_000)]
    duration: str
    aspect_ratio: str | None = None
    resolution: str | None = None
    audio: bool | None = None
    negative_prompt: str | None = None
    elements: list[Element] | None = None
    scene_image_urls: list[str] | None = None
    reference_image_urls: list[str] | None = None
    image_url: str | None = None
    end_image_url: str | None = None

    @property
    def seconds(self) -> int:
        """The asked length; 0 where the words are none."""
        found = _DURATION.fullmatch(self.duration)
        return int(found[1]) if found else 0

    @property
    def images(self) -> Iterator[str]:
        """Every picture that was sent."""
        for element in self.elements or ():
            yield from (one for one in (element.frontal_image_url, *element.reference_image_urls) if one)
        yield from (*(self.scene_image_urls or ()), *(self.reference_image_urls or ()))
        yield from (one for one in (self.image_url, self.end_image_url) if one)


class Quote(BaseModel):
    """The body of a quote call: other fields are dropped, as the service does."""

    model: str
    duration: str
    resolution: str | None = None
    audio: bool = True


class Ticket(_Body):
    """The body of a retrieve or complete call. `delete_media_on_completion` belongs to retrieve."""

    model: str
    queue_id: str
    delete_media_on_completion: bool = False


def problems(body: Queue, model: Model) -> Iterator[tuple[str, str]]:
    """What the model does not take, as field and reason."""
    if body.seconds not in model.durations and not (model.shot_seconds and _is_length(body.seconds, model)):
        yield "duration", f"Invalid duration for {model.id}: {body.duration}"
    yield from _choice("aspect_ratio", body.aspect_ratio, model.aspects, required=True)
    yield from _choice("resolution", body.resolution, model.resolutions, required=False)
    for field, taken in _taken(model).items():
        if field in body.model_fields_set and not taken:
            yield field, f"{field} is not supported by {model.id}"
    if len(body.prompt) > model.prompt_characters:
        yield "prompt", f"Prompt exceeds {model.prompt_characters} characters"
    most = model.api_elements or model.elements
    if body.elements and most is not None and len(body.elements) > most:
        yield "elements", f"At most {most} elements"
    if len(body.scene_image_urls or ()) > (model.scene_images or 0):
        yield "scene_image_urls", f"At most {model.scene_images or 0} scene images"
    if len(body.reference_image_urls or ()) > model.visual_inputs:
        yield "reference_image_urls", f"At most {model.visual_inputs} reference images"
    for number, url in enumerate(body.images, 1):
        if reason := _unfit(url, model):
            yield "images", f"Image {number}: {reason}"


def _is_length(seconds: int, model: Model) -> bool:
    assert model.shot_seconds
    return model.shot_seconds[0] <= seconds <= model.clip_seconds


def _taken(model: Model) -> dict[str, bool]:
    elements = not model.is_flat
    return {
        "audio": model.audio == "choice",
        "negative_prompt": model.negative,
        "elements": elements,
        "scene_image_urls": elements,
        "reference_image_urls": not elements,
        "image_url": model.frames,
        "end_image_url": model.frames,
    }


def _choice(field: str, said: str | None, allowed: tuple[str, ...], *, required: bool) -> Iterator[tuple[str, str]]:
    if said is None:
        if allowed and required:
            yield field, f"{field} is required: one of {', '.join(allowed)}"
    elif said not in allowed:
        yield field, f"{field} must be one of {', '.join(allowed)}" if allowed else f"{field} is not supported"


def _unfit(url: str, model: Model) -> str | None:
    """Why a picture cannot be taken. One on the web is never fetched, so never refused."""
    if url.startswith(("https://", "http://")):
        return None
    data = image_bytes(url)
    if data is None:
        return "not a data URL of an image"
    try:
        picture = read_picture(data)
    except NoPicture:
        return "cannot be decoded"
    if min(picture.size) < model.short_side:
        return f"shorter side under {model.short_side} px"
    if not model.ratio[0] <= picture.width / picture.height <= model.ratio[1]:
        return f"width to height outside {model.ratio[0]} to {model.ratio[1]}"
    return None


def image_bytes(url: str) -> bytes | None:
    """The bytes of a data URL of an image; None for anything else."""
    head, comma, data = url.partition(",")
    if not comma or not head.startswith("data:image/") or not head.endswith(";base64"):
        return None
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        return None


def lost_tags(body: Queue) -> list[str]:
    """Tags of the prompt with no picture behind them: the service takes the money, then fails."""
    elements, flat = len(body.elements or ()), len(body.reference_image_urls or ())
    images = flat or len(body.scene_image_urls or ())
    return [
        tag[0]
        for tag in _TAG.finditer(body.prompt)
        if not 1 <= int(tag[2] or tag[3]) <= (elements if tag[1] == "Element" else images)
    ]
