"""Prices of clips, each with its source and date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

_CENT = Decimal("0.01")
#: Decimals of a price that is not rounded to the cent.
_PLACES = 4
#: The key of a rate that holds whatever the resolution.
_ANY = ""


class Rate(NamedTuple):
    """US dollars a second, without sound and with it."""

    silent: float
    sound: float


class Price(NamedTuple):
    """How the price of a clip is made, with its source and the day that it was read there.

    `rates` are by resolution, under the empty text where the model has none. `exact` are quotes that the rate misses,
    by resolution and seconds. `in_cents` says that a clip's price is rounded to the cent, halves up, as quotes are.
    `aspect` is the one that was quoted, where the price may depend on it.
    """

    rates: Mapping[str, Rate]
    usd_per_picture: float
    exact: Mapping[str, Mapping[int, float]]
    in_cents: bool
    aspect: str | None
    source: str
    date: date

    def a_second(self, resolution: str | None, sound: bool) -> float | None:
        """US dollars a second, None where no price is known."""
        rate = self.rates.get(resolution or _ANY) or self.rates.get(_ANY)
        if rate is None:
            return None
        return rate.sound if sound else rate.silent

    def of_clip(self, seconds: int, resolution: str | None, sound: bool, pictures: int) -> float | None:
        """US dollars for a clip with so many pictures, None where no price is known."""
        a_second = self.a_second(resolution, sound)
        if a_second is None:
            return None
        known = self.exact.get(resolution or _ANY, {}).get(seconds)
        if known is not None:
            return known
        whole = Decimal(str(a_second)) * seconds + Decimal(str(self.usd_per_picture)) * pictures
        return float(whole.quantize(_CENT, ROUND_HALF_UP)) if self.in_cents else round(float(whole), _PLACES)

    def listed(self) -> Iterator[tuple[str, float]]:
        """Every rate with the words for it: `at 720p`, `with sound`."""
        for resolution, rate in self.rates.items():
            size = f"at {resolution}" if resolution else ""
            if rate.silent == rate.sound:
                yield size or "whatever the sound", rate.silent
            else:
                yield f"{size} without sound".strip(), rate.silent
                yield f"{size} with sound".strip(), rate.sound

    @property
    def basis(self) -> str:
        """Where the figure is from, in words: `Reference to Video guide, 2026-08-20`."""
        return f"{self.source}, {self.date.isoformat()}"


def rate_in_words(usd: float) -> str:
    """US dollars a second, with three decimals or as many as it has: `$0.140`, `$0.1232`."""
    decimals = max(3, len(f"{usd:.6f}".rstrip("0").partition(".")[2]))
    return f"${usd:.{decimals}f}"


def read_price(row: Mapping[str, Any]) -> Price:
    """The price in a row of a data file; reference-to-video.toml explains the keys."""
    return Price(
        rates=_rates(row.get("usd", {})),
        usd_per_picture=row["usd_per_picture"],
        exact={
            size: {int(count): usd for count, usd in each.items()} for size, each in row.get("usd_exact", {}).items()
        },
        in_cents=row["cents"],
        aspect=row.get("price_aspect"),
        source=row["price_source"],
        date=row["price_date"],
    )


def _rates(usd: float | Mapping[str, Any]) -> dict[str, Rate]:
    if not isinstance(usd, Mapping):
        return {_ANY: Rate(usd, usd)}
    if "silent" in usd:
        return {_ANY: Rate(usd["silent"], usd["sound"])}
    rates = {}
    for size, rate in usd.items():
        rates[size] = Rate(rate["silent"], rate["sound"]) if isinstance(rate, Mapping) else Rate(rate, rate)
    return rates
