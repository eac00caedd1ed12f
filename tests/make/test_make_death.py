"""A run of `make` may die at any point: nothing is paid twice, nothing paid is lost, and no file of the writer's is
touched."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storyboard.spend.outcome import ExitCode
from storyboard.spend.states import State
from tests.make.make_fixture import MISSING, MakeProject, make_project

ROOT = Path(__file__).parent.parent.parent

#: Every point that a run passes, as the ledger, the transport and the delivery name them.
POINTS = [
    "commit.run.before",
    "commit.run.after",
    "commit.intended.before",
    "commit.intended.after",
    "queue.connection.connect_tcp.started",
    "queue.http11.send_request_headers.started",
    "queue.http11.send_request_headers.complete",
    "queue.http11.send_request_body.complete",
    "queue.http11.receive_response_headers.complete",
    "queue.http11.receive_response_body.started",
    "queue.http11.receive_response_body.complete",
    "answer.before",
    "answer.after",
    "commit.saving.before",
    "commit.saving.after",
    "picture.kept",
    "picture.placed",
    "commit.saved.before",
    "commit.saved.after",
]
#: Between the intent and its answer on disk: only there may a death leave a payment unknown.
UNSURE = POINTS[POINTS.index("commit.intended.after") : POINTS.index("answer.after")]


def start(film: MakeProject, point: str, times: int = 0, *options: str) -> subprocess.Popen[str]:
    words = [str(film.folder), film.server.base_url, point, str(times), *options]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.make.killed_make", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def hold(film: MakeProject, deaths: int, own: str | None) -> None:
    """What has to be true after deaths and a last run."""
    outcome = film.make()
    unknown = [entry for entry in film.entries() if entry.state is State.UNKNOWN]
    assert len(unknown) <= deaths, "at most one unknown a death"
    assert max(film.charges.values()) == 1, "nobody pays twice"
    assert max(film.queued.values()) == 1, "a call that may have cost money is not repeated"
    saved = [entry for entry in film.entries() if entry.state is State.SAVED]
    assert sum(film.charges.values()) <= len(saved) + len(unknown), "a paid picture is there, or told of"
    assert outcome.code is (ExitCode.UNKNOWN if unknown else ExitCode.FINE)
    assert film.digest("own/lantern.png") == own, "the writer's file is as it was"
    paths = {item.wanted.id: item.wanted.path for item in film.plan.items} if film.plan else {}
    for entry in saved:
        assert entry.file is not None
        assert (film.out / "pictures" / entry.file).stat().st_size == entry.size
        assert film.digest(paths[entry.clip_id]) == entry.sha256, "the picture stands where the script names it"
    assert not unknown or not [one for one in film.out.glob("answers/*.answer") if "room" in one.name]
    files = {path.name for path in (film.out / "pictures").glob("*.png")}
    assert files == {entry.file for entry in saved}, "no take that the ledger does not know"


@pytest.mark.parametrize(
    ("point", "times"),
    [
        *(pytest.param(point, 0, id=point) for point in POINTS),
        *(pytest.param(point, 2, id=f"{point} in an edit", marks=pytest.mark.slow) for point in POINTS[2:]),
    ],
)
def test_a_run_that_is_killed_at_a_point_is_taken_up(tmp_path: Path, point: str, times: int) -> None:
    with make_project(tmp_path) as film:
        own = film.digest("own/lantern.png")
        with start(film, point, times) as process:
            _, said = process.communicate(timeout=60)
            assert process.returncode == -9, said
        hold(film, 1, own)
        unknown = [entry for entry in film.entries() if entry.state is State.UNKNOWN]
        assert bool(unknown) == (point in UNSURE)


def test_the_points_are_all_that_there_are(tmp_path: Path) -> None:
    with make_project(tmp_path) as film, start(film, "?") as process:
        said, problems = process.communicate(timeout=60)
        assert process.returncode == 0, problems
        passed = set(said.split()) - {"begun"}
        assert set(POINTS) <= passed
        assert {name for name in passed - set(POINTS) if not name.startswith(("queue.", "get."))} == set()
        assert len(film.entries()) == len(MISSING)


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 300))])
def test_random_deaths(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with make_project(tmp_path) as film:
        own, deaths = film.digest("own/lantern.png"), 0
        for _ in range(2):
            with start(film, "") as process:
                assert process.stdout is not None
                if process.stdout.readline() == "begun\n":
                    time.sleep(chance.random() * 0.5)
                process.kill()
                process.communicate(timeout=30)
                deaths += process.returncode == -9
        hold(film, deaths, own)
