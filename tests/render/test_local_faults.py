"""What happens on this side of the wire while a call is open that costs money: its answer is never lost.

After each: what was charged is saved, or running, or named as perhaps paid; and nothing is paid twice.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from storyboard.spend.answers import ANSWERS
from storyboard.spend.budget import committed_usd
from storyboard.spend.events import Event
from storyboard.spend.ledger import FILE
from storyboard.spend.outcome import ExitCode, Outcome
from storyboard.spend.states import RUNNING, State
from storyboard.venice.service import service_facts
from tests.render.command_project import HASTY, CommandProject, commands
from tests.render.run_fixture import RunProject, accept_any_clip, clip_jobs, failing_at, run_project
from tests.render.test_death import POINTS, start

#: The points of a run from its first intent on; before, nothing can be lost, and a signal ends the command.
STEPS = POINTS[POINTS.index("commit.intended.before") :]
COMMITS = [point for point in STEPS if point.startswith("commit.") and point.endswith(".before")]


def check_nothing_lost(film: RunProject | CommandProject) -> None:
    """Each charge is of an entry that is saved or running; as many as there are unknown entries may be of those."""
    entries = film.entries()
    known = {entry.queue_id for entry in entries if entry.state in RUNNING or entry.state is State.SAVED}
    unknown = [entry for entry in entries if entry.state in (State.UNKNOWN, State.INTENDED)]
    lost = [job for job in film.server.memory.jobs if job not in known]
    assert len(lost) <= len(unknown), [(entry.clip_id, entry.state) for entry in entries]
    assert max(film.server.memory.charges.values(), default=1) == 1, "nobody pays twice"


# A listener that fails, and a reader that goes away.


@pytest.mark.parametrize("kind", ["sending", "queued", "running", "fetching", "saved"])
def test_a_listener_that_fails_stops_nothing(tmp_path: Path, kind: str) -> None:
    with run_project(tmp_path, 3, verify=accept_any_clip) as film:
        told = []

        class Broken(list[Event]):
            def append(self, event: Event) -> None:
                told.append(event.kind)
                if event.kind == kind:
                    raise BrokenPipeError

        film.events = Broken()
        assert film.run(jobs=2, keeps_events=True).code is ExitCode.FINE
        assert told[-1] == kind, "it is not asked again"
        assert len(film.clips()) == 3


#: What stands in the last line that is read, by the way of telling; the empty one closes before anything is said.
READ = {
    "text": ["", "This run sends", "sending", "queued", "fetching", "saved", "Saved: 2"],
    "json": ["", '"plan"', '"sending"', '"queued"', '"running"', '"fetching"', '"saved"', '"end"'],
}
READ_AT_ONCE = {("text", ""), ("text", "queued"), ("text", "saved"), ("json", ""), ("json", '"queued"')}


@pytest.mark.parametrize(
    ("form", "words"),
    [
        pytest.param(
            form,
            words,
            id=f"{form}-{words or 'at once'}",
            marks=[] if (form, words) in READ_AT_ONCE else [pytest.mark.slow],
        )
        for form, all_words in READ.items()
        for words in all_words
    ],
)
def test_a_reader_that_goes_away_ends_no_open_call(tmp_path: Path, form: str, words: str) -> None:
    # The answer to the second call takes longer than the first clip.
    with commands(tmp_path, 2, faults=["queue:trickle=0.02@2"]) as here:
        process = subprocess.Popen(
            [sys.executable, *HASTY, "render", "film.sb", "--base-url", here.url, "--yes", "--format", form],
            cwd=here.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if form == "json" else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if form == "json" else subprocess.PIPE,
            env=here.environment(),
        )
        stream = process.stdout if form == "json" else process.stderr
        assert stream is not None
        line = b""
        while words.encode() not in line:
            line = stream.readline()
            assert line, "it never said so"
        stream.close()
        # Before the plan is shown there is nothing to lose, and the command may end.
        assert process.wait(60) == 0 or (not words and not here.charged)
        assert len(here.clips()) == here.charged
        if here.charged:
            check_nothing_lost(here)


# A ledger that another program holds.

#: Seconds for which a run on a busy machine may take to meet a ledger that is held.
_LONGEST_HOLD = 30


def is_told(film: RunProject) -> bool:
    """Whether the person was told that another program holds the ledger."""
    return any("in use by another program" in event.words for event in film.said("waiting"))


def hold_ledger(path: Path, seconds: float, is_met: Callable[[], bool] = lambda: True) -> threading.Thread:
    """Hold a ledger from now on, as a database browser does, for so long and until the run has met it; returns once it
    is held."""
    is_held = threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            is_held.set()
            time.sleep(seconds)
            end = time.monotonic() + _LONGEST_HOLD
            while not is_met() and time.monotonic() < end:
                time.sleep(0.05)
            other.execute("ROLLBACK")

    thread = threading.Thread(target=hold)
    thread.start()
    assert is_held.wait(10)
    return thread


@pytest.mark.parametrize(
    ("point", "seconds"),
    [
        *((point, 0.5) for point in COMMITS),
        *(pytest.param(point, 30.0, marks=pytest.mark.slow) for point in STEPS),
    ],
)
def test_a_held_ledger_is_waited_for(tmp_path: Path, point: str, seconds: float) -> None:
    with run_project(tmp_path, 3, chained=[2], verify=accept_any_clip, speed=20, render_seconds=5) as film:
        holds: list[threading.Thread] = []

        def mark(name: str) -> None:
            if name == point and not holds:
                holds.append(hold_ledger(film.out / FILE, seconds, lambda: is_told(film)))

        outcome = film.run(mark=mark)
        for thread in holds:
            thread.join()
        assert outcome.code is ExitCode.FINE, (outcome, film.events)
        assert is_told(film)
        assert not (film.out / ANSWERS).exists(), "the ledger has the answer"
        check_nothing_lost(film)


@pytest.mark.parametrize("point", ["commit.answer.before", "commit.queued.before"])
def test_a_run_that_ends_while_the_ledger_is_held_leaves_the_answer_to_the_next_one(tmp_path: Path, point: str) -> None:
    with run_project(tmp_path, 2, verify=accept_any_clip) as film:
        holds: list[threading.Thread] = []
        ends: list[Outcome] = []

        def mark(name: str) -> None:
            if name == point and not holds:
                holds.append(hold_ledger(film.out / FILE, 0, lambda: bool(ends)))
                for seconds in (0.3, 1.0):  # Ctrl-C, and once more
                    threading.Timer(seconds, signal.raise_signal, [signal.SIGINT]).start()

        outcome = film.run(mark=mark, jobs=1)
        ends.append(outcome)
        assert outcome.code is ExitCode.INTERRUPTED
        assert outcome.running == ["s01c01"]
        assert [entry.state for entry in film.entries()] == ["queued"], "also for whoever only looks"
        check_nothing_lost(film)
        for thread in holds:
            thread.join()
        assert film.run().code is ExitCode.FINE
        assert not (film.out / ANSWERS).exists()
        check_nothing_lost(film)


@pytest.mark.parametrize("damage", ["", "{", "[" * 5000, '{"entry": 1, "fingerprint": "other", "status": 200}'])
def test_an_answer_that_is_not_of_this_ledger_is_not_believed(tmp_path: Path, damage: str) -> None:
    with run_project(tmp_path, 1, faults=["queue:stall"], verify=accept_any_clip) as film:
        film.run()
        (film.out / ANSWERS).mkdir()
        (film.out / ANSWERS / "1.json").write_text(damage)
        assert film.run().code is ExitCode.UNKNOWN


# Signals.

SIGNALS = [signal.SIGHUP, signal.SIGINT, signal.SIGTERM]


@pytest.mark.parametrize(
    ("point", "number"),
    [
        pytest.param(point, number, id=f"{point}-{number.name}", marks=[pytest.mark.slow] if (place + turn) % 3 else [])
        for place, point in enumerate(STEPS)
        for turn, number in enumerate(SIGNALS)
    ],
)
def test_a_signal_at_any_step_stops_in_good_order(tmp_path: Path, point: str, number: signal.Signals) -> None:
    with run_project(tmp_path, 3, chained=[2], verify=accept_any_clip) as film:
        passed = 0

        def mark(name: str) -> None:
            nonlocal passed
            passed += name == point
            if name == point and passed == 1:
                signal.raise_signal(number)
                signal.raise_signal(number)  # a closed terminal says it more than once

        outcome = film.run(mark=mark, jobs=2)
        assert outcome.code is ExitCode.INTERRUPTED
        assert outcome.unknown == [], "the answer to the open call came first"
        check_nothing_lost(film)
        assert film.run().code is ExitCode.FINE
        assert set(film.charges.values()) == {1}


@pytest.mark.parametrize("point", POINTS[: POINTS.index("commit.intended.before")])
def test_ctrl_c_before_anything_is_sent_ends_the_command(tmp_path: Path, point: str) -> None:
    with run_project(tmp_path, 1, verify=accept_any_clip) as film:

        def mark(name: str) -> None:
            if name == point:
                signal.raise_signal(signal.SIGINT)

        with pytest.raises(KeyboardInterrupt):
            film.run(mark=mark)
        assert not film.charges
        assert film.run().code is ExitCode.FINE


def test_what_the_caller_ignores_stays_ignored(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        with run_project(tmp_path, 1, verify=accept_any_clip) as film:
            assert film.run(mark=lambda name: signal.raise_signal(signal.SIGHUP)).code is ExitCode.FINE
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


# A defect of ours.


@pytest.mark.parametrize("point", [point for point in STEPS if not point.startswith("queue.")])
def test_one_clips_trouble_ends_no_other_clips_call(tmp_path: Path, point: str) -> None:
    with run_project(tmp_path, 3, chained=[2], verify=accept_any_clip) as film:
        outcome = film.run(mark=failing_at(point, RuntimeError("a defect"), once=True))
        assert outcome.code is not ExitCode.FINE or point == "retrieve.headers"
        check_nothing_lost(film)
        # Nobody can tell such an end right after the intent from one right after the call.
        assert film.run().code is (ExitCode.UNKNOWN if point == "commit.intended.after" else ExitCode.FINE)
        assert set(film.charges.values()) == {1}


# A service that says what cannot be stored.

HOSTILE = ["queue:odd-numbers", "retrieve:odd-text", "retrieve:odd-numbers", "retrieve:deep", "queue:400=surrogates"]
HOSTILE += ["queue:400=deep", "queue:422=surrogates", "retrieve:422=surrogatesx*", "retrieve:500=deep"]


@pytest.mark.parametrize("fault", HOSTILE)
def test_what_cannot_be_stored_is_made_storable(tmp_path: Path, fault: str) -> None:
    with run_project(tmp_path, 2, faults=[fault], verify=accept_any_clip, speed=200) as film:
        outcome = film.run(jobs=1)
        assert not outcome.unknown
        assert "a bug in sbc" not in outcome.stopped
        check_nothing_lost(film) if "x*" not in fault else None
        for event in film.events:
            event.words.encode()


@pytest.mark.parametrize("fault", ["queue:odd-text", "queue:deep"])
def test_an_answer_that_cannot_be_used_names_its_clip(tmp_path: Path, fault: str) -> None:
    with run_project(tmp_path, 2, faults=[fault], verify=accept_any_clip, speed=200, model="grok-imagine") as film:
        outcome = film.run(jobs=1)
        assert outcome.saved == ["s02c01"]
        assert outcome.unknown + outcome.failed == ["s01c01"]
        assert "a bug in sbc" not in outcome.stopped


# All of it at random.


def _trouble(film: RunProject, process: subprocess.Popen[str], chance: random.Random) -> Callable[[], object]:
    """One fault of this side."""
    assert process.stdout is not None

    def hold() -> None:
        with suppress(sqlite3.Error):
            hold_ledger(film.out / FILE, chance.random()).join()

    numbers = (signal.SIGKILL, signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
    signals = [lambda number=number: os.kill(process.pid, number) for number in numbers]
    return chance.choice([*signals, process.stdout.close, hold])


@pytest.mark.parametrize("seed", [*range(6), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, 300))])
def test_random_kills_with_a_random_fault_each(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with run_project(tmp_path, 6, chained=[3], render_seconds=20) as film:
        deaths = 0
        with start(film, "", jobs=4, real="real") as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            time.sleep(chance.random() * 0.6)
            _trouble(film, process, chance)()
            time.sleep(chance.random() * 0.6)
            process.kill()
            with suppress(ValueError):
                process.communicate(timeout=30)
            process.wait()
            deaths += process.returncode == -9
        check_nothing_lost(film)
        outcome = film.run()
        unknown = [entry for entry in film.entries() if entry.state is State.UNKNOWN]
        assert len(unknown) <= deaths
        assert outcome.code is (ExitCode.UNKNOWN if unknown else ExitCode.FINE)
        assert max(film.queued.values()) == 1
        assert len(film.clips()) + len(unknown) >= len(clip_jobs(film.script)) - sum(
            item.action == "blocked" for item in (film.plan.items if film.plan else ())
        )
        check_nothing_lost(film)
        # The quotes are what is charged, so that the bill equals the ledger wherever nothing is unknown.
        taken = -sum(row.usd for row in film.server.sandbox.settings.account.rows)
        assert committed_usd(film.entries()) == pytest.approx(taken) or unknown


# The service's faults that are still the product's.


@pytest.mark.parametrize("wait", ["", "=0", "=1", "=20"])
def test_a_service_that_is_busy_for_ever_ends_the_run_and_is_told_once_a_minute(tmp_path: Path, wait: str) -> None:
    with run_project(
        tmp_path, 2, faults=[f"queue:503{wait}@2x*"], verify=accept_any_clip, limited=True, speed=400
    ) as film:
        began = film.clock.now()
        outcome = film.run(jobs=2)
        took = film.clock.now() - began
        assert outcome.code is ExitCode.INCOMPLETE
        assert outcome.saved == ["s01c01"], "what is paid is collected"
        assert "has been busy for" in outcome.stopped
        assert took > 25 * 60
        assert len(film.said("waiting")) <= took / 60 + 1
        assert film.calls("/queue") <= took / 60 * service_facts("limits")["queue_calls"]
        statuses = [call for call in film.server.memory.calls if call.path.endswith("/queue")]
        assert len(statuses) < 1 + took * 20 / 30, "nor more that fail than the service bears"


def test_an_address_that_is_withdrawn_is_asked_twice_over_all_runs(tmp_path: Path) -> None:
    with run_project(tmp_path, 1, faults=["download:410x*"], model="grok-imagine", speed=200, render_seconds=1) as film:

        def fetches() -> int:
            return sum(call.path.startswith("/media/") for call in film.server.memory.calls)

        def mark(name: str) -> None:
            if name == "commit.withdrawn.after":
                signal.raise_signal(signal.SIGTERM)

        film.run(mark=mark)
        assert fetches() == 1
        for _ in range(3):
            film.run()
        assert fetches() == 2
        assert film.states() == ["lost"]


def test_the_first_waiting_time_is_the_guides(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here:
        done = here.render("--yes")
        assert "queued: take 1, $0.56, usually ready in 4–6 min" in done.err
