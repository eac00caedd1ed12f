"""Fixtures of the rendering tests: scripts, a fast clock, a sandbox with ready clips, and runs against it."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageDraw

from storyboard.compiler.pipeline import analyze_file
from storyboard.film.verify import Verdict
from storyboard.render.engine import RunOptions
from storyboard.render.jobs import Job, build_jobs
from storyboard.render.planning import RunPlan
from storyboard.render.retrieve import Verify
from storyboard.render.run import Environment, render
from storyboard.sandbox.account import SandboxAccount
from storyboard.sandbox.app import SandboxSettings
from storyboard.sandbox.bodies import QueueBody
from storyboard.sandbox.server import SandboxServer
from storyboard.spend.budget import Budget
from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.ledger import Ledger
from storyboard.spend.outcome import Outcome
from storyboard.spend.session import Account, Selection
from storyboard.venice.secret import Secret
from storyboard.venice.transport import Mark, Timeouts

KEY = "sk-test-0123456789"
SPEED = 150.0

#: Patience for a server on this machine.
IMPATIENT = Timeouts(connect=2.0, queue=3.0, json=3.0, slow=1.0, slow_bytes=16_000)


class FastClock:
    """A clock on which `speed` seconds pass in one; `shift` sets the wall clock wrong."""

    def __init__(self, speed: float = SPEED, shift: float = 0.0) -> None:
        self.speed = speed
        self.shift = shift
        self._start = time.monotonic()

    def now(self) -> float:
        return (time.monotonic() - self._start) * self.speed

    def wall(self) -> float:
        return time.time() + self.now() + self.shift

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.speed)


def failing_at(point: str, problem: Exception, *, once: bool = False) -> Mark:
    """A mark that raises at a step of a run: each time that it is passed, or the first time only."""
    passed = 0

    def mark(name: str) -> None:
        nonlocal passed
        passed += name == point
        if name == point and (passed == 1 or not once):
            raise problem

    return mark


def killing_at(point: str, times: int) -> Mark:
    """A mark that kills its process at a step that it has passed so many times. It prints when the run has begun, and
    with the point `?` every step."""
    passed: Counter[str] = Counter()

    def mark(name: str) -> None:
        if not passed:
            print("begun", flush=True)
        passed[name] += 1
        if name == point and passed[name] > times:
            os.kill(os.getpid(), signal.SIGKILL)
        if point == "?":
            print(name, flush=True)

    return mark


@cache
def ready_clip(seconds: int, aspect: str = "16:9") -> bytes:
    """A clip of so many seconds, made once."""
    across, down = (int(part) for part in aspect.split(":"))
    held = BytesIO()
    with av.open(held, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=24, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = (40 * across, 40 * down, "yuv420p")
        for number in range(24 * seconds):
            image = Image.new("RGB", (stream.width, stream.height), (2 * number % 256, 90, 120))
            container.mux(stream.encode(av.VideoFrame.from_image(image)))
        container.mux(stream.encode())
    return held.getvalue()


def draw_ready_clip(body: QueueBody, name: str, sound: bool) -> bytes:
    """In place of the sandbox's own drawing."""
    return ready_clip(body.seconds, body.aspect_ratio or "16:9")


def account_at_guide_prices(usd: float = 1000.0, **more: Any) -> SandboxAccount:
    """An account at a service that asks the guide's prices of Kling, as the table has them: a tenth less than Venice."""
    return SandboxAccount(usd, None, factor=more.pop("factor", 0.91), wall=time.time, **more)


def write_script(folder: Path, clips: int = 3, *, chained: Iterable[int] = (), model: str = "") -> Path:
    """A film of scenes of one shot each; those of `chained` (from 1) start from the last frame of the one before."""
    picture = BytesIO()
    image = Image.new("RGB", (400, 600), "white")
    ImageDraw.Draw(image).ellipse((100, 100, 300, 500), fill="navy")
    image.save(picture, "PNG")
    (folder / "mira.png").write_bytes(picture.getvalue())
    parts = [f"Title: Test\nModel: {model or 'kling-o3-pro'}\n", "CHARACTER Mira\nfront: mira.png\n"]
    for number in range(1, clips + 1):
        start = "start: last-frame\n" if number in set(chained) else ""
        parts.append(f"INT. ROOM {number} - DAY\n\nSHOT 5s wide\n{start}@Mira turns to window {number} and waits.\n")
    path = folder / "film.sb"
    path.write_text("\n".join(parts))
    return path


def clip_jobs(script: Path) -> tuple[Job, ...]:
    return build_jobs(analyze_file(script))


async def accept_any_clip(path: Path, seconds: int, aspect: str) -> Verdict:
    """In place of the decoder, where a test is not about clips."""
    return Verdict(None, None, seconds, 24 * seconds, 640, 360, 24.0)


@dataclass
class RunProject:
    """A film in a folder and the sandbox that renders it."""

    folder: Path
    script: Path
    server: SandboxServer
    clock: FastClock
    verify: Verify | None = None
    events: list[Event] = field(default_factory=list)
    plan: RunPlan | None = None

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def run(
        self,
        *,
        base_url: str | None = None,
        jobs: int = 8,
        max_cost: float | None = None,
        only: Sequence[str] | None = None,
        retake: Iterable[str] = (),
        resend: Iterable[str] = (),
        mark: Mark = lambda name: None,
        timeouts: Timeouts = IMPATIENT,
        agree: Callable[[RunPlan], bool] | None = None,
        clock: FastClock | None = None,
        keeps_events: bool = False,
        jobs_of: Sequence[Job] | None = None,
        out: Path | None = None,
    ) -> Outcome:
        """One run, as the command does it, of the script or of other clips; unless it `keeps_events`, the list of them
        is a new one."""
        self.events = self.events if keeps_events else []

        def agreed(plan: RunPlan) -> bool:
            self.plan = plan
            return agree(plan) if agree else True

        return asyncio.run(
            render(
                jobs_of or clip_jobs(self.script),
                out or self.out,
                Account(base_url or self.server.base_url, Secret(KEY), "the sandbox"),
                Selection(None if only is None else frozenset(only), frozenset(retake), frozenset(resend)),
                RunOptions(jobs, Budget(run=max_cost)),
                agreed,
                self.events.append,
                Environment(clock=clock or self.clock, timeouts=timeouts, mark=mark, verify=self.verify),
            )
        )

    def entries(self, out: Path | None = None) -> tuple[Entry, ...]:
        """The ledger of the film, or of another folder, where there need be none."""
        ledger = Ledger.read(out or self.out)
        if ledger is None and out is not None:
            return ()
        assert ledger is not None
        with ledger:
            return ledger.entries()

    def states(self) -> list[str]:
        return [str(entry.state) for entry in self.entries()]

    def clips(self) -> list[str]:
        """The finished files, by name."""
        return sorted(path.name for path in (self.out / "clips").glob("*.mp4"))

    @property
    def queued(self) -> Counter[str]:
        """Queue calls at the server, by prompt."""
        return self.server.memory.queued

    @property
    def charges(self) -> Counter[str]:
        """Charges at the server, by prompt."""
        return self.server.memory.charges

    def said(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.kind == kind]

    def calls(self, end: str) -> int:
        return sum(call.path.endswith(end) for call in self.server.memory.calls)


@contextmanager
def run_project(
    folder: Path,
    clips: int = 3,
    *,
    faults: Iterable[str] = (),
    chained: Iterable[int] = (),
    model: str = "",
    render_seconds: float = 30.0,
    limited: bool = False,
    speed: float = SPEED,
    verify: Verify | None = None,
) -> Iterator[RunProject]:
    """A studio with a film of so many clips."""
    script = write_script(folder, clips, chained=chained, model=model)
    clock = FastClock(speed)
    settings = SandboxSettings(
        render_seconds=render_seconds, limited=limited, draw=draw_ready_clip, account=account_at_guide_prices()
    )
    with SandboxServer(settings, clock.now, faults=faults) as server:
        yield RunProject(folder, script, server, clock, verify)
