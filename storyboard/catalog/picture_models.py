"""Picture models: make reference pictures from words, or from other pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from storyboard.catalog.tables import read_table

_FILE = "picture-models.toml"
_NOT_MODELS = ("defaults", "uses")
#: The key of a price that holds whatever the resolution.
_ANY = ""


class PictureModel(NamedTuple):
    """A row of `picture-models.toml`, which explains each field; `usd` is by resolution, under the empty text where
    there is none."""

    id: str
    name: str
    kind: str
    sibling: str
    privacy: str
    sizing: str
    aspects: tuple[str, ...]
    resolutions: tuple[str, ...]
    resolution: str | None
    prompt_characters: int
    seed: str
    negative: bool
    inputs: int
    inputs_included: int
    usd: Mapping[str, float]
    usd_per_input: float
    notes: tuple[str, ...]
    source: str
    date: date

    def price(self, resolution: str | None = None, inputs: int = 0) -> float | None:
        """US dollars for one picture made of so many input pictures, None where no price is known."""
        a_picture = self.usd.get(resolution or self.resolution or _ANY)
        if a_picture is None:
            return None
        return round(a_picture + self.usd_per_input * max(0, inputs - self.inputs_included), 6)

    @property
    def basis(self) -> str:
        """Where the figures are from, in words."""
        return f"{self.source}, {self.date.isoformat()}"


class PictureUse(NamedTuple):
    """The model for a use (front, angle, place, variant, panel): the usual one, a cheap one, a private one; and the
    resolution that is asked for where a model has it."""

    model: str
    cheap: str
    private: str
    resolution: str = "1K"


@cache
def picture_models() -> tuple[PictureModel, ...]:
    """All of them, in the order of the file."""
    return tuple(_models())


def find_picture_model(name: str) -> PictureModel | None:
    """The model of an id, whatever its case."""
    wanted = name.strip().lower()
    return next((one for one in picture_models() if one.id.lower() == wanted), None)


def picture_uses() -> dict[str, PictureUse]:
    """Which model makes what, where a script names none."""
    return {use: PictureUse(**models) for use, models in read_table(_FILE)["uses"].items()}


def most_takes() -> int:
    """How many takes of one picture or sound a run makes at most."""
    most: int = read_table("made_pictures.toml")["call"]["most_takes"]
    return most


def _models() -> Iterator[PictureModel]:
    table = read_table(_FILE)
    for id_, row in table.items():
        if id_ in _NOT_MODELS:
            continue
        fields: dict[str, Any] = {"resolution": None, **table["defaults"], **row}
        usd = fields["usd"]
        fields["usd"] = usd if isinstance(usd, Mapping) else {_ANY: usd}
        values: Any = {key: tuple(one) if isinstance(one, list) else one for key, one in fields.items()}
        yield PictureModel(id_, **values)
