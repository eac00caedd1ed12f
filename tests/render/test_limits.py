"""A run with the service's own limits on a shortened clock: nothing is asked too fast, and nothing twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from storyboard.spend.outcome import ExitCode
from tests.render.run_fixture import accept_any_clip, run_project

RENDER_SECONDS = 15.0


@pytest.mark.parametrize(
    ("clips", "speed"),
    [(60, 20.0), pytest.param(1000, 20.0, marks=pytest.mark.slow)],
)
def test_every_clip_is_charged_once_and_no_call_comes_too_soon(tmp_path: Path, clips: int, speed: float) -> None:
    with run_project(
        tmp_path, clips, render_seconds=RENDER_SECONDS, limited=True, speed=speed, verify=accept_any_clip
    ) as film:
        statuses: Counter[int] = Counter()
        count = film.server.sandbox.count_failure

        def counted(status: int) -> None:
            statuses[status] += 1
            count(status)

        # Every answer of the sandbox passes there.
        film.server.sandbox.count_failure = counted  # type: ignore[method-assign]
        outcome = film.run(jobs=200)
        assert set(statuses) == {200}, statuses
        assert outcome.code is ExitCode.FINE
        assert len(outcome.saved) == clips
        assert len(film.clips()) == clips
        assert len(film.charges) == clips
        assert set(film.charges.values()) == set(film.queued.values()) == {1}
        assert {str(entry.state) for entry in film.entries()} == {"saved"}
        assert film.clock.now() >= (clips - 1) // 40 * 60 + RENDER_SECONDS, "the limits were kept, not absent"
