"""Video models: model families, and the figures of each model for the guide and for the service.

`Catalog.find` returns a `Model`: a row with the figures of one of the two. Rows are read kind by kind when first
needed, because most scripts name one model.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Literal, NamedTuple

from storyboard.catalog.prices import Price, read_price
from storyboard.catalog.tables import read_table

#: Who judges a script: the Reference to Video guide, or the service as it is today.
Limits = Literal["guide", "service"]
GUIDE: Limits = "guide"
SERVICE: Limits = "service"

REFERENCE, TEXT, IMAGE = "reference-to-video", "text-to-video", "image-to-video"
KINDS = (REFERENCE, TEXT, IMAGE)

#: What follows from the kind of a model, where its row does not say otherwise.
_OF_KIND: dict[str, dict[str, Any]] = {
    REFERENCE: {"start_frame": "none"},
    TEXT: {"start_frame": "none", "references": "none", "persons": True},
    IMAGE: {"start_frame": "required", "references": "none"},
}
_ROW_ONLY = (
    "guide",
    "price_source",
    "price_date",
    "cents",
    "usd",
    "usd_per_picture",
    "usd_exact",
    "price_aspect",
    "like",
)


class SideLimits(NamedTuple):
    """What a model does with the sides of a picture, in pixels: the shorter one has at least `least`; of the longer one
    it can use `most`."""

    least: int
    most: int


class Model(NamedTuple):
    """A model under one of the two limits; reference-to-video.toml and families.toml explain each field.

    Lengths are in seconds, `short_side` and `long_side` in pixels. A limit that the model does not have is None.
    `price` is what it costs by these limits, `other_price` by the other ones where they differ. `limits` says whose
    figures these are; `source` and `date` are theirs. `catalog` is the one that it was found in.
    """

    id: str
    aliases: tuple[str, ...]
    api_id: str
    guide_id: str
    name: str
    family: str
    line: str
    kind: str
    privacy: str
    references: str
    element_tag: str
    image_tag: str
    shot_label: str
    tags_documented: bool
    single_shot: str
    setting_first: bool
    visual_inputs: int | None
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
    start_frame: str
    end_frame: bool
    negative: bool
    video: bool
    prompt_characters: int
    short_side: int
    long_side: int
    ratio: tuple[float, float]
    persons: bool
    download_url: bool
    unsure: tuple[str, ...]
    price: Price
    other_price: Price | None
    limits: Limits
    source: str
    date: date
    catalog: Catalog

    @property
    def is_flat(self) -> bool:
        """Whether subjects and places, if it takes any, share one row of pictures and one numbering."""
        return self.references != "elements"

    @property
    def sides(self) -> SideLimits:
        """The pixels of a picture that it wants and can use."""
        return SideLimits(self.short_side, self.long_side)

    @property
    def takes_references(self) -> bool:
        """Whether pictures of subjects and places are sent to it at all."""
        return self.references != "none"

    @property
    def takes_start(self) -> bool:
        """Whether the model accepts a start frame."""
        return self.start_frame != "none"

    @property
    def needs_start(self) -> bool:
        """Whether the model cannot film without a start frame."""
        return self.start_frame == "required"

    @property
    def has_sound(self) -> bool:
        """Whether its clips can have sound at all."""
        return self.audio != "none"

    def makes_sound(self, is_on: bool) -> bool:
        """Whether a clip is heard, the script's `audio` being on or off."""
        return self.audio == "always" or (self.audio == "choice" and is_on)

    @property
    def lengths(self) -> tuple[int, ...]:
        """Every length of a shot that it makes, in seconds."""
        if self.shot_seconds is not None:
            return tuple(range(self.shot_seconds[0], self.shot_seconds[1] + 1))
        return self.durations

    @property
    def short_name(self) -> str:
        """What a script writes: the first alias, else the id."""
        return self.aliases[0] if self.aliases else self.id

    def sibling(self, kind: str) -> Model | None:
        """The model of its line that is of another kind, by the same limits."""
        return next((one for one in self.catalog.models(self.limits, kind) if one.line == self.line), None)

    def wire_id(self, wire: str) -> str:
        """The id that a request says, `wire` being `api` or `guide`."""
        return self.api_id if wire == "api" else self.guide_id


Row = Mapping[str, Any]


class Catalog:
    """Models by name, equal only to itself. `own` are a project's rows, by id, which go before the shipped ones."""

    def __init__(self, own: Mapping[str, Row] | None = None) -> None:
        self._own: Mapping[str, Row] = own or {}
        self._models: dict[tuple[str, Limits], Model] = {}
        self._names: dict[str, dict[str, str]] = {}

    def find(self, name: str, limits: Limits = GUIDE) -> Model | None:
        """The model that a script means by `name`, an id or an alias whatever its case, with the figures of
        `limits`."""
        key = name.strip().lower()
        for kind in KINDS:
            found = self._ids(kind).get(key)
            if found is not None:
                return self._model(found, kind, limits)
        return None

    def models(self, limits: Limits = GUIDE, kind: str | None = None) -> tuple[Model, ...]:
        """All models, or those of a kind, in the order of the files, a project's own last."""
        kinds = (kind,) if kind else KINDS
        return tuple(self._model(id_, one, limits) for one in kinds for id_ in self._rows(one))

    def names(self, kind: str | None = None) -> tuple[str, ...]:
        """Every id and alias that `find` knows, aliases first, as one would offer them."""
        listed = self.models(kind=kind)
        aliases = [alias for model in listed for alias in model.aliases]
        ids = [name for model in listed for name in (model.id, model.api_id, model.guide_id)]
        return tuple(dict.fromkeys((*aliases, *ids)))

    def _rows(self, kind: str) -> Mapping[str, Row]:
        """The rows of a kind, whole."""
        own = {id_: row for id_, row in self._own.items() if row["kind"] == kind}
        elsewhere = self._own.keys() - own.keys()
        shipped = {id_: row for id_, row in shipped_rows(kind).items() if id_ not in elsewhere}
        return {**shipped, **own}

    def _ids(self, kind: str) -> Mapping[str, str]:
        """The id of every name, in lower case."""
        if kind not in self._names:
            names: dict[str, str] = {}
            for id_, row in self._rows(kind).items():
                for name in (id_, row.get("api_id", id_), row.get("guide_id", id_), *row["aliases"]):
                    names.setdefault(name.lower(), id_)
            self._names[kind] = names
        return self._names[kind]

    def _model(self, id_: str, kind: str, limits: Limits) -> Model:
        key = (id_, limits)
        if key not in self._models:
            self._models[key] = _build_model(self, id_, self._rows(kind)[id_], limits)
        return self._models[key]


@cache
def shipped_catalog() -> Catalog:
    """The models that come with sbc."""
    return Catalog()


@cache
def shipped_rows(kind: str) -> Mapping[str, Row]:
    """The rows of a data file by id, each with the defaults of the file."""
    table = read_table(f"{kind}.toml")
    defaults = table["defaults"]
    return {id_: {**defaults, **row, "kind": kind} for id_, row in table.items() if id_ != "defaults"}


def find_model(name: str, limits: Limits = GUIDE) -> Model | None:
    """`Catalog.find` among the shipped models."""
    return shipped_catalog().find(name, limits)


def models(limits: Limits = GUIDE, kind: str | None = None) -> tuple[Model, ...]:
    """`Catalog.models` of the shipped ones."""
    return shipped_catalog().models(limits, kind)


def _build_model(catalog: Catalog, id_: str, row: Row, limits: Limits) -> Model:
    """A row as `limits` judges it."""
    guide = row.get("guide", {})
    family = read_table("families.toml")[row["family"]]
    common = {key: value for key, value in row.items() if key not in _ROW_ONLY}
    facts: dict[str, Any] = {
        **dict.fromkeys(Model._fields),
        "api_id": id_,
        "guide_id": id_,
        "durations": (),
        **read_table("families.toml")["defaults"],
        **family,
        **_OF_KIND[row["kind"]],
        **common,
        **({key: value for key, value in guide.items() if key not in _ROW_ONLY} if limits == GUIDE else {}),
    }
    prices: dict[Limits, Price] = {GUIDE: read_price({**row, **guide}), SERVICE: read_price(row)}
    other = prices[SERVICE if limits == GUIDE else GUIDE]
    facts |= {
        "id": id_,
        "durations": _seconds(facts["durations"]),
        "single_shot": facts["single_shot"] or "",
        "setting_first": bool(facts["setting_first"]),
        "price": prices[limits],
        "other_price": other if other.rates != prices[limits].rates else None,
        "limits": limits,
        "catalog": catalog,
    }
    facts["clip_seconds"] = facts["clip_seconds"] or max(facts["durations"])
    fields: Any = {key: tuple(value) if isinstance(value, list) else value for key, value in facts.items()}
    return Model(**fields)


def _seconds(durations: str | list[int] | tuple[int, ...]) -> tuple[int, ...]:
    """`3-15` is every whole second from 3 to 15."""
    if isinstance(durations, str):
        first, _, last = durations.partition("-")
        return tuple(range(int(first), int(last) + 1))
    return tuple(durations)
