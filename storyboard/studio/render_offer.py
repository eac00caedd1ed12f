"""The offer of a render, what it would do and cost; and what a film has cost."""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from storyboard.compiler.loader import Unreadable
from storyboard.compiler.pipeline import Analysis, Options, analyze_file
from storyboard.project.ceilings import budget_of
from storyboard.project.file import in_project
from storyboard.render.folders import sibling_folder
from storyboard.render.jobs import SENT_WIRE, build_jobs
from storyboard.render.planning import PlannedAction, RunPlan, plan_run
from storyboard.render.report_data import plan_data
from storyboard.render.selection import NoSuchClip, select_clips
from storyboard.spend.budget import committed_usd
from storyboard.spend.ledger import LedgerUnusable
from storyboard.spend.lock import is_held
from storyboard.spend.settings import MissingSetting, choose_base_url, find_key
from storyboard.studio.offers import Offer, ledger_to_read, offer_digest
from storyboard.studio.takes import StudioRefusal
from storyboard.wording import money

if TYPE_CHECKING:
    from storyboard.spend.balance import Balance
    from storyboard.venice.transport import Transport

NOTHING_TO_RENDER = "There is nothing to render: every clip has its take, or waits for you."
#: These are paid, and a run fetches them.
_FETCHED = frozenset({PlannedAction.RUNNING, PlannedAction.GONE})
#: Fractions of a dollar in the ceiling of a run: a spoken line costs less than a hundredth of a cent.
_PRECISION = 1_000_000
RUN_IS_ON = "A run is active. Wait until it has ended."


class RenderChoice(NamedTuple):
    """Which clips a person wants rendered: `only` these, where it is not None; a new take of those in `retake`."""

    retake: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None


async def offer_render(script: Path, options: Options, folder: Path, choice: RenderChoice, *, sandbox: bool) -> Offer:
    """What a render of the script on disk would do. Raises StudioRefusal."""
    plan, text = await asyncio.to_thread(_plan, script, options, folder, choice)
    why_not, balance = "", None
    if not sandbox and plan.sent:
        plan, balance, why_not = await _with_prices(plan)
    fetched = sum(item.action in _FETCHED for item in plan.items) + len(plan.strays)
    if not plan.sent and not fetched and not why_not:
        why_not = NOTHING_TO_RENDER
    why_not = why_not or why_not_now(script, folder, plan.usd, sandbox=sandbox)
    data = plan_data(plan)
    usd = 0.0 if sandbox else plan.usd
    words = [word for clip in choice.retake for word in ("--retake", clip)]
    words += [word for clip in choice.only or () for word in ("--only", clip)]
    return Offer(
        offer_digest(text, sandbox, choice, data),
        data,
        usd,
        len(plan.sent),
        fetched,
        why_not,
        balance.usd if balance else None,
        run_words("render", script, usd, words, sandbox=sandbox),
        folder,
    )


def run_words(command: str, script: Path, usd: float, words: Sequence[str], *, sandbox: bool) -> tuple[str, ...]:
    """The words after `sbc` of a run that costs at most so much."""
    money_words = ("--sandbox",) if sandbox else ("--max-cost", f"{math.ceil(usd * _PRECISION) / _PRECISION:.6f}")
    return (command, str(script), "--yes", "--format", "json", *money_words, *words)


def why_not_now(script: Path, folder: Path, usd: float, *, sandbox: bool) -> str:
    """Why a run of this price cannot begin at this moment, in a sentence; empty where it can."""
    if is_held(folder):
        return RUN_IS_ON
    if sandbox or not usd:
        return ""
    budget = budget_of(str(script), folder, [sibling_folder(folder)])
    if not budget.is_set:
        return ""
    with ledger_to_read(folder) as ledger:
        why = budget.why_not(usd, 0.0, ledger.entries() if ledger else (), time.time())
    return f"This costs {money(usd)}, but {why}." if why else ""


def text_digest(analysis: Analysis) -> str:
    """A digest of a script and all that it includes."""
    texts = "\0".join(source.text for source in analysis.sources)
    return sha256(texts.encode("utf-8", "replace")).hexdigest()


def _plan(script: Path, options: Options, folder: Path, choice: RenderChoice) -> tuple[RunPlan, str]:
    """The plan of a render, and the digest of the script. Raises StudioRefusal."""
    try:
        analysis = analyze_file(str(script), in_project(str(script), options._replace(wire=SENT_WIRE)))
        if analysis.has_errors:
            raise StudioRefusal("The script has errors; they are listed below it.")
        jobs = build_jobs(analysis)
        retake = select_clips(choice.retake, jobs)
        only = None if choice.only is None else select_clips(choice.only, jobs)
        with ledger_to_read(folder) as ledger:
            plan = plan_run(jobs, ledger, folder=folder, only=only, retake=retake, is_sending=is_held(folder))
    except (Unreadable, LedgerUnusable, NoSuchClip) as problem:
        raise StudioRefusal(f"{problem}.") from None
    return plan, text_digest(analysis)


def transport_to_pay_with() -> Transport:
    """The wire to the service with the person's key. Raises StudioRefusal where there is no key."""
    from storyboard.venice.transport import Transport

    try:
        address = choose_base_url(None)
        key = find_key(address, os.environ, Path.cwd())
    except MissingSetting as problem:
        raise StudioRefusal(f"{problem}.") from None
    return Transport(address, key)


async def _with_prices(plan: RunPlan) -> tuple[RunPlan, Balance | None, str]:
    """The plan with the service's prices, what is left of the money, and why it cannot be paid."""
    from storyboard.spend.balance import ask_balance
    from storyboard.spend.quotes import ask_quotes

    try:
        wire = transport_to_pay_with()
    except StudioRefusal as problem:
        return plan, None, str(problem)
    async with wire as transport:
        quotes, balance = await asyncio.gather(
            ask_quotes((item.job.quote_body for item in plan.items), transport), ask_balance(transport)
        )
    if quotes.problem:
        said = f"The service gave no price ({quotes.problem}), and nothing is paid without one."
        return plan, balance, said
    plan = plan.with_quotes(quotes)
    if plan.unpriced or plan.estimated:
        return plan, balance, "The service gave no price for some clips, and nothing is paid without one."
    return plan, balance, ""


def money_of(analysis: Analysis, folder: Path, *, sandbox: bool) -> dict[str, Any]:
    """What a film has cost and would still cost, by the table: `paid`, `to_pay`, clips `to_send`, and clips whose
    payment is `unknown`."""
    try:
        with ledger_to_read(folder) as ledger:
            paid = 0.0 if sandbox or ledger is None else committed_usd(ledger.entries())
            if analysis.has_errors:
                return {"paid": paid, "to_pay": None, "to_send": 0, "unknown": 0, "done": 0}
            plan = plan_run(build_jobs(analysis), ledger, folder=folder, is_sending=is_held(folder))
    except LedgerUnusable:
        return {"paid": None, "to_pay": None, "to_send": 0, "unknown": 0, "done": 0}
    return {
        "paid": paid,
        "to_pay": plan.usd,
        "to_send": len(plan.sent),
        "unknown": sum(item.action == "unknown" for item in plan.items),
        "done": sum(item.take is not None for item in plan.items),
    }
