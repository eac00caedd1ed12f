"""A project's own `models.toml`: rows that add models or override figures of the shipped ones.

The file has the shape of `catalog/reference-to-video.toml`, which explains the keys. Every figure has the day on which
it was read (`date`). `like` inherits everything from another row that a row does not set itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from storyboard.catalog import KINDS, REFERENCE, read_table
from storyboard.catalog.video_models import Row, shipped_rows
from storyboard.compiler.spelling import listed_or, nearest, quote
from storyboard.project.toml_file import TomlFile

#: What a value has to be, in words after "is not"; None where it is that.
_Check = Callable[[Any], str | None]

_LONGEST_CLIP, _MOST_PICTURES, _MOST_USD, _LARGEST_SIDE = 600, 100, 100, 16_384
#: So many rows may be like one another in a row.
_LONGEST_CHAIN = 20
_ASPECT = re.compile(r"[1-9][0-9]?:[1-9][0-9]?")
_RANGE = re.compile(r"([1-9][0-9]{0,2})-([1-9][0-9]{0,2})")


def _text(value: Any) -> str | None:  # noqa: ANN401 # anything that TOML holds, here and below
    return None if isinstance(value, str) and value.strip() else "a text in quotation marks"


def _texts(value: Any) -> str | None:  # noqa: ANN401
    return None if isinstance(value, list) and not any(map(_text, value)) else 'a list of texts: ["a", "b"]'


def _flag(value: Any) -> str | None:  # noqa: ANN401
    return None if isinstance(value, bool) else "true or false"


def _whole(most: int) -> _Check:
    def check(value: Any) -> str | None:  # noqa: ANN401
        fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
        return None if fits else f"a whole number up to {most:,}"

    return check


def _one_of(*allowed: str) -> _Check:
    return lambda value: None if value in allowed else listed_or(allowed)


def _day(value: Any) -> str | None:  # noqa: ANN401
    return None if isinstance(value, date) and not isinstance(value, datetime) else "a day: date = 2026-11-28"


def _seconds(value: Any) -> str | None:  # noqa: ANN401
    if isinstance(value, str) and (found := _RANGE.fullmatch(value)):
        if int(found[1]) <= int(found[2]) <= _LONGEST_CLIP:
            return None
    elif isinstance(value, list) and value and not any(map(_whole(_LONGEST_CLIP), value)) and min(value) > 0:
        return None
    return 'whole seconds: [5, 8, 10], or "3-15" for every one of them'


def _pair(value: Any) -> str | None:  # noqa: ANN401
    fits = isinstance(value, list) and len(value) == 2 and not _seconds(value) and value[0] <= value[1]
    return None if fits else "the shortest and the longest, in seconds: [3, 15]"


def _aspects(value: Any) -> str | None:  # noqa: ANN401
    fits = _texts(value) is None and all(_ASPECT.fullmatch(one) for one in value)
    return None if fits else 'a list of aspects: ["16:9", "9:16"]'


def _dollars(value: Any) -> str | None:  # noqa: ANN401
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return None if fits and 0 <= value <= _MOST_USD else "US dollars as a number, such as 0.14"


def _rate(value: Any) -> str | None:  # noqa: ANN401
    if isinstance(value, Mapping):
        fits = value.keys() == {"silent", "sound"} and not any(map(_dollars, value.values()))
        return None if fits else "{ silent = 0.11, sound = 0.14 }"
    return _dollars(value)


def _usd(value: Any) -> str | None:  # noqa: ANN401
    if isinstance(value, Mapping) and value and "silent" not in value and "sound" not in value:
        if not any(map(_rate, value.values())):
            return None
    elif not _rate(value):
        return None
    return "US dollars a second: 0.14, { silent = 0.11, sound = 0.14 }, or by resolution: { 480p = 0.06 }"


def _exact(value: Any) -> str | None:  # noqa: ANN401
    fits = isinstance(value, Mapping) and all(
        isinstance(each, Mapping) and all(count.isdecimal() and not _dollars(usd) for count, usd in each.items())
        for each in value.values()
    )
    return None if fits else 'quotes by resolution and seconds: { 480p = { "15" = 0.22 } }'


_IDENTITY: dict[str, _Check] = {
    "like": _text,
    "aliases": _texts,
    "api_id": _text,
    "guide_id": _text,
    "name": _text,
    "line": _text,
    "kind": _one_of(*KINDS),
    "privacy": _one_of("private", "anonymized"),
}
_LIMITS: dict[str, _Check] = {
    "shot_seconds": _pair,
    "durations": _seconds,
    "clip_seconds": _whole(_LONGEST_CLIP),
    "multi_shot": _flag,
    "aspects": _aspects,
    "resolutions": _texts,
    "resolution": _text,
    "audio": _one_of("choice", "always", "none"),
    "prompt_characters": _whole(100_000),
    "short_side": _whole(_LARGEST_SIDE),
    "long_side": _whole(_LARGEST_SIDE),
    **dict.fromkeys(
        ("visual_inputs", "elements", "elements_with_frame", "api_elements", "scene_images", "angles"),
        _whole(_MOST_PICTURES),
    ),
    "start_frame": _one_of("none", "allowed", "required"),
    "end_frame": _flag,
    "download_url": _flag,
}
_PRICES: dict[str, _Check] = {
    "usd": _usd,
    "usd_per_picture": _dollars,
    "usd_exact": _exact,
    "cents": _flag,
    "price_aspect": _text,
}
_DATED: dict[str, _Check] = {"source": _text, "date": _day, "price_source": _text, "price_date": _day}
_FIGURES = {**_LIMITS, **_PRICES, **_DATED}
_NEEDED = ("family", "kind", "audio")


def read_models(file: TomlFile) -> dict[str, Row]:
    """The usable rows of the file by id, whole, in an order in which each stands after the one that it is like. What is
    wrong is reported in the file."""
    written: dict[str, dict[str, Any]] = {}
    for id_, row in file.data.items():
        if not isinstance(row, dict):
            message = f"{quote(id_)} is not a model: a model is a table."
            file.report("SB101", (id_,), message, f"Write [{id_}] on a line of its own, and its figures below.")
        elif _is_sound(file, id_, row):
            written[id_] = row
    settled: dict[str, Row | None] = {}
    for id_ in written:
        _settle(file, id_, written, settled, ())
    rows = {id_: row for id_, row in settled.items() if row is not None}
    _report_shared_names(file, rows)
    return rows


def _is_sound(file: TomlFile, id_: str, row: dict[str, Any]) -> bool:
    """Whether each key of a row is known, and takes its value."""
    families = tuple(name for name in read_table("families.toml") if name != "defaults")
    known = {**_IDENTITY, **_FIGURES, "family": _one_of(*families)}
    before = len(file.diagnostics)
    for key, value in row.items():
        if key in ("guide", "service") and isinstance(value, dict):
            for inner, figure in value.items():
                _check(file, (id_, key, inner), _FIGURES, figure)
        else:
            _check(file, (id_, key), known, value)
    for path, table in (((id_,), row), ((id_, "guide"), row.get("guide")), ((id_, "service"), row.get("service"))):
        if isinstance(table, dict) and not _is_dated(table, row):
            message = f"{quote(id_)} does not say of which day its figures are."
            file.report("SB104", path, message, "Add the day that you read them: date = 2026-11-28")
    return len(file.diagnostics) == before


def _is_dated(table: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether the figures of a table, if it has any, are of a day."""
    limits, prices = table.keys() & _LIMITS.keys(), table.keys() & _PRICES.keys()
    if not limits and not prices:
        return True
    return "date" in table or "date" in row or ("price_date" in table and not limits)


def _check(file: TomlFile, path: tuple[str, ...], known: Mapping[str, _Check], value: Any) -> None:  # noqa: ANN401
    key = path[-1]
    if key not in known:
        near = nearest(key, known)
        advice = f"Did you mean {listed_or(near)}?" if near else f"There are {listed_or(known)}."
        file.report("SB102", path, f"There is no key {quote(key)} in a model's row.", advice)
    elif (wanted := known[key](value)) is not None:
        said = quote(value if isinstance(value, str) else str(value))
        file.report("SB104", path, f"{said} is not what {key} takes.", f"Write {wanted}.")


def _settle(
    file: TomlFile,
    id_: str,
    written: Mapping[str, dict[str, Any]],
    settled: dict[str, Row | None],
    above: tuple[str, ...],
) -> Row | None:
    """A row with everything that it takes from others, kept in `settled`; None where it cannot be used."""
    if id_ in settled:
        return settled[id_]
    row = written[id_]
    if id_ in above:
        ring = " is like ".join((*above[above.index(id_) :], id_))
        file.report("SB105", (id_, "like"), f"These models take from each other: {ring}.", "Delete one `like`.")
        settled.update(dict.fromkeys(above[above.index(id_) :]))
        return None
    if len(above) >= _LONGEST_CHAIN:
        message = f"{quote(id_)} is like a row that is like a row, more than {_LONGEST_CHAIN} times."
        file.report("SB105", (id_, "like"), message, "Name the model at the end of the chain.")
        settled[id_] = None
        return None
    base = _shipped_rows().get(id_)
    if "like" in row:
        other = _written_id(row["like"], written)
        base = _settle(file, other, written, settled, (*above, id_)) if other else _shipped_rows().get(row["like"])
        if base is None:
            settled[id_] = None
            if not other:
                message = f"There is no model {quote(row['like'])}."
                file.report("SB201", (id_, "like"), message, "`sbc models --kind all` lists those that it may be like.")
            return None
        base = {**base, "aliases": [], "api_id": id_, "guide_id": id_, "line": id_, "name": id_}
    settled[id_] = whole = _merged(file, id_, base, row)
    return whole


def _written_id(name: str, written: Mapping[str, dict[str, Any]]) -> str | None:
    """The row of the file that a name means: by its id, or by an alias."""
    if name in written:
        return name
    return next((id_ for id_, row in written.items() if name in row.get("aliases", ())), None)


@cache
def _shipped_rows() -> dict[str, Row]:
    """The rows of the package by every name that they have."""
    found: dict[str, Row] = {}
    for kind in KINDS:
        for id_, row in shipped_rows(kind).items():
            whole = {"api_id": id_, "guide_id": id_, **row}
            for name in (id_, whole["api_id"], *row["aliases"]):
                found.setdefault(name, whole)
    return found


def _merged(file: TomlFile, id_: str, base: Row | None, row: dict[str, Any]) -> Row | None:
    """A row over the one that it takes from. What is given for both limits takes the place of the guide's figure,
    too."""
    if base is None:
        for key in _NEEDED:
            if key not in row:
                message = f"{quote(id_)} is new, and its {key} is missing."
                file.report("SB101", (id_,), message, f'Add {key}, or say what it is like: like = "seedance-2-0"')
                return None
        base = {**read_table(f"{REFERENCE}.toml")["defaults"], "line": id_, "name": id_, "privacy": "anonymized"}
    service = row.get("service", {})
    guide = {key: value for key, value in base.get("guide", {}).items() if key not in row}
    if "usd" in row:
        guide = {key: value for key, value in guide.items() if key not in (*_PRICES, "price_source", "price_date")}
    if guide:
        guide = {**{key: base[key] for key in service if key in base}, **guide}
    own_guide = {**row.get("guide", {}), **_sources(file.source.path, row.get("guide", {}), row.get("date"))}
    own = {
        **{key: value for key, value in row.items() if key != "service"},
        **_sources(file.source.path, row),
        **service,
        **_sources(file.source.path, service, row.get("date")),
    }
    whole = {**_without_lengths(base, own), **own, "guide": {**guide, **own_guide}}
    return whole if _is_whole(file, id_, whole) else None


def _without_lengths(base: Row, own: Mapping[str, Any]) -> Row:
    """The row without lengths that are given anew: listed ones take the place of a range, and the longest clip is then
    the longest of them."""
    if "durations" not in own and "shot_seconds" not in own:
        return base
    return {key: value for key, value in base.items() if key not in ("durations", "shot_seconds", "clip_seconds")}


def _sources(path: str, row: Mapping[str, Any], day: date | None = None) -> dict[str, Any]:
    """Source and date of the figures that a row gives itself."""
    source, read = row.get("source", path), row.get("date", day)
    found: dict[str, Any] = {}
    if row.keys() & _LIMITS.keys() and read is not None:
        found |= {"source": source, "date": read}
    if row.keys() & _PRICES.keys():
        found |= {"price_source": row.get("price_source", source), "price_date": row.get("price_date", read)}
    return {key: value for key, value in found.items() if value is not None}


def _is_whole(file: TomlFile, id_: str, row: Row) -> bool:
    """Whether the figures of a row fit together."""
    before = len(file.diagnostics)
    family = read_table("families.toml")[row["family"]]
    if not row.get("durations") and not row.get("shot_seconds"):
        message = f"{quote(id_)} does not say how long its shots may be."
        file.report("SB101", (id_,), message, 'Add durations = [5, 10], or durations = "3-15".')
    sizes = row["resolutions"]
    if sizes and row.get("resolution") not in sizes:
        message = f"{quote(id_)} does not say which of its resolutions is the usual one."
        file.report("SB104", (id_, "resolution"), message, f'Write resolution = "{sizes[-1]}", or another of them.')
    usd = row.get("usd", 0)
    for size in usd if isinstance(usd, Mapping) and "silent" not in usd else ():
        if size not in sizes:
            message = f"There is a price for {quote(size)}, which is not a resolution of {quote(id_)}."
            file.report("SB104", (id_, "usd", size), message, f"It has {listed_or(sizes) or 'none to choose'}.")
    if row["kind"] == REFERENCE and family["references"] == "flat" and not row.get("visual_inputs"):
        message = f"{quote(id_)} does not say how many pictures it takes."
        file.report("SB101", (id_,), message, "Add visual_inputs = 9, or however many there may be.")
    return len(file.diagnostics) == before


def _report_shared_names(file: TomlFile, rows: dict[str, Row]) -> None:
    """SB202 for a name that means two models; the later row is left out."""
    owners: dict[str, str] = {}
    for kind in KINDS:
        for id_, row in shipped_rows(kind).items():
            if id_ not in rows:
                owners.update(dict.fromkeys((id_, row.get("api_id", id_), *row["aliases"]), id_))
    for id_, row in list(rows.items()):
        for name in dict.fromkeys((id_, *row["aliases"])):
            owner = owners.setdefault(name, id_)
            if owner != id_:
                message = f"{quote(name)} is the name of two models: {id_} and {owner}."
                place = (id_, "aliases") if name != id_ else (id_,)
                file.report("SB202", place, message, "Give one of them another name.")
                del rows[id_]
                break
