"""Jobs on disk, so that a run that was stopped finds them after the sandbox restarts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from storyboard.catalog import SERVICE, find_model
from storyboard.files.atomic import save
from storyboard.sandbox.bodies import QueueBody
from storyboard.sandbox.jobs import SandboxJob
from storyboard.sandbox.limits import request_limits


class JobStore:
    """Keeps jobs in a folder for some hours. Their times have to be of a clock that goes on between two starts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def sounds(self) -> Path:
        """The folder of jobs of the audio queue."""
        return self._folder / "sounds"

    @property
    def spoken(self) -> Path:
        """The folder of what is said in clips."""
        return self._folder / "spoken"

    @property
    def upscaled(self) -> Path:
        """The folder of clips that are upscaled."""
        return self._folder / "upscaled"

    def keep(self, job: SandboxJob) -> None:
        """Put a job down. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        facts = {"since": job.since, "failed": job.failed, "body": job.body.model_dump(exclude_unset=True)}
        save(self._folder / f"{job.queue_id}.json", json.dumps(facts).encode())

    def jobs(self, now: float) -> Iterator[SandboxJob]:
        """The jobs that were put down; those that are too old, or no jobs, are thrown away."""
        oldest = now - request_limits("memory")["shelf_seconds"]
        for path in sorted(self._folder.glob("*.json")):
            job = _read(path)
            if job is not None and job.since >= oldest:
                yield job
            else:
                path.unlink(missing_ok=True)

    def clear_upscaled(self) -> None:
        """Throw away the clips that were upscaled."""
        shutil.rmtree(self.upscaled, ignore_errors=True)

    def clear(self) -> None:
        """Throw everything away."""
        with suppress(OSError):
            for path in self._folder.glob("*.json"):
                path.unlink(missing_ok=True)
            self._folder.rmdir()


def _read(path: Path) -> SandboxJob | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        facts = json.loads(path.read_bytes())
        body = QueueBody.model_validate(facts["body"])
        model = find_model(body.model, SERVICE)
        if model is not None:
            return SandboxJob(path.stem, model, body, float(facts["since"]), facts["failed"])
    return None
