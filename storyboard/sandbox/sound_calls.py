"""The audio queue of the sandbox: free quotes, charged jobs, and sounds made on this machine."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from storyboard.catalog import read_table
from storyboard.catalog.sound_models import SoundModel, find_sound_model
from storyboard.files.atomic import save
from storyboard.sandbox import errors
from storyboard.sandbox.bodies import CompleteBody, RetrieveBody
from storyboard.sandbox.call_context import CallContext, no_media, progress_body
from storyboard.sandbox.rates import Clock
from storyboard.sandbox.refusals import Refusal, check_key, parse_body, refuse_wrong
from storyboard.sandbox.tones import play_tones

_TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg", "m4a": "audio/mp4"}
_UNSAID_SECONDS = 30  # of a model that chooses the length


class SoundQuote(BaseModel):
    """The body of `audio/quote`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    model: str
    duration_seconds: int | None = None


class SoundQueue(SoundQuote):
    """The body of `audio/queue`, as far as a careful client sends it."""

    prompt: Annotated[str, Field(min_length=1)]
    force_instrumental: bool | None = None


class SoundJob(BaseModel):
    """A sound that was asked and charged; `since` is when."""

    since: float
    body: SoundQueue
    deleted: bool = False


class SoundCalls:
    """The calls.
    `folder` keeps jobs for the next start, None where they end with this one."""

    def __init__(
        self,
        context: CallContext,
        clock: Clock,
        render_seconds: float,
        folder: Path | None,
    ) -> None:
        self._account, self._memory, self._read, self._take = context
        self._now = clock
        self._render_seconds = render_seconds
        self._folder = folder
        self._jobs: dict[str, SoundJob] = {}
        self.calls = {"quote": self.quote, "queue": self.queue, "retrieve": self.retrieve, "complete": self.complete}

    async def quote(self, request: Request) -> Response:
        """The price of a sound, in US dollars. Needs no key."""
        body = parse_body(SoundQuote, await self._read(request))
        return JSONResponse({"quote": self._price(_model(body), body)})

    async def queue(self, request: Request) -> Response:
        """Take a sound, and the money for it."""
        raw = await self._read(request)
        check_key(request)
        headers = self._take("queue")
        body = parse_body(SoundQueue, raw)
        model = _model(body)
        shortest = read_table("made_pictures.toml")["sound"]["shortest_prompt"]
        if not shortest <= len(body.prompt) <= model.prompt_characters:
            refuse_wrong([(("prompt",), f"Expected {shortest} to {model.prompt_characters} characters")])
        if body.force_instrumental is not None and "force_instrumental" not in model.options:
            refuse_wrong([(("force_instrumental",), "This model does not take it")])
        usd = self._price(model, body)
        if lack := self._account.lacks(usd):
            raise Refusal(402, errors.standard_error(lack))
        queue_id = str(uuid4())
        self._account.charge(usd, f"{model.id}-audio-unit", queue_id)
        self._memory.charges[body.prompt] += 1
        self._jobs[queue_id] = job = SoundJob(since=self._now(), body=body)
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            save(self._folder / f"{queue_id}.json", job.model_dump_json().encode())
        return JSONResponse({"model": model.id, "queue_id": queue_id, "status": "QUEUED"}, headers=headers)

    async def retrieve(self, request: Request) -> Response:
        """How far a sound is, or the sound."""
        raw = await self._read(request)
        check_key(request)
        headers = self._take("retrieve")
        ticket = parse_body(RetrieveBody, raw)
        job = self._job(ticket)
        if job is None:
            raise no_media()
        took = self._now() - job.since
        if took < self._render_seconds:
            return JSONResponse(progress_body("PROCESSING", self._render_seconds, took), headers=headers)
        model, form = _model(job.body), _model(job.body).formats[0]
        seconds = job.body.duration_seconds or _UNSAID_SECONDS
        data = await asyncio.to_thread(play_tones, job.body.prompt, model.kind, seconds, form)
        job.deleted = ticket.delete_media_on_completion
        return Response(data, media_type=_TYPES.get(form, f"audio/{form}"), headers=headers)

    async def complete(self, request: Request) -> Response:
        """Delete a sound."""
        raw = await self._read(request)
        check_key(request)
        job = self._job(parse_body(CompleteBody, raw))
        if job is not None:
            job.deleted = True
        return JSONResponse({"success": job is not None})

    def _price(self, model: SoundModel, body: SoundQuote) -> float:
        usd = model.price(body.duration_seconds or _UNSAID_SECONDS)
        assert usd is not None, "the length was looked at"
        return usd * self._account.factor

    def _job(self, ticket: CompleteBody) -> SoundJob | None:
        job = self._jobs.get(ticket.queue_id) or self._kept(ticket.queue_id)
        return None if job is None or job.deleted or job.body.model != ticket.model else job

    def _kept(self, queue_id: str) -> SoundJob | None:
        """A job of an earlier start."""
        if self._folder is not None:
            with suppress(OSError, ValueError):
                path = self._folder / f"{UUID(queue_id)}.json"
                self._jobs[queue_id] = job = SoundJob.model_validate(json.loads(path.read_bytes()))
                return job
        return None


def _model(body: SoundQuote) -> SoundModel:
    """The model that a body asks for. What is wrong with its length is refused here."""
    model = find_sound_model(body.model)
    if model is None or model.id != body.model:
        raise Refusal(404, errors.standard_error(f"Specified model not found: {body.model}"))
    if body.duration_seconds is None:
        return model
    if "duration_seconds" not in model.options or model.seconds is None:
        refuse_wrong([(("duration_seconds",), "This model takes no duration")])
    elif not model.seconds[0] <= body.duration_seconds <= model.seconds[1]:
        refuse_wrong([(("duration_seconds",), f"Expected {model.seconds[0]} to {model.seconds[1]}")])
    return model
