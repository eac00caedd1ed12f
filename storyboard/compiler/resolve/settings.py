"""Which settings hold for a scene: its own, else the title page's, else the defaults."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from math import log
from typing import NamedTuple

from storyboard.catalog import GUIDE, SERVICE, TEXT, Catalog, Limits, Model
from storyboard.catalog.alternatives import lazy_pattern
from storyboard.compiler.aspect import read_aspect
from storyboard.compiler.diagnostics import Edit, Finding, Fix, Severity, commented_out
from storyboard.compiler.ir import keys
from storyboard.compiler.ir.parsed import Property, Text
from storyboard.compiler.ir.resolved import Settings, TextSettings
from storyboard.compiler.spelling import is_near, nearest, offer, quote
from storyboard.compiler.text import Span

DEFAULT_MODEL = "kling-o3-pro"
DEFAULT_ASPECT = "16:9"
#: Stands for a model that the script names and the catalogue does not: nobody can say what it lacks.
UNKNOWN = ""

_ASPECT = lazy_pattern(r"[1-9][0-9]?:[1-9][0-9]?")
#: 2K has 1,080 lines, 4K has 2,160.
_LINES_PER_K = 540
_ASPECT_WORDS = {"landscape": "16:9", "widescreen": "16:9", "portrait": "9:16", "vertical": "9:16", "square": "1:1"}
_RESOLUTION = lazy_pattern(r"[1-9][0-9]{2,3}[pP]|[1-9][kK]")


class SettingValue(NamedTuple):
    """A value that can be used, and where the script gives it: the value, and the whole line."""

    value: str
    at: Span
    line: Span


Given = dict[str, SettingValue]


def read_settings(properties: dict[str, list[Property]], catalog: Catalog, findings: list[Finding]) -> Given:
    """The settings among the properties of a title page or a heading; unusable values are reported.

    A model is given by its id, a draft by id and resolution. `style` and `negative` are taken as they are.
    """
    readers: dict[str, Callable[[Text, list[Finding]], str | None]] = {
        **_READERS,
        "model": partial(_model, catalog),
        "text model": partial(_text_model, catalog),
        "draft": partial(_draft, catalog),
    }
    given: Given = {}
    for key in (*keys.SETTINGS, *keys.FILM_SETTINGS):
        if key in properties:
            text = properties[key][0].value
            value = readers[key](text, findings)
            if value is not None:
                first = properties[key][0].key_span
                given[key] = SettingValue(value, text.span(), Span(first.anchor, first.start, text.span().end))
    return given


def limits_of(title: Given) -> Limits:
    """Whose limits judge the script."""
    return SERVICE if "limits" in title and title["limits"].value == SERVICE else GUIDE


def _model(catalog: Catalog, text: Text, findings: list[Finding]) -> str | None:
    found = catalog.find(text.string)
    if found is not None:
        return found.id
    findings.append(unknown_model(text.string, text.span(), catalog))
    return UNKNOWN


def _text_model(catalog: Catalog, text: Text, findings: list[Finding]) -> str | None:
    """A text-to-video model. For another kind of model its sibling is told."""
    found = catalog.find(text.string)
    if found is None:
        findings.append(unknown_model(text.string, text.span(), catalog, TEXT))
        return UNKNOWN
    if found.kind == TEXT:
        return found.id
    sibling = found.sibling(TEXT)
    message = f"{quote(text.string)} is not a text-to-video model."
    if sibling is None:
        findings.append(Finding("SB104", text.span(), message, "`sbc models --kind text` lists those."))
    else:
        fix = Fix(True, (Edit(text.span(), sibling.short_name),))
        findings.append(Finding("SB104", text.span(), message, fix=fix))
    return UNKNOWN


def _draft(catalog: Catalog, text: Text, findings: list[Finding]) -> str | None:
    """`minimax-h3-max 480P`: a model and, where it has them, a resolution."""
    name, _, size = text.string.partition(" ")
    found = catalog.find(name)
    if found is None:
        findings.append(unknown_model(name, text.span(0, len(name)), catalog))
        return None
    size = size.strip()
    spelled = _spelled(found, size) if size else None
    if not size or spelled is not None:
        return f"{found.id} {spelled or ''}".strip()
    message = f"{found.name} has no resolution {quote(size)}."
    if found.resolutions:
        findings.append(Finding("SB104", text.span(), message, f"It has {offer(found.resolutions)}."))
    else:
        fix = Fix(True, (Edit(text.span(), name),))
        findings.append(Finding("SB104", text.span(), message, fix=fix))
    return None


#: So many names are offered where none is near.
_MOST_OFFERED = 3


def unknown_model(name: str, at: Span, catalog: Catalog, kind: str | None = None) -> Finding:
    """SB104 for a name that is no model's, with the nearest ones of a kind."""
    names = catalog.names(kind)
    typed = "-".join(name.lower().replace("_", " ").split())
    near = (typed,) if typed in names else nearest(typed, names)
    if not near:
        near = tuple(known for known in names if known.split("-")[0] == typed.split("-")[0])[:_MOST_OFFERED]
    fix = Fix(False, (Edit(at, near[0]),)) if len(near) == 1 else None
    others = f"There are {offer(near)}. " if len(near) > 1 else ""
    return Finding("SB104", at, f"There is no model {quote(name)}.", f"{others}`sbc models` lists them.", fix=fix)


def _aspect(text: Text, findings: list[Finding]) -> str | None:
    meant = re.fullmatch(r"([1-9][0-9]?)\s*(?:[x×*/.]|by|zu|à)\s*([1-9][0-9]?)", text.string.strip(), re.IGNORECASE)
    spelled = f"{meant[1]}:{meant[2]}" if meant else _ASPECT_WORDS.get(text.string.casefold())
    return _shaped(text, _ASPECT, "aspect ratio", "It is width and height, as in 16:9.", spelled, findings)


def _resolution(text: Text, findings: list[Finding]) -> str | None:
    digits = re.fullmatch(r"([1-9][0-9]{2,3})\s*(?:px|i|lines)?", text.string, re.IGNORECASE)
    spelled = f"{digits[1]}p" if digits else None
    return _shaped(text, _RESOLUTION, "resolution", "It is written as the models do, as in 720p.", spelled, findings)


def _shaped(
    text: Text, shape: re.Pattern[str], what: str, advice: str, meant: str | None, findings: list[Finding]
) -> str | None:
    value = text.string.replace(" ", "").replace("：", ":")
    if shape.fullmatch(value):
        return value
    fix = Fix(False, (Edit(text.span(), meant),)) if meant else None
    message = f"{quote(text.string)} is not a{'n' if what[0] in 'aeiou' else ''} {what}."
    findings.append(Finding("SB104", text.span(), message, None if fix else advice, fix=fix))
    return None


def _words(text: Text, findings: list[Finding]) -> str | None:
    return text.string


#: Other words for the values of choices.
_CHOICE_WORDS = {
    "on": ("yes", "true", "1", "y", "with", "an", "ja", "oui"),
    "off": ("no", "false", "0", "n", "none", "mute", "silent", "without", "aus", "nein", "non"),
    "one": ("1", "single"),
    "auto": ("automatic", "many", "default"),
}


def _choice(choices: Sequence[str], text: Text, findings: list[Finding]) -> str | None:
    value = text.string.lower()
    if value in choices:
        return value
    meant = next(
        (choice for choice in choices if value in _CHOICE_WORDS.get(choice, ()) or is_near(value, choice)), None
    )
    fix = Fix(False, (Edit(text.span(), meant),)) if meant else None
    message = f"{quote(text.string)} is neither {choices[0]} nor {choices[1]}."
    findings.append(Finding("SB104", text.span(), message, fix=fix))
    return None


def _picture_model(text: Text, findings: list[Finding]) -> str | None:
    from storyboard.catalog.picture_models import find_picture_model, picture_models

    found = find_picture_model(text.string)
    if found is not None:
        return found.id
    findings.append(_unknown(text, "picture model", [one.id for one in picture_models()], "--pictures"))
    return None


def _voice_model(text: Text, findings: list[Finding]) -> str | None:
    from storyboard.catalog.speech_models import find_speech_model, speech_models

    found = find_speech_model(text.string)
    if found is not None:
        return found.id
    findings.append(_unknown(text, "speech model", [one.id for one in speech_models()], "--voices"))
    return None


def _unknown(text: Text, what: str, names: Sequence[str], option: str) -> Finding:
    """SB104 for a name that is not one of these."""
    near = nearest("-".join(text.string.lower().split()), names)
    fix = Fix(False, (Edit(text.span(), near[0]),)) if len(near) == 1 else None
    others = f"There are {offer(near)}. " if len(near) > 1 else ""
    message = f"There is no {what} {quote(text.string)}."
    return Finding("SB104", text.span(), message, f"{others}`sbc models {option}` lists them.", fix=fix)


_READERS: dict[str, Callable[[Text, list[Finding]], str | None]] = {
    "aspect": _aspect,
    "resolution": _resolution,
    "audio": partial(_choice, ("on", "off")),
    "clips": partial(_choice, ("auto", "one")),
    "style": _words,
    "negative": _words,
    "limits": partial(_choice, (GUIDE, SERVICE)),
    "picture model": _picture_model,
    "voice model": _voice_model,
}


class FilmSettings(NamedTuple):
    """What a scene's settings are read with. `override` is a model id that takes the place of the title page's. For
    drafts, `draft` is the id of their model, and `draft_resolution` one of its resolutions."""

    catalog: Catalog
    title: Given
    override: str | None
    draft: str | None = None
    draft_resolution: str | None = None

    @property
    def limits(self) -> Limits:
        return limits_of(self.title)

    @property
    def default_model(self) -> Model:
        """The model of scenes that name none; the default model where the title page's is unknown."""
        chosen = self.override or (self.title["model"].value if "model" in self.title else "")
        return self.model_of(chosen or DEFAULT_MODEL)

    def model_of(self, name: str) -> Model:
        """The model of an id that a setting holds."""
        model = self.catalog.find(name, self.limits)
        assert model is not None, "settings hold known models only"
        return model


def settle(
    film_settings: FilmSettings, scene: Given, has_shots: bool, findings: list[Finding]
) -> tuple[Settings, TextSettings | None]:
    """What holds in a scene, and for its clips without any picture; without what the model does not have.

    A setting that the model lacks is an error where the scene, or the place that chose the model, set it; from further
    up it is a warning and left out. What the text model lacks is kept with its settings, for it may film nothing.
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
    """What holds for the drafts of a scene: the settings that the draft's model has, none of them wrong. A scene that
    is filmed from a start frame or from text alone is drafted by the sibling for that."""
    model = film_settings.model_of(film_settings.draft or "")
    if final.kind != model.kind:
        model = model.sibling(final.kind) or final
    text = _text_settings(film_settings, scene)
    if text is not None and text.settings is not None:
        drafted = _at_draft_size(film_settings, model.sibling(TEXT) or text.settings.model, scene)
        text = TextSettings(drafted, ())
    return _at_draft_size(film_settings, model, scene), text


def _at_draft_size(film_settings: FilmSettings, model: Model, scene: Given) -> Settings:
    settings = _fit(model, film_settings.title, scene, True, [])._replace(one_clip=False)
    size = _spelled(model, film_settings.draft_resolution or "")
    return settings._replace(resolution=size) if size else settings


def _text_settings(film_settings: FilmSettings, scene: Given) -> TextSettings | None:
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
    """What a model makes of the settings."""

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
        resolution=_spelled(model, resolution) if resolution else None,
        audio=kept("audio") == "on",
        audio_at=_place(get("audio")),
        style=_value(get("style")),
        negative=kept("negative"),
        one_clip=_value(get("clips")) == "one",
        model_is_known=True,
    )


def _shape(model: Model, wanted: str | None) -> str:
    """The aspect of a film that asks for none, or for one that the model does not make. Where the model has no choice,
    the picture that it starts from decides, which is meant to have the film's shape."""
    if not model.aspects:
        return wanted or DEFAULT_ASPECT
    return DEFAULT_ASPECT if DEFAULT_ASPECT in model.aspects else model.aspects[0]


def _place(setting: SettingValue | None) -> Span | None:
    return setting.at if setting else None


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
    if not model.aspects:
        message = f"{model.name} has no choice of aspect: its start frame decides."
        return Finding("SB309", setting.at, message, fix=commented_out(setting.line, setting.line))
    message = f"{model.name} makes no {setting.value} pictures."
    shape = _shape_of(setting.value)
    nearest_one = min(model.aspects, key=lambda aspect: abs(log(_shape_of(aspect) / shape)))
    fix = Fix(False, (Edit(setting.at, nearest_one),))
    return Finding("SB311", setting.at, message, f"It makes {offer(model.aspects)}.", fix=fix)


def _shape_of(aspect: str) -> Fraction:
    return read_aspect(aspect) or Fraction(1)


def _resolution_problem(model: Model, setting: SettingValue) -> Finding | None:
    if not model.resolutions:
        message = f"{model.name} has no choice of resolution."
        return Finding("SB309", setting.at, message, fix=commented_out(setting.line, setting.line))
    if _spelled(model, setting.value):
        return None
    message = f"{model.name} has no resolution {setting.value}."
    typed = _lines_of(setting.value)
    nearest_one = min(model.resolutions, key=lambda resolution: abs(_lines_of(resolution) - typed))
    fix = Fix(False, (Edit(setting.at, nearest_one),))
    return Finding("SB311", setting.at, message, f"It has {offer(model.resolutions)}.", fix=fix)


def _lines_of(resolution: str) -> int:
    """`720p` in lines, `4k` as well."""
    number = int(re.sub(r"\D", "", resolution) or 0)
    return number * _LINES_PER_K if resolution[-1:] in "kK" else number


def _audio_problem(model: Model, setting: SettingValue) -> Finding | None:
    if setting.value == "off" or model.has_sound:
        return None
    message = f"{model.name} makes silent clips only."
    return Finding("SB309", setting.at, message, fix=Fix(False, (Edit(setting.at, "off"),)))


def _negative_problem(model: Model, setting: SettingValue) -> Finding | None:
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
