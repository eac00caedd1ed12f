"""Ceilings: the most that a run, a film and a day may cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from storyboard.spend.entry import Entry
from storyboard.spend.states import COMMITTED
from storyboard.wording import money

#: Sums of fractions of a cent do not decide.
_ROUNDING = 1e-4


class Budget(NamedTuple):
    """The most that may be spent in one run, on one film and on one day (UTC), in US dollars; None means no ceiling.

    `elsewhere_today` returns what the project's other folders have cost today, `elsewhere_film` what the film has cost
    in other folders, such as that of its drafts. Both are called before each purchase, because other runs may be
    active.
    """

    run: float | None = None
    film: float | None = None
    day: float | None = None
    elsewhere_today: Callable[[], float] = float
    elsewhere_film: Callable[[], float] = float

    @property
    def is_set(self) -> bool:
        """Whether there is any ceiling."""
        return (self.run, self.film, self.day) != (None, None, None)

    def why_not(self, usd: float, spent: float, entries: Iterable[Entry], now: float) -> str:
        """Why a price exceeds a ceiling, to follow `s01c01 costs $1.40, but`; empty if it does not.

        `spent` is what the run has committed so far in US dollars, `entries` are all entries of its folder, `now` is in
        seconds since 1970.
        """
        listed = tuple(entries)
        ceilings: tuple[tuple[float | None, Callable[[], float], str], ...] = (
            (self.run, lambda: spent, "--max-cost"),
            (self.film, lambda: self.elsewhere_film() + committed_usd(listed), "the ceiling for the film"),
            (self.day, lambda: self.elsewhere_today() + committed_usd(listed, day_of(now)), "the ceiling for a day"),
        )
        for most, count, name in ceilings:
            if most is not None and (so_far := count()) + usd > most + _ROUNDING:
                return f"{money(max(0.0, most - so_far))} of {name} is left"
        return ""


def committed_usd(entries: Iterable[Entry], since: float = 0.0) -> float:
    """What entries sent since a moment have cost, or may have cost, in US dollars."""
    return sum((_cost(one) for one in entries if one.state in COMMITTED and one.since >= since), 0.0)


def day_of(now: float) -> float:
    """The beginning of a moment's day by UTC; both in seconds since 1970."""
    return datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def _cost(entry: Entry) -> float:
    return (entry.usd if entry.charged is None else entry.charged) or 0.0
