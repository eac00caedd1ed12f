"""The calls of the sandbox, as a Starlette application."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal
from uuid import uuid4

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from storyboard.catalog import SERVICE, Model, find_model, models
from storyboard.loopback import ALLOWED_HOSTS
from storyboard.sandbox import errors
from storyboard.sandbox.account import SandboxAccount
from storyboard.sandbox.bodies import CompleteBody, QueueBody, QuoteBody, RetrieveBody
from storyboard.sandbox.call_context import CallContext, no_media, progress_body
from storyboard.sandbox.clips import draw_requested_clip, words_said
from storyboard.sandbox.guide import as_api, as_guide
from storyboard.sandbox.job_store import JobStore
from storyboard.sandbox.jobs import CallRecord, JobLog, SandboxJob
from storyboard.sandbox.limits import request_limits
from storyboard.sandbox.listing import model_listing
from storyboard.sandbox.picture_calls import PictureCalls
from storyboard.sandbox.rates import Clock, ErrorBudget, RateWindow
from storyboard.sandbox.refusals import Refusal, answer_refusal, check_key, parse_body, refuse_wrong
from storyboard.sandbox.sound_calls import SoundCalls
from storyboard.sandbox.speech_call import SpeechCall
from storyboard.sandbox.transcription_call import SpokenClips, TranscriptionCall
from storyboard.sandbox.upscale_calls import UpscaleCalls
from storyboard.sandbox.validation import lost_tags, problems_of_body
from storyboard.venice.service import service_facts

#: Makes the MP4 of a request: body, name, whether with sound.
Draw = Callable[[QueueBody, str, bool], bytes]


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """How a sandbox behaves.

    `render_seconds` is how long a render takes; `speed` how many seconds pass for the service in one of ours, its
    limits and renders with it. Unless `limited`, calls are neither counted by the minute nor by failures. `wire` is
    the spelling that bodies come in. With `people`, every picture is taken for one of a person, for the models that
    mind. `draw` makes the clip of a request, given its name and whether it has sound. `job_store` keeps jobs for the
    next start; the clock then has to go on in between. `account` is what there is to spend, by `wall` in seconds since
    1970.
    """

    render_seconds: float = 4.0
    limited: bool = True
    draw: Draw = draw_requested_clip
    speed: float = 1.0
    wire: Literal["api", "guide"] = "api"
    people: bool = False
    job_store: JobStore | None = None
    account: SandboxAccount = field(default_factory=lambda: SandboxAccount(100.0, None, 1.0, time.time))


class Sandbox:
    """A local Venice: its memory and its calls. `clock` tells seconds."""

    def __init__(self, settings: SandboxSettings, clock: Clock) -> None:
        self.settings = settings
        self.memory = JobLog(request_limits("memory")["bytes"])
        self._now: Clock = lambda: clock() * settings.speed
        if settings.job_store:
            self.memory.jobs.update({job.queue_id: job for job in settings.job_store.jobs(self._now())})
        store = settings.job_store
        self.spoken = SpokenClips(store.spoken if store else None)
        rates = service_facts("limits")
        self._windows = {
            call: RateWindow(rates[f"{call}_calls"], rates["window_seconds"], self._now)
            for call in ("queue", "retrieve", "picture", "audio")
        }
        self._budget = ErrorBudget(rates["failed_calls"], rates["failed_seconds"], rates["blocked_seconds"], self._now)
        store = settings.job_store
        self._upscale = UpscaleCalls(
            self._context(), self._now, settings.render_seconds, store.upscaled if store else None
        )

    def app(self) -> Starlette:
        """The application, for a server."""
        calls = {"quote": self.quote, "queue": self.queue, "retrieve": self.retrieve, "complete": self.complete}
        routes = [Route(f"/api/v1/video/{name}", self._counted(call), methods=["POST"]) for name, call in calls.items()]
        routes.append(Route("/api/v1/api_keys/rate_limits", self._counted(self.rate_limits), methods=["GET"]))
        routes.append(Route("/api/v1/billing/usage-history", self._counted(self.usage_history), methods=["GET"]))
        routes.append(Route("/api/v1/models", self._counted(self.list_models), methods=["GET"]))
        context = self._context()
        pictures = PictureCalls(context)
        routes += [
            Route(f"/api/v1/image/{name}", self._counted(call), methods=["POST"])
            for name, call in pictures.calls.items()
        ]
        speech = SpeechCall(context)
        routes.append(Route("/api/v1/audio/speech", self._counted(speech.speak), methods=["POST"]))
        store = self.settings.job_store
        transcription = TranscriptionCall(context, self.spoken)
        routes.append(Route("/api/v1/audio/transcriptions", self._counted(transcription.transcribe), methods=["POST"]))
        sounds = SoundCalls(context, self._now, self.settings.render_seconds, store.sounds if store else None)
        routes += [
            Route(f"/api/v1/audio/{name}", self._counted(call), methods=["POST"]) for name, call in sounds.calls.items()
        ]
        routes.append(Route("/media/{queue_id}.mp4", self.media, methods=["GET", "DELETE"]))
        return Starlette(
            routes=routes,
            exception_handlers={Refusal: answer_refusal, HTTPException: _say_status},
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=ALLOWED_HOSTS, www_redirect=False)],
        )

    def _context(self) -> CallContext:
        return CallContext(self.settings.account, self.memory, self.read_body, self.take)

    def count_failure(self, status: int) -> None:
        """Count an answer against the budget of failed calls."""
        if self.settings.limited and status >= HTTPStatus.BAD_REQUEST:
            self._budget.spend()

    async def quote(self, request: Request) -> Response:
        """The price of a clip, in US dollars. Needs no key."""
        raw = await self.read_body(request)
        if self._upscale.knows(raw):
            return await self._upscale.quote(request, raw)
        body = parse_body(QuoteBody, raw)
        model = self._model(body.model)
        asked = QueueBody.model_construct(
            {"model", "prompt", "duration"}, model=body.model, prompt="", duration=body.duration
        )
        asked.resolution = body.resolution
        refuse_wrong([one for one in problems_of_body(asked, model) if one[0][0] in ("duration", "resolution")])
        asked.audio = body.audio
        return JSONResponse({"quote": self.settings.account.price(asked, model, body.reference_image_count)})

    async def rate_limits(self, request: Request) -> Response:
        """What the key may spend."""
        await self.read_body(request)
        check_key(request)
        return JSONResponse(
            {"data": {"accessPermitted": True, "balances": {"USD": round(self.settings.account.left, 4), "DIEM": 0}}}
        )

    async def usage_history(self, request: Request) -> Response:
        """What was taken, the oldest first; for a key that may see the account only."""
        await self.read_body(request)
        check_key(request)
        if request_limits("billing")["admin_key"] not in request.headers["authorization"]:
            raise Refusal(401, errors.standard_error("Admin API key required"))
        query = request.query_params
        size = int(query.get("pageSize", "100"))
        rows = [row.data() for row in self.settings.account.rows]
        begin = int(query.get("cursor", "0"))
        if "cursor" not in query:
            rows_from = query.get("startTimestamp", "")
            begin = next((n for n, row in enumerate(rows) if row["timestamp"] >= rows_from), len(rows))
        page, more = rows[begin : begin + size], begin + size < len(rows)
        return JSONResponse({"data": page, "nextCursor": str(begin + size) if more else None})

    async def queue(self, request: Request) -> Response:
        """Take a clip, and the money for it."""
        raw = await self.read_body(request)
        if self._upscale.knows(raw):
            return await self._upscale.queue(request, raw)
        check_key(request)
        headers = self.take("queue")
        body = parse_body(QueueBody, as_api(raw) if self._is_guide else raw)
        model = self._model(body.model)
        refuse_wrong(await asyncio.to_thread(lambda: list(problems_of_body(body, model))))
        if self.settings.people:
            _check_people(body, model)
        usd = self.settings.account.price(body, model, sum(1 for _ in body.images))
        if lack := self.settings.account.lacks(usd):
            raise Refusal(402, errors.standard_error(lack))
        job = self._charge(body, model)
        self.settings.account.charge(usd, f"{model.api_id}-video-unit", job.queue_id)
        answer = {"model": body.model, "queue_id": job.queue_id}
        if model.download_url:
            answer["download_url"] = f"{request.base_url}media/{job.queue_id}.mp4"
        return JSONResponse(as_guide(answer) if self._is_guide else answer, headers=headers)

    async def retrieve(self, request: Request) -> Response:
        """How far a clip is, or the clip."""
        raw = await self.read_body(request)
        if self._upscale.knows(raw):
            return await self._upscale.retrieve(request, raw)
        check_key(request)
        headers = self.take("retrieve")
        ticket = parse_body(RetrieveBody, as_api(raw) if self._is_guide else raw)
        job = self._job(ticket)
        if job is None:
            raise no_media()
        took = self._now() - job.since
        done = took >= self.settings.render_seconds
        if done and job.failed:
            return JSONResponse(errors.content_rejection(job.failed, refunded=False), 422, headers)
        if done and not job.model.download_url:
            video = await self._video(job)
            job.deleted = ticket.delete_media_on_completion
            return Response(video, media_type="video/mp4", headers=headers)
        status, speed = "COMPLETED" if done else "PROCESSING", self.settings.speed
        return JSONResponse(progress_body(status, self.settings.render_seconds / speed, took / speed), headers=headers)

    async def complete(self, request: Request) -> Response:
        """Delete the media of a clip."""
        raw = await self.read_body(request)
        check_key(request)
        job = self._job(parse_body(CompleteBody, as_api(raw) if self._is_guide else raw))
        if job is not None:
            job.deleted = True
        return JSONResponse({"success": job is not None})

    async def media(self, request: Request) -> Response:
        """The clip at its download_url, which needs no key; DELETE revokes it."""
        await self.read_body(request)
        job = self.memory.jobs.get(request.path_params["queue_id"])
        if job is None or not job.model.download_url or self._now() - job.since < self.settings.render_seconds:
            return JSONResponse(errors.standard_error("Not found"), 404)
        if request.method == "DELETE":
            job.deleted = True
            return Response(status_code=204)
        most = request_limits("media")["fetches"]
        job.fetches += request.method == "GET"
        if job.deleted or job.failed or job.fetches > most + 1 or self._is_old(job):
            return JSONResponse(errors.standard_error("Gone"), 410)
        if job.fetches > most:
            return JSONResponse(errors.standard_error("Too many fetches"), 429)
        return Response(await self._video(job), media_type="video/mp4")

    async def list_models(self, request: Request) -> Response:
        """The models there are. Needs no key."""
        await self.read_body(request)
        return JSONResponse(model_listing(request.query_params.get("type")))

    def _counted(self, call: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """A call that is refused while too many have failed, and counted where it fails."""

        async def counted(request: Request) -> Response:
            wait = self._budget.wait()
            if wait:
                await self.read_body(request)
                said = errors.standard_error("Too many failed requests. Please wait before you try again.")
                return JSONResponse(said, 429, {"Retry-After": self._seconds(wait)})
            try:
                answer = await call(request)
            except Refusal as refused:
                answer = refused.answer
            self.count_failure(answer.status_code)
            return answer

        return counted

    async def read_body(self, request: Request) -> bytes:
        """The body, noted with its request. One over the limit is read to its end and thrown away, so that the other
        side comes to read the refusal."""
        most = service_facts("limits")["request_bytes"]
        held = bytearray()
        is_over = False
        async for chunk in request.stream():
            held += chunk
            is_over = is_over or len(held) > most
            if is_over:
                held.clear()
        if is_over:
            raise Refusal(413, errors.too_large(most))
        self.memory.note(CallRecord(request.method, request.url.path, dict(request.headers), bytes(held)))
        return bytes(held)

    def take(self, call: str) -> dict[str, str]:
        """Count a call against its limit a minute; the headers that say so."""
        if not self.settings.limited:
            return {}
        window = self._windows[call]
        left, wait = window.take()
        headers = {
            "x-ratelimit-limit-requests": str(window.most),
            "x-ratelimit-remaining-requests": str(max(left, 0)),
            "x-ratelimit-reset-requests": self._seconds(wait),
        }
        if left < 0:
            retry = {"Retry-After": self._seconds(wait)}
            raise Refusal(429, errors.standard_error("Rate limit exceeded"), headers | retry)
        return headers

    def _seconds(self, wait: float) -> str:
        """A wait of the service's, in whole seconds of ours."""
        return str(math.ceil(wait / self.settings.speed))

    @property
    def _is_guide(self) -> bool:
        return self.settings.wire == "guide"

    def _model(self, name: str) -> Model:
        """The model of an id. One of another spelling is gone; of any other name there never was one."""
        for model in models(SERVICE):
            if model.api_id == name:
                return model
        if find_model(name):
            raise Refusal(410, errors.standard_error(f"The model {name} has been retired"))
        raise Refusal(400, errors.detailed_error([(("model",), f"Specified model not found: {name}")]))

    def _charge(self, body: QueueBody, model: Model) -> SandboxJob:
        """Charge a clip and queue its job."""
        self.memory.forget(self._now() - 2 * _media_seconds())
        lost = lost_tags(body)
        failed = f"The prompt names {', '.join(lost)}, and no image was sent for it." if lost else None
        job = SandboxJob(str(uuid4()), model, body, self._now(), failed)
        self.memory.jobs[job.queue_id] = job
        if self.settings.job_store:
            self.settings.job_store.keep(job)
        self.memory.charges[body.prompt] += 1
        return job

    def _job(self, ticket: CompleteBody) -> SandboxJob | None:
        job = self.memory.jobs.get(ticket.queue_id)
        if job is None or job.deleted or job.body.model != ticket.model or self._is_old(job):
            return None
        return job

    def _is_old(self, job: SandboxJob) -> bool:
        return self._now() - job.since > _media_seconds()

    async def _video(self, job: SandboxJob) -> bytes:
        """The clip of a job, drawn now or earlier."""
        async with job.drawing:
            if job.video is None:
                sound = job.model.audio == "always" or (job.model.audio == "choice" and job.body.audio is not False)
                try:
                    job.video = await asyncio.to_thread(self.settings.draw, job.body, job.queue_id[:8], sound)
                    if sound and self.settings.draw is draw_requested_clip and (words := words_said(job.body)):
                        await asyncio.to_thread(self.spoken.remember, job.video, words)
                except OSError as problem:
                    reason = problem.strerror or str(problem)
                    raise Refusal(500, errors.standard_error(f"The sandbox cannot draw the clip: {reason}")) from None
        return job.video


async def _say_status(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    return JSONResponse(errors.standard_error(problem.detail), problem.status_code, dict(problem.headers or {}))


def _check_people(body: QueueBody, model: Model) -> None:
    """What a model says that minds people, where every picture shows one."""
    facts = request_limits("people")
    if not body.face_roles:
        return
    if model.id.startswith(facts["models"]) and not (body.consents and body.consents.seedance):
        raise Refusal(409, errors.consent_needed(body.face_roles, facts["policy"], facts["version"]))
    if not model.persons:
        raise Refusal(422, errors.policy_violation(f"{model.name} takes no pictures of people."))


def _media_seconds() -> float:
    """How long a job and its clip live."""
    return float(service_facts("media")["lifetime_hours"] * 3600)
