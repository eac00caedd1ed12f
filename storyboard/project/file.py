"""A project's file, `sbc.toml`: what holds for every script below its folder, which is the root of the project.

models = "models.toml"    # rows of models of one's own
templates = "templates"    # prompt templates that go before ours
picture_model = "grok-imagine-image"    # makes pictures, unless a script names another one

[limits]
usd_per_day = 20
usd_per_film = 50
"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from storyboard.catalog import Catalog, shipped_catalog
from storyboard.compiler.loader import Unreadable, decode
from storyboard.compiler.pipeline import Options, ProjectModels
from storyboard.compiler.spelling import nearest, offer, quote
from storyboard.compiler.text import Source
from storyboard.files.stamps import Stamp, stamp_of

if TYPE_CHECKING:
    from storyboard.project.toml_file import TomlFile

NAME = "sbc.toml"
#: A larger file is not a project's: it is not read.
_MOST_BYTES = 1_000_000
_KEYS = ("models", "picture_model", "templates", "limits")


class SpendingLimits(NamedTuple):
    """The most that may be spent, in US dollars; None where there is no ceiling."""

    usd_per_day: float | None = None
    usd_per_film: float | None = None


class Project(NamedTuple):
    """What a project file says. `path` is None where there is no file. What is wrong in it, and in the files that it
    names, is with the models; `picture_model` is an id of the catalogue, None where it names none; `templates` is a
    folder, None where it names none."""

    path: Path | None
    models: ProjectModels
    limits: SpendingLimits
    picture_model: str | None = None
    templates: Path | None = None


def find_project_file(script: str | Path) -> Path | None:
    """The nearest `sbc.toml` in the script's folder or above it."""
    folder = Path(os.path.abspath(script)).parent
    return next((file for one in (folder, *folder.parents) if (file := one / NAME).is_file()), None)


def read_project(script: str | Path) -> Project:
    """The project of a script, `-` being one of the current folder; without a project file, the shipped models and no
    ceilings. What is wrong is a diagnostic, and what can be used is used."""
    path = find_project_file(script)
    if path is None:
        return Project(None, ProjectModels(shipped_catalog()), SpendingLimits())
    shown = _shown(path, script)
    known = _KNOWN.get(shown)
    if known is None or known[0] != _stamps(known[1]):
        project = _read_project(path, shown)
        known = _KNOWN[shown] = (_stamps(project), project)
    return known[1]


#: Projects that were read, by the path of their file as it is shown, with the stamps of their files: an editor asks
#: after every key, and a catalogue is equal only to itself.
_KNOWN: dict[str, tuple[tuple[Stamp | None, ...], Project]] = {}


def _stamps(project: Project) -> tuple[Stamp | None, ...]:
    return tuple(stamp_of(source.path) for source in project.models.sources)


def _read_project(path: Path, shown: str) -> Project:
    from storyboard.project.toml_file import TomlFile

    try:
        file = TomlFile(Source(shown, _read(path)))
    except Unreadable as problem:
        unread = TomlFile(Source(shown, ""))
        unread.report("SB101", (), f"{problem}.", "Write it anew, or delete it.")
        models = ProjectModels(shipped_catalog(), tuple(unread.diagnostics), (unread.source,))
        return Project(path, models, SpendingLimits())
    for key in file.data:
        if key not in _KEYS:
            near = nearest(key, _KEYS)
            advice = f"Did you mean {offer(near)}?" if near else f"There are {offer(_KEYS)}."
            file.report("SB102", (key,), f"There is no setting {quote(key)} in a project file.", advice)
    limits, picture_model, templates = _limits(file), _picture_model(file), _templates(file, path)
    listed = _models_file(file, path)
    if listed is None:
        shipped = ProjectModels(shipped_catalog(), tuple(file.diagnostics), (file.source,))
        return Project(path, shipped, limits, picture_model, templates)
    from storyboard.project.models_file import read_models

    rows = read_models(listed)
    diagnostics = (*file.diagnostics, *listed.diagnostics)
    models = ProjectModels(Catalog(rows), diagnostics, (file.source, listed.source))
    return Project(path, models, limits, picture_model, templates)


def in_project(script: str | Path, options: Options) -> Options:
    """The options with what the script's project says; `-` is a script of the current folder. The project's folder is
    the root, and its templates are used, unless the options say otherwise."""
    project = read_project(script)
    if project.path is None:
        return options
    root = options.root or Path(_shown(project.path, script)).parent
    return options._replace(project=project.models, root=root, templates=options.templates or project.templates)


def _shown(path: Path, script: str | Path) -> str:
    """The path of a file as diagnostics name it: absolute where the script's is."""
    return str(path) if os.path.isabs(script) else os.path.relpath(path)


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


def _models_file(file: TomlFile, path: Path) -> TomlFile | None:
    """The file of models that a project names."""
    named = file.data.get("models")
    if named is None:
        return None
    if not isinstance(named, str) or not named.strip():
        file.report("SB104", ("models",), "`models` takes the path of a file.", 'Write models = "models.toml".')
        return None
    shown = os.path.join(os.path.dirname(file.source.path), named)
    from storyboard.project.toml_file import TomlFile

    try:
        return TomlFile(Source(shown, _read(path.parent / named)))
    except Unreadable as problem:
        file.report("SB105", ("models",), f"{problem}.", "The path is read from the folder of this file.")
        return TomlFile(Source(shown, ""))


def _picture_model(file: TomlFile) -> str | None:
    """The id of the model that makes pictures."""
    from storyboard.catalog.picture_models import find_picture_model, picture_models

    named = file.data.get("picture_model")
    found = find_picture_model(named) if isinstance(named, str) else None
    if named is not None and found is None:
        near = nearest(str(named), [one.id for one in picture_models()])
        advice = f"Did you mean {offer(near)}?" if near else "`sbc models --pictures` lists them."
        file.report("SB104", ("picture_model",), f"There is no picture model {quote(str(named))}.", advice)
    return found.id if found else None


def _templates(file: TomlFile, path: Path) -> Path | None:
    """The folder of templates that a project names."""
    named = file.data.get("templates")
    if named is None:
        return None
    if not isinstance(named, str) or not named.strip():
        file.report(
            "SB104", ("templates",), "`templates` takes the path of a folder.", 'Write templates = "templates".'
        )
        return None
    folder = path.parent / named
    if folder.is_dir():
        return folder
    said = f"There is no folder {quote(named)}."
    file.report("SB105", ("templates",), said, "The path is read from the folder of this file.")
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
