"""Facts about the outside world, as data: the models with their limits and prices, and the field's own words.

The files beside this one hold the facts, each with its source and date; this module only reads them.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

_FOLDER = Path(__file__).parent


class Model(NamedTuple):
    """One row of `models.toml`, which explains each field.

    Lengths are in seconds, `short_side` in pixels, prices in US dollars a second. A limit that the model does not
    have is None.
    """

    id: str
    aliases: tuple[str, ...]
    api_id: str
    guide_id: str
    name: str
    privacy: str
    references: str
    element_tag: str
    image_tag: str
    visual_inputs: int
    elements: int | None
    elements_with_frame: int | None
    api_elements: int | None
    scene_images: int | None
    angles: int
    shot_seconds: tuple[int, int] | None
    durations: tuple[int, ...]
    clip_seconds: int
    multi_shot: bool
    aspects: tuple[str, ...]
    resolutions: tuple[str, ...]
    resolution: str | None
    audio: str
    frames: bool
    negative: bool
    video: bool
    prompt_characters: int
    short_side: int
    ratio: tuple[float, float]
    persons: bool
    download_url: bool
    usd: dict[str, float]
    source: str
    date: str

    @property
    def is_flat(self) -> bool:
        """Whether subjects and places share one row of pictures and one numbering."""
        return self.references == "flat"

    @property
    def has_sound(self) -> bool:
        """Whether its clips can have sound at all."""
        return self.audio != "none"

    def wire_id(self, wire: str) -> str:
        """The id that a request says, `wire` being `api` or `guide`."""
        return self.api_id if wire == "api" else self.guide_id

    def usd_per_second(self, resolution: str | None, sound: bool) -> float | None:
        """The price of a second, None where the catalogue has none."""
        if resolution is not None:
            return self.usd.get(resolution)
        return self.usd.get("sound" if sound else "silent")


@cache
def read_table(name: str) -> dict[str, Any]:
    """The data file `name` of this folder. All readers share it: nobody changes it."""
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


@cache
def models() -> tuple[Model, ...]:
    """All models, in the order of the file."""
    table = read_table("models.toml")
    return tuple(_model({**table["defaults"], **row}) for row in table["model"])


def _model(row: dict[str, Any]) -> Model:
    fields = {
        "api_id": row["id"],
        "guide_id": row["id"],
        "elements": None,
        "elements_with_frame": None,
        "api_elements": None,
        "scene_images": None,
        "shot_seconds": None,
        "durations": (),
        "resolution": None,
        **{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()},
    }
    return Model(**{**fields, "date": str(row["date"])})


@cache
def _by_name() -> dict[str, Model]:
    names: dict[str, Model] = {}
    for model in models():
        for name in (model.id, model.api_id, model.guide_id, *model.aliases):
            names[name.lower()] = model
    return names


def find_model(name: str) -> Model | None:
    """The model that a script means by `name`: an id or an alias, whatever its case."""
    return _by_name().get(name.strip().lower())


def model_names() -> tuple[str, ...]:
    """Every id and alias that `find_model` knows, aliases first, as one would offer them."""
    aliases = [alias for model in models() for alias in model.aliases]
    return (*aliases, *(name for name in _by_name() if name not in aliases))
