"""Reports of finishing, for people and programs: the plan as a table, its question, and the outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from storyboard.render.files import CLIPS
from storyboard.render.finish.planning import SENT, FinishAction, FinishItem, FinishPlan
from storyboard.report.privacy import privacy_of
from storyboard.spend.balance import balance_lines
from storyboard.spend.outcome import Outcome, how_to_continue
from storyboard.wording import count, listed, money, printable, table

#: Prices that differ by less are the same, in US dollars.
_CENT = 0.01 + 1e-9
Row = tuple[str, ...]


def write_finish_plan(plan: FinishPlan, *, today: date, is_paid: bool = True) -> Iterator[str]:
    """The plan as lines; the last one says what the run costs.

    `today` gives the age of the catalogue's prices; `is_paid` is False in the sandbox.
    """
    head: Row = ("clip", "take", "s", "picture", "becomes", "price", "what happens")
    yield from table([head, *(_row(item) for item in plan.items)], right={2, 5})
    yield ""
    if plan.sent:
        yield from _price_lines(plan, today, is_paid=is_paid)
    if plan.sent and is_paid:
        model = plan.sent[0].job.model
        yield f"The takes leave this machine. {privacy_of(model.id, model.privacy)}"
        yield from balance_lines(plan.balance, plan.usd)
    if not is_paid:
        yield "The sandbox enlarges on this machine: nothing is paid, and nothing leaves it."
    if plan.strays:
        clips = listed(list(dict.fromkeys(one.clip_id for one in plan.strays)))
        yield f"Paid and running, although another take is in the film now: {clips}. It will be collected anyway."
    yield cost_line(plan)


def _price_lines(plan: FinishPlan, today: date, *, is_paid: bool) -> Iterator[str]:
    model = plan.sent[0].job.model
    if len(plan.estimated) < len(plan.sent):
        yield f"Prices: asked of {'Venice' if is_paid else 'the sandbox'} just now."
    if plan.estimated:
        days = (today - model.date).days
        yield f"Prices that it did not give are those of {model.basis} ({count(days, 'day')} ago)."


def _row(item: FinishItem) -> Row:
    """The table row of one take."""
    job = item.candidate.job
    if job is None:
        return (item.clip, "", "", "", "", "", f"{item.action}: {item.why}")
    width, height = job.size
    happens = ", ".join(filter(None, (str(item.action), _parts(item), item.why)))
    if item.finished is not None and item.action is FinishAction.FINISHED:
        happens = f"finished: {item.finished.path.name}"
    price = _price(item) if item.action in SENT else ""
    return (
        item.clip,
        f"take {job.take.number}",
        f"{job.seconds:.1f}".removesuffix(".0"),
        f"{job.media.size.width} × {job.media.size.height}",
        "cleaned" if job.factor == 1 else f"{width} × {height}",
        price,
        printable(happens),
    )


def _parts(item: FinishItem) -> str:
    return f"in {len(item.job.pieces)} pieces" if len(item.job.pieces) > 1 else ""


def _price(item: FinishItem) -> str:
    differs = item.quotes and not item.estimated and abs(item.usd - item.listed_usd) > _CENT
    return f"{money(item.usd)} (table {money(item.listed_usd)})" if differs else money(item.usd)


def cost_line(plan: FinishPlan) -> str:
    """What this run sends and pays, as a sentence."""
    if not plan.sent:
        return "This run sends nothing and costs nothing."
    line = f"This run finishes {count(len(plan.sent), 'take')} for {money(plan.usd)}."
    return f"{line} {finish_estimate(plan)}".rstrip()


def finish_estimate(plan: FinishPlan) -> str:
    """That the service gives no price, and which price is used instead; empty if it gives all prices."""
    some = plan.estimated
    if not some:
        return ""
    whose = "its price" if len(some) == len(plan.sent) else f"the price of {count(len(some), 'take')}"
    problem = f" ({printable(plan.problem)})" if plan.problem else ""
    usd = money(sum(item.usd for item in some))
    return f"Venice does not give {whose}{problem}; the table ({some[0].job.model.basis}) says {usd}."


def finish_question(plan: FinishPlan) -> str:
    """The question that the person answers before anything is paid."""
    takes = count(len(plan.sent), "take")
    if plan.estimated:
        return f"{finish_estimate(plan)} Send {takes} anyway?"
    return f"Finish {takes} and pay {money(plan.usd)}?"


def finish_plan_data(plan: FinishPlan) -> dict[str, Any]:
    """The plan as JSON data for programs.

    One row for each clip, with its `action`, the take, sizes in pixels, and `usd` that it costs in this run; the sum in
    `usd`; and why prices are the catalogue's in `quote_problem`.
    """
    return {
        "clips": [_item_data(item) for item in plan.items],
        "usd": round(plan.usd, 4),
        "sent": len(plan.sent),
        "quote_problem": plan.problem,
        "balance": plan.balance.usd if plan.balance else None,
    }


def _item_data(item: FinishItem) -> dict[str, Any]:
    """One take as JSON data."""
    facts: dict[str, Any] = {"clip": item.clip, "action": str(item.action), "why": item.why}
    if (job := item.candidate.job) is not None:
        facts |= {
            "take": job.take.number,
            "file": job.media.path.name,
            "seconds": round(job.seconds, 3),
            "frames": job.media.frames,
            "size": list(job.media.size),
            "becomes": list(job.size),
            "model": job.model.id,
            "pieces": len(job.pieces),
            "usd": round(item.usd, 4),
            "listed_usd": round(item.listed_usd, 4),
            "is_quoted": bool(item.quotes) and not item.estimated,
            "finished": item.finished.path.name if item.finished else None,
        }
    return facts


def write_finish_outcome(
    outcome: Outcome, plan: FinishPlan, folder: Path, again: str, *, is_paid: bool = True
) -> Iterator[str]:
    """How a run ended, where the finished takes are, and how to continue; `again` is the command to type."""
    total = sum(item.candidate.job is not None for item in plan.items)
    where = f", in {printable(str(folder / CLIPS))}" if outcome.saved else ""
    perhaps = sum(item.usd for item in plan.sent if item.clip in outcome.unknown)
    spent = f"{'This run spent' if is_paid else 'At Venice this would cost'} {money(max(0.0, outcome.spent - perhaps))}"
    more = f", and perhaps {money(perhaps)} more" if perhaps else ""
    back = f" Refunded meanwhile: {money(outcome.refunded)}." if outcome.refunded else ""
    yield f"Finished: {len(outcome.saved)} of {count(total, 'take')}{where}. {spent}{more}.{back}"
    if outcome.stopped:
        yield f"Nothing more was sent: {outcome.stopped}."
    for name, clips, remedy in _remedies(outcome):
        yield f"{name}: {listed(clips)}. {remedy}".rstrip()
    yield from how_to_continue(outcome, again)


def _remedies(outcome: Outcome) -> Iterator[tuple[str, Sequence[str], str]]:
    """The takes that are not finished, by outcome, with what the person can do."""
    if some := outcome.running:
        yield "Still running", some, "The next run collects what is paid."
    if some := outcome.unknown:
        remedy = f"--resend-unknown {','.join(some)} sends again, at the risk of paying twice."
        yield "Perhaps paid", some, f"Check your account at the service. {remedy}"
    if some := outcome.refused:
        yield "Refused", some, "Nothing was paid for what was refused."
    if some := outcome.failed:
        yield "Failed", some, f"See `sbc status`; --retake {','.join(some)} pays again."
    if some := outcome.unsent:
        yield "Not sent", some, ""
