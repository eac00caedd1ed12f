"""Models for music and effects."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, NamedTuple

from storyboard.catalog.tables import read_table

_FILE = "sound-models.toml"
_NOT_MODELS = ("defaults", "uses")


class SoundModel(NamedTuple):
    """A row of `sound-models.toml`, which explains each field. `seconds` are the shortest, the longest and the usual
    length, None where the model chooses the length."""

    id: str
    name: str
    kind: str
    privacy: str
    seconds: tuple[int, int, int] | None
    formats: tuple[str, ...]
    prompt_characters: int
    options: tuple[str, ...]
    usd_per_second: float | None
    usd: float | None
    usd_steps: tuple[tuple[int, float], ...]
    notes: tuple[str, ...]
    source: str
    date: date

    def price(self, seconds: int) -> float | None:
        """US dollars for a piece of so many seconds, None where it makes none of that length."""
        if self.seconds is not None and not self.seconds[0] <= seconds <= self.seconds[1]:
            return None
        if self.usd is not None:
            return self.usd
        if self.usd_per_second is not None:
            return round(self.usd_per_second * seconds, 6)
        return next((usd for most, usd in self.usd_steps if seconds <= most), None)

    @property
    def needs_lyrics(self) -> bool:
        """Whether it makes songs alone: it takes no request without words to sing."""
        return "lyrics_prompt" in self.options and not {"force_instrumental", "duration_seconds"} & set(self.options)

    @property
    def basis(self) -> str:
        """Where the figures are from, in words."""
        return f"{self.source}, {self.date.isoformat()}"


@cache
def sound_models(kind: str | None = None) -> tuple[SoundModel, ...]:
    """All of them, or those for `music` or for an `effect`, in the order of the file."""
    table = read_table(_FILE)
    rows = {id_: {**table["defaults"], **row} for id_, row in table.items() if id_ not in _NOT_MODELS}
    return tuple(_model(id_, row) for id_, row in rows.items() if kind in (None, row["kind"]))


def _model(id_: str, row: dict[str, Any]) -> SoundModel:
    fields: dict[str, Any] = {"seconds": None, "usd_per_second": None, "usd": None, "usd_steps": (), **row}
    fields["usd_steps"] = tuple((most, usd) for most, usd in fields["usd_steps"])
    values: Any = {key: tuple(one) if isinstance(one, list) else one for key, one in fields.items()}
    return SoundModel(id_, **values)


def find_sound_model(name: str) -> SoundModel | None:
    """The model of an id, whatever its case."""
    wanted = name.strip().lower()
    return next((one for one in sound_models() if one.id.lower() == wanted), None)


def usual_sound_model(kind: str) -> SoundModel:
    """The one taken where nobody names one."""
    found = find_sound_model(read_table(_FILE)["uses"][kind]["model"])
    assert found is not None, "the file names its own models"
    return found
