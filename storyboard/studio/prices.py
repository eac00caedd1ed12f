"""What a render would cost, and its start.

An offer says what a render would do about each clip, with the service's prices of this moment, and has a digest of all
that it rests on: the script on disk, the ledger, the prices. Who accepts it names the digest. It is good once and for
two minutes, and only if the same offer would be made again at that moment. The render is a process of its own session
with the sum as its ceiling: it goes on when the page or the studio is closed.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.compiler.loader import Unreadable
from storyboard.compiler.pipeline import Analysis, Options, analyze_file
from storyboard.project.file import in_project
from storyboard.render.jobs import SENT_WIRE, build_jobs
from storyboard.render.planning import RunPlan, plan_run
from storyboard.render.report_data import plan_data
from storyboard.render.selection import NoSuchClip, select_clips
from storyboard.spend.budget import committed
from storyboard.spend.ledger import Ledger, Unusable
from storyboard.spend.lock import is_held
from storyboard.spend.settings import Unset, choose_base_url, find_key
from storyboard.studio.takes import StudioRefusal

#: Seconds for which an offer is good.
GOOD_FOR = 120.0
#: What a render says is kept there, in the folder of its clips.
LOG = "studio-render.jsonl"


class RenderOffer(NamedTuple):
    """What a render would do. `why_not` says why it cannot be accepted, and may be empty."""

    digest: str
    plan: dict[str, Any]
    usd: float
    clips: int
    why_not: str
    options: tuple[str, ...]


class Offers:
    """The offers of one studio that may still be accepted. `clock` is in seconds."""

    def __init__(
        self, script: Path, options: Options, folder: Callable[[bool], Path], clock: Callable[[], float]
    ) -> None:
        self._script = script
        self._options = options
        self._folder = folder
        self._clock = clock
        self._open: dict[str, tuple[float, bool, tuple[str, ...]]] = {}

    async def make(self, *, sandbox: bool, retake: Sequence[str] = ()) -> RenderOffer:
        """An offer for the script as it is on disk. Raises StudioRefusal."""
        offer = await self._compute(sandbox=sandbox, retake=tuple(retake))
        if not offer.why_not:
            self._open[offer.digest] = (self._clock(), sandbox, tuple(retake))
        return offer

    async def accept(self, digest: str) -> RenderOffer:
        """Take an offer, which is then no longer open, and start its render. Raises StudioRefusal."""
        made, sandbox, retake = self._open.pop(digest, (float("-inf"), True, ()))
        if self._clock() - made > GOOD_FOR:
            raise StudioRefusal("This offer is no longer open. Look at the plan again; nothing was sent.")
        offer = await self._compute(sandbox=sandbox, retake=retake)
        if offer.digest != digest or offer.why_not:
            raise StudioRefusal(
                "The script, the prices or the takes have changed. Look at the plan again; nothing was sent."
            )
        start_render(self._script, self._folder(sandbox), offer.options)
        return offer

    async def _compute(self, *, sandbox: bool, retake: tuple[str, ...]) -> RenderOffer:
        plan, script_digest = await asyncio.to_thread(self._plan, sandbox, retake)
        why_not = ""
        if not sandbox and plan.sent:
            plan, why_not = await _with_quotes(plan)
        data = plan_data(plan)
        if not plan.sent and not why_not:
            why_not = "There is nothing to render: every clip has its take, or waits for you."
        if is_held(self._folder(sandbox)):
            why_not = "A render is on."
        rests_on = json.dumps([script_digest, sandbox, retake, data], sort_keys=True, default=str)
        options = ["--sandbox"] if sandbox else ["--max-cost", f"{plan.usd:.4f}"]
        options += [word for clip in retake for word in ("--retake", clip)]
        digest = sha256(rests_on.encode()).hexdigest()
        return RenderOffer(digest, data, 0.0 if sandbox else plan.usd, len(plan.sent), why_not, tuple(options))

    def _plan(self, sandbox: bool, retake: tuple[str, ...]) -> tuple[RunPlan, str]:
        try:
            options = in_project(str(self._script), self._options._replace(wire=SENT_WIRE))
            analysis = analyze_file(str(self._script), options)
            if analysis.has_errors:
                raise StudioRefusal("The script has errors; they stand under it.")
            jobs = build_jobs(analysis)
            wanted = select_clips(retake, jobs)
            folder = self._folder(sandbox)
            with _reading(folder) as ledger:
                plan = plan_run(jobs, ledger, folder=folder, retake=wanted, is_sending=is_held(folder))
        except (Unreadable, Unusable, NoSuchClip) as problem:
            raise StudioRefusal(f"{problem}.") from None
        texts = "\0".join(source.text for source in analysis.sources)
        return plan, sha256(texts.encode("utf-8", "replace")).hexdigest()


class _reading:  # noqa: N801 # used as a function
    """The ledger of a folder to look at, None where there is none."""

    def __init__(self, folder: Path) -> None:
        self._ledger = Ledger.read(folder)

    def __enter__(self) -> Ledger | None:
        return self._ledger

    def __exit__(self, *_: object) -> None:
        if self._ledger is not None:
            self._ledger.__exit__(None, None, None)


async def _with_quotes(plan: RunPlan) -> tuple[RunPlan, str]:
    """The plan with the service's prices, and why it cannot be paid."""
    from storyboard.spend.quotes import ask_quotes
    from storyboard.venice.transport import Transport

    try:
        address = choose_base_url(None)
        find_key(address, os.environ, Path.cwd())
    except Unset as problem:
        return plan, f"{problem}."
    async with Transport(address, None) as transport:
        quotes = await ask_quotes((item.job.quote_body for item in plan.items), transport)
    if quotes.problem:
        return plan, f"The service gave no price ({quotes.problem}), and nothing is paid without one."
    plan = plan.with_quotes(quotes)
    if plan.unpriced or plan.estimated:
        return plan, "The service gave no price for some clips, and nothing is paid without one."
    return plan, ""


def start_render(script: Path, folder: Path, options: Sequence[str]) -> int:
    """Start `sbc render` as a process that outlives this one; its process id. What it says goes to a file beside the
    clips, so that it never waits for a reader."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "storyboard.cli", "render", str(script), "--yes", "--format", "json", *options]
    with (folder / LOG).open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=dict(os.environ),  # the one child that pays, and so needs the key
            cwd=Path.cwd(),
            start_new_session=True,
        )
    return process.pid


def money_of(analysis: Analysis, folder: Path, *, sandbox: bool) -> dict[str, Any]:
    """What a film has cost and would still cost, by the table: `paid`, `to_pay`, clips `to_send`, and clips whose
    payment is `unknown`."""
    try:
        with _reading(folder) as ledger:
            paid = 0.0 if sandbox or ledger is None else committed(ledger.entries())
            if analysis.has_errors:
                return {"paid": paid, "to_pay": None, "to_send": 0, "unknown": 0, "done": 0}
            plan = plan_run(build_jobs(analysis), ledger, folder=folder, is_sending=is_held(folder))
    except Unusable:
        return {"paid": None, "to_pay": None, "to_send": 0, "unknown": 0, "done": 0}
    return {
        "paid": paid,
        "to_pay": plan.usd,
        "to_send": len(plan.sent),
        "unknown": sum(item.action == "unknown" for item in plan.items),
        "done": sum(item.take is not None for item in plan.items),
    }
