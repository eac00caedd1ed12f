"""Reports about what was heard in takes, for people and programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from storyboard.make.actions import SENT, PictureAction
from storyboard.make.heard_lines import HeardLine, HeardTake, LineVerdict
from storyboard.make.listen import HeardFilm, ListeningPlan
from storyboard.make.transcripts import TranscriptItem
from storyboard.report.prices import is_old
from storyboard.report.privacy import privacy_of
from storyboard.spend.balance import balance_lines
from storyboard.spend.outcome import ExitCode, Outcome, outcome_data
from storyboard.wording import FINE_PLACES, count, exact_money, money, shorten, table


def write_listening_plan(plan: ListeningPlan, *, today: date, is_paid: bool = True) -> Iterator[str]:
    """The plan as lines: a table of takes, where their sound goes, and in the last line what the run costs."""
    rows = [("clip", "take", "length", "lines", "price", "what happens"), *map(_row, plan.items)]
    yield from table(rows, right={2, 3, 4})
    yield ""
    for model in dict.fromkeys(item.wanted.model for item in plan.sent):
        age = f", {(today - model.date).days} days old" if is_old(model.date, today) else ""
        yield f"Prices: {model.basis}{age}. Venice quotes no prices for these."
        if is_paid:
            yield f"Sent from this machine: the sound of takes. {privacy_of(model.id, model.privacy)}"
    if is_paid:
        yield from balance_lines(plan.balance, plan.usd)
    else:
        yield "The sandbox listens on this machine: nothing is paid, and nothing leaves it."
    yield cost_line(plan)


def _row(item: TranscriptItem) -> tuple[str, ...]:
    wanted, is_sent = item.wanted, item.action in SENT
    return (
        wanted.clip,
        wanted.take.path.name if wanted.take else "",
        f"{wanted.track.seconds:.1f} s" if wanted.track else "",
        str(len(wanted.lines)),
        money(wanted.usd, FINE_PLACES) if is_sent else "",
        ", ".join(filter(None, (_HAPPENS.get(item.action, item.action.value), item.why))),
    )


_HAPPENS = {PictureAction.NEW: "listened to", PictureAction.RETAKE: "listened to again", PictureAction.FINISHED: ""}


def cost_line(plan: ListeningPlan) -> str:
    """What this run sends and pays, in a sentence."""
    if not plan.sent:
        return "This run sends nothing and costs nothing."
    return f"This run has {count(len(plan.sent), 'take')} transcribed for {exact_money(plan.usd)}."


def listening_question(plan: ListeningPlan) -> str:
    """What the person agrees to before anything is paid."""
    return f"Have {count(len(plan.sent), 'take')} transcribed and pay {exact_money(plan.usd)} by the price list?"


def write_heard(film: HeardFilm, again: str, *, is_paid: bool = True) -> Iterator[str]:
    """What was heard, take by take: each line that was not said as it is written; then how the run ended."""
    for clip, take in film.heard.items():
        yield from _take_lines(clip, take)
    lines = [line for take in film.heard.values() for line in take.lines]
    kinds = [(sum(one.verdict is kind for one in lines), kind.value) for kind in LineVerdict]
    told = ", ".join(f"{number} {word}" for number, word in kinds if number)
    outcome = film.outcome
    costs = (
        f"This run spent {exact_money(outcome.spent)}"
        if is_paid
        else f"At Venice this would cost {exact_money(outcome.spent)}"
    )
    yield f"{count(len(lines), 'line')} in {count(len(film.heard), 'take')}: {told or 'nothing to compare'}. {costs}."
    yield from _endings(outcome, again)


def _take_lines(clip: str, take: HeardTake) -> Iterator[str]:
    if take.is_as_written:
        yield f"{clip}: {count(len(take.lines), 'line')}, said as written."
        return
    yield f"{clip}:"
    for line in take.lines:
        yield f"  {_line(line)}"
    for words in take.besides:
        yield f"  also heard, but not in the script: “{shorten(words, 90)}”"


def _line(heard: HeardLine) -> str:
    when = f" ({heard.start:.1f} to {heard.end:.1f} s)" if heard.start is not None and heard.end is not None else ""
    told = f"{heard.line.speaker}: “{shorten(heard.line.text, 90)}” {heard.verdict.value}{when}"
    return f"{told}; heard “{shorten(heard.heard, 90)}”" if heard.verdict is LineVerdict.CHANGED else told


def _endings(outcome: Outcome, again: str) -> Iterator[str]:
    if outcome.stopped:
        yield f"Nothing more was sent: {outcome.stopped}."
    for names, words, remedy in (
        (outcome.unknown, "Perhaps paid", "--resend-unknown {names} asks again, at the risk of paying twice."),
        (outcome.refused, "Refused", "Nothing was paid for them."),
        (outcome.failed, "Failed", "--retake {names} asks again."),
        (outcome.unsent, "Not listened to", ""),
    ):
        if names:
            yield f"{words}: {', '.join(names)}. {remedy.format(names=','.join(names))}".rstrip()
    if outcome.unsent or outcome.code is ExitCode.INTERRUPTED:
        yield f"To continue: {again}"


def listening_plan_data(plan: ListeningPlan) -> dict[str, Any]:
    """The plan for programs. `takes`, in the film's order: `clip`; `file` of its take, or null; `seconds` of its sound,
    or null; how many `lines` are said in it; `model`, its `privacy`; `action`, a value of actions.PictureAction, and
    `why`; `usd` by the list, its `basis`, and `cost`, what the run pays. `totals`: how many are `sent`, for how many
    `usd`. `balance`: what the key may spend, in US dollars, or null."""
    return {
        "format": "storyboard-listening-plan/1",
        "takes": [_item_data(item) for item in plan.items],
        "totals": {"takes": len(plan.items), "sent": len(plan.sent), "usd": round(plan.usd, 6)},
        "balance": plan.balance.usd if plan.balance else None,
    }


def _item_data(item: TranscriptItem) -> dict[str, Any]:
    wanted = item.wanted
    return {
        "clip": wanted.clip,
        "file": wanted.take.path.name if wanted.take else None,
        "seconds": round(wanted.track.seconds, 3) if wanted.track else None,
        "lines": len(wanted.lines),
        "model": wanted.model.id,
        "privacy": wanted.model.privacy,
        "action": item.action.value,
        "why": item.why,
        "usd": wanted.usd,
        "basis": wanted.model.basis,
        "cost": item.usd,
    }


def heard_data(film: HeardFilm) -> dict[str, Any]:
    """How a run ended, as of `outcome_data`, and by clip what was `heard`: its `lines` with `speaker`, `text`,
    `verdict`, the words that were `heard` and when, in seconds or null; and what was heard `besides`."""
    return {**outcome_data(film.outcome), "heard": _heard_by_clip(film.heard)}


def _heard_by_clip(heard: Mapping[str, HeardTake]) -> dict[str, Any]:
    return {
        clip: {
            "lines": [
                {
                    "speaker": one.line.speaker,
                    "text": one.line.text,
                    "verdict": one.verdict.value,
                    "heard": one.heard,
                    "start": one.start,
                    "end": one.end,
                }
                for one in take.lines
            ],
            "besides": list(take.besides),
        }
        for clip, take in heard.items()
    }
