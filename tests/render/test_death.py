"""A run may die at any point: afterwards nothing is paid twice, and nothing that is paid is lost."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storyboard.spend.outcome import ExitCode
from storyboard.spend.states import State
from tests.render.run_fixture import RunProject, accept_any_clip, run_project

ROOT = Path(__file__).parent.parent.parent

#: Every point that a run with a chained clip passes, as the ledger, the transport and the engine name them.
POINTS = [
    "get.headers",
    "quote.headers",
    "commit.run.before",
    "commit.run.after",
    "commit.intended.before",
    "commit.intended.after",
    "queue.connection.connect_tcp.started",
    "queue.connection.connect_tcp.complete",
    "queue.http11.send_request_headers.started",
    "queue.http11.send_request_headers.complete",
    "queue.http11.send_request_body.started",
    "queue.http11.send_request_body.complete",
    "queue.http11.receive_response_headers.started",
    "queue.http11.receive_response_headers.complete",
    "queue.http11.receive_response_body.started",
    "queue.http11.receive_response_body.complete",
    "queue.http11.response_closed.started",
    "queue.http11.response_closed.complete",
    "commit.answer.before",
    "commit.answer.after",
    "commit.queued.before",
    "commit.queued.after",
    "poll.before",
    "retrieve.headers",
    "poll.after",
    "commit.done.before",
    "commit.done.after",
    "commit.saving.before",
    "commit.saving.after",
    "download.first",
    "download.last",
    "download.synced",
    "rename.before",
    "rename.after",
    "commit.saved.before",
    "commit.saved.after",
    "frame.before",
    "frame.after",
]
#: Between the intent and its answer on disk: only there may a death leave a payment unknown.
UNSURE = POINTS[POINTS.index("commit.intended.after") : POINTS.index("commit.answer.after")]


def start(film: RunProject, point: str, times: int = 0, jobs: int = 2, real: str = "trusting") -> subprocess.Popen[str]:
    arguments = [str(film.folder), film.server.base_url, point, str(times), str(jobs), real]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.render.killed_run", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def die(film: RunProject, point: str, times: int = 0) -> None:
    with start(film, point, times) as process:
        _, said = process.communicate(timeout=60)
        assert process.returncode == -9, said


def hold(film: RunProject, deaths: int) -> None:
    """What has to be true after deaths and a last run."""
    outcome = film.run()
    unknown = [entry for entry in film.entries() if entry.state is State.UNKNOWN]
    assert len(unknown) <= deaths
    assert max(film.charges.values()) == 1, "nobody pays twice"
    assert max(film.queued.values()) == 1, "a call that may have cost money is not repeated"
    paid = {entry.queue_id for entry in film.entries() if entry.state is State.SAVED}
    lost = [job for job in film.server.memory.jobs if job not in paid]
    assert len(lost) <= len(unknown), "a paid clip is there, or told of"
    assert outcome.code is (ExitCode.UNKNOWN if unknown else ExitCode.FINE)
    for entry in film.entries():
        if entry.state is State.SAVED:
            assert entry.file is not None
            assert (film.out / "clips" / entry.file).stat().st_size == entry.size
    files = {entry.file for entry in film.entries() if entry.file}
    assert set(film.clips()) == files, "no file stands at a final name that the ledger does not know"
    assert len({name.split("_")[0] for name in files}) == len(files), "no clip has two takes"


#: Each point the first time that it is passed; the second time too, where a clip is between order and disk.
DEATHS = [pytest.param(point, 0, id=point) for point in POINTS]
DEATHS += [
    pytest.param(point, 1, id=f"{point} again", marks=pytest.mark.slow)
    for point in [*UNSURE, "rename.before", "rename.after"]
]


@pytest.mark.parametrize(("point", "times"), DEATHS)
def test_a_run_that_is_killed_at_a_point_is_taken_up(tmp_path: Path, point: str, times: int) -> None:
    with run_project(tmp_path, 3, chained=[2], verify=accept_any_clip) as film:
        die(film, point, times)
        hold(film, 1)
        unknown = [entry for entry in film.entries() if entry.state is State.UNKNOWN]
        # Once a clip is asked after, the next one's call may be open, on a machine as busy as it likes to be.
        is_open_to_doubt = POINTS.index(point) >= POINTS.index("commit.queued.after")
        assert bool(unknown) == (point in UNSURE) or is_open_to_doubt


def test_the_points_are_all_that_there_are(tmp_path: Path) -> None:
    with run_project(tmp_path, 3, chained=[2]) as film, start(film, "?") as process:
        said, problems = process.communicate(timeout=60)
        assert process.returncode == 0, problems
        assert set(said.split()) == {"begun", *POINTS}


@pytest.mark.parametrize("seed", [*range(10), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(10, 300))])
def test_random_deaths(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with run_project(tmp_path, 8, chained=[3, 6], render_seconds=20) as film:
        deaths = 0
        for _ in range(2):
            with start(film, "", jobs=4, real="real") as process:
                assert process.stdout is not None
                assert process.stdout.readline() == "begun\n"
                time.sleep(chance.random() * 0.8)
                process.kill()
                process.communicate(timeout=30)
                deaths += process.returncode == -9
        hold(film, deaths)
