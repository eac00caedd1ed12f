"""The offer of making pictures and sounds: what a run would do and cost."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

from storyboard.compiler.loader import Unreadable
from storyboard.compiler.pipeline import Analysis, Options, analyze_file
from storyboard.compiler.prompts import TemplateProblem
from storyboard.make.actions import PictureAction
from storyboard.make.planning import PictureOptions, PicturePlan
from storyboard.make.report import picture_plan_data
from storyboard.make.requirements import errors_before_making, picture_model_of
from storyboard.make.run import ask_prices, plan_make_run
from storyboard.make.selection import NoSuchPicture, select_pictures
from storyboard.make.sounds import wanted_sounds
from storyboard.make.speeches import wanted_speeches
from storyboard.make.wanted_pictures import wanted_pictures
from storyboard.project.file import in_project, read_project
from storyboard.spend.ledger import LedgerUnusable
from storyboard.spend.session import Selection
from storyboard.studio.offers import Offer, ledger_to_read, offer_digest
from storyboard.studio.render_offer import run_words, text_digest, transport_to_pay_with, why_not_now
from storyboard.studio.takes import StudioRefusal

NOTHING_TO_MAKE = "There is nothing to make: everything exists, or waits for you."
_FETCHED = frozenset({PictureAction.PUT_BACK, PictureAction.COLLECTED})


class MakeChoice(NamedTuple):
    """Which pictures and sounds a person wants: `only` these, all that are missing where it is empty; a new take of
    those in `retake`; `copies` takes of each."""

    only: tuple[str, ...] = ()
    retake: tuple[str, ...] = ()
    copies: int = 1


async def offer_making(
    script: Path, options: Options, folder: Path, other_folder: Path, choice: MakeChoice, *, sandbox: bool
) -> Offer:
    """What `sbc make` would do about the script on disk. `other_folder` is where the sandbox draws, or, for the
    sandbox, where paid pictures are. Raises StudioRefusal."""
    plan, names, text = await asyncio.to_thread(_plan, script, options, folder, other_folder, choice)
    why_not = ""
    if not sandbox and plan.sends:
        try:
            async with transport_to_pay_with() as transport:
                plan = await ask_prices(plan, transport)
        except StudioRefusal as problem:
            why_not = str(problem)
        why_not = why_not or _why_unpriced(plan)
    actions = [item.action for group in (plan.items, plan.speeches, plan.sounds) for item in group]
    fetched = sum(action in _FETCHED for action in actions)
    if not plan.sends and not fetched and not why_not:
        why_not = NOTHING_TO_MAKE
    why_not = why_not or why_not_now(script, folder, plan.usd, sandbox=sandbox)
    usd, data = 0.0 if sandbox else plan.usd, picture_plan_data(plan)
    words = ["--takes", str(choice.copies)]
    words += [word for name in choice.retake for word in ("--retake", name)]
    words += [word for name in names for word in ("--only", name)]
    return Offer(
        offer_digest(text, sandbox, choice, {**data, "balance": None}),
        data,
        usd,
        plan.calls,
        fetched,
        why_not,
        plan.balance.usd if plan.balance else None,
        run_words("make", script, usd, words, sandbox=sandbox),
        folder,
    )


def _why_unpriced(plan: PicturePlan) -> str:
    """Why a plan cannot be paid for want of prices; empty where it can. Sounds are quoted, pictures and speeches have
    their price in the service's list."""
    if plan.quote_problem:
        return f"The service gave no price ({plan.quote_problem}), and nothing is paid without one."
    if None in [item.usd for item in plan.sent] + [item.usd for item in plan.queued]:
        return "Something in this plan has no price, and nothing is paid without one."
    return ""


def _plan(
    script: Path, options: Options, folder: Path, other_folder: Path, choice: MakeChoice
) -> tuple[PicturePlan, list[str], str]:
    """The plan, the ids that it is about, and the digest of the script. Raises StudioRefusal."""
    try:
        analysis = analyze_file(str(script), in_project(str(script), options))
        refuse_errors(analysis)
        there = (wanted_pictures(analysis), wanted_speeches(analysis), wanted_sounds(analysis))
        retake = select_pictures(choice.retake, *there)
        everything = frozenset(one.id for group in there for one in group)
        only = (select_pictures(choice.only, *there) if choice.only else everything) | retake
        plan = plan_making(analysis, folder, other_folder, Selection(only, retake), choice.copies)
    except (Unreadable, LedgerUnusable, NoSuchPicture, TemplateProblem) as problem:
        raise StudioRefusal(f"{problem}.") from None
    return plan, sorted(only), text_digest(analysis)


def plan_making(
    analysis: Analysis, folder: Path, other_folder: Path, selection: Selection, copies: int = 1
) -> PicturePlan:
    """What a run into `folder` would do about everything that a script names or says. Raises LedgerUnusable,
    TemplateProblem."""
    model = picture_model_of(analysis, read_project(analysis.path).picture_model)
    options = PictureOptions(copies=copies, model=model, templates=analysis.options.templates)
    with ledger_to_read(folder) as ledger:
        return plan_make_run(analysis, ledger, folder, other_folder, selection, options)


def refuse_errors(analysis: Analysis) -> None:
    """Raise StudioRefusal where a script has to be mended before anything is made from it."""
    if wrong := errors_before_making(analysis):
        raise StudioRefusal(f"The script has errors to be mended first: {wrong[0].message}")
