"""The speech call of the sandbox: charged with the call, and answered with sound made on this machine."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from storyboard.catalog.speech_models import find_speech_model
from storyboard.sandbox import errors
from storyboard.sandbox.call_context import CallContext
from storyboard.sandbox.refusals import Refusal, check_key, parse_body, refuse_wrong
from storyboard.sandbox.voices import speak_text

_TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg"}


class SpeechBody(BaseModel):
    """The body of `audio/speech`, as far as a careful client sends it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    input: Annotated[str, Field(min_length=1, max_length=4096)]
    model: str
    voice: str
    response_format: str = "mp3"
    prompt: Annotated[str, Field(max_length=500)] | None = None
    language: Annotated[str, Field(min_length=2, max_length=32)] | None = None


class SpeechCall:
    """The call."""

    def __init__(
        self,
        context: CallContext,
    ) -> None:
        self._account, self._memory, self._read, self._take = context

    async def speak(self, request: Request) -> Response:
        """A text as sound."""
        raw = await self._read(request)
        check_key(request)
        headers = self._take("audio")
        body = parse_body(SpeechBody, raw)
        model = find_speech_model(body.model)
        if model is None or model.id != body.model:
            raise Refusal(404, errors.standard_error(f"Specified model not found: {body.model}"))
        if body.voice not in model.voices:
            refuse_wrong([(("voice",), f"Expected one of {', '.join(model.voices)}")])
        if body.response_format not in model.formats:
            refuse_wrong([(("response_format",), f"Expected one of {', '.join(model.formats)}")])
        usd = model.price(len(body.input)) * self._account.factor
        if lack := self._account.lacks(usd):
            raise Refusal(402, errors.standard_error(lack))
        request_id = str(uuid4())
        self._account.charge(usd, f"{model.id}-tts-input-character", request_id)
        self._memory.charges[body.input] += 1
        data = await asyncio.to_thread(speak_text, body.input, model.voice_facts(body.voice), body.response_format)
        kind = _TYPES.get(body.response_format, f"audio/{body.response_format}")
        return Response(data, media_type=kind, headers={**headers, "x-request-id": request_id})
