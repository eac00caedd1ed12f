"""Settings of a title page or a heading, value by value.

A value that its key does not take is SB104 and left out. `scene_settings` checks the values against the scene's model.

Values are stored in the form that the compiler compares: a model as its id (`UNKNOWN` if the catalogue does not have
it, so that its limits are not checked), an aspect as `16:9`, `audio` as `on` or `off`. A model's short name is accepted
for its id; for the words that writers use instead (`landscape`, `yes`), the fix writes the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from storyboard.catalog import GUIDE, SERVICE, TEXT, Catalog, Model
from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.diagnostics import Edit, Finding, Fix
from storyboard.compiler.ir import keys
from storyboard.compiler.ir.parsed import Property, Text
from storyboard.compiler.spelling import is_near, listed_or, nearest, quote
from storyboard.compiler.text import Span

#: Stands for a model that the script names and the catalogue does not: nobody can say what it lacks.
UNKNOWN = ""

_ASPECT = lazy_pattern(r"[1-9][0-9]?:[1-9][0-9]?")
_ASPECT_WORDS = {"landscape": "16:9", "widescreen": "16:9", "portrait": "9:16", "vertical": "9:16", "square": "1:1"}
_RESOLUTION = lazy_pattern(r"[1-9][0-9]{2,3}[pP]|[1-9][kK]")


class SettingValue(NamedTuple):
    """A usable value, with the span of the value and that of its line."""

    value: str
    at: Span
    line: Span


Given = dict[str, SettingValue]


def read_settings(properties: dict[str, list[Property]], catalog: Catalog, findings: list[Finding]) -> Given:
    """The settings among the properties of a title page or a heading; unusable values are reported and left out.

    A model is given by its id, a draft by id and resolution. `style` and `negative` are any text.
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


def _model(catalog: Catalog, text: Text, findings: list[Finding]) -> str | None:
    found = catalog.find(text.string)
    if found is not None:
        return found.id
    findings.append(unknown_model(text.string, text.span(), catalog))
    return UNKNOWN


def _text_model(catalog: Catalog, text: Text, findings: list[Finding]) -> str | None:
    """The id of a text-to-video model. For a model of another kind, the fix is its text-to-video sibling."""
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
    """A draft as in `minimax-h3-max 480P`: a model and, if it has a choice, a resolution."""
    name, _, size = text.string.partition(" ")
    found = catalog.find(name)
    if found is None:
        findings.append(unknown_model(name, text.span(0, len(name)), catalog))
        return None
    size = size.strip()
    spelled = spell_resolution(found, size) if size else None
    if not size or spelled is not None:
        return f"{found.id} {spelled or ''}".strip()
    message = f"{found.name} has no resolution {quote(size)}."
    if found.resolutions:
        findings.append(Finding("SB104", text.span(), message, f"It has {listed_or(found.resolutions)}."))
    else:
        fix = Fix(True, (Edit(text.span(), name),))
        findings.append(Finding("SB104", text.span(), message, fix=fix))
    return None


#: So many names are offered where none is near.
_MOST_OFFERED = 3


def unknown_model(name: str, at: Span, catalog: Catalog, kind: str | None = None) -> Finding:
    """SB104 for an unknown model, with the most similar names of that kind."""
    names = catalog.names(kind)
    typed = "-".join(name.lower().replace("_", " ").split())
    near = (typed,) if typed in names else nearest(typed, names)
    if not near:
        near = tuple(known for known in names if known.split("-")[0] == typed.split("-")[0])[:_MOST_OFFERED]
    fix = Fix(False, (Edit(at, near[0]),)) if len(near) == 1 else None
    others = f"Did you mean {listed_or(near)}? " if len(near) > 1 else ""
    return Finding("SB104", at, f"There is no model {quote(name)}.", f"{others}`sbc models` lists them.", fix=fix)


def _aspect(text: Text, findings: list[Finding]) -> str | None:
    """An aspect such as `16:9`. For other spellings (`16x9`, `portrait`), SB104 with the right one as the fix."""
    meant = re.fullmatch(r"([1-9][0-9]?)\s*(?:[x×*/.]|by|zu|à)\s*([1-9][0-9]?)", text.string.strip(), re.IGNORECASE)
    spelled = f"{meant[1]}:{meant[2]}" if meant else _ASPECT_WORDS.get(text.string.casefold())
    return _shaped(text, _ASPECT, "aspect ratio", "It is width and height, as in 16:9.", spelled, findings)


def _resolution(text: Text, findings: list[Finding]) -> str | None:
    """A resolution such as `720p`; for a bare number of lines, SB104 with `p` added as the fix.

    Whether the model has the resolution is checked for each scene.
    """
    digits = re.fullmatch(r"([1-9][0-9]{2,3})\s*(?:px|i|lines)?", text.string, re.IGNORECASE)
    spelled = f"{digits[1]}p" if digits else None
    return _shaped(text, _RESOLUTION, "resolution", "It is written as the models do, as in 720p.", spelled, findings)


def _shaped(
    text: Text, shape: re.Pattern[str], what: str, advice: str, meant: str | None, findings: list[Finding]
) -> str | None:
    """A value that matches a pattern after spaces and full-width colons are normalized; None with SB104 if it
    does not."""
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
    """One of two words, regardless of case; None with SB104 and the probable word if it is neither."""
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
    """The id of a picture model; None with SB104 for an unknown one."""
    from storyboard.catalog.picture_models import find_picture_model, picture_models

    found = find_picture_model(text.string)
    if found is not None:
        return found.id
    findings.append(_unknown(text, "picture model", [one.id for one in picture_models()], "--pictures"))
    return None


def _voice_model(text: Text, findings: list[Finding]) -> str | None:
    """The id of a speech model; None with SB104 for an unknown one."""
    from storyboard.catalog.speech_models import find_speech_model, speech_models

    found = find_speech_model(text.string)
    if found is not None:
        return found.id
    findings.append(_unknown(text, "speech model", [one.id for one in speech_models()], "--voices"))
    return None


def _unknown(text: Text, what: str, names: Sequence[str], option: str) -> Finding:
    """SB104 for a name that is not among these."""
    near = nearest("-".join(text.string.lower().split()), names)
    fix = Fix(False, (Edit(text.span(), near[0]),)) if len(near) == 1 else None
    others = f"Did you mean {listed_or(near)}? " if len(near) > 1 else ""
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


def spell_resolution(model: Model, resolution: str) -> str | None:
    """A resolution in the model's own spelling, as in `768P` or `4k`; None if the model does not have it."""
    return next((one for one in model.resolutions if one.lower() == resolution.lower()), None)
