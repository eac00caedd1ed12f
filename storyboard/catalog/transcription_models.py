"""Models that transcribe speech."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import NamedTuple

from storyboard.catalog.tables import read_table

_FILE = "transcription-models.toml"
_NOT_MODELS = ("defaults", "uses")


class TranscriptionModel(NamedTuple):
    """A row of `transcription-models.toml`, which explains each field."""

    id: str
    name: str
    privacy: str
    usd_per_second: float
    source: str
    date: date

    def price(self, seconds: float) -> float:
        """US dollars for a sound of so many seconds."""
        return round(self.usd_per_second * seconds, 6)

    @property
    def basis(self) -> str:
        """Where the figures are from, in words."""
        return f"{self.source}, {self.date.isoformat()}"


@cache
def transcription_models() -> tuple[TranscriptionModel, ...]:
    """All of them, in the order of the file."""
    table = read_table(_FILE)
    rows = {id_: {**table["defaults"], **row} for id_, row in table.items() if id_ not in _NOT_MODELS}
    return tuple(TranscriptionModel(id_, **row) for id_, row in rows.items())


def find_transcription_model(name: str) -> TranscriptionModel | None:
    """The model of an id, whatever its case."""
    wanted = name.strip().lower()
    return next((one for one in transcription_models() if one.id.lower() == wanted), None)


def usual_transcription_model() -> TranscriptionModel:
    """The one taken where nobody names one."""
    found = find_transcription_model(read_table(_FILE)["uses"]["take"]["model"])
    assert found is not None, "the file names its own models"
    return found
