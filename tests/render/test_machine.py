"""Random answers, random deaths, random options: the invariants of ledger and engine hold."""

from __future__ import annotations

import asyncio
import atexit
import json
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from storyboard.film.verify import Verdict
from storyboard.render.engine import Engine, RunOptions
from storyboard.render.files import next_take
from storyboard.render.jobs import Job
from storyboard.render.planning import plan_run
from storyboard.render.retrieve import RenderServices
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import Ledger
from storyboard.spend.ledger_writer import LedgerWriter
from storyboard.spend.outcome import Outcome
from storyboard.spend.poll import RenderTimes
from storyboard.spend.settlement import recover_entries
from storyboard.spend.states import State
from storyboard.venice.protocol import Answer
from storyboard.venice.rate_limit import RateLimiter
from storyboard.venice.transport import Departure, NeverSent, NoAnswer, OpenedResponse
from tests.render.run_fixture import clip_jobs, ready_clip, write_script

JSON = {"content-type": "application/json"}
QUEUE = ["fine"] * 6 + ["charged, no answer", "no answer", "never sent", "400", "402", "429", "500", "charged, no id"]
RETRIEVE = ["fine"] * 6 + ["running", "404", "500", "429", "no answer", "failed", "bad clip", "nonsense"]


class ProcessDeath(BaseException):
    """The process ends here."""


class QuickClock:
    """Time passes where somebody waits for it."""

    def __init__(self) -> None:
        self.time = 1000.0

    def now(self) -> float:
        return self.time

    def wall(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += max(0.0, seconds)
        await asyncio.sleep(0)


class Service:
    """Answers as it is told, and knows what it has charged."""

    base_url = "http://127.0.0.1:1/api/v1"

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.charges: dict[str, str] = {}
        self.plan: list[str] = []

    def _next(self, of: list[str]) -> str:
        return self.plan.pop() if self.plan and self.plan[-1] in of else "fine"

    async def queue(self, body: bytes, departure: Departure) -> Answer:
        departure.has_left = True
        prompt = json.loads(body)["prompt"]
        what = self._next(QUEUE)
        if what == "never sent":
            raise NeverSent("no connection")
        self.calls[prompt] += 1
        await asyncio.sleep(0)
        if what.isdecimal():
            return Answer(int(what), JSON, b'{"error": "no"}')
        if what == "no answer":
            raise NoAnswer("no answer in time")
        queue_id = f"q{len(self.charges)}"
        self.charges[queue_id] = prompt
        if what == "charged, no answer":
            raise NoAnswer("the answer broke off")
        fields = {} if what == "charged, no id" else {"queue_id": queue_id}
        return Answer(200, JSON, json.dumps(fields).encode())

    @asynccontextmanager
    async def retrieve(self, model: str, queue_id: str) -> AsyncIterator[OpenedResponse]:
        assert queue_id in self.charges
        await asyncio.sleep(0)
        what = self._next(RETRIEVE)
        clip = b"bad" if what == "bad clip" else ready_clip(5)
        words = {"running": "PROCESSING", "failed": "FAILED"}
        if what == "no answer":
            raise NoAnswer("no answer in time")
        if what.isdecimal():
            answer = Answer(int(what), JSON, b'{"error": "no"}')
        elif what in words:
            answer = Answer(200, JSON, json.dumps({"status": words[what]}).encode())
        elif what == "nonsense":
            answer = Answer(200, JSON, b"[]")
        else:
            answer = Answer(200, {"content-type": "video/mp4"}, clip, whole=False)
        yield OpenedResponse(answer, _nothing())


async def _nothing() -> AsyncIterator[bytes]:
    for chunk in list[bytes]():
        yield chunk


async def verify(path: Path, seconds: int, aspect: str) -> Verdict:
    if path.stat().st_size < 10:  # noqa: ASYNC240 # a test that waits for nothing else
        return Verdict("it contains no frame")
    return Verdict(None, None, seconds, 24 * seconds, 640, 360, 24.0)


async def last_frame(path: Path) -> bytes:
    assert path.is_file()  # noqa: ASYNC240 # as above
    return b"\x89PNG the last frame"


#: Deaths are exceptions here, so that nothing has to reach a disk.
MEMORY = Path("/dev/shm")


@cache
def film_of_four() -> tuple[Job, ...]:
    """Four clips, the third of which starts from the second; the pictures stay until the tests end."""
    folder = mkdtemp(prefix="sbc-machine-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return clip_jobs(write_script(Path(folder), 4, chained=[3]))


class Film(RuleBasedStateMachine):
    """A film of four clips, one of them chained, among runs that end in every way."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(mkdtemp(prefix="sbc-machine-", dir=MEMORY if MEMORY.is_dir() else None))
        self.jobs = film_of_four()
        self.out = self.folder / "out"
        (self.out / "clips").mkdir(parents=True)
        self.service = Service()
        self.clock = QuickClock()
        self.allowed: Counter[str] = Counter({job.clip.payload["prompt"]: 1 for job in self.jobs})
        self.deaths = 0

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(
        self, die_at: int | None, options: RunOptions, retake: frozenset[str], resend: frozenset[str]
    ) -> Outcome | None:
        passed = 0

        def mark(_: str) -> None:
            nonlocal passed
            passed += 1
            if passed == die_at:
                raise ProcessDeath

        try:
            with Ledger.create(self.out, "the sandbox", self.clock.wall, mark) as ledger:
                recover_entries(ledger, str, next_take)
                plan = plan_run(self.jobs, ledger, folder=self.out, retake=retake, resend=resend)
                for item in plan.items:
                    if item.action in ("retake", "resend"):
                        self.allowed[item.job.clip.payload["prompt"]] += 1
                service: Any = self.service
                tools = RenderServices(
                    folder=self.out,
                    ledger=ledger,
                    transport=service,
                    pace=RateLimiter(self.clock),
                    clock=self.clock,
                    verify=verify,
                    averages=RenderTimes(),
                    listen=lambda event: None,
                    words=str,
                    mark=mark,
                    writer=LedgerWriter(ledger, self.clock, lambda event: None),
                )
                return asyncio.run(Engine(tools, plan, options, last_frame).run())
        except (ProcessDeath, BaseExceptionGroup):
            self.deaths += 1
            return None

    @rule(
        plan=st.lists(st.sampled_from(QUEUE + RETRIEVE), max_size=12),
        die_at=st.none() | st.integers(1, 60),
        jobs=st.integers(1, 4),
    )
    def go_on(self, plan: list[str], die_at: int | None, jobs: int) -> None:
        self.service.plan = plan
        self.run(die_at, RunOptions(jobs), frozenset(), frozenset())

    @rule(which=st.integers(0, 3), die_at=st.none() | st.integers(1, 30))
    def take_again(self, which: int, die_at: int | None) -> None:
        self.service.plan = []
        self.run(die_at, RunOptions(2), frozenset({self.jobs[which].id}), frozenset())

    @rule(which=st.integers(0, 3))
    def send_again(self, which: int) -> None:
        self.service.plan = []
        self.run(None, RunOptions(2), frozenset(), frozenset({self.jobs[which].id}))

    @rule(which=st.integers(0, 3), gone=st.booleans())
    def meddle(self, which: int, gone: bool) -> None:
        files = sorted((self.out / "clips").glob("*.mp4"))
        if len(files) > which:
            if gone:
                files[which].unlink()
            else:
                files[which].write_bytes(b"changed by hand")

    def entries(self) -> tuple[Entry, ...]:
        ledger = Ledger.read(self.out)
        if ledger is None:
            return ()
        with ledger:
            return ledger.entries()

    @invariant()
    def nobody_pays_twice(self) -> None:
        charged = Counter(self.service.charges.values())
        assert all(charged[prompt] <= self.allowed[prompt] for prompt in charged)

    @invariant()
    def what_is_charged_is_known_or_told_of(self) -> None:
        entries = self.entries()
        known = {entry.queue_id for entry in entries}
        missing = [queue_id for queue_id in self.service.charges if queue_id not in known]
        unsure = [
            entry
            for entry in entries
            if entry.queue_id is None and entry.state in (State.UNKNOWN, State.INTENDED, State.LOST)
        ]
        assert len(missing) <= len(unsure)

    @invariant()
    def a_finished_file_is_whole(self) -> None:
        for entry in self.entries():
            if entry.state is State.SAVED and entry.file:
                path = self.out / "clips" / entry.file
                assert not path.exists() or path.stat().st_size in (entry.size, len(b"changed by hand"))


Film.TestCase.settings = settings(max_examples=60, stateful_step_count=12, suppress_health_check=list(HealthCheck))
test_anything_may_happen = pytest.mark.filterwarnings("ignore::ResourceWarning")(Film.TestCase)
