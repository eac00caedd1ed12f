"""The calls of the sandbox, as a Starlette application."""

from __future__ import annotations

import asyncio
import math
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from storyboard.catalog import Model, models
from storyboard.sandbox.bodies import Queue, Quote, Ticket, lost_tags, problems
from storyboard.sandbox.clips import draw
from storyboard.sandbox.jobs import Call, Clock, Job, Memory, Window

_Body = TypeVar("_Body", bound=BaseModel)
_LIMITS = tomllib.loads((Path(__file__).parent / "limits.toml").read_text(encoding="utf-8"))


#: Makes the MP4 of a request: body, name, whether with sound.
Draw = Callable[[Queue, str, bool], bytes]


@dataclass(frozen=True, slots=True)
class Settings:
    """How a sandbox behaves: seconds that a render takes, whether calls a minute are limited, and who makes the clip of
    a request, given its name and whether it has sound."""

    render_seconds: float = 4.0
    limited: bool = True
    draw: Draw = draw


class _Refused(Exception):
    def __init__(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self.answer = JSONResponse(body, status, headers)


class Sandbox:
    """A local Venice: its memory and its calls."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings, self.clock, self.memory = settings, clock, Memory()
        self._windows = {
            call: Window(_LIMITS[f"{call}_calls"], _LIMITS["window_seconds"], clock) for call in ("queue", "retrieve")
        }

    def app(self) -> Starlette:
        """The application, for a server."""
        post = {"quote": self.quote, "queue": self.queue, "retrieve": self.retrieve, "complete": self.complete}
        routes = [Route(f"/api/v1/video/{name}", call, methods=["POST"]) for name, call in post.items()]
        routes.append(Route("/api/v1/models", self.list_models))
        routes.append(Route("/media/{queue_id}.mp4", self.media, methods=["GET", "DELETE"]))
        return Starlette(routes=routes, exception_handlers={_Refused: _answer_refusal})

    async def quote(self, request: Request) -> Response:
        body = _parsed(Quote, await self._body(request))
        model = _model(body.model)
        asked = Queue(model=body.model, prompt="quote", duration=body.duration, resolution=body.resolution)
        wrong = [one for one in problems(asked, model) if one[0] in ("duration", "resolution")]
        _refuse(wrong)
        rate = model.usd_per_second(body.resolution or model.resolution, body.audio) or 0.0
        return JSONResponse({"quote": round(rate * asked.seconds, 4)})

    async def queue(self, request: Request) -> Response:
        raw = await self._body(request)
        _check_key(request)
        headers = self._take("queue")
        body = _parsed(Queue, raw)
        self.memory.queued[body.prompt] += 1
        model = _model(body.model)
        _refuse(await asyncio.to_thread(lambda: list(problems(body, model))))
        lost = lost_tags(body)
        job = Job(str(uuid4()), model, body, self.clock(), f"No image for {', '.join(lost)}" if lost else None)
        self.memory.jobs[job.queue_id] = job
        self.memory.charges[body.prompt] += 1
        answer = {"model": body.model, "queue_id": job.queue_id}
        if model.download_url:
            answer["download_url"] = f"{request.base_url}media/{job.queue_id}.mp4"
        return JSONResponse(answer, headers=headers)

    async def retrieve(self, request: Request) -> Response:
        raw = await self._body(request)
        _check_key(request)
        headers = self._take("retrieve")
        ticket = _parsed(Ticket, raw)
        job = self._job(ticket)
        took = self.clock() - job.since
        done = took >= self.settings.render_seconds
        if done and job.failed:
            return JSONResponse({"error": job.failed, "credits_refunded": False}, 422, headers)
        if done and not job.model.download_url:
            video = await self._video(job)
            job.deleted = ticket.delete_media_on_completion
            return Response(video, media_type="video/mp4", headers=headers)
        return JSONResponse(
            {
                "status": "COMPLETED" if done else "PROCESSING",
                "average_execution_time": int(self.settings.render_seconds * 1000),
                "execution_duration": int(took * 1000),
            },
            headers=headers,
        )

    async def complete(self, request: Request) -> Response:
        raw = await self._body(request)
        _check_key(request)
        self._job(_parsed(Ticket, raw)).deleted = True
        return JSONResponse({"success": True})

    async def media(self, request: Request) -> Response:
        await self._body(request)
        job = self.memory.jobs.get(request.path_params["queue_id"])
        if job is None or not job.model.download_url or self.clock() - job.since < self.settings.render_seconds:
            return JSONResponse({"error": "Not found"}, 404)
        if request.method == "DELETE":
            job.deleted = True
            return Response(status_code=204)
        job.fetches += 1
        if job.deleted or job.fetches > _LIMITS["fetches"] + 1 or self._is_old(job):
            return JSONResponse({"error": "Gone"}, 410)
        if job.fetches > _LIMITS["fetches"]:
            return JSONResponse({"error": "Too many fetches"}, 429)
        return Response(await self._video(job), media_type="video/mp4")

    async def list_models(self, request: Request) -> Response:
        await self._body(request)
        return JSONResponse({"object": "list", "type": "video", "data": [_listed(model) for model in models()]})

    async def _body(self, request: Request) -> bytes:
        """The body, noted with its request; one over the limit is read no further."""
        held = bytearray()
        async for chunk in request.stream():
            held += chunk
            if len(held) > _LIMITS["body_bytes"]:
                raise _Refused(413, {"error": "Request body too large"})
        self.memory.calls.append(Call(request.method, request.url.path, dict(request.headers), bytes(held)))
        return bytes(held)

    def _take(self, call: str) -> dict[str, str]:
        if not self.settings.limited:
            return {}
        left, wait = self._windows[call].take()
        seconds = str(math.ceil(wait))
        headers = {"x-ratelimit-remaining-requests": str(max(left, 0)), "x-ratelimit-reset-requests": seconds}
        if left < 0:
            raise _Refused(429, {"error": "Rate limit exceeded"}, {**headers, "Retry-After": seconds})
        return headers

    def _job(self, ticket: Ticket) -> Job:
        job = self.memory.jobs.get(ticket.queue_id)
        if job is None or job.deleted or job.body.model != ticket.model or self._is_old(job):
            raise _Refused(404, {"error": "Media not found or expired"})
        return job

    def _is_old(self, job: Job) -> bool:
        return self.clock() - job.since > float(_LIMITS["life_seconds"])

    async def _video(self, job: Job) -> bytes:
        if job.video is None:
            sound = job.model.audio == "always" or (job.model.audio == "choice" and job.body.audio is not False)
            job.video = await asyncio.to_thread(self.settings.draw, job.body, job.queue_id[:8], sound)
        return job.video


async def _answer_refusal(_: Request, refused: Exception) -> Response:
    assert isinstance(refused, _Refused)
    return refused.answer


def _check_key(request: Request) -> None:
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    if kind != "Bearer" or not key.strip():
        raise _Refused(401, {"error": "Authentication failed"})


def _parsed(kind: type[_Body], raw: bytes) -> _Body:
    try:
        return kind.model_validate_json(raw)
    except ValidationError as wrong:
        issues = [
            {"code": one["type"], "message": one["msg"], "path": list(one["loc"])}
            for one in wrong.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise _Refused(400, {"error": "Invalid request parameters", "issues": issues}) from None


def _refuse(wrong: list[tuple[str, str]]) -> None:
    if wrong:
        issues = [{"code": "custom", "message": reason, "path": [field]} for field, reason in wrong]
        raise _Refused(400, {"error": "Invalid request parameters", "issues": issues})


def _model(name: str) -> Model:
    """The model of an API id; nothing else is known to the service."""
    for model in models():
        if model.api_id == name:
            return model
    raise _Refused(400, {"error": f"Unknown model: {name}"})


def _listed(model: Model) -> dict[str, Any]:
    return {
        "id": model.api_id,
        "type": "video",
        "object": "model",
        "model_spec": {
            "name": model.name,
            "privacy": model.privacy,
            "constraints": {
                "durations": [f"{n}s" for n in model.durations or range(*_lengths(model))],
                "aspect_ratios": list(model.aspects),
                "resolutions": list(model.resolutions),
                "audio": model.has_sound,
                "audio_configurable": model.audio == "choice",
                "prompt_character_limit": model.prompt_characters,
            },
        },
    }


def _lengths(model: Model) -> tuple[int, int]:
    return (model.shot_seconds or (1, 0))[0], model.clip_seconds + 1
