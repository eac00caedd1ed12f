"""Which settings hold for a scene: its own, else the title page's, else the defaults."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from storyboard.catalog import Model, find_model, model_names, models
from storyboard.compiler.diagnostics import Finding, Severity
from storyboard.compiler.ir import keys
from storyboard.compiler.ir.parsed import Property, Text
from storyboard.compiler.ir.resolved import Settings
from storyboard.compiler.spelling import nearest, offer, quote
from storyboard.compiler.text import Span

DEFAULT_MODEL = "kling-o3-pro"
DEFAULT_ASPECT = "16:9"
#: Stands for a model that the script names and the catalogue does not: nobody can say what it lacks.
UNKNOWN = ""

_ASPECT = re.compile(r"[1-9][0-9]?:[1-9][0-9]?")
_RESOLUTION = re.compile(r"[1-9][0-9]{2,3}[pP]|[1-9][kK]")


class SettingValue(NamedTuple):
    """A value that can be used, and where the script gives it."""

    value: str
    at: Span


Given = dict[str, SettingValue]


def read_settings(properties: dict[str, list[Property]], findings: list[Finding]) -> Given:
    """The settings among the properties of a title page or a heading; values that are none are reported.

    `style` and `negative` are taken as they are.
    """
    given: Given = {}
    for key in keys.SETTINGS:
        if key in properties:
            text = properties[key][0].value
            value = _READERS[key](text, findings)
            if value is not None:
                given[key] = SettingValue(value, text.span())
    return given


def _model(text: Text, findings: list[Finding]) -> str | None:
    found = find_model(text.string)
    if found is not None:
        return found.id
    findings.append(unknown_model(text.string, text.span()))
    return UNKNOWN


def unknown_model(name: str, at: Span) -> Finding:
    near = nearest(name.lower(), model_names())
    if not near:
        near = tuple(known for known in model_names() if known.split("-")[0] == name.lower().split("-")[0])[:3]
    advice = f"Did you mean {offer(near)}?" if near else f"There are {offer(model.aliases[0] for model in models())}."
    return Finding("SB104", at, f"There is no model {quote(name)}.", f"{advice} `sbc models` lists them.")


def _aspect(text: Text, findings: list[Finding]) -> str | None:
    return _shaped(text, _ASPECT, "aspect ratio", "Write width and height: 16:9", findings)


def _resolution(text: Text, findings: list[Finding]) -> str | None:
    return _shaped(text, _RESOLUTION, "resolution", "Write it as the models do: 720p", findings)


def _shaped(text: Text, shape: re.Pattern[str], what: str, advice: str, findings: list[Finding]) -> str | None:
    value = text.string.replace(" ", "").replace("：", ":")
    if shape.fullmatch(value):
        return value
    findings.append(Finding("SB104", text.span(), f"{quote(text.string)} is no {what}.", advice))
    return None


def _words(text: Text, findings: list[Finding]) -> str | None:
    return text.string


def _choice(choices: Sequence[str], text: Text, findings: list[Finding]) -> str | None:
    value = text.string.lower()
    if value in choices:
        return value
    findings.append(
        Finding(
            "SB104",
            text.span(),
            f"{quote(text.string)} is neither {choices[0]} nor {choices[1]}.",
            f"Write {choices[0]} or {choices[1]}.",
        )
    )
    return None


_READERS: dict[str, Callable[[Text, list[Finding]], str | None]] = {
    "model": _model,
    "aspect": _aspect,
    "resolution": _resolution,
    "audio": partial(_choice, ("on", "off")),
    "clips": partial(_choice, ("auto", "one")),
    "style": _words,
    "negative": _words,
}


def settle(title: Given, scene: Given, override: str | None, has_shots: bool, findings: list[Finding]) -> Settings:
    """What holds in a scene, without what its model does not have.

    A setting that the model lacks is an error where the scene, or the place that chose the model, set it; from further
    up it is a warning and left out. `override` is a model id that stands in for the title page's.
    """
    chosen_by_scene = "model" in scene
    chosen = scene.get("model") or (None if override else title.get("model"))
    is_known = chosen is None or chosen.value != UNKNOWN
    model = find_model((chosen.value if chosen else override) or DEFAULT_MODEL)
    assert model is not None, "settings hold known models only"

    def get(key: str) -> SettingValue | None:
        return scene.get(key) or title.get(key)

    def kept(key: str) -> str | None:
        """The value of a setting that the model has; else it is reported."""
        setting = get(key)
        if setting is None:
            return None
        problem = _PROBLEMS[key](model, setting)
        if problem is None:
            return setting.value
        if has_shots and is_known:
            from_above = key not in scene and chosen_by_scene
            findings.append(_lowered(problem) if from_above else problem)
        return None

    aspect = kept("aspect") or (DEFAULT_ASPECT if DEFAULT_ASPECT in model.aspects else model.aspects[0])
    resolution = kept("resolution")
    return Settings(
        model=model.id,
        aspect=aspect,
        resolution=_spelled(model, resolution) if resolution else None,
        audio=kept("audio") == "on",
        style=_value(get("style")),
        negative=kept("negative"),
        one_clip=_value(get("clips")) == "one",
        model_is_known=is_known,
    )


def _value(setting: SettingValue | None) -> str | None:
    return setting.value if setting else None


def _spelled(model: Model, resolution: str) -> str | None:
    """A resolution in the model's own spelling: `768P`, `4k`."""
    return next((one for one in model.resolutions if one.lower() == resolution.lower()), None)


def _lowered(problem: Finding) -> Finding:
    message = f"{problem.message} It is left out in the scenes of that model."
    return problem._replace(severity=Severity.WARNING, message=message)


def _aspect_problem(model: Model, setting: SettingValue) -> Finding | None:
    if setting.value in model.aspects:
        return None
    message = f"{model.name} makes no {setting.value} pictures."
    return Finding("SB311", setting.at, message, f"It makes {offer(model.aspects)}.")


def _resolution_problem(model: Model, setting: SettingValue) -> Finding | None:
    if not model.resolutions:
        message = f"{model.name} has no choice of resolution."
        return Finding("SB309", setting.at, message, "Delete the line, or choose a model that has one.")
    if _spelled(model, setting.value):
        return None
    message = f"{model.name} has no resolution {setting.value}."
    return Finding("SB311", setting.at, message, f"It has {offer(model.resolutions)}.")


def _audio_problem(model: Model, setting: SettingValue) -> Finding | None:
    if setting.value == "off" or model.has_sound:
        return None
    message = f"{model.name} makes silent clips only."
    return Finding("SB309", setting.at, message, "Write audio: off, or choose a model with sound.")


def _negative_problem(model: Model, setting: SettingValue) -> Finding | None:
    if model.negative:
        return None
    message = f"{model.name} takes no negative prompt."
    return Finding("SB309", setting.at, message, "Delete the line, or choose a model that takes one.")


_PROBLEMS = {
    "aspect": _aspect_problem,
    "resolution": _resolution_problem,
    "audio": _audio_problem,
    "negative": _negative_problem,
}
