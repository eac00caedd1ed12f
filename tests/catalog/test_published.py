"""The shipped rows are what Venice has published: every model, every figure, every price."""

from __future__ import annotations

import tomllib
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from storyboard.catalog import GUIDE, IMAGE, KINDS, REFERENCE, SERVICE, TEXT, Model, models

FILE = Path(__file__).parent / "published-2026-09-29.toml"
PUBLISHED: dict[str, dict[str, Any]] = {
    name: row for name, row in tomllib.loads(FILE.read_text(encoding="utf-8")).items() if isinstance(row, dict)
}
SHIPPED = {model.api_id: model for model in models(SERVICE)}
#: The list calls a model and its siblings the same; a writer has to tell them apart.
SUFFIX = {REFERENCE: "", TEXT: " T2V", IMAGE: " I2V"}
#: Aspects that a film cannot have: it has a shape of its own.
NO_SHAPES = {"adaptive"}


def seconds(said: str | list[int]) -> list[int]:
    if isinstance(said, list):
        return said
    first, last = map(int, said.split("-"))
    return list(range(first, last + 1))


def rates(usd: dict[str, Any]) -> dict[str, tuple[float, float]]:
    if "silent" in usd:
        usd = {"flat": usd}
    each = {"" if size == "flat" else size: rate for size, rate in usd.items()}
    return {
        size: (rate["silent"], rate["sound"]) if isinstance(rate, dict) else (rate, rate) for size, rate in each.items()
    }


def test_every_published_model_is_a_row_and_there_are_no_others() -> None:
    assert SHIPPED.keys() == PUBLISHED.keys()
    assert {kind: sum(one.kind == kind for one in SHIPPED.values()) for kind in KINDS} == {
        REFERENCE: 23,
        TEXT: 25,
        IMAGE: 25,
    }


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_row_has_the_published_figures(name: str) -> None:
    row, model = PUBLISHED[name], SHIPPED[name]
    assert (model.kind, model.line, model.name, model.privacy) == (
        row["kind"],
        row["line"],
        row["name"] + SUFFIX[row["kind"]],
        row["privacy"],
    )
    assert list(model.lengths) == seconds(row["seconds"])
    assert model.clip_seconds == max(seconds(row["seconds"]))
    assert [*model.aspects] == [one for one in row["aspects"] if one not in NO_SHAPES]
    assert [*model.resolutions] == row["resolutions"]
    assert model.resolution in (row["resolutions"] or [None])
    assert model.resolution == row.get("documented_resolution", model.resolution)
    assert model.audio == row["sound"]
    assert model.prompt_characters == row["prompt_characters"]
    assert model.persons == (row.get("people") != "refused")
    assert model.download_url == row["download_url"]


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_row_takes_the_published_pictures(name: str) -> None:
    row, model = PUBLISHED[name], SHIPPED[name]
    assert model.takes_references == (model.kind == REFERENCE)
    if model.kind == REFERENCE:
        assert (model.elements or 0) == row.get("elements", 0)
        assert model.angles == row.get("angles", 0)
        assert (model.scene_images or 0) == row.get("scene_images", 0)
        assert model.visual_inputs == row.get("pictures")
    if "tags" in row:
        tags = [model.image_tag] if model.is_flat else [model.element_tag, model.image_tag]
        assert [tag.format(n=1) for tag in tags] == row["tags"]
    start = row.get("start", "refused")
    assert model.start_frame == {"refused": "none", "unsure": "none"}.get(start, start)
    assert model.end_frame == (row.get("end") == "allowed")


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_row_has_the_published_prices(name: str) -> None:
    row, model = PUBLISHED[name], SHIPPED[name]
    assert {size: tuple(rate) for size, rate in model.price.rates.items()} == rates(row["usd"])
    assert model.price.usd_per_picture == row.get("usd_per_picture", 0)
    for size, (silent, sound) in rates(row["usd"]).items():
        exact = row.get("exact", {}).get(size, {})
        for count in seconds(row["seconds"]):
            for rate, is_heard in ((silent, False), (sound, True)):
                whole = Decimal(str(rate)) * count + Decimal(str(row.get("usd_per_picture", 0)))
                quoted = exact.get(str(count), float(whole.quantize(Decimal("0.01"), ROUND_HALF_UP)))
                assert model.price.of_clip(count, size or None, is_heard, 1) == quoted


@pytest.mark.parametrize("name", [name for name, row in PUBLISHED.items() if "guide" in row])
def test_the_guides_models_keep_the_guides_figures_beside(name: str) -> None:
    row = PUBLISHED[name]["guide"]
    guided = next(model for model in models(GUIDE) if model.api_id == name)
    assert guided.guide_id == row.get("id", name)
    assert guided.visual_inputs == row["pictures"]
    assert (guided.elements or 0, guided.elements_with_frame or 0) == (
        row.get("elements", 0),
        row.get("elements_with_frame", 0),
    )
    assert guided.angles == row.get("angles", 0)
    assert list(guided.lengths) == seconds(row["seconds"])
    assert {size: tuple(rate) for size, rate in guided.price.rates.items()} == rates(row["usd"])
    assert guided.price.date < SHIPPED[name].price.date
    assert guided.other_price == SHIPPED[name].price


def test_every_figure_has_a_source_and_a_date() -> None:
    dates = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for limits in (GUIDE, SERVICE):
        for model in models(limits):
            assert model.source
            assert model.price.source
    assert {model.date for model in SHIPPED.values()} == {dates["list_date"]}
    assert {model.price.date for model in SHIPPED.values()} == {dates["quotes_date"]}


def test_names_mean_one_model_each() -> None:
    seen: dict[str, Model] = {}
    for model in models():
        for name in {model.id, model.api_id, model.guide_id, *model.aliases}:
            assert seen.setdefault(name, model) is model
