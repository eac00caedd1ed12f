"""Scenes: what a heading says and gives to its shots, with every name resolved.

A heading gives the place, interior or exterior, and the time of day; its properties give settings, light and sound to
every shot without its own. The text between them and the first SHOT sets the scene: it is part of every clip's prompt,
and its mentions bring their pictures into each clip. Text that cannot be filmed (without a shot, or a speech above the
first one) is reported in place.

What applies to a shot, from the weakest to the strongest:

    light, sound        of the location, then of the scene, then of the shot
    music, ambience     of the title page (music) or the location (ambience), then of the scene, then of the shot
    style, negative     of the title page, then of the scene; a shot adds a style of its own
    a plain name        see `scope`

Shots above the first heading make a scene without a place. Transitions and titles above a heading open its scene.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from storyboard.compiler.diagnostics import Edit, Finding, Fix
from storyboard.compiler.headings import TimeOfDay
from storyboard.compiler.ir import keys, parsed
from storyboard.compiler.ir.parsed import Block, Heading, Paragraph, Property, Section, Speech
from storyboard.compiler.ir.resolved import (
    Audio,
    BareName,
    Entity,
    Mention,
    Prose,
    Scene,
    Slug,
    Synopsis,
    Title,
    Transition,
)
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.resolve.audio import ambience_instead, read_audio
from storyboard.compiler.resolve.cast import Cast
from storyboard.compiler.resolve.drafts import fit_shots
from storyboard.compiler.resolve.headings import NamedLocation, Setting, read_setting
from storyboard.compiler.resolve.properties import collect_properties, list_items
from storyboard.compiler.resolve.scene_settings import resolve_settings
from storyboard.compiler.resolve.scope import SceneContext, Scope, mentions_in, names_of, report_stray
from storyboard.compiler.resolve.settings import Given, read_settings
from storyboard.compiler.resolve.shots import (
    SceneDefaults,
    bare_names,
    beats_above_headings,
    resolve_beat,
    resolve_shots,
)
from storyboard.compiler.resolve.speech import resolve_speeches
from storyboard.compiler.spelling import listed_or, quote
from storyboard.compiler.text import Span

#: The length of a shot that is put above a speech.
_SECONDS_OF_A_SPEECH = 5
_NOWHERE = Setting(None, None, None, None, None, None)


class SceneBlocks(NamedTuple):
    """The blocks of one scene: its heading, if it has one, and what follows until the next. `above` are blocks with
    transitions and titles that stand above it and belong to no scene; `sections` are those among what stands above."""

    heading: Heading | None
    rest: tuple[Block, ...]
    sections: tuple[Section, ...]
    above: tuple[Block, ...] = ()


class Resolution(NamedTuple):
    """A resolved scene, its problems, and the time of day that the next scene may keep.

    `used` holds the names that the scene uses, or would use once its misspelt and unmarked names are corrected.
    """

    scene: Scene
    findings: tuple[Finding, ...]
    used: frozenset[Entity]
    time: TimeOfDay | None


def resolve_scene(blocks: SceneBlocks, context: SceneContext) -> Resolution:
    """Resolve one scene. Problems are findings; the scene is resolved as far as possible."""
    findings: list[Finding] = []
    reading = Scope(context, findings)
    shots_below = any(isinstance(block, parsed.Shot) for block in blocks.rest)
    heading = blocks.heading
    properties = collect_properties(heading.properties, keys.SCENE, findings, "a scene") if heading else {}
    where = _where(reading, heading, properties)
    settings, text_settings = resolve_settings(context.settings, _settings(reading, properties), shots_below, findings)
    appearances, light, sound = _scene_appearances(reading, where, properties, heading)
    setting, brought, opening = _setting(reading, heading, shots_below)
    opening[:0] = beats_above_headings(blocks.above)
    appearances += brought
    bare = tuple(_bare(reading, heading)) if heading and shots_below else ()
    is_complete = reading.reader.missing == 0
    music = _audio(reading, properties.get("music"), context.music)
    ambience = _audio(reading, properties.get("ambience"), where.location.ambience if where.location else None)
    above = SceneDefaults(light, sound, settings.is_heard, music, ambience, opening, context.number)
    shots = resolve_shots(reading, blocks.rest, above)
    if context.settings.draft is not None:
        shots = list(fit_shots(shots, settings.model))
    scene = Scene(
        number=context.number,
        heading=" ".join(heading.line.string.split()) if heading else None,
        label=heading.label if heading else None,
        at=heading.header if heading else None,
        interior=where.interior,
        location=where.location,
        place=where.place,
        time=where.time.english if where.time else None,
        detail=where.detail,
        setting=setting,
        bare=bare,
        settings=settings,
        text_settings=text_settings,
        appearances=tuple(appearances),
        shots=tuple(shots),
        sections=tuple((one.level, one.title.string) for one in (*blocks.sections, *_inner_sections(blocks.rest))),
        synopses=tuple(_synopses((*blocks.sections, *([heading] if heading else ())))),
        opening=tuple(beat for beat in opening if not isinstance(beat, Synopsis)),
        is_complete=is_complete,
        places={key: found[0].value.span() for key, found in properties.items()},
    )
    plain = {name.entity for name in (*bare, *(name for shot in shots for name in shot.bare))}
    used = frozenset(reading.used | reading.reader.meant | plain)
    return Resolution(scene, tuple(findings), used, _carried(where, context.time))


def _where(reading: Scope, heading: Heading | None, properties: dict[str, list[Property]]) -> Setting:
    """Place and time of the scene, with the variant of the place that applies."""
    context = reading.context
    if heading is None:
        where = _NOWHERE
    else:
        said = _place_in_with(properties.get("with", ()), context.names.cast)
        where = read_setting(heading, context.names.cast, context.time, reading.reader, said)
    _choose_variants(reading, where, properties.get("variants", ()))
    return _varied(reading, where)


def _settings(reading: Scope, properties: dict[str, list[Property]]) -> Given:
    """The settings that the scene sets, by key. A mention in a style has no effect and is reported here."""
    given = read_settings(properties, reading.context.settings.catalog, reading.findings)
    for key in ("style", "negative"):
        if key in properties and key in given:
            text = properties[key][0].value
            given[key] = given[key]._replace(value=reading.reader.forbid(text, f"the scene's {key}"))
    return given


def _inner_sections(blocks: Sequence[Block]) -> Iterable[Section]:
    """Sections above a shot of this scene; those below its last shot belong to the next scene."""
    last = max((index for index, block in enumerate(blocks) if isinstance(block, parsed.Shot)), default=-1)
    return (block for block in blocks[: max(last, 0)] if isinstance(block, Section))


def _audio(reading: Scope, found: Sequence[Property] | None, above: Audio | None) -> Audio | None:
    """Music or ambience: the scene's own, or else the inherited one."""
    return read_audio(found[0].value, "", reading.context.loader, reading.findings) if found else above


def _place_in_with(properties: Sequence[Property], cast: Cast) -> NamedLocation | None:
    """The first location in the scene's `with`, or None."""
    for item in list_items(properties):
        plain = flatten(item.string).removeprefix("@").removeprefix("{").removesuffix("}")
        entity = cast.find(plain)
        if entity is not None and entity.is_location:
            return NamedLocation(entity, item.span())
    return None


def _carried(where: Setting, before: TimeOfDay | None) -> TimeOfDay | None:
    return where.time or before if where.place is None else where.time


def _choose_variants(reading: Scope, where: Setting, properties: Sequence[Property]) -> None:
    """Set the variants of the scene: that of the heading's place, then those in `variants`."""
    if where.location is not None and where.location.base:
        reading.variants[where.location.base] = where.location
    for item in list_items(properties):
        plain = flatten(item.string).removeprefix("@").removeprefix("{").removesuffix("}")
        entity = reading.context.names.cast.find(plain)
        if entity is not None and entity.base is None:
            known = [one.name for one in reading.context.names.cast.variants.get(entity, {}).values()]
            message = f"{quote(entity.name)} is not a variant, and needs no line here."
            fix = Fix(False, (Edit(item.span(), known[0]),)) if len(known) == 1 else None
            advice = None if fix else f"There are {listed_or(known)}." if known else "It has none."
            reading.findings.append(Finding("SB104", item.span(), message, advice, fix=fix))
        elif entity is not None and entity.base is not None:
            reading.used.add(entity)
            reading.variants[entity.base] = entity
        else:
            reading.reader.name(item)


def _varied(reading: Scope, where: Setting) -> Setting:
    """The heading's place in the variant that `variants` chooses, unless the heading names a variant itself."""
    location = where.location
    if location is None:
        return where
    reading.used.add(location)
    base = location.base or location
    chosen = reading.variants.get(base, location)
    reading.note(chosen)
    return where._replace(location=chosen)


def _scene_appearances(
    reading: Scope, where: Setting, properties: dict[str, list[Property]], heading: Heading | None
) -> tuple[list[Mention], Prose, Prose]:
    """Who the heading brings in, and the light and sound of the scene.

    The place comes first, where the heading names it, then the properties in the order of the script; that order
    numbers the references. A `light:` or `sound:` of the scene replaces that of its place.
    """
    appearances: list[Mention] = []
    if where.location is not None and where.named is not None:
        appearances.append(Mention(where.location, where.named))
    light: Prose = ()
    sound: Prose = ()
    if where.location is not None:
        light = (where.location.light,) if where.location.light else ()
        sound = (where.location.sound,) if where.location.sound else ()
    for one in heading.properties if heading else ():
        if one in properties.get(one.key, ()):
            if one.key == "with":
                appearances += (name for name in names_of(reading, one) if name.at != where.named)
            elif one.key == "light":
                light = reading.reader.prose(one.value)
            elif one.key == "sound":
                sound = reading.reader.prose(one.value)
                reading.findings += ambience_instead(one)
    return appearances, light, sound


def _setting(
    reading: Scope, heading: Heading | None, shots_below: bool
) -> tuple[Prose, list[Mention], list[Transition | Title | Slug | Synopsis]]:
    """The text that sets the scene, who it brings in, and the other things above the first shot."""
    prose: list[str | Mention] = []
    other: list[Transition | Title | Slug | Synopsis] = []
    body = list(resolve_speeches(reading, heading.body)) if heading else []
    if heading and not shots_below:
        stray = [beat for beat in body if isinstance(beat, Paragraph)]
        report_stray(reading.findings, heading, stray, "This scene has no SHOT, so its text is not filmed.")
    for beat in body:
        if isinstance(beat, Paragraph):
            if not shots_below:
                continue
            if prose:
                prose.append(" ")
            prose += reading.reader.prose(beat.text)
        elif isinstance(beat, Speech):
            message = f"{quote(beat.cue.line.string)} speaks before the first SHOT; this speech is not filmed."
            span = beat.cue.line.span()
            reading.findings.append(Finding("SB106", span, message, fix=Fix(False, (_shot_above(span),))))
        elif isinstance(beat, parsed.Effect):
            message = "This effect is above the first SHOT, so nobody hears it."
            span = beat.text.span()
            reading.findings.append(Finding("SB106", span, message, fix=Fix(False, (_shot_above(beat.at),))))
        elif isinstance(beat, parsed.Synopsis):
            other.append(Synopsis(beat.text.string, beat.text.span()))
        else:
            other.append(resolve_beat(beat))
    return tuple(prose), list(mentions_in(tuple(prose))), other


def _shot_above(line: Span) -> Edit:
    """The edit that puts a SHOT above a line."""
    return Edit(Span(line.anchor, line.start, line.start), f"SHOT {_SECONDS_OF_A_SPEECH}s\n")


def _bare(reading: Scope, heading: Heading) -> Iterable[BareName]:
    """Declared names without an @ in the text that sets the scene."""
    for beat in resolve_speeches(reading, heading.body):
        if isinstance(beat, Paragraph):
            yield from bare_names(reading, beat.text)


def _synopses(blocks: Iterable[Block]) -> Iterable[str]:
    """The synopses of a scene: in the sections above its heading, and in the text under it."""
    return (beat.text.string for block in blocks for beat in block.body if isinstance(beat, parsed.Synopsis))
