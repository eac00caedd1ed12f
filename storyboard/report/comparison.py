"""Comparison of the film on every model: clips, seconds, price, and what is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from storyboard.compiler.drafts import ModelOption, film_usd
from storyboard.report.prices import is_old
from storyboard.wording import listed, money, table

#: A kind of loss in a word or two.
_LOST = {
    "sound": "sound",
    "elements": "elements",
    "frames": "start and end frames",
    "lengths": "lengths",
    "aspect": "aspect",
    "negative": "negative prompt",
    "video": "videos of subjects",
    "people": "people may be refused",
}


def write_comparison(options: Sequence[ModelOption], today: date) -> Iterator[str]:
    """A table of the models that can film the script, and a line for each that cannot."""
    able = [one for one in options if not one.problem]
    rows: list[tuple[object, ...]] = [("MODEL", "SIZE", "CLIPS", "SECONDS", "PRICE", "WHAT IS LOST")]
    rows += [
        (
            one.model.short_name + (" (the script's)" if one.is_own else ""),
            one.resolution or "its own",
            len(one.film.clips),
            sum(clip.duration for clip in one.film.clips),
            money(film_usd(one.film)),
            ", ".join(_LOST[loss.kind] for loss in one.lost) or "nothing",
        )
        for one in able
    ]
    yield from table(rows, right=(2, 3, 4))
    yield ""
    unable = [one for one in options if one.problem]
    for one in unable:
        yield f"{one.model.short_name} cannot film it: {one.problem}"
    if unable:
        yield ""
    if able:
        oldest = min(one.model.price.date for one in able)
        age = f"; {oldest.isoformat()} is long ago: `sbc models --refresh` asks Venice" if is_old(oldest, today) else ""
        yield f"Prices: {listed(tuple(dict.fromkeys(one.model.price.basis for one in able)))}{age}."


def comparison_data(options: Sequence[ModelOption]) -> dict[str, Any]:
    """The same for programs: `models`, each with `model` (the catalogue's id), `resolution`, `clips`, `seconds`, `usd`,
    `basis` (source and date of the price), `lost` (kind and words), `problem` (why it cannot film the script, or null)
    and `own` (whether the script names it)."""
    return {
        "format": "storyboard-comparison/1",
        "models": [
            {
                "model": one.model.id,
                "resolution": one.resolution,
                "clips": len(one.film.clips),
                "seconds": sum(clip.duration for clip in one.film.clips),
                "usd": round(film_usd(one.film), 4),
                "basis": one.model.price.basis,
                "lost": [loss._asdict() for loss in one.lost],
                "problem": one.problem or None,
                "own": one.is_own,
            }
            for one in options
        ],
    }
