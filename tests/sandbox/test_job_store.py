"""A sandbox that starts again knows the jobs of the one before."""

from __future__ import annotations

from pathlib import Path

from storyboard.sandbox.app import SandboxSettings
from storyboard.sandbox.job_store import JobStore
from storyboard.sandbox.server import SandboxServer
from tests.sandbox.requests import kling, post


def test_a_job_outlives_its_sandbox(tmp_path: Path) -> None:
    job_store = JobStore(tmp_path / "jobs")
    settings = SandboxSettings(render_seconds=0, draw=lambda body, name, sound: b"the clip", job_store=job_store)
    with SandboxServer(settings, lambda: 1000.0) as first:
        queued = post(first, "queue", kling()).json()
    with SandboxServer(settings, lambda: 1500.0) as second:
        assert post(second, "retrieve", queued).content == b"the clip"
    with SandboxServer(settings, lambda: 90_000.0) as late:
        assert post(late, "retrieve", queued).status_code == 404
    (tmp_path / "jobs" / "nonsense.json").write_text("{")
    assert list(job_store.jobs(0)) == []
    job_store.clear()
    assert not (tmp_path / "jobs").exists()
