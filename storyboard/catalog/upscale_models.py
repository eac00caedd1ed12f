"""Models that enlarge or clean a finished clip."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, NamedTuple

from storyboard.catalog.tables import read_table

_FILE = "upscale-models.toml"


class UpscaleModel(NamedTuple):
    """A row of `upscale-models.toml`, which explains each field."""

    id: str
    name: str
    privacy: str
    factors: tuple[int, ...]
    usual_factor: int
    longest_seconds: int
    usd_per_second: tuple[tuple[int, float], ...]
    usd_per_second_above: float
    fast_rate: int
    fast_share: int
    source: str
    date: date

    def price(self, seconds: float, lines: int, rate: float) -> float:
        """US dollars for a clip of so many seconds at so many frames a second, whose result has so many lines."""
        usd = next((usd for most, usd in self.usd_per_second if lines <= most), self.usd_per_second_above)
        whole = Decimal(str(usd)) * Decimal(str(round(seconds, 6))) * (self.fast_share if rate > self.fast_rate else 1)
        return float(whole.quantize(Decimal("0.01"), ROUND_HALF_UP))

    @property
    def basis(self) -> str:
        """Where the figures are from, in words."""
        return f"{self.source}, {self.date.isoformat()}"


@cache
def upscale_models() -> tuple[UpscaleModel, ...]:
    """All of them, in the order of the file."""
    return tuple(_model(id_, row) for id_, row in read_table(_FILE).items() if id_ != "call")


def _model(id_: str, row: dict[str, Any]) -> UpscaleModel:
    steps = tuple((most, usd) for most, usd in row["usd_per_second"])
    return UpscaleModel(id=id_, **{**row, "factors": tuple(row["factors"]), "usd_per_second": steps})


def upscale_call() -> dict[str, Any]:
    """How a call is made: the table `[call]` of the file."""
    facts: dict[str, Any] = read_table(_FILE)["call"]
    return facts
