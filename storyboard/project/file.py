"""A project's file, `sbc.toml`: what holds for every script below its folder.

models = "models.toml"    # rows of models of one's own

[limits]
usd_per_day = 20
usd_per_film = 50
"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.catalog import Catalog, shipped_catalog
from storyboard.compiler.diagnostics import Diagnostic
from storyboard.compiler.loader import Unreadable, decode
from storyboard.compiler.spelling import nearest, offer, quote
from storyboard.compiler.text import Source
from storyboard.project.models_file import read_models
from storyboard.project.toml_file import TomlFile

NAME = "sbc.toml"
#: A larger file is not a project's: it is not read.
_MOST_BYTES = 1_000_000
_KEYS = ("models", "limits")


class SpendingLimits(NamedTuple):
    """The most that may be spent, in US dollars; None where there is no ceiling."""

    usd_per_day: float | None = None
    usd_per_film: float | None = None


class Project(NamedTuple):
    """What a project file says. `path` is None where there is no file; `diagnostics` are what is wrong in it and in the
    files that it names, `sources` their texts."""

    path: Path | None
    catalog: Catalog
    limits: SpendingLimits
    diagnostics: tuple[Diagnostic, ...] = ()
    sources: tuple[Source, ...] = ()


def find_project_file(script: str | Path) -> Path | None:
    """The nearest `sbc.toml` in the script's folder or above it."""
    folder = Path(os.path.abspath(script)).parent
    return next((file for one in (folder, *folder.parents) if (file := one / NAME).is_file()), None)


def read_project(script: str | Path) -> Project:
    """The project of a script; without a file, the shipped models and no ceilings. What is wrong is a diagnostic, and
    what can be used is used."""
    path = find_project_file(script)
    if path is None:
        return Project(None, shipped_catalog(), SpendingLimits())
    shown = os.path.relpath(path)
    try:
        file = TomlFile(Source(shown, _read(path)))
    except Unreadable as problem:
        unread = TomlFile(Source(shown, ""))
        unread.report("SB101", (), f"{problem}.", "Write it anew, or delete it.")
        return Project(path, shipped_catalog(), SpendingLimits(), tuple(unread.diagnostics), (unread.source,))
    for key in file.data:
        if key not in _KEYS:
            near = nearest(key, _KEYS)
            advice = f"Did you mean {offer(near)}?" if near else f"There are {offer(_KEYS)}."
            file.report("SB102", (key,), f"There is no setting {quote(key)} in a project file.", advice)
    limits = _limits(file)
    models = _models(file, path)
    rows = read_models(models) if models else {}
    return Project(
        path,
        Catalog(rows) if rows else shipped_catalog(),
        limits,
        (*file.diagnostics, *(models.diagnostics if models else ())),
        (file.source, *((models.source,) if models else ())),
    )


def _read(path: Path) -> str:
    """The text of a file. Raises Unreadable."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError as problem:
        raise Unreadable(f"{path.name} cannot be read ({problem.strerror or problem})") from None
    if len(data) > _MOST_BYTES:
        raise Unreadable(f"{path.name} is larger than a megabyte")
    return decode(data, path.name)


def _models(file: TomlFile, path: Path) -> TomlFile | None:
    """The file of models that a project names."""
    named = file.data.get("models")
    if named is None:
        return None
    if not isinstance(named, str) or not named.strip():
        file.report("SB104", ("models",), "`models` takes the path of a file.", 'Write models = "models.toml".')
        return None
    target = path.parent / named
    try:
        return TomlFile(Source(os.path.relpath(target), _read(target)))
    except Unreadable as problem:
        file.report("SB105", ("models",), f"{problem}.", "The path is read from the folder of this file.")
        return None


def _limits(file: TomlFile) -> SpendingLimits:
    table = file.data.get("limits", {})
    if not isinstance(table, dict):
        file.report("SB104", ("limits",), "`limits` is a table.", "Write [limits], and below it usd_per_day = 20.")
        return SpendingLimits()
    found: dict[str, float] = {}
    for key, value in table.items():
        if key not in SpendingLimits._fields:
            advice = f"There are {offer(SpendingLimits._fields)}."
            file.report("SB102", ("limits", key), f"There is no limit {quote(key)}.", advice)
        elif not _is_sum(value):
            said = quote(str(value))
            file.report("SB104", ("limits", key), f"{said} is not a sum of money.", f"Write US dollars: {key} = 20")
        else:
            found[key] = float(value)
    return SpendingLimits(**found)


def _is_sum(value: Any) -> bool:  # noqa: ANN401 # anything that TOML holds
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
