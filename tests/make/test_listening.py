"""What is said in takes: asked once, priced, kept through any end of a run, and compared with the script."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from storyboard.make.listen import HeardFilm, ListeningPlan
from storyboard.make.listen_report import heard_data, listening_plan_data, write_heard, write_listening_plan
from storyboard.make.session import MakeEnvironment
from storyboard.sandbox.server import SandboxServer
from storyboard.spend.budget import Budget
from storyboard.spend.ledger import Ledger
from storyboard.spend.outcome import ExitCode
from storyboard.spend.session import Selection
from tests.make.listening_fixture import SCRIPT, listen, listening_sandbox, write_takes
from tests.render.run_fixture import IMPATIENT, FastClock

ROOT = Path(__file__).parent.parent.parent


def run(
    folder: Path,
    server: SandboxServer,
    *,
    retake: frozenset[str] = frozenset(),
    resend: frozenset[str] = frozenset(),
    max_cost: float | None = None,
    plans: list[ListeningPlan] | None = None,
) -> HeardFilm:
    environment = MakeEnvironment(clock=FastClock(), timeouts=IMPATIENT, is_limited=False)
    selection = Selection(None, retake, resend)
    return asyncio.run(listen(folder, server.base_url, environment, selection, Budget(max_cost), plans))


def told(film: HeardFilm) -> list[str]:
    return [f"{clip} {one.verdict.value}" for clip, take in film.heard.items() for one in take.lines]


def test_takes_are_listened_to_once_and_compared(tmp_path: Path) -> None:
    plans: list[ListeningPlan] = []
    with listening_sandbox() as server:
        write_takes(tmp_path, server)
        film = run(tmp_path, server, plans=plans)
        assert told(film) == ["s01c01 said", "s01c02 said"], "what is laid over is not listened for"
        assert film.outcome.code is ExitCode.FINE
        start = film.heard["s01c01"].lines[0].start
        assert start is not None
        assert 0 < start < 1
        lines = "\n".join(write_listening_plan(plans[0], today=date(2026, 11, 28)))
        assert "This run has 2 takes transcribed for $0.00" in lines
        assert listening_plan_data(plans[0])["totals"]["sent"] == 2
        again = run(tmp_path, server, plans=plans)
        assert told(again) == told(film)
        assert not plans[1].sent
        assert server.memory.queued["transcriptions"] == 2
    assert film.outcome.spent == pytest.approx(0.001, rel=0.05)
    ledger = Ledger.read(tmp_path / "out" / "film")
    assert ledger is not None
    with ledger:
        entries = ledger.entries("transcript")
    assert [(str(entry.state), entry.file) for entry in entries] == [
        ("saved", "s01c01-take1-heard_t1.json"),
        ("saved", "s01c02-take1-heard_t1.json"),
    ]
    kept = json.loads((tmp_path / "out" / "film" / "transcripts" / "s01c01-take1-heard_t1.json").read_text())
    assert [one["word"] for one in kept["heard"]] == ["I", "never", "left."]


def test_another_text_is_judged_without_asking_again(tmp_path: Path) -> None:
    with listening_sandbox() as server:
        write_takes(tmp_path, server)
        run(tmp_path, server)
        (tmp_path / "film.sb").write_text(SCRIPT.replace("I never left.", "I have never left.\n\nMIRA\nGo home."))
        film = run(tmp_path, server)
        assert told(film) == ["s01c01 changed", "s01c01 not said", "s01c02 said"]
        assert server.memory.queued["transcriptions"] == 2
        said = "\n".join(write_heard(film, "again"))
        assert "Mira: “I have never left.” changed" in said
        assert "heard “I never left.”" in said
        assert "Mira: “Go home.” not said" in said
        assert "s01c02: 1 line, said as written." in said
        assert "3 lines in 2 takes: 1 said, 1 changed, 1 not said." in said
        assert heard_data(film)["heard"]["s01c01"]["lines"][0]["heard"] == "I never left."


@pytest.mark.slow
def test_words_that_nobody_wrote_are_told(tmp_path: Path) -> None:
    with listening_sandbox(["transcriptions:heard=I never left. Thank you for watching."]) as server:
        write_takes(tmp_path, server)
        film = run(tmp_path, server)
        assert film.heard["s01c01"].besides == ("Thank you for watching.",)
        assert told(film)[0] == "s01c01 said"


@pytest.mark.slow
def test_silence_is_told_for_nothing(tmp_path: Path) -> None:
    with listening_sandbox() as server:
        first, *_ = write_takes(tmp_path, server)
        first.path.write_bytes((first.path.parent / "s01c03_t1.mp4").read_bytes())
        plans: list[ListeningPlan] = []
        film = run(tmp_path, server, plans=plans)
        assert told(film) == ["s01c01 not said", "s01c02 said"]
        assert plans[0].items[0].why == "nothing is heard in it"
        assert server.memory.queued["transcriptions"] == 1


@pytest.mark.parametrize(
    ("fault", "state", "code"),
    [
        ("transcriptions:400", "refused", ExitCode.INCOMPLETE),
        pytest.param("transcriptions:402=credit", "refused", ExitCode.NO_MONEY, marks=pytest.mark.slow),
        ("transcriptions:422", "saved", ExitCode.FINE),
        ("transcriptions:502", "unknown", ExitCode.UNKNOWN),
        pytest.param("transcriptions:html", "unknown", ExitCode.UNKNOWN, marks=pytest.mark.slow),
        pytest.param("transcriptions:list", "unknown", ExitCode.UNKNOWN, marks=pytest.mark.slow),
        pytest.param("transcriptions:deep", "unknown", ExitCode.UNKNOWN, marks=pytest.mark.slow),
        pytest.param("transcriptions:empty", "unknown", ExitCode.UNKNOWN, marks=pytest.mark.slow),
        pytest.param("transcriptions:cut", "unknown", ExitCode.UNKNOWN, marks=pytest.mark.slow),
        pytest.param("transcriptions:odd-text", "saved", ExitCode.FINE, marks=pytest.mark.slow),
        pytest.param("transcriptions:429=1", "saved", ExitCode.FINE, marks=pytest.mark.slow),
    ],
)
def test_answers_of_another_kind(tmp_path: Path, fault: str, state: str, code: ExitCode) -> None:
    one = SCRIPT.partition("TOM (O.S.)")[0]
    with listening_sandbox([fault]) as server:
        write_takes(tmp_path, server, one)
        film = run(tmp_path, server)
        assert film.outcome.code is code
        ledger = Ledger.read(tmp_path / "out" / "film")
        assert ledger is not None
        with ledger:
            assert [str(entry.state) for entry in ledger.entries("transcript")] == [state]
        calls = server.memory.queued["transcriptions"]
        run(tmp_path, server)
        assert (server.memory.queued["transcriptions"] > calls) == (state == "refused")
        if state == "unknown":
            assert told(run(tmp_path, server, resend=frozenset({"s01c01"}))) == ["s01c01 said"]


@pytest.mark.slow
def test_a_ceiling_holds(tmp_path: Path) -> None:
    with listening_sandbox() as server:
        write_takes(tmp_path, server)
        film = run(tmp_path, server, max_cost=0.0006)
        assert film.outcome.code is ExitCode.NO_MONEY
        assert told(film) == ["s01c01 said"]


@pytest.mark.parametrize(
    "point",
    [
        "commit.intended.after",
        pytest.param("answer.after", marks=pytest.mark.slow),
        pytest.param("commit.saving.after", marks=pytest.mark.slow),
        pytest.param("transcript.kept", marks=pytest.mark.slow),
        pytest.param("commit.saved.after", marks=pytest.mark.slow),
    ],
)
def test_a_run_that_is_killed_is_taken_up(tmp_path: Path, point: str) -> None:
    with listening_sandbox() as server:
        write_takes(tmp_path, server)
        words = [sys.executable, "-m", "tests.make.killed_listening", str(tmp_path), server.base_url, point, "0"]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == -9, done.stderr
        film = run(tmp_path, server)
        is_unknown = point == "commit.intended.after"
        assert film.outcome.code is (ExitCode.UNKNOWN if is_unknown else ExitCode.FINE)
        assert told(film) == ["s01c01 said", "s01c02 said"][is_unknown:]
        assert server.memory.queued["transcriptions"] == 2 - is_unknown
