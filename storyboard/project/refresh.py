"""Refresh of the catalogue: the shipped models compared with what the service publishes now.

The resulting file has the shape of a project's `models.toml`, so a project that names it uses its figures. The package
never changes, and no estimate uses the file before a project says so: a manifest is a function of its inputs.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from storyboard.catalog import SERVICE, Catalog, Model
from storyboard.catalog.prices import Rate
from storyboard.venice.model_list import ListedModel, read_model_list
from storyboard.venice.protocol import Answer, read_quote
from storyboard.venice.transport import NoAnswer
from storyboard.wording import money

#: Quotes asked side by side, and how many may fail before no more are asked: too many failed calls block a client.
_AT_A_TIME, _MOST_FAILED = 8, 5
#: A clip never costs so much: a higher quote is not a price.
_MOST_USD = 1_000
#: Decimals of a rate that is made of a quote.
_PLACES = 4
#: Quotes are in cents.
_CENT = 0.01
#: What the list has besides (`adaptive`, `auto`) is not an aspect that a film can have.
_ASPECT = re.compile(r"[1-9][0-9]?:[1-9][0-9]?")

#: Asks for the price of a body; raises NoAnswer.
Ask = Callable[[dict[str, Any]], Awaitable[Answer]]


class QuotedModel(NamedTuple):
    """What a quote was asked for: a model of the catalogue, its resolution or an empty text, whether with sound, and
    how many seconds."""

    id: str
    size: str
    sound: bool
    seconds: int


class PublishedModels(NamedTuple):
    """What the service published: its list, the quotes that came, and how many were asked."""

    listed: tuple[ListedModel, ...]
    quotes: Mapping[QuotedModel, float]
    asked: int


class CatalogChange(NamedTuple):
    """A difference, by the id of the model: what is different, the catalogue's figure and the service's."""

    model: str
    what: str
    before: str
    now: str

    @property
    def line(self) -> str:
        """The change as a line of the report."""
        return f"{self.model}: {self.what} {self.now}" + (f" (was {self.before})" if self.before else "")


async def ask_published(
    catalog: Catalog, ask_list: Callable[[str], Awaitable[Answer]], ask_quote: Ask
) -> PublishedModels:
    """The service's list, and a quote for every resolution and sound of the models in it that the catalogue knows, at
    their longest clip. Quotes that do not come are left out. Raises NoList and NoAnswer."""
    listed = read_model_list(await ask_list("video"))
    entries = {one.id: one for one in listed if not one.offline}
    known = [model for model in catalog.models(SERVICE) if model.api_id in entries]
    wanted = [one for model in known for one in _asked(model, entries[model.api_id])]
    gate, found, failed = asyncio.Semaphore(_AT_A_TIME), dict[QuotedModel, float](), 0

    async def one(asked: QuotedModel) -> None:
        nonlocal failed
        async with gate:
            if failed >= _MOST_FAILED:
                return
            try:
                usd = read_quote(await ask_quote(_quote_body(catalog, asked)))
            except NoAnswer:
                usd = None
            if usd is None or not 0 < usd <= _MOST_USD:
                failed += 1
            else:
                found[asked] = usd

    await asyncio.gather(*map(one, wanted))
    return PublishedModels(listed, found, len(wanted))


def _asked(model: Model, entry: ListedModel) -> Iterator[QuotedModel]:
    """The quotes that an entry is worth, at its longest clip."""
    seconds = max(entry.durations, default=model.clip_seconds)
    for size in entry.resolutions or ("",):
        for sound in (False, True) if entry.sound == "choice" else (entry.sound != "none",):
            yield QuotedModel(model.id, size, sound, seconds)


def _quote_body(catalog: Catalog, asked: QuotedModel) -> dict[str, Any]:
    model = _model(catalog, asked.id)
    body: dict[str, Any] = {"model": model.api_id, "duration": f"{asked.seconds}s"}
    if model.aspects:
        usual = "16:9" if "16:9" in model.aspects else model.aspects[0]
        body["aspect_ratio"] = model.price.aspect if model.price.aspect in model.aspects else usual
    if asked.size:
        body["resolution"] = asked.size
    if model.audio == "choice":
        body["audio"] = asked.sound
    return body


def _model(catalog: Catalog, id_: str) -> Model:
    model = catalog.find(id_, SERVICE)
    assert model is not None, "only the catalogue's own models are asked for"
    return model


def compare_with_published(catalog: Catalog, published: PublishedModels) -> Iterator[CatalogChange]:
    """What the service publishes otherwise than the catalogue has it."""
    models = {model.api_id: model for model in catalog.models(SERVICE)}
    entries, quotes = {one.id: one for one in published.listed}, published.quotes
    for id_, model in models.items():
        if id_ not in entries:
            yield CatalogChange(model.short_name, "is no longer in the service's list", "", "")
            continue
        yield from _differences(model, entries[id_])
        yield from _price_changes(model, entries[id_], quotes)
    for id_, entry in entries.items():
        if id_ not in models:
            yield CatalogChange(id_, "is new:", "", _in_words(entry))


def _differences(model: Model, entry: ListedModel) -> Iterator[CatalogChange]:
    """The differences between a model's row and its published entry."""
    if entry.deprecation is not None:
        after = f"; {entry.deprecation.replacement} takes its place" if entry.deprecation.replacement else ""
        yield CatalogChange(
            model.short_name, "ends", "", f"{entry.deprecation.date or 'on a date that is not given'}{after}"
        )
    if entry.offline:
        yield CatalogChange(model.short_name, "is offline", "", "")
    aspects = tuple(one for one in entry.aspects if _ASPECT.fullmatch(one))
    pairs = (
        ("makes lengths of", _span(model.lengths), _span(entry.durations)),
        ("makes aspects", ", ".join(sorted(model.aspects)), ", ".join(sorted(aspects))),
        ("makes resolutions", ", ".join(sorted(model.resolutions)), ", ".join(sorted(entry.resolutions))),
        ("has sound", model.audio, entry.sound),
    )
    for what, before, now in pairs:
        if before != now:
            yield CatalogChange(model.short_name, what, before or "none", now or "none")
    limit = entry.prompt_characters
    if limit is not None and limit != model.prompt_characters:
        yield CatalogChange(
            model.short_name, "reads prompts of", f"{model.prompt_characters:,}", f"{limit:,} characters"
        )


def _price_changes(model: Model, entry: ListedModel, quotes: Mapping[QuotedModel, float]) -> Iterator[CatalogChange]:
    for asked in _asked(model, entry):
        usd = quotes.get(asked)
        before = model.price.of_clip(asked.seconds, asked.size or None, asked.sound, 1)
        if usd is not None and (before is None or abs(usd - before) > _CENT / 2):
            how = f"{asked.seconds} s{f' at {asked.size}' if asked.size else ''}"
            how += f" {'with' if asked.sound else 'without'} sound" if model.audio == "choice" else ""
            yield CatalogChange(
                model.short_name, f"takes for {how}", "no price" if before is None else money(before), money(usd)
            )


def _span(lengths: Sequence[int]) -> str:
    if len(lengths) > 2 and len(lengths) == lengths[-1] - lengths[0] + 1:
        return f"{lengths[0]}-{lengths[-1]} s"
    return f"{', '.join(map(str, lengths))} s" if lengths else "none"


def _in_words(entry: ListedModel) -> str:
    aspects, sizes = ", ".join(entry.aspects), ", ".join(entry.resolutions)
    return "; ".join(part for part in (entry.name, _span(entry.durations), aspects, sizes) if part)


def write_models(catalog: Catalog, published: PublishedModels, *, source: str, today: date) -> str:
    """The service's figures in the shape of a project's `models.toml`, those of models that the catalogue knows."""
    entries, quotes = {one.id: one for one in published.listed}, published.quotes
    head = (
        f"# What {source} published on {today.isoformat()}. A project that names this file in its sbc.toml has these\n"
        "# figures instead of the shipped ones, under `Limits: service`.\n"
    )
    tables = [
        _table(model, entries[model.api_id], quotes, source, today)
        for model in catalog.models(SERVICE)
        if model.api_id in entries and entries[model.api_id].durations
    ]
    return "\n".join((head, *tables))


def _table(model: Model, entry: ListedModel, quotes: Mapping[QuotedModel, float], source: str, today: date) -> str:
    """The row of a model as TOML, with the published figures."""
    sizes = entry.resolutions
    lines = [f"[{model.id}.service]"]
    if model.shot_seconds is None:
        lines.append(f"durations = {list(entry.durations)}")
    else:
        lines.append(f"shot_seconds = [{entry.durations[0]}, {entry.durations[-1]}]")
    lines.append(f"clip_seconds = {entry.durations[-1]}")
    lines.append(f"aspects = {_toml([one for one in entry.aspects if _ASPECT.fullmatch(one)])}")
    rates = _rates(model, entry, quotes)
    # Resolutions without their prices would be filmed at a price that nobody knows.
    if rates or sizes == model.resolutions:
        lines.append(f"resolutions = {_toml(sizes)}")
    if sizes and (rates or sizes == model.resolutions):
        lines.append(f"resolution = {_toml(model.resolution if model.resolution in sizes else sizes[0])}")
    lines.append(f"audio = {_toml(entry.sound)}")
    lines.append(f"prompt_characters = {entry.prompt_characters or model.prompt_characters}")
    if rates:
        lines += [
            f"usd = {rates}",
            f"price_source = {_toml(f'quotes of {source}')}",
            f"price_date = {today.isoformat()}",
        ]
    lines += [f"source = {_toml(source)}", f"date = {today.isoformat()}", ""]
    return "\n".join(lines)


def _toml(value: object) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def _rates(model: Model, entry: ListedModel, quotes: Mapping[QuotedModel, float]) -> str:
    """The rates by the quotes, as TOML; those that the catalogue's rate explains stay as they are. Empty where a quote
    is missing, for half a table of prices would mislead."""
    found: dict[str, list[float]] = {}
    for asked in _asked(model, entry):
        usd = quotes.get(asked)
        if usd is None:
            return ""
        before = model.price.of_clip(asked.seconds, asked.size or None, asked.sound, 1)
        known = model.price.a_second(asked.size or None, asked.sound)
        is_the_same = known is not None and before is not None and abs(usd - before) <= _CENT / 2
        found.setdefault(asked.size, []).append(
            known if is_the_same and known is not None else round(usd / asked.seconds, _PLACES)
        )
    each = {size: _rate(Rate(rates[0], rates[-1])) for size, rates in found.items()}
    if list(each) == [""]:
        return each[""]
    return f"{{ {', '.join(f'{_toml(size)} = {one}' for size, one in each.items())} }}"


def _rate(usd: Rate) -> str:
    return f"{usd.silent:g}" if usd.silent == usd.sound else f"{{ silent = {usd.silent:g}, sound = {usd.sound:g} }}"
