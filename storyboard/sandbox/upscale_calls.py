"""Upscaling in the sandbox: clips that are quoted, charged and enlarged on this machine, by the calls of the video
queue."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from storyboard.catalog.upscale_models import UpscaleModel, upscale_models
from storyboard.files.atomic import save
from storyboard.film.media import TakeMedia
from storyboard.film.probe import probe_clips
from storyboard.sandbox import errors
from storyboard.sandbox.bodies import CompleteBody, RetrieveBody
from storyboard.sandbox.call_context import CallContext, no_media, progress_body
from storyboard.sandbox.enlargement import enlarge_clip
from storyboard.sandbox.jobs import upscale_name
from storyboard.sandbox.rates import Clock
from storyboard.sandbox.refusals import Refusal, check_key, parse_body, refuse_wrong


class UpscaleQueue(BaseModel):
    """The body of a queue call for a clip to be upscaled."""

    model_config = ConfigDict(extra="forbid", strict=True)

    model: str
    video_url: str
    duration: Literal["Auto"] = "Auto"
    upscale_factor: Literal[1, 2, 4] = 2


class UpscaleQuote(UpscaleQueue):
    """The body of a quote call. Without `resolution` the guide's quote is that of twice the size."""

    resolution: Literal["2x", "4x"] | None = None


class UpscaleJob(BaseModel):
    """A clip that was sent and charged; `since` is when. Its file lies beside, where jobs are kept."""

    since: float
    model: str
    factor: int
    data: bytes = b""
    result: bytes = b""
    deleted: bool = False


class UpscaleCalls:
    """The calls. `folder` keeps jobs for the next start, None where they end with this one."""

    def __init__(self, context: CallContext, clock: Clock, render_seconds: float, folder: Path | None) -> None:
        self._account, self._memory, self._read, self._take = context
        self._now = clock
        self._render_seconds = render_seconds
        self._folder = folder
        self._jobs: dict[str, UpscaleJob] = {}
        self._enlarging = asyncio.Lock()

    async def quote(self, request: Request, raw: bytes) -> Response:
        """The price of a clip, in US dollars. Needs a key, for the clip is looked at."""
        check_key(request)
        body = parse_body(UpscaleQuote, raw)
        factor = body.upscale_factor if body.upscale_factor == 1 else int((body.resolution or "2x")[0])
        media, _ = await asyncio.to_thread(_clip, body.video_url)
        return JSONResponse({"quote": self._price(_model(body.model), media, factor)})

    async def queue(self, request: Request, raw: bytes) -> Response:
        """Take a clip, and the money for it."""
        check_key(request)
        headers = self._take("queue")
        body = parse_body(UpscaleQueue, raw)
        model = _model(body.model)
        media, data = await asyncio.to_thread(_clip, body.video_url)
        usd = self._price(model, media, body.upscale_factor)
        if lack := self._account.lacks(usd):
            raise Refusal(402, errors.standard_error(lack))
        queue_id = str(uuid4())
        self._account.charge(usd, f"{model.id}-video-unit", queue_id)
        self._memory.charges[upscale_name(body.upscale_factor, body.video_url)] += 1
        job = UpscaleJob(since=self._now(), model=model.id, factor=body.upscale_factor, data=data)
        self._jobs[queue_id] = job
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            save(self._folder / f"{queue_id}.mp4", data)
            save(self._folder / f"{queue_id}.json", job.model_dump_json(exclude={"data", "result"}).encode())
        return JSONResponse({"model": model.id, "queue_id": queue_id}, headers=headers)

    async def retrieve(self, request: Request, raw: bytes) -> Response:
        """How far a clip is, or the clip."""
        check_key(request)
        headers = self._take("retrieve")
        ticket = parse_body(RetrieveBody, raw)
        job = self._job(ticket)
        if job is None:
            raise no_media()
        took = self._now() - job.since
        if took < self._render_seconds:
            return JSONResponse(progress_body("PROCESSING", self._render_seconds, took), headers=headers)
        async with self._enlarging:
            job.result = job.result or await asyncio.to_thread(_enlarged, job)
        job.deleted = ticket.delete_media_on_completion
        return Response(job.result, media_type="video/mp4", headers=headers)

    def knows(self, raw: bytes) -> bool:
        """Whether a body names one of these models."""
        with suppress(ValueError, TypeError, KeyError, RecursionError):
            return json.loads(raw)["model"] in {model.id for model in upscale_models()}
        return False

    def _price(self, model: UpscaleModel, media: TakeMedia, factor: int) -> float:
        seconds = float(media.frames / media.rate)
        if seconds > model.longest_seconds:
            refuse_wrong([(("video_url",), f"The video is longer than {model.longest_seconds} seconds")])
        usd = model.price(seconds, media.size.height * factor, float(media.rate))
        return round(usd * self._account.factor, 2)

    def _job(self, ticket: CompleteBody) -> UpscaleJob | None:
        job = self._jobs.get(ticket.queue_id) or self._kept(ticket.queue_id)
        return None if job is None or job.deleted or job.model != ticket.model else job

    def _kept(self, queue_id: str) -> UpscaleJob | None:
        """A job of an earlier start."""
        if self._folder is not None:
            with suppress(OSError, ValueError):
                path = self._folder / f"{UUID(queue_id)}.json"
                job = UpscaleJob.model_validate(json.loads(path.read_bytes()))
                job.data = path.with_suffix(".mp4").read_bytes()
                self._jobs[queue_id] = job
                return job
        return None


def _model(name: str) -> UpscaleModel:
    return next(model for model in upscale_models() if model.id == name)


def _clip(url: str) -> tuple[TakeMedia, bytes]:
    """The clip of a data address, and what it is; anything else is refused."""
    head, _, text = url.partition(",")
    if not head.startswith("data:video/") or not head.endswith(";base64"):
        refuse_wrong([(("video_url",), "The sandbox fetches nothing: send a data URL (data:video/...)")])
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        refuse_wrong([(("video_url",), "The video cannot be decoded")])
    with TemporaryDirectory(prefix="sbc-sandbox-") as folder:
        path = Path(folder) / "clip.mp4"
        path.write_bytes(data)
        media = probe_clips([path])[0].media
    if media is not None and media.frames:
        return media, data
    raise Refusal(400, errors.detailed_error([(("video_url",), "The video cannot be decoded")]))


def _enlarged(job: UpscaleJob) -> bytes:
    with TemporaryDirectory(prefix="sbc-sandbox-") as folder:
        path, target = Path(folder) / "clip.mp4", Path(folder) / "larger.mp4"
        path.write_bytes(job.data)
        enlarge_clip(path, target, job.factor)
        return target.read_bytes()
