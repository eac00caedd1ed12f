"""The finished take: the results for its pieces, joined under its own sound."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from storyboard.film.probe import probe_clips
from storyboard.film.upscale import CannotUpscale, merge
from storyboard.render.files import CLIPS
from storyboard.render.finish.files import UPSCALED, piece_path, put_finished
from storyboard.render.finish.jobs import FinishJob
from storyboard.spend.entry import Entry


def make_finished(folder: Path, job: FinishJob, entries: list[Entry]) -> tuple[Path, str]:
    """Join a finished take from its saved pieces, in order, and give it its name.

    Returns its path and a remark, which may be empty. Raises CannotUpscale, OSError.
    """
    pieces = [piece_path(folder, entry) for entry in entries]
    with TemporaryDirectory(prefix=".finish-", dir=folder / CLIPS, ignore_cleanup_errors=True) as scratch:
        made = Path(scratch) / "finished.mp4"
        counts = [piece.frames for piece in job.pieces]
        merge(list(zip(pieces, counts, strict=True)), job.media.path, made, Path(scratch))
        media = probe_clips([made])[0].media
        if media is None or media.frames < job.media.frames or media.has_sound != job.media.has_sound:
            raise CannotUpscale("what was put together is not whole")
        facts = _facts(job, entries)
        facts["video"] = {
            "frames": media.frames, "width": media.size.width, "height": media.size.height, "rate": str(media.rate),
        }  # fmt: skip
        width, height = media.size
        note = "" if (width, height) == job.size else f"it is {width} × {height}, not {job.size[0]} × {job.size[1]}"
        return put_finished(folder, job.take, job.factor, made, facts), note


def _facts(job: FinishJob, entries: list[Entry]) -> dict[str, Any]:
    """The facts for the JSON file beside a finished take: model, prices, requests, and digests of what it is joined
    from."""
    return {
        "of": job.media.path.name,
        "source_sha256": job.digest,
        "clip": job.clip,
        "take": job.take.number,
        "model": job.model.id,
        "upscale_factor": job.factor,
        "usd": round(sum(entry.usd or 0.0 for entry in entries), 4),
        "basis": ", ".join(dict.fromkeys(entry.basis or "" for entry in entries)),
        "sent": datetime.fromtimestamp(entries[0].since, UTC).isoformat(timespec="seconds"),
        "sound": "the take's" if job.media.has_sound else None,
        "pieces": [
            {
                "file": f"{UPSCALED}/{entry.file}",
                "sha256": entry.sha256,
                "queue_id": entry.queue_id,
                "frames": [piece.first, piece.frames],
                "usd": entry.usd,
            }
            for piece, entry in zip(job.pieces, entries, strict=True)
        ],
    }


def remove_unfinished(folder: Path) -> None:
    """Delete the unfinished files of a run that died while joining."""
    import shutil

    with suppress(OSError):
        for left in (folder / CLIPS).glob(".finish-*"):
            shutil.rmtree(left, ignore_errors=True)
