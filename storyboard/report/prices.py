"""The source and age of a film's prices, and its price by the other figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from storyboard.catalog import SERVICE, Price
from storyboard.compiler.ir.planned import Clip
from storyboard.wording import listed, money

#: A figure older than this, in days, is said to be old wherever it counts.
OLD_DAYS = 90


def is_old(read: date, today: date) -> bool:
    """Whether a figure is so old that it is said."""
    return (today - read).days > OLD_DAYS


def price_sources(clips: Iterable[Clip]) -> tuple[str, ...]:
    """What the prices of clips rest on, each once: `Reference to Video guide, 2026-08-20`."""
    return tuple(dict.fromkeys(clip.settings.model.price.basis for clip in clips if clip.usd is not None))


def sourced(price: str, sources: Sequence[str]) -> str:
    """A price with what it rests on: `$2.10 (Reference to Video guide, 2026-08-20)`."""
    return f"{price} ({listed(sources)})" if sources else price


def with_sources(price: str, clips: Iterable[Clip]) -> str:
    """A price of clips with what it rests on."""
    return sourced(price, price_sources(clips))


def price_lines(clips: Iterable[Clip], today: date, *, was_asked: bool = False) -> Iterator[str]:
    """Sentences for a plan: the source and the day of its prices, whether those are old, and what the film costs by the
    figures that the script's `Limits` do not ask for, where that differs. `was_asked` says that the service does not
    tell its own."""
    planned = tuple(clips)
    priced: dict[str, Price] = {clip.model.price.basis: clip.model.price for clip in planned if clip.usd is not None}
    if not priced:
        return
    yield f"Prices: {listed(tuple(priced))}."
    oldest = min(price.date for price in priced.values())
    if is_old(oldest, today):
        remedy = "" if was_asked else ": `sbc plan --quote` asks Venice for today's"
        yield f"Those of {oldest.isoformat()} are {(today - oldest).days} days old{remedy}."
    others = {clip.model.other_price.basis: clip for clip in planned if clip.model.other_price and clip.other_usd}
    if others:
        usd = sum((clip.usd if clip.other_usd is None else clip.other_usd) or 0.0 for clip in planned)
        limits = "the guide" if next(iter(others.values())).model.limits == SERVICE else "the service"
        yield f"By the figures of {limits} the film costs {money(usd)} ({listed(tuple(others))})."
