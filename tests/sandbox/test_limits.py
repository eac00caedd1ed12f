"""How many calls the sandbox takes, how long its jobs live, and how its clock can be hurried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storyboard.sandbox.app import SandboxSettings
from storyboard.sandbox.bodies import QueueBody
from storyboard.sandbox.job_store import JobStore
from storyboard.sandbox.server import SandboxServer
from tests.sandbox.requests import grok, kling, post


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def sandbox(settings: SandboxSettings | None = None, *faults: str) -> Iterator[tuple[SandboxServer, Clock]]:
    clock = Clock()
    with SandboxServer(settings or SandboxSettings(render_seconds=0), clock, faults=faults) as server:
        yield server, clock


def test_the_forty_first_queue_call_of_a_minute_waits() -> None:
    with sandbox() as (server, clock):
        answers = [post(server, "queue", grok()) for _ in range(41)]
        assert [one.status_code for one in answers] == [200] * 40 + [429]
        assert answers[0].headers["x-ratelimit-limit-requests"] == "40"
        assert answers[0].headers["x-ratelimit-remaining-requests"] == "39"
        assert answers[40].headers["x-ratelimit-remaining-requests"] == "0"
        assert answers[40].headers["retry-after"] == "60"
        assert server.memory.charges[grok()["prompt"]] == 40
        clock.now += 60
        assert post(server, "queue", grok()).status_code == 200


def test_the_hundred_and_twenty_first_retrieve_call_of_a_minute_waits() -> None:
    with sandbox() as (server, _):
        queued = post(server, "queue", grok()).json()
        del queued["download_url"]
        statuses = [post(server, "retrieve", queued).status_code for _ in range(121)]
        assert statuses == [200] * 120 + [429]


def test_more_than_twenty_failures_in_half_a_minute_block_everything_for_as_long() -> None:
    with sandbox() as (server, clock):
        refused = [post(server, "queue", {}).status_code for _ in range(21)]
        assert refused == [400] * 21
        blocked = post(server, "quote", {"model": kling()["model"], "duration": "5s"})
        assert blocked.status_code == 429
        assert blocked.headers["retry-after"] == "30"
        assert post(server, "queue", kling()).status_code == 429
        clock.now += 30
        assert post(server, "queue", kling()).status_code == 200


def test_faults_count_as_failures_and_slow_ones_block_nothing() -> None:
    with sandbox(None, "queue:503x21") as (server, clock):
        for _ in range(21):
            assert post(server, "queue", kling()).status_code == 503
            clock.now += 2
        assert post(server, "queue", kling()).status_code == 200
    with sandbox(None, "queue:503x21") as (server, _):
        for _ in range(21):
            post(server, "queue", kling())
        assert post(server, "queue", kling()).status_code == 429


def test_an_unlimited_sandbox_takes_any_number() -> None:
    with sandbox(SandboxSettings(render_seconds=0, limited=False)) as (server, _):
        assert {post(server, "queue", {}).status_code for _ in range(60)} == {400}


def test_a_render_takes_its_time_and_says_how_long() -> None:
    with sandbox(SandboxSettings(render_seconds=100)) as (server, clock):
        queued = post(server, "queue", kling()).json()
        clock.now += 60
        assert post(server, "retrieve", queued).json() == {
            "status": "PROCESSING",
            "average_execution_time": 100_000,
            "execution_duration": 60_000,
        }
        clock.now += 40
        assert post(server, "retrieve", queued).headers["content-type"] == "video/mp4"


def test_with_speed_the_service_s_time_is_shorter_and_so_is_what_it_says() -> None:
    with sandbox(SandboxSettings(render_seconds=120, speed=60)) as (server, clock):
        queued, *_ = [post(server, "queue", kling()).json() for _ in range(40)]
        assert post(server, "queue", kling()).headers["retry-after"] == "1"
        assert post(server, "retrieve", queued).json()["average_execution_time"] == 2000
        clock.now += 2
        assert post(server, "queue", kling()).status_code == 200
        assert post(server, "retrieve", queued).headers["content-type"] == "video/mp4"


def test_a_queue_id_lives_a_day() -> None:
    with sandbox() as (server, clock):
        queued = post(server, "queue", kling()).json()
        fetched = post(server, "queue", grok()).json()["download_url"]
        clock.now += 86_401
        assert post(server, "retrieve", queued).status_code == 404
        assert post(server, "retrieve", {"model": grok()["model"], "queue_id": fetched[-40:-4]}).status_code == 404


def test_a_request_is_answered_before_its_clip_is_drawn() -> None:
    drawn: list[str] = []

    def draw(_body: QueueBody, name: str, _sound: bool) -> bytes:
        drawn.append(name)
        return b"a clip"

    with sandbox(SandboxSettings(render_seconds=0, draw=draw)) as (server, _):
        queued = post(server, "queue", kling()).json()
        assert drawn == []
        assert post(server, "retrieve", queued).content == b"a clip"
        assert drawn == [queued["queue_id"][:8]]


def test_jobs_on_a_shelf_are_there_at_the_next_start_for_some_hours(tmp_path: Path) -> None:
    settings = SandboxSettings(render_seconds=0, job_store=JobStore(tmp_path / "kept"))
    with sandbox(settings) as (server, _):
        queued = post(server, "queue", kling()).json()
    with sandbox(settings) as (server, _):
        assert post(server, "retrieve", queued).headers["content-type"] == "video/mp4"
    late = Clock()
    late.now += 7_201
    with SandboxServer(settings, late) as server:
        assert post(server, "retrieve", queued).status_code == 404
    assert not list((tmp_path / "kept").iterdir())
