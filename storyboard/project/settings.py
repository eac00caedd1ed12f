"""The settings of a project file, one reader each. A reader reports a bad value at its key and returns None for it."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from storyboard.compiler.loader import Unreadable, decode
from storyboard.compiler.spelling import listed_or, nearest, quote
from storyboard.compiler.text import Source
from storyboard.project.toml_file import TomlFile
from storyboard.wording import listed

#: A larger file is not a project's: it is not read.
_MOST_BYTES = 1_000_000
#: Folders below `out` that are looked through for scripts.
_MOST_FOLDERS = 100
Wire = Literal["api", "guide"]
_WIRES: tuple[Wire, ...] = get_args(Wire)


class SoundModelNames(NamedTuple):
    """The models that make what is heard, and the one that listens, by their ids; None for the usual one."""

    voice: str | None = None
    music: str | None = None
    ambience: str | None = None
    effect: str | None = None
    transcription: str | None = None


class SpendingLimits(NamedTuple):
    """The most that may be spent, in US dollars; None where there is no ceiling."""

    usd_per_day: float | None = None
    usd_per_film: float | None = None


def read_text(path: Path) -> str:
    """The text of a file of a project. Raises Unreadable."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "this cannot be the path of a file"
        raise Unreadable(f"{path.name} cannot be read ({reason})") from None
    if len(data) > _MOST_BYTES:
        raise Unreadable(f"{path.name} is larger than a megabyte")
    return decode(data, path.name)


def read_models_path(file: TomlFile, key: str, value: object, folder: Path) -> TomlFile | None:
    """The file of models that a project names, by its path from the project's folder."""
    if not isinstance(value, str) or not value.strip():
        file.report("SB104", (key,), f"`{key}` takes the path of a file.", f'Write {key} = "models.toml".')
        return None
    shown = os.path.join(os.path.dirname(file.source.path), value)
    try:
        return TomlFile(Source(shown, read_text(folder / value)))
    except Unreadable as problem:
        file.report("SB105", (key,), f"{problem}.", "The path is read from the folder of this file.")
        return TomlFile(Source(shown, ""))


def read_picture_model(file: TomlFile, key: str, value: object) -> str | None:
    """The id of the model that makes pictures."""
    from storyboard.catalog.picture_models import find_picture_model, picture_models

    found = find_picture_model(value) if isinstance(value, str) else None
    if found is None:
        near = nearest(str(value), [one.id for one in picture_models()])
        advice = f"Did you mean {listed_or(near)}?" if near else "`sbc models --pictures` lists them."
        file.report("SB104", (key,), f"There is no picture model {quote(str(value))}.", advice)
    return found.id if found else None


def read_sound_model(file: TomlFile, key: str, value: object) -> str | None:
    """The id of a model for the kind that the key begins with, as in `music-model`."""
    kind = re.split("[-_]", key)[0]
    names, what, where = _sound_models(kind)
    found = next((one for one in names if isinstance(value, str) and one.lower() == value.strip().lower()), None)
    if found is None:
        near = nearest(str(value), names)
        advice = f"Did you mean {listed_or(near)}?" if near else f"{where} lists them."
        file.report("SB104", (key,), f"There is no {what} {quote(str(value))}.", advice)
    return found


def _sound_models(kind: str) -> tuple[list[str], str, str]:
    """The models for a kind, what they are called, and which command lists them."""
    from storyboard.catalog.sound_models import sound_models
    from storyboard.catalog.speech_models import speech_models
    from storyboard.catalog.transcription_models import transcription_models

    if kind == "voice":
        return [one.id for one in speech_models()], "speech model", "`sbc models --voices`"
    if kind == "transcription":
        return [one.id for one in transcription_models()], "transcription model", "`sbc models --sounds`"
    listed_for = None if kind == "ambience" else kind
    playing = [one.id for one in sound_models(listed_for) if not one.needs_lyrics]
    return playing, f"model for {'effects' if kind == 'effect' else kind}", "`sbc models --sounds`"


def read_templates(file: TomlFile, key: str, value: object, folder: Path) -> Path | None:
    """The folder of prompt templates."""
    if not isinstance(value, str) or not value.strip():
        file.report("SB104", (key,), f"`{key}` takes the path of a folder.", f'Write {key} = "templates".')
        return None
    if (folder / value).is_dir():
        return folder / value
    said = f"There is no folder {quote(value)}."
    file.report("SB105", (key,), said, "The path is read from the folder of this file.")
    return None


def read_wire(file: TomlFile, key: str, value: object) -> Wire | None:
    """The spelling of requests."""
    found = next((one for one in _WIRES if one == value), None)
    if found is not None:
        return found
    near = nearest(str(value), _WIRES)
    advice = f"Did you mean {listed_or(near)}?" if near else f"There are {listed(_WIRES)}."
    file.report("SB104", (key,), f"{quote(str(value))} is not a spelling of requests.", advice)
    return None


def read_out(file: TomlFile, key: str, value: object, folder: Path) -> str | None:
    """The folder of everything that is made, as it is written, relative to the project's folder. It need not exist;
    it must lie inside the project, and no script may lie in it."""
    advice = f'Write a folder for clips and films alone: {key} = "out".'
    if not isinstance(value, str) or not value.strip():
        file.report("SB104", (key,), f"`{key}` takes the path of a folder.", advice)
        return None
    problem = _why_not_out(value, folder)
    if problem:
        file.report("SB104", (key,), f"{quote(value)} {problem}.", advice)
        return None
    return os.path.normpath(value)


def _why_not_out(value: str, folder: Path) -> str:
    """Why a folder cannot hold what is made; empty where it can."""
    if value.startswith("~") or "\0" in value:
        return "cannot be the path of a folder in the project"
    root, place = os.path.realpath(folder), os.path.realpath(folder / value)
    if place == root:
        return "is the project itself, which contains the scripts"
    if os.path.isabs(value) or not place.startswith(os.path.join(root, "")):
        return "is outside the project"
    if os.path.lexists(place) and not os.path.isdir(place):
        return "is a file"
    script = next(_scripts_below(place), None)
    return f"contains a script, {os.path.relpath(script, root)}" if script else ""


def _scripts_below(folder: str) -> Iterator[str]:
    for here, folders, names in islice(os.walk(folder), _MOST_FOLDERS):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        yield from (os.path.join(here, name) for name in sorted(names) if name.lower().endswith(".sb"))


def read_limits(file: TomlFile, key: str, value: object) -> SpendingLimits:
    """The ceilings of a project."""
    if not isinstance(value, dict):
        file.report("SB104", (key,), f"`{key}` is a table.", f"Write [{key}], and below it usd_per_day = 20.")
        return SpendingLimits()
    found: dict[str, float] = {}
    for name, usd in value.items():
        if name not in SpendingLimits._fields:
            near = nearest(name, SpendingLimits._fields)
            advice = f"Did you mean {listed_or(near)}?" if near else f"There are {listed(SpendingLimits._fields)}."
            file.report("SB102", (key, name), f"There is no limit {quote(name)}.", advice)
        elif isinstance(usd, int | float) and not isinstance(usd, bool) and math.isfinite(usd) and usd >= 0:
            found[name] = float(usd)
        else:
            said = quote(str(usd))
            file.report("SB104", (key, name), f"{said} is not a sum of money.", f"Write US dollars: {name} = 20")
    return SpendingLimits(**found)
