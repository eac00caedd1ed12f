"""A project's file, `sbc.toml`: what holds for every script below its folder, which is the root of the project.

out = "out"    # the folder of everything that is made, a folder in it for each script
wire = "api"    # the spelling of requests that `check` and `compile` use
models = "models.toml"    # rows of models of one's own
templates = "templates"    # prompt templates that go before ours
picture-model = "grok-imagine-image"    # makes pictures, unless a script names another one
voice-model = "tts-kokoro"    # speaks, unless a script names another one
music-model = "ace-step-15"    # makes music; ambience-model and effect-model likewise
transcription-model = "stt-xai-v1"    # listens to takes

[limits]
usd_per_day = 20
usd_per_film = 50

`settings` reads the values; here the file is kept while it stays the same, and put into the compiler's options.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from storyboard.catalog import Catalog, shipped_catalog
from storyboard.compiler.loader import Unreadable
from storyboard.compiler.pipeline import Options, ProjectModels
from storyboard.compiler.spelling import listed_or, nearest, quote
from storyboard.compiler.text import Source
from storyboard.files.stamps import Stamp, stamp_of
from storyboard.project.root import find_project_file
from storyboard.project.settings import (
    SoundModelNames,
    SpendingLimits,
    Wire,
    read_limits,
    read_models_path,
    read_out,
    read_picture_model,
    read_sound_model,
    read_templates,
    read_text,
    read_wire,
)
from storyboard.project.toml_file import TomlFile
from storyboard.wording import listed

#: The settings that name a model for sounds.
_SOUND_KEYS = tuple(f"{kind}-model" for kind in SoundModelNames._fields)
_KEYS = ("out", "wire", "models", "templates", "picture-model", *_SOUND_KEYS, "limits")


class Project(NamedTuple):
    """What a project file says; None where it says nothing, or nothing that can be used. `path` is None where there is
    no file. What is wrong in it, and in the files that it names, is with the models. `out` is the folder of everything
    that is made, relative to the file's; `picture_model` is an id of the catalogue, and so are those of `sound_models`;
    `templates` is a folder."""

    path: Path | None
    models: ProjectModels
    limits: SpendingLimits
    picture_model: str | None = None
    templates: Path | None = None
    wire: Wire | None = None
    out: str | None = None
    sound_models: SoundModelNames = SoundModelNames()


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
    """The project of a file, with its problems as diagnostics."""
    try:
        file = TomlFile(Source(shown, read_text(path)))
    except Unreadable as problem:
        unread = TomlFile(Source(shown, ""))
        unread.report("SB101", (), f"{problem}.", "Write it again, or delete it.")
        models = ProjectModels(shipped_catalog(), tuple(unread.diagnostics), (unread.source,))
        return Project(path, models, SpendingLimits())
    given, folder = _settings(file), path.parent
    listed = read_models_path(file, *given["models"], folder) if "models" in given else None
    project = Project(
        path,
        ProjectModels(shipped_catalog()),
        read_limits(file, *given["limits"]) if "limits" in given else SpendingLimits(),
        read_picture_model(file, *given["picture-model"]) if "picture-model" in given else None,
        read_templates(file, *given["templates"], folder) if "templates" in given else None,
        read_wire(file, *given["wire"]) if "wire" in given else None,
        read_out(file, *given["out"], folder) if "out" in given else None,
        SoundModelNames(*(read_sound_model(file, *given[key]) if key in given else None for key in _SOUND_KEYS)),
    )
    if listed is None:
        return project._replace(models=ProjectModels(shipped_catalog(), tuple(file.diagnostics), (file.source,)))
    from storyboard.project.models_file import read_models

    rows = read_models(listed)
    diagnostics = (*file.diagnostics, *listed.diagnostics)
    return project._replace(models=ProjectModels(Catalog(rows), diagnostics, (file.source, listed.source)))


def _settings(file: TomlFile) -> dict[str, tuple[str, object]]:
    """The settings of a file, each by its name, with the key as it is spelled: `picture_model` is `picture-model`."""
    found: dict[str, tuple[str, object]] = {}
    for key, value in file.data.items():
        name = key.replace("_", "-")
        if name in found:
            file.report("SB104", (key,), f"{quote(name)} is given twice.", "Keep one of the two lines.")
        elif name in _KEYS:
            found[name] = (key, value)
        else:
            near = nearest(name, _KEYS)
            advice = f"Did you mean {listed_or(near)}?" if near else f"There are {listed(_KEYS)}."
            file.report("SB102", (key,), f"There is no setting {quote(key)} in a project file.", advice)
    return found


def in_project(script: str | Path, options: Options) -> Options:
    """The options with what the script's project says; `-` is a script of the current folder. The project's folder is
    the root, and its templates and its wire are used, unless the options say otherwise."""
    project = read_project(script)
    if project.path is None:
        return options
    return options._replace(
        project=project.models,
        root=options.root or Path(_shown(project.path, script)).parent,
        templates=options.templates or project.templates,
        wire=options.wire or project.wire,
        made=options.made or made_folder(script),
    )


def made_folder(script: str | Path) -> Path | None:
    """The folder for what is made of a script, by the `out` of its project; None where it has none. Below `out` are the
    folders of the scripts, as they are below the root, so that two scripts of one name do not meet."""
    project = read_project(script)
    if project.path is None or project.out is None:
        return None
    folder = os.path.relpath(os.path.dirname(os.path.abspath(script)), project.path.parent)
    shown = os.path.dirname(_shown(project.path, script))
    return Path(os.path.normpath(os.path.join(shown, project.out, folder)))


def _shown(path: Path, script: str | Path) -> str:
    """The path of a file as diagnostics name it: absolute where the script's is."""
    return str(path) if os.path.isabs(script) else os.path.relpath(path)
