"""The plan of finishing: what a run does with each clip's take, decided from ledger and files without sending
anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from storyboard.render.finish.files import FinishedTake, finished_takes, is_piece_there
from storyboard.render.finish.jobs import FinishCandidate, FinishJob, TakePiece
from storyboard.spend.balance import Balance
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import Ledger
from storyboard.spend.session import Selection
from storyboard.spend.states import ENDED_BADLY, RUNNING, State
from storyboard.wording import shorten

#: Characters of the service's words that a table shows.
_SAID = 80


class FinishAction(StrEnum):
    """What a run does with a clip; the value is the word in tables."""

    SEND = "sent"
    AGAIN = "sent again"  # at the person's request, although it is finished, has failed, or may be paid
    COLLECT = "collected"  # paid, and on its way
    MERGE = "put together"  # paid and downloaded, but not joined yet
    FINISHED = "finished"
    UNKNOWN = "unknown"  # perhaps paid; the person decides
    ENDED = "failed"  # sent, and failed; the person decides
    BLOCKED = "not possible"
    LEFT_OUT = "left out"  # not selected in this run


#: These are sent, and cost their price.
SENT = frozenset({FinishAction.SEND, FinishAction.AGAIN})


@dataclass(frozen=True, slots=True)
class FinishItem:
    """A clip and what happens to its take.

    `why` is shown to the person and may be empty. `entries` are the latest ledger entries, one for each piece;
    `to_send` are paid now; `given_up` may have been paid and are sent again at the person's request.
    `finished` is the existing file. `quotes` are the service's prices in US dollars, by piece number.
    """

    candidate: FinishCandidate
    action: FinishAction
    why: str = ""
    entries: Mapping[int, Entry] = field(default_factory=dict)
    to_send: tuple[TakePiece, ...] = ()
    given_up: tuple[Entry, ...] = ()
    finished: FinishedTake | None = None
    quotes: Mapping[int, float] | None = None

    @property
    def clip(self) -> str:
        """The id of the clip."""
        return self.candidate.clip.id

    @property
    def job(self) -> FinishJob:
        """The job of a clip that has a take."""
        assert self.candidate.job is not None, "there is a take"
        return self.candidate.job

    def price(self, piece: TakePiece) -> float:
        """The price of a piece in US dollars: the service's, or else the catalogue's."""
        quoted = (self.quotes or {}).get(piece.number)
        return self.job.listed_price(piece) if quoted is None else quoted

    def basis(self, piece: TakePiece) -> str:
        """The source of a piece's price."""
        return "quote" if piece.number in (self.quotes or {}) else self.job.model.basis

    @property
    def usd(self) -> float:
        """What the run pays for it, in US dollars."""
        return sum((self.price(piece) for piece in self.to_send), 0.0)

    @property
    def listed_usd(self) -> float:
        """The same by the catalogue's prices, in US dollars."""
        return sum((self.job.listed_price(piece) for piece in self.to_send), 0.0)

    @property
    def estimated(self) -> bool:
        """Whether the service was asked for a price and did not give one."""
        quotes = self.quotes
        return quotes is not None and any(piece.number not in quotes for piece in self.to_send)


@dataclass(frozen=True, slots=True)
class FinishPlan:
    """A planned run: the clips in film order, and other paid entries.

    `strays` are entries that are paid and running although no chosen take needs them any more. `problem` says why
    prices are the catalogue's; empty if none are.
    """

    items: tuple[FinishItem, ...]
    strays: tuple[Entry, ...] = ()
    problem: str = ""
    balance: Balance | None = None

    @property
    def sent(self) -> tuple[FinishItem, ...]:
        """The items that are paid in this run."""
        return tuple(item for item in self.items if item.action in SENT)

    @property
    def estimated(self) -> tuple[FinishItem, ...]:
        """The items to send whose price the service was asked for and did not give."""
        return tuple(item for item in self.sent if item.estimated)

    @property
    def usd(self) -> float:
        """What the run pays, in US dollars."""
        return sum((item.usd for item in self.sent), 0.0)

    def with_quotes(self, quotes: Mapping[str, Mapping[int, float]], problem: str, balance: Balance) -> FinishPlan:
        """The plan with the service's prices, by clip and piece."""
        items = tuple(replace(item, quotes=quotes.get(item.clip, {})) if item.to_send else item for item in self.items)
        return replace(self, items=items, problem=problem, balance=balance)


def plan_finish(
    candidates: Iterable[FinishCandidate], ledger: Ledger | None, folder: Path, selection: Selection
) -> FinishPlan:
    """Decide what a run into `folder` does with each clip."""
    entries = ledger.entries("finish") if ledger else ()
    items = tuple(_item(one, entries, folder, selection) for one in candidates)
    known = {piece.fingerprint for item in items if item.candidate.job for piece in item.job.pieces}
    strays = tuple(one for one in entries if one.state in RUNNING and one.fingerprint not in known)
    return FinishPlan(items, strays)


def _item(candidate: FinishCandidate, entries: Iterable[Entry], folder: Path, selection: Selection) -> FinishItem:
    """What a run does with one clip, in the order in which the reasons count."""
    job = candidate.job
    if job is None:
        return FinishItem(candidate, FinishAction.BLOCKED, candidate.why)
    latest = dict(_latest(job, entries))
    there = _finished(job, latest, folder)
    item = FinishItem(candidate, FinishAction.SEND, "", latest, finished=there)
    unknown = tuple(one for one in latest.values() if one.state in (State.UNKNOWN, State.INTENDED))
    if job.clip in selection.resend and unknown:
        return _again(item, unknown)
    is_running = any(one.state in RUNNING for one in latest.values())
    if job.clip in selection.retake and not unknown and not is_running:
        return replace(item, action=FinishAction.AGAIN, to_send=job.pieces)
    if there is not None and not is_running:
        return replace(item, action=FinishAction.FINISHED)
    if unknown:
        why = f"perhaps paid: --resend-unknown {job.clip} sends it again"
        return replace(item, action=FinishAction.UNKNOWN, why=why)
    if ended := next((one for one in latest.values() if one.state in ENDED_BADLY), None):
        said = f" ({shorten(ended.said.rstrip('.'), _SAID)})" if ended.said else ""
        return replace(item, action=FinishAction.ENDED, why=f"--retake {job.clip} pays for it again{said}")
    return _open(item, folder, selection)


def _finished(job: FinishJob, latest: Mapping[int, Entry], folder: Path) -> FinishedTake | None:
    """The finished file of a take from its latest paid pieces, if all of these are saved."""
    saved = tuple(str(latest[n].sha256) for n in sorted(latest) if latest[n].state is State.SAVED)
    is_whole = len(saved) == len(job.pieces)
    found = (one for one in finished_takes(folder, job.take, job.digest) if one.factor == job.factor)
    return next((one for one in found if not is_whole or one.pieces == saved), None)


def _open(item: FinishItem, folder: Path, selection: Selection) -> FinishItem:
    """What is sent, collected or joined for an unfinished take."""
    job = item.job
    missing = tuple(piece for piece in job.pieces if piece.number not in item.entries)
    if missing and selection.only is not None and job.clip not in selection.only:
        return replace(item, action=FinishAction.LEFT_OUT)
    if missing:
        return replace(item, to_send=missing)
    gone = [one for one in item.entries.values() if one.state is State.SAVED and not is_piece_there(folder, one)]
    if gone or any(one.state in RUNNING for one in item.entries.values()):
        return replace(item, action=FinishAction.COLLECT, why=f"{gone[0].file} is gone" if gone else "")
    return replace(item, action=FinishAction.MERGE)


def _again(item: FinishItem, unknown: tuple[Entry, ...]) -> FinishItem:
    fingerprints = {one.fingerprint for one in unknown}
    pieces = tuple(
        piece for piece in item.job.pieces if piece.fingerprint in fingerprints or piece.number not in item.entries
    )
    return replace(item, action=FinishAction.AGAIN, to_send=pieces, given_up=unknown)


def _latest(job: FinishJob, entries: Iterable[Entry]) -> Iterator[tuple[int, Entry]]:
    """The latest entry of each piece that was sent. Refused and unsent ones cost nothing and are ignored."""
    numbers = {piece.fingerprint: piece.number for piece in job.pieces}
    for entry in entries:  # the oldest first
        number = numbers.get(entry.fingerprint)
        if number is not None and entry.state not in (State.PLANNED, State.REFUSED, State.UNPAID):
            yield number, entry
