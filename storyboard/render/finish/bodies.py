"""Request bodies of finishing: a whole take, or a piece that is cut from it."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

from storyboard.catalog.upscale_models import upscale_call
from storyboard.film.upscale import cut_piece
from storyboard.render.finish.jobs import FinishJob, TakePiece


def queue_body(job: FinishJob, piece: TakePiece, scratch: Path) -> bytes:
    """The body of the call that pays for a piece. Raises CannotUpscale, OSError."""
    address = _address(job, piece, scratch)
    fields = {"model": job.model.id, "duration": upscale_call()["duration"], "upscale_factor": job.factor}
    return json.dumps({**fields, "video_url": address}).encode()


def quote_body(job: FinishJob, piece: TakePiece, scratch: Path) -> dict[str, Any]:
    """The body of the free call that asks for the price of a piece. Raises CannotUpscale, OSError."""
    # The guide: without `resolution` a quote is that of twice the size, whatever the factor.
    size = {"resolution": f"{job.factor}x"} if job.factor > 1 else {}
    fields = {"model": job.model.id, "duration": upscale_call()["duration"], "upscale_factor": job.factor, **size}
    return {**fields, "video_url": _address(job, piece, scratch)}


def _address(job: FinishJob, piece: TakePiece, scratch: Path) -> str:
    """The clip of a piece as a data URL."""
    path = job.media.path
    if len(job.pieces) > 1:
        path = scratch / f"{piece.fingerprint}.mp4"
        if not path.exists():
            cut_piece(job.media, piece.first, piece.frames, upscale_call()["piece_bytes"], path)
    return f"data:video/mp4;base64,{b64encode(path.read_bytes()).decode('ascii')}"
