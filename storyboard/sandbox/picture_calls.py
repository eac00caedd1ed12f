"""The picture calls of the sandbox: from words, from one picture, from several. Each is charged with the call."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from typing import Annotated, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from storyboard.catalog import read_table
from storyboard.catalog.picture_models import PictureModel, find_picture_model
from storyboard.sandbox import errors
from storyboard.sandbox.call_context import CallContext
from storyboard.sandbox.pictures import draw_cut_out, draw_edit, draw_from_words
from storyboard.sandbox.refusals import Refusal, check_key, parse_body, refuse_wrong
from storyboard.sandbox.validation import image_bytes, picture_name

_Text = Annotated[str, Field(min_length=1, max_length=32_768)]
_Kind = Literal["png", "jpeg", "webp"]
_GENERATE, _EDIT = "generate", "edit"


class _PictureBody(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class GenerateBody(_PictureBody):
    """The body of `image/generate`, as far as a careful client sends it."""

    model: str
    prompt: _Text
    format: _Kind = "webp"
    return_binary: bool = False
    safe_mode: bool = True
    negative_prompt: str | None = None
    seed: Annotated[int, Field(ge=-999_999_999, le=999_999_999)] | None = None
    aspect_ratio: str | None = None
    resolution: str | None = None
    width: Annotated[int, Field(ge=1, le=1280)] | None = None
    height: Annotated[int, Field(ge=1, le=1280)] | None = None
    hide_watermark: bool = False


class EditBody(_PictureBody):
    """The body of `image/edit`."""

    model: str
    prompt: _Text
    image: str
    aspect_ratio: str | None = None
    resolution: str | None = None
    output_format: _Kind | None = None
    hide_watermark: bool = False


class MultiEditBody(_PictureBody):
    """The body of `image/multi-edit`, which names its model otherwise."""

    modelId: str  # noqa: N815 # the service spells it so
    prompt: _Text
    images: Annotated[list[str], Field(min_length=1)]
    aspect_ratio: str | None = None
    resolution: str | None = None
    output_format: _Kind | None = None
    hide_watermark: bool = False


class BackgroundBody(_PictureBody):
    """The body of `image/background-remove`, which takes no model."""

    image: str


class PictureCalls:
    """The calls, by the last part of their path."""

    def __init__(
        self,
        context: CallContext,
    ) -> None:
        self._account, self._memory, self._read, self._take = context
        self.calls = {"generate": self.generate, "edit": self.edit, "multi-edit": self.multi_edit}
        self.calls["background-remove"] = self.remove_background

    async def generate(self, request: Request) -> Response:
        """A picture from words, as JSON with its base64."""
        headers, raw = await self._begin(request)
        body = parse_body(GenerateBody, raw)
        model = _model(body.model, _GENERATE)
        _refuse_wrong_size(model, body.aspect_ratio, body.resolution, is_strict=False)
        _refuse_long_prompt(model, body.prompt)
        self._charge(model.id, model.price(body.resolution), request_id := str(uuid4()), body.prompt)
        size = (body.width, body.height) if body.width and body.height else None
        data = await asyncio.to_thread(
            draw_from_words, body.prompt, body.aspect_ratio or "1:1", body.resolution, body.format, size, body.seed
        )
        if body.return_binary:
            return Response(data, media_type=f"image/{body.format}", headers=headers)
        answer = {"id": request_id, "images": [b64encode(data).decode("ascii")], "timing": {"total": 1}}
        return JSONResponse(answer, headers=headers)

    async def edit(self, request: Request) -> Response:
        """One picture, changed."""
        headers, raw = await self._begin(request)
        body = parse_body(EditBody, raw)
        return await self._edited(body.model, body, [body.image], headers)

    async def multi_edit(self, request: Request) -> Response:
        """Several pictures, made into one."""
        headers, raw = await self._begin(request)
        body = parse_body(MultiEditBody, raw)
        return await self._edited(body.modelId, body, body.images, headers)

    async def remove_background(self, request: Request) -> Response:
        """Somebody or something without the room behind, as a PNG with transparency."""
        headers, raw = await self._begin(request)
        body = parse_body(BackgroundBody, raw)
        picture = image_bytes(body.image)
        data = await asyncio.to_thread(draw_cut_out, picture) if picture is not None else None
        if data is None:
            raise Refusal(400, errors.detailed_error([(("image",), "Not an image that can be read")]))
        facts = read_table("made_pictures.toml")["cut_out"]
        self._charge(facts["model"], facts["usd"], request_id := str(uuid4()), picture_name(body.image))
        return Response(data, media_type="image/png", headers={**headers, "x-request-id": request_id})

    async def _edited(
        self, name: str, body: EditBody | MultiEditBody, images: list[str], headers: dict[str, str]
    ) -> Response:
        model = _model(name, _EDIT)
        _refuse_wrong_size(model, body.aspect_ratio, body.resolution, is_strict=True)
        _refuse_long_prompt(model, body.prompt)
        if len(images) > max(1, model.inputs):
            refuse_wrong([(("images",), f"At most {model.inputs} images")])
        found = [image_bytes(one) for one in images]
        pictures = [data for data in found if data]
        if any(not one.startswith("http") and data is None for one, data in zip(images, found, strict=True)):
            refuse_wrong([(("images",), "Not an image that can be read")])
        self._charge(model.id, model.price(body.resolution, len(images)), request_id := str(uuid4()), body.prompt)
        kind = body.output_format or "png"
        data = await asyncio.to_thread(draw_edit, body.prompt, pictures, body.aspect_ratio, body.resolution, kind)
        return Response(data, media_type=f"image/{kind}", headers={**headers, "x-request-id": request_id})

    async def _begin(self, request: Request) -> tuple[dict[str, str], bytes]:
        raw = await self._read(request)
        check_key(request)
        return self._take("picture"), raw

    def _charge(self, model: str, usd: float | None, request_id: str, prompt: str) -> None:
        price = (usd or 0.0) * self._account.factor
        if lack := self._account.lacks(price):
            raise Refusal(402, errors.standard_error(lack))
        self._account.charge(price, f"{model}-image-unit", request_id)
        self._memory.charges[prompt] += 1


def _model(name: str, kind: str) -> PictureModel:
    found = find_picture_model(name)
    if found is None or found.kind != kind:
        raise Refusal(404, errors.standard_error(f"Specified model not found: {name}"))
    return found


def _refuse_wrong_size(model: PictureModel, aspect: str | None, resolution: str | None, *, is_strict: bool) -> None:
    if resolution is not None and resolution not in model.resolutions and (model.resolutions or is_strict):
        refuse_wrong([(("resolution",), f"Expected one of {', '.join(model.resolutions) or 'none'}")])
    if is_strict and aspect is not None and aspect not in model.aspects:
        refuse_wrong([(("aspect_ratio",), f"Expected one of {', '.join(model.aspects)}")])


def _refuse_long_prompt(model: PictureModel, prompt: str) -> None:
    if len(prompt) > model.prompt_characters:
        refuse_wrong([(("prompt",), f"At most {model.prompt_characters} characters")])
