"""Reports for people: the plan as a table, the folder, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from storyboard.render.clip_takes import ClipTakes
from storyboard.render.files import CLIPS
from storyboard.render.jobs import Job
from storyboard.render.planning import PlanItem, PlannedAction, RunPlan, entries_of
from storyboard.report.prices import price_lines, price_sources
from storyboard.report.privacy import privacy_of
from storyboard.spend.balance import balance_lines
from storyboard.spend.budget import committed_usd
from storyboard.spend.entry import Entry
from storyboard.spend.outcome import Outcome, how_to_continue
from storyboard.spend.states import RUNNING, State
from storyboard.venice.service import service_facts
from storyboard.wording import count, listed, money, printable, shorten, table

#: Prices that differ by less are the same.
_CENT = 0.01 + 1e-9

#: Warnings that a plan repeats; a page of them would hide what it costs.
_MOST_WARNINGS = 20

Row = tuple[str, ...]


def write_plan(plan: RunPlan, *, today: date, is_paid: bool = True) -> Iterator[str]:
    """The plan as lines: a table of clips, who receives the material, and in the last line what the run costs.

    `today` gives the age of the table's prices; `is_paid` is False in the sandbox.
    """
    head: Row = ("clip", "scene", "shots", "s", "model", "references", "price", "what happens")
    yield from table([head, *(_plan_row(item) for item in plan.items)], right={3, 6})
    yield ""
    seconds = sum(item.job.clip.duration for item in plan.items)
    whole = sum((item.price or 0.0 for item in plan.items), 0.0)
    yield f"The film: {count(len(plan.items), 'clip')}, {seconds} s, {dollars(whole)} in all."
    if plan.quotes and plan.quotes.prices:
        yield f"Prices: asked of {'Venice' if is_paid else 'the sandbox'} just now."
    if plan.quotes is None or plan.estimated:
        planned = [item.job.planned for item in plan.items]
        yield from price_lines(planned, today, was_asked=plan.quotes is not None)
    yield from _notes(plan)
    if is_paid:
        yield from _privacy_line(plan)
        yield from balance_lines(plan.balance, plan.usd)
    else:
        yield "The sandbox renders on this machine: nothing is paid, and nothing leaves it."
    yield from _warnings(plan)
    yield cost_line(plan)


def _warnings(plan: RunPlan) -> Iterator[str]:
    """Warnings about the clips that this run would pay for, with their lines."""
    found = [(item.job.id, one) for item in plan.sent for one in item.job.warnings]
    for clip, one in found[:_MOST_WARNINGS]:
        yield printable(f"{clip}, {one.file}:{one.start.line}: warning {one.code}: {one.message}")
    if len(found) > _MOST_WARNINGS:
        yield f"{len(found) - _MOST_WARNINGS} more warnings: `sbc check` says which."


def cost_line(plan: RunPlan) -> str:
    """What this run sends and pays, as a sentence."""
    sent = plan.sent
    if not sent:
        return "This run sends nothing and costs nothing."
    changed = [item for item in sent if item.action is PlannedAction.CHANGED]
    line = f"This run sends {count(len(sent), 'clip')} for {dollars(plan.usd)}"
    if changed:
        part = f"{dollars(sum((item.usd or 0.0 for item in changed), 0.0))} of it"
        line += f", {part if len(changed) < len(sent) else 'all of it'} for what changed"
    if plan.unpriced:
        line += f", and {count(plan.unpriced, 'clip')} without a price in the table"
    if plan.estimated:
        return f"{line}. {estimate_line(plan)}"
    return f"{line}{'' if plan.quotes else _other_price(sent)}."


def _other_price(items: Sequence[PlanItem]) -> str:
    """The other table's prices of clips without a quote, if they are higher.

    A person who reads only the last line must not pay more than it says.
    """
    whole = sum(item.price or 0.0 for item in items)
    most = sum(item.dearest or 0.0 for item in items)
    if most <= whole + _CENT / 2:
        return ""
    dearer = (item.job.planned.model.other_price for item in items if item.dearest != item.price)
    return f", or {money(most)} by {listed(tuple(dict.fromkeys(one.basis for one in dearer if one)))}"


def estimate_line(plan: RunPlan) -> str:
    """That the service gives no price, and which price is used instead."""
    some = plan.estimated
    problem = f" ({plan.quotes.problem})" if plan.quotes and plan.quotes.problem else ""
    priced = [item for item in some if item.price is not None]
    unpriced = len(some) - len(priced)
    whose = "its price" if len(some) == len(plan.sent) else f"the price of {count(len(some), 'clip')}"
    if not priced:
        return f"Venice does not give {whose}{problem}, and no table has one."
    tables = " and ".join(dict.fromkeys(item.job.planned.model.price.basis for item in priced))
    says = f"the table ({tables}) says {dollars(sum((item.price or 0.0 for item in priced), 0.0))}"
    more = _other_price(priced) + (f", and nothing of {count(unpriced, 'clip')}" if unpriced else "")
    return f"Venice does not give {whose}{problem}; {says}{more}."


def render_question(plan: RunPlan) -> str:
    """The question that the person answers before anything is paid."""
    clips = count(len(plan.sent), "clip")
    if plan.estimated:
        return f"{estimate_line(plan)} Send {clips} anyway?"
    price = dollars(plan.usd) if plan.usd or not plan.unpriced else "what the service takes"
    more = ", and what the service takes for those without a price" if plan.usd and plan.unpriced else ""
    return f"Send {clips} and pay {price}{more}?"


def _privacy_line(plan: RunPlan) -> Iterator[str]:
    """What happens to prompts and pictures that leave this machine, model by model."""
    models = {item.job.clip.model: item.job.privacy for item in plan.sent}
    if models:
        told = (privacy_of(model, privacy) for model, privacy in models.items())
        yield " ".join(("Sent from this machine: prompts and pictures.", *told))


def write_status(
    plan: RunPlan,
    entries: Sequence[Entry],
    now: float,
    *,
    is_paid: bool = True,
    is_sending: bool = False,
    chosen: Collection[int] = (),
) -> Iterator[str]:
    """The content of a folder: a line for each take, then takes that the script no longer needs, then pictures and
    sounds.

    `is_sending` says whether a run is sending right now; `chosen` has the ids of the chosen entries; `now` is in
    seconds since 1970.
    """
    everything = entries
    entries = [one for one in everything if one.kind == "clip"]
    others = [one for one in everything if one.kind != "clip" and one.state is not State.PLANNED]
    rows: list[Row] = [("clip", "take", "state", "age", "price", "file")]
    wanted = {item.job.clip.fingerprint for item in plan.items}
    found = [(item, _takes_shown(item, entries)) for item in plan.items]
    for item, takes in found:
        rows += _status_rows(item, takes, now, is_sending=is_sending)
    yield from table(rows, right={4})
    if estimates := price_sources(item.job.planned for item, takes in found if not takes):
        yield f"Prices of what is not rendered: {listed(estimates)}."
    left = [one for one in entries if one.fingerprint not in wanted and one.state is not State.REFUSED]
    if left:
        yield ""
        yield "No longer in the script:"
        yield from table([_entry_row(one.clip_id, one, now, "", is_sending=is_sending) for one in left], right={4})
    for what, some in (
        ("picture or sound", [one for one in others if one.kind != "finish"]),
        ("finished take of", [one for one in others if one.kind == "finish"]),
    ):
        yield from _other_takes(what, some, now, chosen, is_sending=is_sending)
    if is_sending:
        yield ""
        yield "A run is using this folder right now."
    yield ""
    yield _paid_so_far(everything, is_paid=is_paid, is_sending=is_sending)


def _other_takes(
    what: str, entries: Sequence[Entry], now: float, chosen: Collection[int], *, is_sending: bool
) -> Iterator[str]:
    """The table of takes that are not of clips, under a blank line; nothing where there are none."""
    if not entries:
        return
    several = Counter(one.clip_id for one in entries)
    rows: list[Row] = [(what, "take", "state", "age", "price", "file")]
    for one in entries:
        mark = "chosen" if one.id in chosen and several[one.clip_id] > 1 else ""
        rows.append(_entry_row(one.clip_id, one, now, mark, is_sending=is_sending))
    yield ""
    yield from table(rows, right={4})


def _paid_so_far(entries: Sequence[Entry], *, is_paid: bool, is_sending: bool) -> str:
    """What was paid and what perhaps was; an open call of a run that sends now is not in doubt yet."""
    perhaps = (State.UNKNOWN,) if is_sending else (State.UNKNOWN, State.INTENDED)
    paid = committed_usd(one for one in entries if one.state not in perhaps)
    unknown = committed_usd(one for one in entries if one.state in perhaps)
    refunded = sum((one.usd or 0.0 for one in entries if one.state is State.REFUNDED), 0.0)
    words = "Paid so far:" if is_paid else "Nothing is paid in the sandbox; at Venice this would cost"
    return _sum(words, paid, unknown) + (f" Also refunded: {dollars(refunded)}." if refunded else "")


def write_outcome(outcome: Outcome, plan: RunPlan, folder: Path, again: str, *, is_paid: bool = True) -> Iterator[str]:
    """How a run ended, where the clips are, and how to continue; `again` is the command to type."""
    total = len(plan.items)
    at = {item.job.id: item.job.at for item in plan.items}
    where = f", in {printable(str(folder / CLIPS))}" if outcome.saved else ""
    lost = set(outcome.unknown)
    perhaps = sum((item.usd or 0.0 for item in plan.sent if item.job.id in lost), 0.0)
    said = "This run spent" if is_paid else "At Venice this would cost"
    spent = _sum(said, max(0.0, outcome.spent - perhaps), perhaps)
    back = f" Refunded meanwhile: {dollars(outcome.refunded)}." if outcome.refunded else ""
    if not plan.sent and not outcome.spent:
        spent = "Nothing was sent, so nothing was spent."
    yield f"Saved: {len(outcome.saved)} of {count(total, 'clip')}{where}. {spent}{back}"
    if outcome.stopped:
        yield f"Nothing more was sent: {outcome.stopped}."
    for name, clips, remedy in _remedies(outcome):
        places = ", ".join(f"{clip} ({at[clip]})" if clip in at else clip for clip in clips)
        yield f"{name}: {places}. {remedy}".rstrip()
    yield from how_to_continue(outcome, again)


def _remedies(outcome: Outcome) -> Iterator[tuple[str, Sequence[str], str]]:
    """The clips that are not saved, by outcome, with what the person can do."""
    if some := outcome.running:
        they = "It is" if len(some) == 1 else "They are"
        yield "Still running", some, f"{they} paid, and the next run collects {_them(some)}."
    if some := outcome.unknown:
        again = f"{_option('--resend-unknown', some)} sends {_them(some)} again, at the risk of paying twice."
        yield "Perhaps paid", some, f"Check your account at the service. {again}"
    if some := outcome.refused:
        remedy = "" if outcome.stopped else " Change what was refused, then run again."
        yield "Refused", some, f"Nothing was paid for {_them(some)}.{remedy}"
    if some := outcome.rejected:
        again = f"{_option('--retake', some)} pays {'a new take' if len(some) == 1 else 'new takes'}"
        yield "Rejected", some, f"See `sbc status`; `sbc pick` can still use {_them(some)}, {again}."
    if some := outcome.failed:
        yield "Failed", some, f"{_option('--retake', some)} pays {'a new take' if len(some) == 1 else 'new takes'}."
    if some := outcome.unsent:
        yield "Not sent", some, ""


def _them(clips: Sequence[str]) -> str:
    return "it" if len(clips) == 1 else "them"


def _option(name: str, clips: Sequence[str]) -> str:
    return f"{name} {','.join(clips)}"


def _sum(words: str, usd: float, perhaps: float) -> str:
    return f"{words} {dollars(usd)}" + (f", and perhaps {dollars(perhaps)} more." if perhaps else ".")


def dollars(usd: float | None) -> str:
    """A price, or `price unknown`."""
    return "no price" if usd is None else money(usd)


def age_in_words(seconds: float) -> str:
    """How long ago, in the largest useful unit; a clock that was set back counts as no time."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{int(seconds // length)} {unit}"
    return f"{max(0, int(seconds))} s"


def _plan_row(item: PlanItem) -> Row:
    """The table row of one clip."""
    clip = item.job.clip
    shots = [shot.number for shot in clip.shots]
    price, listed = dollars(item.price), clip.estimate.usd
    if item.quote is not None and (listed is None or abs(item.quote - listed) > _CENT):
        price = f"{price} (table {dollars(listed)})"
    return (
        clip.id,
        shorten(clip.scene.heading or "", 34),
        shots[0] if len(shots) == 1 else f"{shots[0]}–{shots[-1]}",
        str(clip.duration),
        item.job.planned.model.short_name,
        shorten(", ".join(dict.fromkeys(one.name for one in clip.references)), 40),
        price,
        _happens(item),
    )


def _happens(item: PlanItem) -> str:
    take = f"take {item.take.number}" if item.take and item.action is PlannedAction.FINISHED else ""
    first = f"waits for {item.after}" if item.after else ""
    return ", ".join(part for part in (item.action.value, take, first, item.why) if part)


def _notes(plan: RunPlan) -> Iterator[str]:
    """Notes below the plan: reduced pictures, entries without a clip, payments that are not certain."""
    most = service_facts("limits")["request_bytes"]
    smaller: dict[tuple[int, int], list[str]] = {}
    for item in plan.items:
        if (step := item.job.reduction) is not None:
            key = step.quality, round(step.share * item.job.planned.model.long_side)
            smaller.setdefault(key, []).append(item.job.id)
    for (quality, side), ids in smaller.items():
        yield (
            f"Pictures of {listed(ids)} are made smaller, because the service accepts at most {most / 1e6:.0f} MB: "
            f"quality {quality} of 100, at most {side:,} pixels a side."
        )
    if plan.strays:
        clips = ", ".join(entry.clip_id for entry in plan.strays)
        yield f"Paid and running, although the script no longer asks for it: {clips}. It will be collected anyway."
    left = [item for item in plan.items if item.unknown and item.action is not PlannedAction.UNKNOWN]
    if left:
        yield f"Perhaps also paid: {', '.join(item.job.id for item in left)}; `sbc status` says when."


def _takes_shown(item: PlanItem, entries: Sequence[Entry]) -> list[Entry]:
    """The takes of a clip, and before them the one in the film if it is of an older text."""
    found = entries_of(item, entries)
    is_former = item.take is not None and all(entry.id != item.take.id for entry in found)
    return [item.take, *found] if item.take is not None and is_former else found


def _status_rows(item: PlanItem, found: Sequence[Entry], now: float, *, is_sending: bool) -> Iterator[Row]:
    """The table rows of one clip and its takes."""
    if not found:
        yield (item.job.id, "", "not rendered", "", dollars(item.job.clip.estimate.usd), "")
    for number, entry in enumerate(found):
        is_chosen = item.take is not None and item.take.id == entry.id
        differs = is_chosen and entry.fingerprint != item.job.clip.fingerprint
        marks = ["chosen"] if is_chosen and len(found) > 1 else []
        marks += ["the text has changed since"] if differs else []
        clip = item.job.id if number == 0 else ""
        yield _entry_row(clip, entry, now, ", ".join(marks), is_sending=is_sending)


def write_takes(job: Job, takes: ClipTakes, notes: Mapping[int, Sequence[str]], now: float) -> Iterator[str]:
    """The takes of a clip that can be picked, each with its notes."""
    if not takes.choosable:
        yield f"{job.id} has no finished take."
        return
    for entry in takes.choosable:
        is_chosen = takes.take is not None and takes.take.id == entry.id
        marks = ["in the film"] if is_chosen else []
        marks += ["locked"] if is_chosen and takes.is_locked else []
        marks += ["of an older text"] if entry.fingerprint != job.clip.fingerprint else []
        marks += [f"rejected: {entry.said}"] if entry.state is State.REJECTED else []
        about = [
            f"take {entry.number}",
            age_in_words(now - entry.changed),
            dollars(entry.usd),
            entry.file or "",
            *marks,
        ]
        yield f"{job.id}: {', '.join(part for part in about if part)}"
        yield from (f"  note: {text}" for text in notes.get(entry.id, ()))


def _entry_row(clip: str, entry: Entry, now: float, mark: str, *, is_sending: bool = False) -> Row:
    """The table row of one take."""
    said = f" ({shorten(entry.said, 80)})" if entry.said else ""
    state = {State.SAVED: "finished", State.INTENDED: "unknown"}.get(entry.state, entry.state.value)
    if entry.state in RUNNING:
        state = "running"
    elif is_sending and entry.state is State.INTENDED:
        state = "sending"
    return (
        clip,
        "" if entry.number is None else str(entry.number),
        f"{state}{f', {mark}' if mark else ''}{said}",
        age_in_words(now - entry.changed),
        dollars(entry.usd),
        entry.file or "",
    )
