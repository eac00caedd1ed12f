"""The plan of a run, clip by clip, decided from jobs, ledger and files without sending anything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from storyboard.render.clip_takes import ClipTakes, FilmTakes, pick_command
from storyboard.render.files import FileState
from storyboard.render.jobs import Job
from storyboard.spend.balance import Balance
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import Ledger
from storyboard.spend.quotes import Quotes
from storyboard.spend.states import RUNNING, State
from storyboard.wording import shorten


class PlannedAction(StrEnum):
    """What a run does with a clip; the value is the word in tables."""

    NEW = "new"  # sent
    CHANGED = "changed"  # sent, because the script has changed
    RETAKE = "retake"  # sent, because the person asks for another take
    RESEND = "resend"  # sent again at the person's request, although it may have been paid
    SHARES = "shares"  # an equal clip is sent, whose take this one shares
    RUNNING = "running"  # paid, and will be collected
    GONE = "gone"  # finished, but its file is gone or changed: downloaded again while the service has it
    FINISHED = "finished"
    UNKNOWN = "unknown"  # perhaps paid; the person decides
    ENDED = "failed"  # sent, and ended without a clip; the person decides
    BLOCKED = "blocked"  # starts from a clip that will not exist
    LEFT_OUT = "left out"  # not selected in this run


#: Characters of the service's words that a table shows.
_SAID = 80
#: These are sent, and cost their price.
SENT = frozenset({PlannedAction.NEW, PlannedAction.CHANGED, PlannedAction.RETAKE, PlannedAction.RESEND})


@dataclass(frozen=True, slots=True)
class PlanItem:
    """A clip and what happens to it.

    `why` is for the person and may be empty. `take` is the finished take in the film; `current` is the entry that runs,
    is unknown, or ended. `leader` is the id of the clip whose take it shares; `after` that of a clip that has to exist
    first and does not yet. `quote` is the service's price of a take, in US dollars.
    """

    job: Job
    action: PlannedAction
    why: str = ""
    take: Entry | None = None
    current: Entry | None = None
    leader: str | None = None
    after: str | None = None
    unknown: tuple[Entry, ...] = ()
    quote: float | None = None

    @property
    def price(self) -> float | None:
        """The price of a take in US dollars: the service's, or else the table's; None if neither has one."""
        return self.job.clip.estimate.usd if self.quote is None else self.quote

    @property
    def dearest(self) -> float | None:
        """The most that a take may cost, in US dollars: without the service's price, the higher figure of the
        tables."""
        if self.quote is not None or self.price is None:
            return self.price
        return max(self.price, self.job.planned.other_usd or 0.0)

    @property
    def basis(self) -> str:
        """The source of the price."""
        return self.job.clip.estimate.basis if self.quote is None else "quote"

    @property
    def usd(self) -> float | None:
        """What a run pays for it, in US dollars; None if that is unknown."""
        return self.price if self.action in SENT else 0.0


@dataclass(frozen=True, slots=True)
class RunPlan:
    """A planned run: the clips in film order, and other paid entries.

    `strays` are entries that are paid and running although the script no longer asks for them. `to_fetch` are takes
    whose files are gone.
    """

    items: tuple[PlanItem, ...]
    strays: tuple[Entry, ...] = ()
    quotes: Quotes | None = None
    balance: Balance | None = None

    def with_quotes(self, quotes: Quotes, balance: Balance | None = None) -> RunPlan:
        """The plan with the service's prices for what it sends."""
        items = [replace(item, quote=quotes.of(item.job.quote_body)) for item in self.items]
        return replace(self, items=tuple(items), quotes=quotes, balance=balance or self.balance)

    @property
    def estimated(self) -> tuple[PlanItem, ...]:
        """The items to send whose price the service was asked for and did not give."""
        return tuple(item for item in self.sent if item.quote is None) if self.quotes else ()

    @property
    def usd(self) -> float:
        """What the run pays, as far as prices are known, in US dollars."""
        return sum((item.usd or 0.0 for item in self.items), 0.0)

    @property
    def sent(self) -> tuple[PlanItem, ...]:
        """The items that are sent, unless a clip before them fails."""
        return tuple(item for item in self.items if item.action in SENT)

    @property
    def unpriced(self) -> int:
        """The number of sent items without a price."""
        return sum(item.usd is None for item in self.sent)


def plan_run(
    jobs: Sequence[Job],
    ledger: Ledger | None,
    *,
    folder: Path,
    only: frozenset[str] | None = None,
    retake: frozenset[str] = frozenset(),
    resend: frozenset[str] = frozenset(),
    is_sending: bool = False,
) -> RunPlan:
    """Decide what a run does with each clip.

    `only` are the ids of the requested clips, None for all; `retake` and `resend` those that the person wants again.
    """
    known = FilmTakes(jobs, ledger, folder, is_sending=is_sending)
    items: dict[str, PlanItem] = {}
    sent: dict[str, str] = {}
    for job in jobs:
        item = _item(job, known, items, sent, only, retake, resend)
        items[job.id] = item
        if item.action in SENT and item.action is not PlannedAction.RETAKE:
            sent.setdefault(job.clip.fingerprint, job.id)
    wanted = {job.clip.fingerprint for job in jobs}
    strays = [entry for entry in known.entries if entry.state in RUNNING and entry.fingerprint not in wanted]
    return RunPlan(tuple(items.values()), tuple(strays))


def entries_of(item: PlanItem, entries: Sequence[Entry]) -> list[Entry]:
    """The entries that were made for a clip. Unsent ones cost nothing and are ignored."""
    return [
        one
        for one in entries
        if one.fingerprint == item.job.clip.fingerprint
        and one.own in (None, item.job.place)
        and one.state is not State.PLANNED
    ]


def _item(
    job: Job,
    film: FilmTakes,
    before: dict[str, PlanItem],
    sent: dict[str, str],
    only: frozenset[str] | None,
    retake: frozenset[str],
    resend: frozenset[str],
) -> PlanItem:
    """What a run does with one clip, in the order in which the reasons count."""
    takes = film.of(job)
    item = PlanItem(job, PlannedAction.NEW, take=takes.take, current=takes.running, unknown=takes.unknown)
    if takes.running is not None:
        return _changed(item, PlannedAction.RUNNING, "another run is sending it" if takes.is_sending else "")
    if takes.is_locked:
        return _finished(item, takes, film, before)
    if job.id in resend and takes.unknown:
        return _to_send(item, PlannedAction.RESEND, before, only)
    if job.id in retake:
        return _to_send(item, PlannedAction.RETAKE, before, only)
    if takes.take is not None:
        return _finished(item, takes, film, before)
    if takes.unknown:
        why = f"perhaps paid: --resend-unknown {job.id} sends it again"
        return _changed(item, PlannedAction.UNKNOWN, why, takes.unknown[-1])
    if takes.ended is not None:
        return _changed(item, PlannedAction.ENDED, _ended(takes.ended, job, film.folder), takes.ended)
    if leader := sent.get(job.clip.fingerprint):
        return PlanItem(job, PlannedAction.SHARES, f"the take of {leader}", leader=leader)
    if takes.former:
        why = _difference(job, takes.former[-1])
        if takes.choosable:
            why += f"; `{pick_command(job, film.folder, takes.choosable[-1])}` keeps the old take"
        return _to_send(_changed(item, PlannedAction.CHANGED, why), PlannedAction.CHANGED, before, only)
    return _to_send(item, PlannedAction.NEW, before, only)


def _changed(item: PlanItem, action: PlannedAction, why: str, current: Entry | None = None) -> PlanItem:
    return replace(item, action=action, why=why, current=current or item.current)


def _to_send(
    item: PlanItem, action: PlannedAction, before: dict[str, PlanItem], only: frozenset[str] | None
) -> PlanItem:
    """The item as it is sent: at once, after another one, or not at all."""
    if only is not None and item.job.id not in only:
        if item.take is not None:
            return _changed(item, PlannedAction.FINISHED, "")
        return _changed(item, PlannedAction.LEFT_OUT, "")
    first = before.get(item.job.clip.start_from or "")
    if first is None or first.action is PlannedAction.FINISHED:
        return _changed(item, action, item.why)
    if first.action in (PlannedAction.UNKNOWN, PlannedAction.ENDED, PlannedAction.BLOCKED, PlannedAction.LEFT_OUT):
        return _changed(item, PlannedAction.BLOCKED, f"starts from {first.job.id}, which does not exist yet")
    return replace(item, action=action, after=first.job.id)


def _finished(item: PlanItem, takes: ClipTakes, film: FilmTakes, before: dict[str, PlanItem]) -> PlanItem:
    """The item of a clip with a take, and the reason if that take or its file is not the current one."""
    take = takes.take
    assert take is not None, "it stands in the film"
    look = film.file_state(take)
    if look is FileState.GONE and take.state is State.REJECTED:
        return _changed(
            item, PlannedAction.ENDED, f"{take.file} is gone; --retake {item.job.id} pays for a new take", take
        )
    if look is FileState.GONE:
        return _changed(item, PlannedAction.GONE, f"{take.file} is gone", take)
    if look is FileState.CHANGED:
        return _changed(item, PlannedAction.GONE, f"{take.file} is not what was saved", take)
    first = before.get(item.job.clip.start_from or "")
    if first is not None and first.take is not None and take.start_entry not in (None, first.take.id):
        return _changed(item, PlannedAction.FINISHED, f"starts from another take of {first.job.id} than the chosen one")
    lock = ["locked"] if takes.is_locked else []
    differs = ["its text has changed since"] if takes.is_of_other_text else []
    return _changed(item, PlannedAction.FINISHED, ", ".join([*lock, *differs]))


def _ended(entry: Entry, job: Job, folder: Path) -> str:
    said = f" ({shorten(entry.said.rstrip('.'), _SAID)})" if entry.said else ""
    if entry.state is State.REJECTED:
        return f"`{pick_command(job, folder, entry)}` uses it anyway, --retake {job.id} pays for a new one{said}"
    return f"--retake {job.id} pays for a new take{said}"


_WORDS = {
    "prompt": "text",
    "duration": "length",
    "model": "model",
    "aspect_ratio": "aspect",
    "resolution": "resolution",
    "audio": "sound",
    "negative_prompt": "negative",
}


def _difference(job: Job, old: Entry) -> str:
    """The parts in which a clip differs from what was last rendered for it, in words."""
    try:
        was: dict[str, Any] = json.loads(old.request)
    except ValueError:
        return ""
    now: dict[str, Any] = json.loads(job.request())
    keys = [key for key in {**was, **now} if was.get(key) != now.get(key)]
    words = dict.fromkeys(_WORDS.get(key, "pictures") for key in keys)
    return ", ".join(words) or "the clip that it starts from"
