"""What a network and a service can do to a run, over TCP: nothing is paid twice, and nothing paid is lost silently."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storyboard.spend.outcome import ExitCode
from storyboard.venice.service import service_facts
from tests.render.run_fixture import IMPATIENT, RunProject, accept_any_clip, run_project

#: Faults of a queue call after which nobody knows whether it was charged.
UNKNOWN = [
    "queue:reset",
    "queue:close",
    "queue:stall",
    "queue:cut",
    "queue:empty",
    "queue:html",
    "queue:huge",
    "queue:nonsense",
    "queue:no-id",
    "queue:id=../../etc/passwd",
    "queue:id=" + "a" * 201,
    "queue:trickle=0.5",
    "queue:endless",
    "queue:500",
    "queue:502",
    "queue:502=html",
    "queue:504",
    "queue:302",
    "queue:307",
    "queue:408",
    "queue:499",
    "queue:201",
]


@pytest.mark.parametrize("fault", UNKNOWN, ids=lambda fault: fault[:30])
def test_an_answer_that_may_have_cost_money_is_never_sent_again(tmp_path: Path, fault: str) -> None:
    with run_project(tmp_path, 2, faults=[fault], verify=accept_any_clip) as film:
        first = film.run(jobs=1)
        assert first.code is ExitCode.UNKNOWN
        assert first.unknown == ["s01c01"]
        assert first.saved == ["s02c01"], "the others go on"
        assert set(film.queued.values()) == {1}
        second = film.run()
        assert second.code is ExitCode.UNKNOWN
        assert set(film.queued.values()) == {1}
        third = film.run(resend=["s01c01"])
        assert third.code is ExitCode.FINE
        assert sorted(film.queued.values()) == [1, 2]
        assert sorted(film.states()) == ["lost", "saved", "saved"]


def test_the_answer_to_an_unknown_call_is_kept(tmp_path: Path) -> None:
    with run_project(tmp_path, 1, faults=["queue:502=html"]) as film:
        film.run()
        (entry,) = film.entries()
        assert entry.answer == b"<html><body>edge</body></html>"
        assert entry.said == "the service answered 502"


REFUSED = {
    "418": "Something is wrong",
    "400=text": "Something is wrong",
    "400=object": "Something is wrong",
    "400=issues": "duration: Expected one of 5s, 10s",
    "400=code": "Something is wrong",
    "400=html": "answer 400",
    "400=empty": "answer 400",
    "404": "Something is wrong",
    "409": "You confirm that you may use these faces.",
    "410": "Something is wrong",
    "413": "Something is wrong",
    "422=prompt": "It suggests this prompt: A quiet harbor",
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_refusal_is_told_in_the_service_s_words_and_sent_again_by_the_next_run(tmp_path: Path, fault: str) -> None:
    with run_project(tmp_path, 2, faults=[f"queue:{fault}"], verify=accept_any_clip) as film:
        first = film.run(jobs=1)
        assert first.code is ExitCode.INCOMPLETE
        assert first.refused == ["s01c01"]
        assert first.saved == ["s02c01"]
        assert first.spent == pytest.approx(0.56)
        assert REFUSED[fault] in film.said("refused")[0].words
        assert film.run().saved == ["s01c01", "s02c01"]
        assert set(film.charges.values()) == {1}


@pytest.mark.parametrize(
    ("status", "code"), [(401, ExitCode.INCOMPLETE), (402, ExitCode.NO_MONEY), (403, ExitCode.INCOMPLETE)]
)
def test_without_key_or_credit_nothing_more_is_sent_and_what_is_paid_is_collected(
    tmp_path: Path, status: int, code: ExitCode
) -> None:
    with run_project(tmp_path, 4, faults=[f"queue:{status}@2"], verify=accept_any_clip) as film:
        outcome = film.run(jobs=4)
        assert outcome.code is code
        assert outcome.saved == ["s01c01"]
        assert sum(film.queued.values()) == 2
        assert outcome.unsent == ["s03c01", "s04c01"]


@pytest.mark.parametrize(
    "fault", ["429", "429=20", "429=date", "429=soon", "429=0", "429=-5", "503", "503=20", "429x3"]
)
def test_a_busy_service_is_asked_again_after_its_time(tmp_path: Path, fault: str) -> None:
    with run_project(tmp_path, 2, faults=[f"queue:{fault}"], render_seconds=5, verify=accept_any_clip) as film:
        began = film.clock.now()
        outcome = film.run(jobs=1)
        assert outcome.code is ExitCode.FINE
        assert set(film.charges.values()) == {1}
        if "=" not in fault or "20" in fault or "soon" in fault:
            assert film.clock.now() - began > 20


@pytest.mark.parametrize("fault", ["queue:429=601", "retrieve:429=7200"])
def test_a_wait_of_more_than_ten_minutes_ends_the_run(tmp_path: Path, fault: str) -> None:
    with run_project(tmp_path, 2, faults=[fault]) as film:
        outcome = film.run(jobs=1)
        assert outcome.code is ExitCode.INCOMPLETE
        assert "asks for a wait" in outcome.stopped
        assert film.run().code is ExitCode.FINE
        assert set(film.charges.values()) == {1}


@contextmanager
def closed_port() -> Iterator[str]:
    """An address at which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}/api/v1"


@contextmanager
def port_without_answer() -> Iterator[str]:
    """An address at which connections are neither taken nor refused."""
    with socket.socket() as held, socket.socket() as filler:
        held.bind(("127.0.0.1", 0))
        held.listen(0)
        filler.connect(held.getsockname())
        yield f"http://127.0.0.1:{held.getsockname()[1]}/api/v1"


def check_nothing_left(film: RunProject, base_url: str) -> None:
    outcome = film.run(base_url=base_url, timeouts=IMPATIENT._replace(connect=0.3))
    assert outcome.code is ExitCode.INCOMPLETE
    assert outcome.unknown == []
    assert outcome.spent == 0
    assert "online" in outcome.stopped
    assert film.run().code is ExitCode.FINE
    assert set(film.charges.values()) == {1}


def test_a_refused_connection_was_never_sent(tmp_path: Path) -> None:
    with run_project(tmp_path, 1, speed=600) as film, closed_port() as address:
        check_nothing_left(film, address)


def test_a_connection_that_does_not_come_was_never_sent(tmp_path: Path) -> None:
    with run_project(tmp_path, 1, speed=600) as film, port_without_answer() as address:
        check_nothing_left(film, address)


def test_a_name_that_nobody_knows_was_never_sent(tmp_path: Path) -> None:
    with run_project(tmp_path, 1, speed=600) as film:
        check_nothing_left(film, "http://nobody.invalid/api/v1")


#: What may happen while a clip is asked for; it is there in the end, and paid once.
SURVIVED = [
    "retrieve:429",
    "retrieve:429=20",
    "retrieve:502x2",
    "retrieve:503",
    "retrieve:504=html",
    "retrieve:500",
    "retrieve:404",
    "retrieve:400",
    "retrieve:404x3",
    "retrieve:401",
    "retrieve:302",
    "retrieve:reset",
    "retrieve:close",
    "retrieve:stall",
    "retrieve:cut",
    "retrieve:empty",
    "retrieve:html",
    "retrieve:huge",
    "retrieve:nonsense",
    "retrieve:trickle=0.5",
    "retrieve:endless",
    "retrieve:word=REALLY",
    "retrieve:word=queued",
    "retrieve:video-type",
    "retrieve:json-type",
    "retrieve:completed",
    "retrieve:stub",
    "retrieve:page",
    "retrieve:playlist",
    "retrieve:no-frames",
    "retrieve:half",
    "retrieve:halfx3",
    "retrieve:bomb",
    *(f"retrieve:cut-at={share}" for share in range(2, 100, 7)),
]


@pytest.mark.parametrize("fault", SURVIVED)
def test_a_fault_while_collecting_is_survived(tmp_path: Path, fault: str) -> None:
    with run_project(tmp_path, 1, faults=[fault]) as film:
        outcome = film.run()
        assert outcome.code is ExitCode.FINE, film.events
        assert len(film.clips()) == 1
        assert set(film.charges.values()) == {1}
        assert not list((film.out / "clips").glob(".*")), "nothing half-written is left"


FAILED = {
    "retrieve:failedx*": "the render failed",
    "retrieve:422x*": "Something is wrong",
    "retrieve:500x*": "Something is wrong",
    "retrieve:completedx*": "gave no address",
    "retrieve:stubx*": "not a clip",
    "retrieve:no-framesx*": "not a clip",
    "retrieve:pagex*": "not a clip",
    "retrieve:playlistx*": "not a clip",
}


@pytest.mark.parametrize("fault", FAILED)
def test_a_render_that_failed_is_said_and_only_a_retake_pays_again(tmp_path: Path, fault: str) -> None:
    with run_project(tmp_path, 2, faults=[fault.replace("x*", "x400")], speed=200, render_seconds=10) as film:
        outcome = film.run(jobs=1, only=["s01c01"])
        assert outcome.code is ExitCode.INCOMPLETE
        assert outcome.failed == ["s01c01"]
        assert FAILED[fault] in film.said("failed")[0].words
        assert film.states() == ["failed"]
        assert film.run(only=["s01c01"]).failed == ["s01c01"]
        assert sum(film.queued.values()) == 1
        assert film.clips() == []


def test_a_job_that_the_service_does_not_know_is_asked_after_for_a_minute_and_then_lost(tmp_path: Path) -> None:
    with run_project(tmp_path, 1, faults=["retrieve:404x*"], speed=200) as film:
        began = film.clock.now()
        assert film.run().failed == ["s01c01"]
        assert film.clock.now() - began > 60
        assert film.states() == ["lost"]


DOWNLOADS = ["404", "410", "429", "429=20", "500", "503x2", "halfx3", "half", "reset", "close", "stall", "302", "bomb"]
DOWNLOADS += ["stub", "page", "trickle=0.5", "endless", "empty", "html"]


@pytest.mark.parametrize("fault", DOWNLOADS)
def test_a_fault_of_a_download_is_survived(tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # A body without end is read up to this bound: a gigabyte is long on a busy machine.
    monkeypatch.setitem(service_facts("media"), "largest_bytes", 1 << 24)
    with run_project(tmp_path, 1, faults=[f"download:{fault}"], model="grok-imagine") as film:
        outcome = film.run()
        assert outcome.code is ExitCode.FINE, film.events
        assert len(film.clips()) == 1
        assert set(film.charges.values()) == {1}
        fetches = [call for call in film.server.memory.calls if call.path.startswith("/media/")]
        assert len(fetches) >= 2
        assert all("authorization" not in call.headers for call in fetches)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/clip.mp4",
        "http://venice.ai/clip.mp4",
        "https://venice.ai.example.com/clip.mp4",
        "https://user@venice.ai/clip.mp4",
        "https://venice.ai:8443/clip.mp4",
        "file:///etc/passwd",
        "http://127.0.0.1:9/clip.mp4",
    ],
)
def test_a_clip_is_fetched_from_venice_only(tmp_path: Path, url: str) -> None:
    with run_project(tmp_path, 1, faults=[f"queue:url={url}"], model="grok-imagine", speed=200) as film:
        outcome = film.run()
        assert outcome.failed == ["s01c01"]
        assert "outside Venice" in film.said("failed")[0].words
        assert film.calls(".mp4") == 0


def test_a_finished_clip_without_an_address_is_asked_five_times_more(tmp_path: Path) -> None:
    with run_project(tmp_path, 1, faults=["queue:no-url"], model="grok-imagine", speed=200, render_seconds=0) as film:
        assert film.run().failed == ["s01c01"]
        assert film.calls("/retrieve") == 6


def test_a_job_that_goes_on_and_on_is_left_to_the_next_run_after_its_time(tmp_path: Path) -> None:
    with run_project(tmp_path, 1, faults=["retrieve:wordx*"], speed=4000, verify=accept_any_clip) as film:
        began = film.clock.now()
        outcome = film.run()
        assert outcome.code is ExitCode.INCOMPLETE
        assert outcome.running == ["s01c01"]
        assert film.clock.now() - began > 45 * 60
        assert film.states() == ["queued"]
        assert "the next run asks again" in film.said("late")[0].words
