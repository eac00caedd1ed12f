"""The table of video models, with the age of every figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from storyboard.catalog import SERVICE, Model, Price
from storyboard.catalog.prices import rate_in_words
from storyboard.report.prices import is_old
from storyboard.wording import count, table


def list_models(models: Iterable[Model], today: date) -> Iterator[str]:
    """A table of models."""
    listed = tuple(models)
    rows: list[tuple[str, ...]] = [
        ("MODEL", "SHOT", "CLIP", "PICTURES", "SOUND", "SIZE", "USD A SECOND", "AGE", "PRIVACY")
    ]
    rows += [_row(model, today) for model in listed]
    yield from table(rows)
    yield ""
    for kind, dates in (("limits", {model.date for model in listed}), ("prices", {one.price.date for one in listed})):
        said = " to ".join(dict.fromkeys(one.isoformat() for one in (min(dates), max(dates))))
        yield f"{kind} of {said}{_warning(min(dates), today)}"
    yield "AGE is that of the limits and of the prices, in days."
    yield "`sbc models NAME` has everything about one, with the source and the age of every figure."


def _row(model: Model, today: date) -> tuple[str, ...]:
    return (
        model.short_name,
        _lengths(model),
        f"{model.clip_seconds} s" if model.multi_shot else "one shot",
        _most_pictures(model),
        {"choice": "on or off", "always": "always", "none": "none"}[model.audio],
        ", ".join(model.resolutions) or "its own",
        _range(model.price) or "not known",
        _ages(model, today),
        model.privacy,
    )


def _ages(model: Model, today: date) -> str:
    """How many days old the limits and the prices of a row are, once where they are equally old."""
    ages = dict.fromkeys(f"{max(0, (today - read).days)} d" for read in (model.date, model.price.date))
    return " / ".join(ages)


def _most_pictures(model: Model) -> str:
    if not model.takes_references:
        return "start frame" if model.needs_start else "none"
    most = model.visual_inputs or (model.elements or 0) + (model.scene_images or 0)
    return f"up to {most}"


def _lengths(model: Model) -> str:
    lengths = model.lengths
    if len(lengths) > 2 and len(lengths) == lengths[-1] - lengths[0] + 1:
        return f"{lengths[0]}-{lengths[-1]} s"
    return f"{', '.join(map(str, lengths))} s"


def _range(price: Price) -> str:
    prices = sorted(usd for _, usd in price.listed())
    return (
        " to ".join(dict.fromkeys(rate_in_words(usd).removeprefix("$") for usd in (prices[0], prices[-1])))
        if prices
        else ""
    )


def describe(model: Model, today: date) -> Iterator[str]:
    """Everything about one model. Where guide and service differ, the model is given by one of them, and the other's
    figures are beside."""
    other = model.catalog.find(model.id, "guide" if model.limits == SERVICE else SERVICE)
    facts = _facts(model)
    beside = _facts(other) if other and (other.source, other.date) != (model.source, model.date) else facts
    yield model.name
    yield ""
    for name, fact in facts.items():
        yield f"  {name:<22}{fact}"
        if beside[name] != fact and other is not None:
            yield f"  {'':<22}({'the service today' if other.limits == SERVICE else 'the guide'}: {beside[name]})"
    yield f"  {'limits from':<22}{_dated(model.source, model.date, today)}"
    if other is not None and beside is not facts:
        yield f"  {'':<22}({_dated(other.source, other.date, today)})"
    yield f"  {'prices from':<22}{_dated(model.price.source, model.price.date, today)}"
    if model.other_price is not None:
        yield f"  {'':<22}({_dated(model.other_price.source, model.other_price.date, today)})"
    for line in model.unsure:
        yield f"  {'not certain':<22}{line}"


def _facts(model: Model) -> dict[str, str]:
    kinds = {
        kind: one.short_name for kind in ("reference", "text", "image") if (one := model.sibling(f"{kind}-to-video"))
    }
    siblings = [name for name in kinds.values() if name != model.short_name]
    return {
        "written as": ", ".join((*model.aliases, model.id)),
        "kind": model.kind.replace("-", " "),
        "siblings": ", ".join(siblings) or "none",
        "shots": f"{_lengths(model)}; {_per_clip(model)}",
        "aspects": ", ".join(model.aspects) or "that of its start frame",
        "resolutions": _resolutions(model),
        "sound": {"choice": "on or off", "always": "always on", "none": "none"}[model.audio],
        "pictures": _pictures(model),
        "start frame": {"none": "no", "allowed": "yes", "required": "always"}[model.start_frame],
        "end frame": "yes" if model.end_frame else "no",
        "negative prompt": "yes" if model.negative else "no",
        "video of a subject": "yes" if model.video else "no",
        "prompt": f"at most {model.prompt_characters:,} characters",
        "picture size": f"at least {model.short_side} pixels on the shorter side; sent with at most "
        f"{model.long_side:,} on the longer one",
        "pictures of people": "yes" if model.persons else "refused by the service",
        "price a second": price_list(model.price) or "not known; `sbc plan --quote` asks",
        "privacy": model.privacy,
    }


def _resolutions(model: Model) -> str:
    return f"{', '.join(model.resolutions)} (else {model.resolution})" if model.resolutions else "none to choose"


def _per_clip(model: Model) -> str:
    return f"several in a clip of at most {model.clip_seconds} s" if model.multi_shot else "one a clip"


def _pictures(model: Model) -> str:
    if not model.takes_references:
        return "its start frame alone" if model.needs_start else "none"
    if model.is_flat:
        return f"1 to {model.visual_inputs}, subjects and places together, as {model.image_tag.format(n='1')} …"
    beside = f" ({model.elements_with_frame} beside a start or end frame)" if model.elements_with_frame else ""
    whole = f"1 to {model.visual_inputs} in all; " if model.visual_inputs else ""
    return (
        f"{whole}{model.elements} elements{beside}, {model.scene_images} scene images, {model.angles} angles an element"
    )


def price_list(price: Price) -> str:
    """Every rate, in words."""
    listed = [f"{rate_in_words(usd)} {what}" for what, usd in price.listed()]
    each = f"; {rate_in_words(price.usd_per_picture)} for each picture" if price.usd_per_picture else ""
    quoted = f" (quoted at {price.aspect})" if price.aspect else ""
    return f"{', '.join(listed)}{each}{quoted}"


def _dated(source: str, read: date, today: date) -> str:
    days = (today - read).days
    age = "today" if days == 0 else f"{count(days, 'day')} ago" if days > 0 else "by a clock ahead of yours"
    return f"{source}, {read.isoformat()} ({age}){_warning(read, today)}"


def _warning(read: date, today: date) -> str:
    return ": old; `sbc models --refresh` asks Venice" if is_old(read, today) else ""
