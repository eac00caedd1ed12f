"""Request bodies of finishing: a whole take, or a piece that is cut from it."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

from storyboard.catalog.upscale_models import upscale_call
from storyboard.film.upscale import cut_piece, write_black_clip
from storyboard.render.finish.jobs import FinishJob, TakePiece


def queue_body(job: FinishJob, piece: TakePiece, scratch: Path) -> bytes:
    """The body of the call that pays for a piece. Raises CannotUpscale, OSError."""
    path = job.media.path
    if len(job.pieces) > 1:
        path = scratch / f"{piece.fingerprint}.mp4"
        cut_piece(job.media, piece.first, piece.frames, upscale_call()["piece_bytes"], path)
    fields = {"model": job.model.id, "duration": upscale_call()["duration"], "upscale_factor": job.factor}
    return json.dumps({**fields, "video_url": _address(path)}).encode()


def quote_body(job: FinishJob, piece: TakePiece, scratch: Path) -> dict[str, Any]:
    """The body of the free call that asks for the price of a piece. Raises CannotUpscale, OSError."""
    size, rate = job.media.size, job.media.rate
    path = scratch / f"black-{size.width}-{size.height}-{rate.numerator}-{rate.denominator}-{piece.frames}.mp4"
    if not path.exists():
        write_black_clip(path, size, rate, piece.frames)
    # The guide: without `resolution` a quote is that of twice the size, whatever the factor.
    larger = {"resolution": f"{job.factor}x"} if job.factor > 1 else {}
    fields = {"model": job.model.id, "duration": upscale_call()["duration"], "upscale_factor": job.factor, **larger}
    return {**fields, "video_url": _address(path)}


def _address(path: Path) -> str:
    """The clip of a piece as a data URL."""
    return f"data:video/mp4;base64,{b64encode(path.read_bytes()).decode('ascii')}"
