"""Request bodies, in the shapes of the API reference."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from storyboard.catalog import models
from storyboard.sandbox.limits import request_limits

_FACTS = request_limits("bodies")
_DURATION = re.compile(r"([1-9]\d?)s")


def _one_of(allowed: Sequence[str]) -> AfterValidator:
    def check(value: Any) -> Any:  # noqa: ANN401 # the field says of what kind it is
        if value not in allowed:
            raise ValueError(f"Expected one of {', '.join(map(str, allowed))}")
        return value

    return AfterValidator(check)


def _resolutions() -> list[str]:
    """Those of the API reference, and of the models that are newer than it."""
    return list(dict.fromkeys([*_FACTS["resolutions"], *(size for model in models() for size in model.resolutions)]))


def _true(value: bool) -> bool:
    if not value:
        raise ValueError("Must be true")
    return value


_Text = Annotated[str, Field(max_length=_FACTS["prompt_characters"])]
_Yes = Annotated[bool, AfterValidator(_true)]
Duration = Annotated[str, _one_of(_FACTS["durations"])]
Aspect = Annotated[str, _one_of(_FACTS["aspect_ratios"])]
Resolution = Annotated[str, _one_of(_resolutions())]


class _Fields(BaseModel):
    @field_validator("*", mode="before")
    @classmethod
    def _is_said(cls, value: object) -> object:
        if value is None:
            raise ValueError("Expected a value, received null")
        return value


class _Body(_Fields):
    model_config = ConfigDict(extra="forbid", strict=True)


class Element(_Body):
    """A subject of the clip."""

    frontal_image_url: str | None = None
    reference_image_urls: Annotated[list[str], Field(max_length=_FACTS["angles"])] = []
    video_url: str | None = None


class Keyframe(_Body):
    """A picture at a frame of the clip."""

    image_url: str
    frame_index: Annotated[int, Field(ge=0)]


class Attestation(_Body):
    """What a person has agreed to."""

    confirmed_terms_and_privacy: _Yes
    confirmed_legal_right: _Yes
    confirmed_screening_acknowledged: _Yes


class Consents(_Body):
    """Consents by provider."""

    seedance: Attestation | None = None


class QueueBody(_Body):
    """The body of a queue call."""

    model: str
    prompt: Annotated[_Text, Field(min_length=1)]
    duration: Duration
    aspect_ratio: Aspect | None = None
    resolution: Resolution | None = None
    audio: bool | None = None
    negative_prompt: _Text | None = None
    elements: Annotated[list[Element], Field(max_length=_FACTS["elements"])] | None = None
    scene_image_urls: Annotated[list[str], Field(max_length=_FACTS["scene_images"])] | None = None
    reference_image_urls: Annotated[list[str], Field(max_length=_FACTS["reference_images"])] | None = None
    image_url: str | None = None
    end_image_url: str | None = None
    consents: Consents | None = None
    omni_reference_task_type: Annotated[str, _one_of("task_types")] | None = None
    upscale_factor: Annotated[int, _one_of("upscale_factors")] | None = None
    audio_url: str | None = None
    video_url: str | None = None
    reference_video_urls: Annotated[list[str], Field(max_length=_FACTS["reference_videos"])] | None = None
    reference_audio_urls: Annotated[list[str], Field(max_length=_FACTS["reference_audios"])] | None = None
    reference_document_urls: Annotated[list[str], Field(max_length=_FACTS["reference_documents"])] | None = None
    keyframes: Annotated[list[Keyframe], Field(max_length=_FACTS["keyframes"])] | None = None

    @property
    def seconds(self) -> int:
        """The length that is asked for, in seconds; 0 where it cannot be read."""
        found = _DURATION.fullmatch(self.duration)
        return int(found[1]) if found else 0

    @property
    def images(self) -> Iterator[tuple[str, str]]:
        """Every picture that was sent, each after its field."""
        for number, element in enumerate(self.elements or ()):
            if element.frontal_image_url:
                yield f"elements.{number}.frontal_image_url", element.frontal_image_url
            yield from _listed(f"elements.{number}.reference_image_urls", element.reference_image_urls)
        yield from _listed("scene_image_urls", self.scene_image_urls)
        yield from _listed("reference_image_urls", self.reference_image_urls)
        yield from ((name, url) for name in ("image_url", "end_image_url") if (url := getattr(self, name)))

    @property
    def face_roles(self) -> list[str]:
        """The roles in which its pictures may show faces, in the words of the reference."""
        roles = {"image": self.image_url, "end_image": self.end_image_url}
        roles["reference_image"] = next(
            (url for name, url in self.images if name not in ("image_url", "end_image_url")), None
        )
        return [role for role, url in roles.items() if url]


def _listed(field: str, urls: list[str] | None) -> Iterator[tuple[str, str]]:
    yield from ((f"{field}.{number}", url) for number, url in enumerate(urls or ()))


class QuoteBody(_Fields):
    """The body of a quote call: other fields are dropped, as the service does."""

    model_config = ConfigDict(strict=True)

    model: str
    duration: Duration
    aspect_ratio: Aspect | None = None
    resolution: Resolution | None = None
    audio: bool = True
    upscale_factor: Annotated[int, _one_of("upscale_factors")] | None = None
    video_url: str | None = None
    reference_video_total_duration: Annotated[float, Field(ge=0)] | None = None
    reference_image_count: Annotated[int, Field(ge=0)] = 1


class CompleteBody(_Body):
    """The body of a complete call."""

    model: str
    queue_id: str


class RetrieveBody(CompleteBody):
    """The body of a retrieve call."""

    delete_media_on_completion: bool = False
