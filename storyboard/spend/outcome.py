"""Outcome: how a run ended, with its exit code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any


class ExitCode(IntEnum):
    """Exit codes of `sbc render`; if several apply, the first one of this list counts."""

    INTERRUPTED = 130
    LOCKED = 6
    NO_MONEY = 5
    UNKNOWN = 4
    INCOMPLETE = 3
    WRONG_USE = 2
    PROBLEMS = 1
    FINE = 0


@dataclass(slots=True)
class Outcome:
    """What became of the clips, by id.

    `stopped` is why nothing more was sent, empty if everything was. `spent` is what this run committed, in US dollars;
    `refunded` is what was refunded while it ran, including clips of earlier runs.
    """

    saved: list[str] = field(default_factory=list)
    running: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)
    stopped: str = ""
    spent: float = 0.0
    refunded: float = 0.0
    reasons: set[ExitCode] = field(default_factory=set)

    @property
    def code(self) -> ExitCode:
        """The exit code of the run."""
        return _first([*self.reasons, *self._by_clips()])

    def _by_clips(self) -> Iterable[ExitCode]:
        if self.unknown:
            yield ExitCode.UNKNOWN
        if self.running or self.rejected or self.failed or self.refused or self.unsent:
            yield ExitCode.INCOMPLETE


def _first(reasons: Iterable[ExitCode]) -> ExitCode:
    order = list(ExitCode)
    return min(reasons, key=order.index, default=ExitCode.FINE)


def outcome_data(outcome: Outcome) -> dict[str, Any]:
    """How a run ended, as JSON data for programs.

    Ids of clips or pictures by outcome (`unknown` ones are perhaps paid); why the run `stopped` sending, or an empty
    text; `usd` committed, including what is perhaps paid; `refunded` meanwhile; and the exit `code`.
    """
    lists = ("saved", "running", "rejected", "failed", "refused", "unknown", "unsent")
    return {
        "event": "end",
        **{name: getattr(outcome, name) for name in lists},
        "stopped": outcome.stopped,
        "usd": round(outcome.spent, 4),
        "refunded": round(outcome.refunded, 4),
        "code": int(outcome.code),
    }


def how_to_continue(outcome: Outcome, again: str) -> Iterator[str]:
    """The last lines about a run in words: that an interrupted one lost nothing, and the command that continues it."""
    if outcome.code is ExitCode.INTERRUPTED:
        yield "Everything so far is recorded."
    if outcome.running or outcome.unsent or outcome.code is ExitCode.INTERRUPTED:
        yield f"To continue: {again}"
