"""Fixtures of the tests of finishing: takes whose frames and sound can be told apart, and runs against a sandbox."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import av
import numpy as np

from storyboard.catalog.upscale_models import upscale_models
from storyboard.render.finish.planning import FinishPlan
from storyboard.render.finish.run import finish
from storyboard.render.retrieve import Verify
from storyboard.render.run import Environment
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
from storyboard.venice.transport import Mark
from tests.render.run_fixture import IMPATIENT, KEY, FastClock, RunProject, clip_jobs, write_script

SECONDS = 5
FRAMES = 24 * SECONDS
#: Grey of a frame by its number: so far apart that enlarging and encoding leave it readable.
_STEP = 1.75


@cache
def numbered_clip(name: str = "") -> bytes:
    """A take of 5 seconds: each frame a grey that tells its number, under a tone that rises."""
    held = BytesIO()
    with av.open(held, "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=24, options={"preset": "veryfast", "crf": "12", "bf": "2"})
        video.width, video.height, video.pix_fmt = 160, 90, "yuv420p"
        container.metadata["comment"] = name
        audio = container.add_stream("aac", rate=48_000, layout="stereo")
        for number in range(FRAMES):
            frame = av.VideoFrame(160, 90, "yuv420p")
            for plane, level in zip(frame.planes, (round(20 + number * _STEP), 128, 128), strict=True):
                plane.update(bytes([level]) * plane.buffer_size)
            container.mux(video.encode(frame))
        container.mux(video.encode())
        moments = np.arange(48_000 * SECONDS) / 48_000
        wave = (np.sin(2 * np.pi * (200 + 100 * moments) * moments) * 8000).astype(np.int16)
        for begin in range(0, len(wave), 1024):
            part = wave[begin : begin + 1024]
            heard = av.AudioFrame.from_ndarray(np.repeat(part, 2).reshape(1, -1), format="s16", layout="stereo")
            heard.sample_rate, heard.pts = 48_000, begin
            container.mux(audio.encode(heard))
        container.mux(audio.encode())
    return held.getvalue()


def numbers_in(path: Path) -> list[int]:
    """The numbers that the frames of a numbered clip tell, in the order of time."""
    with av.open(str(path)) as container:
        greys = [
            float(np.frombuffer(bytes(frame.planes[0]), np.uint8).reshape(frame.height, -1)[:, : frame.width].mean())
            for frame in container.decode(video=0)
        ]
    return [round((grey - 20) / _STEP) for grey in greys]


def sound_of(path: Path) -> tuple[str, str]:
    """Digests of the packets of a file's sound, and of the samples that they decode to."""
    with av.open(str(path)) as container:
        packets = sha256(b"".join(bytes(packet) for packet in container.demux(audio=0)))
    samples = sha256()
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            samples.update(f"{frame.pts}".encode() + frame.to_ndarray().tobytes())
    return packets.hexdigest(), samples.hexdigest()


def numbered(body: QueueBody, name: str, _sound: bool) -> bytes:
    """In place of the sandbox's own drawing."""
    return numbered_clip(f"{body.prompt} {name}")


@dataclass
class FinishProject(RunProject):
    """A film in a folder, its takes, and the sandbox that upscales them."""

    finish_plan: FinishPlan | None = None
    told: list[Event] = field(default_factory=list)

    def finish(
        self,
        *,
        factor: int = 2,
        only: Iterable[str] | None = None,
        retake: Iterable[str] = (),
        resend: Iterable[str] = (),
        max_cost: float | None = None,
        mark: Mark = lambda name: None,
        agree: Callable[[FinishPlan], bool] = lambda plan: True,
    ) -> Outcome:
        """One run, as the command does it."""
        self.told = []

        def agreed(plan: FinishPlan) -> bool:
            self.finish_plan = plan
            return agree(plan)

        return asyncio.run(
            finish(
                clip_jobs(self.script),
                self.out,
                Account(self.server.base_url, Secret(KEY), "the sandbox"),
                Selection(None if only is None else frozenset(only), frozenset(retake), frozenset(resend)),
                upscale_models()[0],
                factor,
                Budget(run=max_cost),
                agreed,
                self.told.append,
                environment=Environment(clock=self.clock, timeouts=IMPATIENT, mark=mark, verify=self.verify),
            )
        )

    def finishes(self) -> tuple[Entry, ...]:
        """The entries of finished takes."""
        ledger = Ledger.read(self.out)
        assert ledger is not None
        with ledger:
            return ledger.entries("finish")

    @property
    def finished(self) -> list[str]:
        """The finished files, by name."""
        return sorted(path.name for path in (self.out / "clips").glob("*x*.mp4") if "x" in path.suffixes[-2])

    @property
    def upscales(self) -> Counter[str]:
        """What was charged for upscaling."""
        return Counter({name: n for name, n in self.charges.items() if name[1:3] == "x "})


@contextmanager
def finish_project(
    folder: Path,
    clips: int = 2,
    *,
    faults: Iterable[str] = (),
    verify: Verify | None = None,
    is_rendered: bool = True,
    factor: float = 1.0,
    usd: float = 1000.0,
) -> Iterator[FinishProject]:
    """A film whose clips are rendered, and a sandbox, whose faults play from then on."""
    folder.mkdir(exist_ok=True)
    script = write_script(folder, clips)
    clock = FastClock()
    account = SandboxAccount(usd, None, factor=factor, wall=time.time)
    settings = SandboxSettings(render_seconds=30.0, limited=False, draw=numbered, account=account)
    if is_rendered:
        with SandboxServer(settings, clock.now) as server:
            RunProject(folder, script, server, clock, verify).run()
        account.rows.clear()
        account.usd = usd
    with SandboxServer(settings, clock.now, faults=faults) as server:
        yield FinishProject(folder, script, server, clock, verify)
