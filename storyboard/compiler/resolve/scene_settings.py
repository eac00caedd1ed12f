"""Settings of a scene, of its clips without pictures, and of its drafts: the scene's own, the title page's, or
defaults.

A setting that the model lacks is SB309 or SB311: an error if the scene set it, a warning if it is inherited, reported
once at the setting however many scenes inherit it. Settings are read once and judged per scene, because each scene may
have a model of its own.

    Resolution: 1080p              the title page's, for every scene
    model: a model with 720p only  under one heading: SB311, a warning, at the title page's line; the scene goes without
    resolution: 1080p              under that heading too: SB311, an error, at this line

The same happens for the `text model` of clips without pictures, but its findings are held back until such a clip is
made. A draft uses the settings that its model supports; the others are not reported, because the final film has them.
"""

from __future__ import annotations

import re
from math import log
from typing import NamedTuple

from storyboard.catalog import GUIDE, SERVICE, TEXT, Catalog, Limits, Model
from storyboard.compiler.aspect import read_aspect
from storyboard.compiler.diagnostics import Edit, Finding, Fix, Severity, commented_out
from storyboard.compiler.ir.resolved import Settings, TextSettings
from storyboard.compiler.resolve.settings import UNKNOWN, Given, SettingValue, spell_resolution
from storyboard.compiler.spelling import listed_or
from storyboard.compiler.text import Span

#: 2K has 1,080 lines, 4K has 2,160.
_LINES_PER_K = 540
DEFAULT_ASPECT = "16:9"
DEFAULT_MODEL = "kling-o3-pro"


def limits_of(title: Given) -> Limits:
    """Which limits judge the script: those of the guide or those of the service."""
    return SERVICE if "limits" in title and title["limits"].value == SERVICE else GUIDE


class FilmSettings(NamedTuple):
    """The settings of the film, from which those of each scene are read.

    `override` is a model id that replaces the title page's. For drafts, `draft` is the id of their model, and
    `draft_resolution` one of its resolutions.
    """

    catalog: Catalog
    title: Given
    override: str | None
    draft: str | None = None
    draft_resolution: str | None = None

    @property
    def limits(self) -> Limits:
        """The limits that the title page chooses: the guide's or the service's."""
        return limits_of(self.title)

    @property
    def default_model(self) -> Model:
        """The model of scenes that name none; the catalogue's default if the title page's model is unknown."""
        chosen = self.override or (self.title["model"].value if "model" in self.title else "")
        return self.model_of(chosen or DEFAULT_MODEL)

    def model_of(self, name: str) -> Model:
        """The model with the id that a setting holds."""
        model = self.catalog.find(name, self.limits)
        assert model is not None, "settings hold known models only"
        return model


def resolve_settings(
    film_settings: FilmSettings, scene: Given, has_shots: bool, findings: list[Finding]
) -> tuple[Settings, TextSettings | None]:
    """The settings of a scene, and those of its clips without pictures; without those that the model lacks.

    A setting that the model lacks is an error if the same place chose the model, and a warning otherwise; it is then
    left out. What the text model lacks is kept with its settings, because it may film nothing.
    """
    chosen = scene.get("model") or (None if film_settings.override else film_settings.title.get("model"))
    is_known = chosen is None or chosen.value != UNKNOWN
    model = film_settings.model_of((chosen.value if chosen else film_settings.override) or DEFAULT_MODEL)
    if film_settings.draft is not None:
        return _draft_settings(film_settings, scene, model)
    wrong: list[Finding] = []
    settings = _fit(model, film_settings.title, scene, "model" in scene, wrong)._replace(model_is_known=is_known)
    if has_shots and is_known:
        findings += wrong
    return settings, _text_settings(film_settings, scene)


def _draft_settings(film_settings: FilmSettings, scene: Given, final: Model) -> tuple[Settings, TextSettings | None]:
    """The settings of a scene's drafts: those that the draft model supports, without findings.

    A scene that starts from a frame or from text alone is drafted by the sibling model of that kind.
    """
    model = film_settings.model_of(film_settings.draft or "")
    if final.kind != model.kind:
        model = model.sibling(final.kind) or final
    text = _text_settings(film_settings, scene)
    if text is not None and text.settings is not None:
        drafted = _at_draft_size(film_settings, model.sibling(TEXT) or text.settings.model, scene)
        text = TextSettings(drafted, ())
    return _at_draft_size(film_settings, model, scene), text


def _at_draft_size(film_settings: FilmSettings, model: Model, scene: Given) -> Settings:
    """A scene's settings for the draft model, at the resolution that `Draft` asks for if the model has it."""
    settings = _fit(model, film_settings.title, scene, True, [])._replace(one_clip=False)
    size = spell_resolution(model, film_settings.draft_resolution or "")
    return settings._replace(resolution=size) if size else settings


def _text_settings(film_settings: FilmSettings, scene: Given) -> TextSettings | None:
    """Settings for clips without pictures, by the `Text model` of the scene or the title page; None if neither sets
    one.

    Settings that the model lacks are kept as findings, which are reported only if such a clip is made.
    """
    chosen = scene.get("text model") or film_settings.title.get("text model")
    if chosen is None:
        return None
    if chosen.value == UNKNOWN:
        return TextSettings(None, ())
    model = film_settings.model_of(chosen.value)
    wrong: list[Finding] = []
    settings = _fit(model, film_settings.title, scene, "text model" in scene, wrong)
    return TextSettings(settings, tuple(wrong))


def _fit(model: Model, title: Given, scene: Given, chosen_by_scene: bool, wrong: list[Finding]) -> Settings:
    """The settings that a model supports; the others are added to `wrong`, as errors if the scene chose the model
    itself."""

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
        from_above = key not in scene and chosen_by_scene
        wrong.append(_lowered(problem) if from_above else problem)
        return None

    aspect = kept("aspect")
    resolution = kept("resolution")
    return Settings(
        model=model,
        aspect=aspect or _shape(model, _value(get("aspect"))),
        resolution=spell_resolution(model, resolution) if resolution else None,
        audio=kept("audio") == "on",
        audio_at=_place(get("audio")),
        style=_value(get("style")),
        negative=kept("negative"),
        one_clip=_value(get("clips")) == "one",
        model_is_known=True,
    )


def _shape(model: Model, wanted: str | None) -> str:
    """The aspect of a film that asks for none, or for one that the model does not make.

    If the model has no choice, its start frame decides; that picture is meant to have the shape of the film.
    """
    if not model.aspects:
        return wanted or DEFAULT_ASPECT
    return DEFAULT_ASPECT if DEFAULT_ASPECT in model.aspects else model.aspects[0]


def _place(setting: SettingValue | None) -> Span | None:
    return setting.at if setting else None


def _value(setting: SettingValue | None) -> str | None:
    return setting.value if setting else None


def _lowered(problem: Finding) -> Finding:
    message = f"{problem.message} This setting is ignored in scenes of that model."
    return problem._replace(severity=Severity.WARNING, message=message)


def _aspect_problem(model: Model, setting: SettingValue) -> Finding | None:
    """SB311 for an aspect that the model does not make, SB309 if it has no choice. The fix is the aspect nearest in
    shape."""
    if setting.value in model.aspects:
        return None
    if not model.aspects:
        message = f"{model.name} has no choice of aspect: its start frame decides."
        return Finding("SB309", setting.at, message, fix=commented_out(setting.line, setting.line))
    message = f"{model.name} makes no {setting.value} pictures."
    shape = _shape_of(setting.value)
    nearest_one = min(model.aspects, key=lambda aspect: abs(log(_shape_of(aspect) / shape)))
    fix = Fix(False, (Edit(setting.at, nearest_one),))
    return Finding("SB311", setting.at, message, f"It makes {listed_or(model.aspects)}.", fix=fix)


def _shape_of(aspect: str) -> float:
    return float(read_aspect(aspect) or 1)


def _resolution_problem(model: Model, setting: SettingValue) -> Finding | None:
    """SB311 for a resolution that the model lacks, SB309 if it has none. The fix is the nearest one in lines."""
    if not model.resolutions:
        message = f"{model.name} has no choice of resolution."
        return Finding("SB309", setting.at, message, fix=commented_out(setting.line, setting.line))
    if spell_resolution(model, setting.value):
        return None
    message = f"{model.name} has no resolution {setting.value}."
    typed = _lines_of(setting.value)
    nearest_one = min(model.resolutions, key=lambda resolution: abs(_lines_of(resolution) - typed))
    fix = Fix(False, (Edit(setting.at, nearest_one),))
    return Finding("SB311", setting.at, message, f"It has {listed_or(model.resolutions)}.", fix=fix)


def _lines_of(resolution: str) -> int:
    """The number of lines of a resolution: 720 for `720p`, 2160 for `4k`."""
    number = int(re.sub(r"\D", "", resolution) or 0)
    return number * _LINES_PER_K if resolution[-1:] in "kK" else number


def _audio_problem(model: Model, setting: SettingValue) -> Finding | None:
    """SB309 for sound on a model that makes silent clips. `audio: off` is always right."""
    if setting.value == "off" or model.has_sound:
        return None
    message = f"{model.name} makes silent clips only."
    return Finding("SB309", setting.at, message, fix=Fix(False, (Edit(setting.at, "off"),)))


def _negative_problem(model: Model, setting: SettingValue) -> Finding | None:
    """SB309 for a negative prompt on a model that takes none."""
    if model.negative:
        return None
    message = f"{model.name} takes no negative prompt."
    return Finding("SB309", setting.at, message, fix=commented_out(setting.line, setting.line))


_PROBLEMS = {
    "aspect": _aspect_problem,
    "resolution": _resolution_problem,
    "audio": _audio_problem,
    "negative": _negative_problem,
}
