"""Fixtures of the tests of pictures: a script that names them, a sandbox that hands out ready ones, runs against it."""

from __future__ import annotations

import asyncio
import io
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch

from PIL import Image, ImageDraw

from storyboard.compiler.pipeline import analyze_file
from storyboard.make.cut_outs import wanted_cut_outs
from storyboard.make.planning import PictureOptions, PicturePlan
from storyboard.make.run import make_pictures
from storyboard.make.selection import select_pictures
from storyboard.make.session import MakeEnvironment
from storyboard.make.sounds import wanted_sounds
from storyboard.make.speeches import WantedSpeech, wanted_speeches
from storyboard.make.wanted_pictures import wanted_pictures
from storyboard.sandbox.account import SandboxAccount
from storyboard.sandbox.app import SandboxSettings
from storyboard.sandbox.server import SandboxServer
from storyboard.spend.budget import Budget
from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.ledger import Ledger
from storyboard.spend.outcome import Outcome
from storyboard.spend.session import Account, Selection
from storyboard.venice.secret import Secret
from tests.render.run_fixture import IMPATIENT, KEY, FastClock

#: A person with an angle and a variant, a thing with a picture of the writer's own, a place with a view, a frame.
SCRIPT = """\
Title: Test
Style: ink on paper

CHARACTER Mira
look: a young lantern keeper in a red wool coat
front: refs/mira.png
angles: refs/mira-side.png

CHARACTER Mira.winter
look: a young lantern keeper in a grey fur coat
front: refs/mira-winter.png

PROP Lantern
look: a brass lantern
front: own/lantern.png

LOCATION Harbor
look: a stone harbor
image: refs/harbor.png

EXT. HARBOR - DAY

SHOT 5s wide
start: refs/first.png
@Mira stands on the left, with @Lantern in her hand, and waits for the boat.
"""
#: The ids of what the script names and is not there.
MISSING = ["Mira.front", "Harbor.image", "Mira.winter.front", "Mira.angle1", "1.1.start"]


@cache
def ready_picture(width: int, height: int, name: str) -> bytes:
    """A picture of a size, with as many bytes as one that shows something, another for each name."""
    chance = random.Random(name)
    picture = Image.frombytes("RGB", (160, 160), chance.randbytes(160 * 160 * 3)).resize((width, height))
    ImageDraw.Draw(picture).ellipse((width // 4, height // 4, width // 2, height // 2), fill="navy")
    body = io.BytesIO()
    picture.save(body, "PNG", compress_level=1)
    return body.getvalue()


def from_words(
    prompt: str, aspect: str, _resolution: str | None, _kind: str, size: tuple[int, int] | None, seed: int | None
) -> bytes:
    """In place of the sandbox's own drawing."""
    return _sized(aspect, f"{prompt} {seed} {size}")


def from_pictures(prompt: str, _pictures: object, aspect: str | None, _resolution: str | None, _kind: str) -> bytes:
    """In place of the sandbox's own drawing, another one at each call."""
    return _sized(aspect or "1:1", f"{prompt} {time.monotonic_ns()}")


def _sized(aspect: str, name: str) -> bytes:
    across, down = (int(part) for part in aspect.split(":"))
    return ready_picture(across * 480 // down, 480, name)


def write_project(folder: Path, script: str = SCRIPT) -> Path:
    """The script, and a picture of the writer's own."""
    (folder / "own").mkdir()
    (folder / "own" / "lantern.png").write_bytes(ready_picture(480, 480, "the writer's"))
    path = folder / "film.sb"
    path.write_text(script, encoding="utf-8")
    return path


@dataclass
class MakeProject:
    """A script in a folder, and the sandbox that makes its pictures."""

    folder: Path
    script: Path
    server: SandboxServer
    clock: FastClock
    events: list[Event] = field(default_factory=list)
    plan: PicturePlan | None = None

    @property
    def out(self) -> Path:
        return self.folder / "out" / "film"

    def make(
        self,
        *,
        only: Iterable[str] | None = None,
        retake: Iterable[str] = (),
        resend: Iterable[str] = (),
        copies: int = 1,
        model: str | None = None,
        max_cost: float | None = None,
        auditions: tuple[WantedSpeech, ...] = (),
        is_cut_out: bool = False,
        agree: Callable[[PicturePlan], bool] = lambda _: True,
    ) -> Outcome:
        """One run, as the command does it."""
        analysis = analyze_file(self.script)
        there: tuple[Any, ...] = wanted_pictures(analysis), wanted_speeches(analysis), wanted_sounds(analysis)
        cut_outs = wanted_cut_outs(analysis) if is_cut_out else None
        if auditions or cut_outs is not None:
            there = (), auditions, (), cut_outs or ()
        self.events = []

        def agreed(plan: PicturePlan) -> bool:
            self.plan = plan
            return agree(plan)

        selection = Selection(
            None if only is None else select_pictures(only, *there),
            select_pictures(retake, *there),
            select_pictures(resend, *there),
        )
        return asyncio.run(
            make_pictures(
                analysis,
                self.out,
                self.folder / "out" / "film-sandbox",
                Account(self.server.base_url, Secret(KEY), "the sandbox"),
                selection,
                PictureOptions(copies=copies, model=model, auditions=auditions, cut_outs=cut_outs),
                Budget(max_cost),
                agreed,
                self.events.append,
                MakeEnvironment(clock=self.clock, timeouts=IMPATIENT, is_limited=False),
            )
        )

    def entries(self) -> tuple[Entry, ...]:
        ledger = Ledger.read(self.out)
        assert ledger is not None
        with ledger:
            return ledger.entries("picture")

    def all_entries(self) -> tuple[Entry, ...]:
        """Those of pictures and of sounds."""
        ledger = Ledger.read(self.out)
        assert ledger is not None
        with ledger:
            return ledger.entries()

    def states(self) -> list[str]:
        return [str(entry.state) for entry in self.entries()]

    def actions(self) -> dict[str, str]:
        """What the last plan said of each picture."""
        assert self.plan is not None
        pictures = {item.wanted.id: item.action.value for item in self.plan.items}
        return pictures | {item.wanted.id: item.action.value for item in self.plan.cut_outs}

    def digest(self, path: str) -> str | None:
        """The digest of a file of the project, None where there is none."""
        file = self.folder / path
        return sha256(file.read_bytes()).hexdigest() if file.is_file() else None

    def said(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.kind == kind]

    @property
    def charges(self) -> Counter[str]:
        """Charges at the server, by prompt."""
        return self.server.memory.charges

    @property
    def queued(self) -> Counter[str]:
        """Paid calls at the server, by prompt."""
        return self.server.memory.queued


@contextmanager
def make_project(folder: Path, script: str = SCRIPT, *, faults: Iterable[str] = ()) -> Iterator[MakeProject]:
    """A project whose sandbox hands out ready pictures."""
    path = write_project(folder, script)
    clock = FastClock()
    settings = SandboxSettings(limited=False, account=SandboxAccount(100.0, None, 1.0, time.time))
    calls = "storyboard.sandbox.picture_calls"
    with (
        patch(f"{calls}.draw_from_words", from_words),
        patch(f"{calls}.draw_edit", from_pictures),
        SandboxServer(settings, clock.now, faults=faults) as server,
    ):
        yield MakeProject(folder, path, server, clock)
