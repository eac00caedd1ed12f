"""A full disk, a wrong clock, a copied project, a picture that changes: each ends in order, and nothing is paid twice."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storyboard.spend.ledger import LedgerUnusable
from storyboard.spend.outcome import ExitCode
from storyboard.spend.session import FolderInUse
from storyboard.spend.states import State
from tests.render.run_fixture import FastClock, RunProject, accept_any_clip, failing_at, run_project

WRITES = [
    "commit.intended.before",
    "commit.answer.before",
    "commit.queued.before",
    "commit.done.before",
    "commit.saving.before",
    "download.first",
    "download.last",
    "download.synced",
    "rename.before",
    "commit.saved.before",
    "frame.before",
]


@pytest.mark.parametrize("point", WRITES)
def test_a_disk_that_fills_up_stops_the_run_and_the_next_one_goes_on(tmp_path: Path, point: str) -> None:
    with run_project(tmp_path, 3, chained=[2], verify=accept_any_clip) as film:
        outcome = film.run(mark=failing_at(point, OSError(errno.ENOSPC, "No space left on device"), once=True))
        assert outcome.code is ExitCode.INCOMPLETE, "an answer that the ledger does not take is kept beside it"
        assert "No space left" in outcome.stopped
        assert outcome.spent == pytest.approx(0.56 * sum(film.charges.values()))
        again = film.run()
        assert again.code is ExitCode.FINE
        assert max(film.charges.values()) == 1
        assert max(film.queued.values()) == 1


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_set_wrong_loses_nothing(tmp_path: Path, days: int) -> None:
    with run_project(tmp_path, 2, render_seconds=60) as film:
        film.run(mark=failing_at("poll.before", OSError(errno.EIO, "stop here")))
        assert set(film.states()) == {"queued"}
        wrong = FastClock(shift=days * 86400)
        assert film.run(clock=wrong).code is ExitCode.FINE
        assert set(film.charges.values()) == {1}


def test_a_copied_project_collects_and_sends_nothing_that_its_ledger_holds(tmp_path: Path) -> None:
    with run_project(tmp_path, 2, render_seconds=60) as film:

        def mark(name: str) -> None:
            if name == "poll.before" and sum(film.charges.values()) == 2:
                raise OSError(errno.EIO, "stop here")

        film.run(mark=mark)
        copy = tmp_path / "copy"
        shutil.copytree(tmp_path, copy, ignore=shutil.ignore_patterns("copy"))
        other = RunProject(copy, copy / "film.sb", film.server, film.clock)
        assert other.run().code is ExitCode.FINE
        assert film.run().code is ExitCode.FINE
        assert set(film.charges.values()) == {1}
        assert film.clips() == other.clips()


def test_a_picture_that_changes_during_the_run_is_not_sent(tmp_path: Path) -> None:
    with run_project(tmp_path, 2) as film:

        def agree(_: object) -> bool:
            (tmp_path / "mira.png").write_bytes((tmp_path / "mira.png").read_bytes() + b" ")
            return True

        outcome = film.run(agree=agree)
        assert outcome.refused == ["s01c01", "s02c01"]
        assert "mira.png has changed" in film.said("refused")[0].words
        assert not film.queued


def test_a_job_of_a_script_that_changed_is_collected_all_the_same(tmp_path: Path) -> None:
    with run_project(tmp_path, 1) as film:
        film.run(mark=failing_at("poll.before", OSError(errno.EIO, "stop here")))
        film.script.write_text(film.script.read_text().replace("waits", "laughs"))
        assert film.run().code is ExitCode.FINE
        assert [entry.state for entry in film.entries()] == [State.SAVED, State.SAVED]
        assert film.clips() == ["s01c01-room-1_t1.mp4", "s01c01-room-1_t2.mp4"]


def test_two_runs_at_once(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with run_project(tmp_path, 3, verify=accept_any_clip) as film, ThreadPoolExecutor(2) as both:
        others = [RunProject(film.folder, film.script, film.server, film.clock, accept_any_clip) for _ in range(2)]
        ended = [both.submit(one.run) for one in others]
        errors = [one.exception() for one in ended]
        assert sum(isinstance(error, FolderInUse) for error in errors) <= 1
        assert all(error is None or isinstance(error, FolderInUse) for error in errors)
        assert set(film.charges.values()) == {1}


def test_the_budget_counts_what_is_perhaps_paid(tmp_path: Path) -> None:
    with run_project(tmp_path, 3, faults=["queue:500"], verify=accept_any_clip) as film:
        outcome = film.run(max_cost=0.6, jobs=1)
        assert outcome.code is ExitCode.NO_MONEY
        assert outcome.unknown == ["s01c01"]
        assert sum(film.queued.values()) == 1


def test_a_budget_that_forbids_sending_again_leaves_the_payment_unknown(tmp_path: Path) -> None:
    with run_project(tmp_path, 1, faults=["queue:500"], verify=accept_any_clip) as film:
        film.run()
        assert film.run(resend=["s01c01"], max_cost=0.1).code is ExitCode.NO_MONEY
        assert film.states() == ["unknown"]
        assert film.run(resend=["s01c01"]).code is ExitCode.FINE


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder in which nobody can write; for root, who can write everywhere, a disk of its own that takes nothing."""
    folder.mkdir()
    if os.geteuid() != 0:
        folder.chmod(0o500)
        yield
        folder.chmod(0o700)
        return
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("this process may not mount a disk")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_folder_that_cannot_be_written_stops_the_run_before_anything_is_sent(tmp_path: Path) -> None:
    with run_project(tmp_path, 1) as film, read_only(film.out):
        with pytest.raises(LedgerUnusable, match="cannot be used for the clips"):
            film.run()
        assert not film.server.memory.calls
