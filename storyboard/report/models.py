"""The catalogue for a person."""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.catalog import Model, models


def list_models() -> Iterator[str]:
    """A table of all models."""
    rows: list[tuple[str, ...]] = [("MODEL", "SHOT", "CLIP", "PICTURES", "SOUND", "SIZE", "USD A SECOND", "PRIVACY")]
    rows += [_row(model) for model in models()]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield ""
    yield "`sbc models NAME` says everything about one."


def _row(model: Model) -> tuple[str, ...]:
    return (
        model.aliases[0] if model.aliases else model.id,
        _shot(model),
        f"{model.clip_seconds} s" if model.multi_shot else "one shot",
        f"up to {model.visual_inputs}",
        {"choice": "on or off", "always": "always", "none": "none"}[model.audio],
        ", ".join(model.resolutions) or "its own",
        _prices(model) or "not known",
        model.privacy,
    )


def _shot(model: Model) -> str:
    if model.shot_seconds:
        return f"{model.shot_seconds[0]}-{model.shot_seconds[1]} s"
    first, last = model.durations[0], model.durations[-1]
    if len(model.durations) == last - first + 1:
        return f"{first}-{last} s"
    return f"{', '.join(map(str, model.durations))} s"


def _prices(model: Model) -> str:
    prices = [f"{price:.3f}" for price in model.usd.values()]
    return " to ".join(dict.fromkeys((min(prices), max(prices)))) if prices else ""


def describe(model: Model) -> Iterator[str]:
    """Everything about one model."""
    facts = {
        "written as": ", ".join((*model.aliases, model.id)),
        "shots": f"{_shot(model)}; {_per_clip(model)}",
        "aspects": ", ".join(model.aspects),
        "resolutions": _resolutions(model),
        "sound": {"choice": "on or off", "always": "always on", "none": "none"}[model.audio],
        "pictures": _pictures(model),
        "start and end frames": "yes" if model.frames else "no",
        "negative prompt": "yes" if model.negative else "no",
        "video of a subject": "yes" if model.video else "no",
        "prompt": f"at most {model.prompt_characters:,} characters",
        "picture size": f"at least {model.short_side} pixels on the shorter side",
        "pictures of people": "yes" if model.persons else "refused by the service",
        "price a second": _price_list(model) or "not known; `sbc plan --quote` asks",
        "privacy": model.privacy,
        "source": f"{model.source}, {model.date}",
    }
    yield model.name
    yield ""
    for name, fact in facts.items():
        yield f"  {name:<22}{fact}"


def _resolutions(model: Model) -> str:
    return f"{', '.join(model.resolutions)} (else {model.resolution})" if model.resolutions else "none to choose"


def _per_clip(model: Model) -> str:
    return f"several in a clip of at most {model.clip_seconds} s" if model.multi_shot else "one a clip"


def _pictures(model: Model) -> str:
    if model.is_flat:
        return f"1 to {model.visual_inputs}, subjects and places together, as {model.image_tag.format(n='1')} …"
    return (
        f"1 to {model.visual_inputs} in all; {model.elements} elements ({model.elements_with_frame} beside a start or "
        f"end frame), {model.scene_images} scene images, {model.angles} angles an element"
    )


def _price_list(model: Model) -> str:
    names = {"silent": "without sound", "sound": "with sound"}
    return ", ".join(f"${price:.3f} {names.get(kind, f'at {kind}')}" for kind, price in model.usd.items())
