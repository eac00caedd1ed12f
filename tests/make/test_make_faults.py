"""Whatever the service answers: nothing is paid twice, nothing paid is lost, and what is not a picture never stands in
for one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storyboard.spend.outcome import ExitCode
from tests.make.make_fixture import make_project
from tests.render.run_fixture import KEY

#: One call for a front that is answered with the fault, and what becomes of it: state, exit code, and whether the same
#: command pays for it again by itself.
FAULTS = [
    ("generate:400", "refused", ExitCode.INCOMPLETE, True),
    ("generate:422=policy", "refused", ExitCode.INCOMPLETE, True),
    ("generate:404", "refused", ExitCode.INCOMPLETE, True),
    ("generate:413=size", "refused", ExitCode.INCOMPLETE, True),
    ("generate:401", "refused", ExitCode.INCOMPLETE, True),
    ("generate:402=credit", "refused", ExitCode.NO_MONEY, True),
    ("generate:violation", "refused", ExitCode.INCOMPLETE, True),
    ("generate:500", "unknown", ExitCode.UNKNOWN, False),
    ("generate:502=html", "unknown", ExitCode.UNKNOWN, False),
    ("generate:504", "unknown", ExitCode.UNKNOWN, False),
    ("generate:html", "unknown", ExitCode.UNKNOWN, False),
    ("generate:empty", "unknown", ExitCode.UNKNOWN, False),
    ("generate:nonsense", "unknown", ExitCode.UNKNOWN, False),
    ("generate:deep", "unknown", ExitCode.UNKNOWN, False),
    ("generate:list", "unknown", ExitCode.UNKNOWN, False),
    ("generate:cut", "unknown", ExitCode.UNKNOWN, False),
    ("generate:reset", "unknown", ExitCode.UNKNOWN, False),
    ("generate:reset-half", "unknown", ExitCode.UNKNOWN, False),
    ("generate:close", "unknown", ExitCode.UNKNOWN, False),
    ("generate:cut-head", "unknown", ExitCode.UNKNOWN, False),
    ("generate:garbage", "unknown", ExitCode.UNKNOWN, False),
    ("generate:half-picture", "rejected", ExitCode.INCOMPLETE, False),
    ("generate:blurred", "rejected", ExitCode.INCOMPLETE, False),
    ("generate:placeholder", "rejected", ExitCode.INCOMPLETE, False),
    ("generate:black", "rejected", ExitCode.INCOMPLETE, False),
    ("generate:other-shape", "rejected", ExitCode.INCOMPLETE, False),
    ("generate:other-kind", "saved", ExitCode.FINE, False),
    ("generate:json-type", "saved", ExitCode.FINE, False),
    ("generate:video-type", "saved", ExitCode.FINE, False),
    ("generate:429=1", "saved", ExitCode.FINE, False),
    ("generate:503=1", "saved", ExitCode.FINE, False),
    ("generate:reset-early", "unknown", ExitCode.UNKNOWN, False),
]


@pytest.mark.parametrize(("fault", "state", "code", "again"), FAULTS, ids=[fault for fault, *_ in FAULTS])
def test_an_answer_of_another_kind(tmp_path: Path, fault: str, state: str, code: ExitCode, again: bool) -> None:
    with make_project(tmp_path, faults=[fault]) as film:
        outcome = film.make(only=["Mira.front"])
        assert (film.entries()[-1].state, outcome.code) == (state, code)
        assert (film.digest("refs/mira.png") is not None) == (state == "saved")
        calls = sum(film.queued.values())
        film.make(only=["Mira.front"])
        assert (sum(film.queued.values()) > calls) == again
        # The sandbox charges for every answer that it makes; the service does not for this one.
        assert max(film.charges.values(), default=0) <= (2 if "violation" in fault else 1)
        ledger = (film.out / "ledger.db").read_bytes()
        assert KEY.encode() not in ledger


@pytest.mark.parametrize("fault", ["generate:stall", "generate:hang", "generate:trickle=0.5", "generate:endless"])
def test_an_answer_that_does_not_end(tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from storyboard.catalog import read_table

    monkeypatch.setitem(read_table("made_pictures.toml")["call"], "seconds", 2.0)
    with make_project(tmp_path, faults=[fault]) as film:
        outcome = film.make(only=["Mira.front"])
        assert (film.states(), outcome.code) == (["unknown"], ExitCode.UNKNOWN)
        answers = list(film.out.glob("answers/*"))
        most = read_table("made_pictures.toml")["call"]["answer_bytes"]
        assert all(path.stat().st_size <= most + 4096 for path in answers), "what is kept has an end"


def test_an_unknown_payment_is_the_persons_to_decide(tmp_path: Path) -> None:
    with make_project(tmp_path, faults=["generate:500"]) as film:
        film.make(only=["Mira.front"])
        film.make(only=["Mira.front"])
        assert film.actions()["Mira.front"] == "unknown"
        assert film.make(only=["Mira.front"], resend=["Mira.front"]).code is ExitCode.FINE
        assert film.states() == ["lost", "saved"]
        assert film.digest("refs/mira.png")


def test_a_rejected_picture_is_kept_with_the_reason(tmp_path: Path) -> None:
    with make_project(tmp_path, faults=["generate:blurred"]) as film:
        film.make(only=["Mira.front"])
        (entry,) = film.entries()
        facts = json.loads((film.out / "pictures" / "mira-front_t1.json").read_text())
        assert facts["rejected"] == "was blurred by the service" == entry.said
        assert (film.out / "pictures" / str(entry.file)).is_file()
        assert not film.digest("refs/mira.png")
        assert film.make(only=["Mira.front"], retake=["Mira.front"]).code is ExitCode.FINE
        assert film.digest("refs/mira.png")


def test_what_depends_on_a_picture_that_fails_is_not_paid(tmp_path: Path) -> None:
    with make_project(tmp_path, faults=["generate:400"]) as film:
        outcome = film.make()
        assert outcome.refused == ["Mira.front"]
        assert sorted(outcome.unsent) == ["1.1.start", "Mira.angle1", "Mira.winter.front"]
        assert len(film.charges) == 1, "the place alone"
