"""Scenes and shots: what a heading and its shots say, with every name resolved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.diagnostics import Edit, Finding, Fix, Note
from storyboard.ir import keys, parsed
from storyboard.ir.parsed import Block, Break, Cue, CueForm, Heading, Kind, Paragraph, Property, Section, Speech, Text
from storyboard.ir.resolved import (
    Action,
    Beat,
    Dialogue,
    Entity,
    Line,
    Mention,
    Picture,
    Prose,
    Scene,
    Shot,
    Synopsis,
    Title,
    Transition,
)
from storyboard.loader import Loader
from storyboard.parse.comments import flatten
from storyboard.resolve.cast import Names, collect, items, read_picture
from storyboard.resolve.headings import Where, read_where
from storyboard.resolve.mentions import Reader
from storyboard.resolve.settings import Given, read_settings, settle
from storyboard.source import Span
from storyboard.spelling import offer, quote

LAST_FRAME = "last-frame"

_SPEAKER = re.compile(r"([^\W\d_][^:：\n]{0,60}?)\s*[:：]\s*(?=\S)")
_OFF = frozenset({"VO", "OS", "OC"})
_CONTINUED = re.compile(r"cont(?:['’]?d|inued|\.)?\.?", re.IGNORECASE)


class Blocks(NamedTuple):
    """The blocks of one scene: its heading, if it has one, and what follows until the next. `above` are blocks that
    stand above it and belong to no scene; `sections` are those among what stands above."""

    heading: Heading | None
    rest: tuple[Block, ...]
    sections: tuple[Section, ...]
    above: tuple[Block, ...] = ()


class Context(NamedTuple):
    """What a scene needs to know of the rest of the script.

    `names` are the declared ones; `title` the title page's settings; `model` a catalogue id that stands in for the
    title page's; `number` counts headings from 1; `time` is the time of day of the scene before.
    """

    names: Names
    loader: Loader
    title: Given
    model: str | None
    number: int
    time: str | None


class Resolution(NamedTuple):
    """A scene, what is wrong with it, and the time of day that the next one may keep.

    `used` are the names that it uses, or would use once its misspelt and unmarked names are mended.
    """

    scene: Scene
    findings: tuple[Finding, ...]
    used: frozenset[Entity]
    time: str | None


@dataclass(slots=True)
class _State:
    """What is known while a scene is read from top to bottom."""

    context: Context
    findings: list[Finding]
    variants: dict[Entity, Entity] = field(default_factory=dict)
    meant: dict[Entity, Entity] = field(default_factory=dict)
    used: set[Entity] = field(default_factory=set)
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = Reader(self.context.names, self.meaning, self.findings)

    def meaning(self, entity: Entity) -> Entity:
        """What a plain name means in this scene."""
        self.used.add(entity)
        chosen = self.variants.get(entity, entity)
        self.note(chosen)
        return chosen

    def note(self, entity: Entity) -> None:
        """Remember whom the scene last meant by a name."""
        self.meant[entity.base or entity] = entity

    def speaker(self, entity: Entity) -> Entity:
        """What a cue with this name means: what the scene's last mention meant, else the plain name's meaning."""
        self.used.add(entity)
        if entity.base:
            self.note(entity)
            return entity
        if entity in self.meant:
            return self.meant[entity]
        return self.variants.get(entity, entity)


def resolve_scene(blocks: Blocks, context: Context) -> Resolution:
    """Read one scene. What is wrong is a finding; the scene comes back as good as it can be read."""
    findings: list[Finding] = []
    state = _State(context, findings)
    shots_below = any(isinstance(block, parsed.Shot) for block in blocks.rest)
    heading = blocks.heading
    properties = collect(heading.properties, keys.SCENE, findings, "a scene") if heading else {}
    where = read_where(heading, context.names.cast, context.time, state.reader) if heading else _NOWHERE
    _choose_variants(state, where, properties.get("variants", ()))
    where = _varied(state, where)
    given = read_settings(properties, findings)
    for key in ("style", "negative"):
        if key in properties and key in given:
            text = properties[key][0].value
            given[key] = given[key]._replace(value=state.reader.forbid(text, f"the scene's {key}"))
    settings = settle(context.title, given, context.model, shots_below, findings)
    appearances, light, sound = _scene_appearances(state, where, properties, heading)
    setting, brought, opening = _setting(state, heading, shots_below)
    opening[:0] = _kept_above(blocks.above)
    appearances += brought
    is_complete = state.reader.missing == 0
    above = _Above(light, sound, opening, context.number)
    shots = _shots(state, blocks.rest, above)
    time = _carried(where, context.time)
    scene = Scene(
        number=context.number,
        heading=" ".join(heading.line.string.split()) if heading else None,
        label=heading.label if heading else None,
        at=heading.header if heading else None,
        interior=where.interior,
        location=where.location,
        place=where.place,
        time=where.time,
        detail=where.detail,
        setting=setting,
        settings=settings,
        appearances=tuple(appearances),
        shots=tuple(shots),
        sections=tuple((one.level, one.title.string) for one in (*blocks.sections, *_inner_sections(blocks.rest))),
        synopses=tuple(_synopses((*blocks.sections, *([heading] if heading else ())))),
        opening=tuple(beat for beat in opening if not isinstance(beat, Synopsis)),
        is_complete=is_complete,
    )
    bare = {mention.entity for shot in shots for mention in shot.bare}
    return Resolution(scene, tuple(findings), frozenset(state.used | state.reader.meant | bare), time)


def _inner_sections(blocks: Sequence[Block]) -> Iterable[Section]:
    """Sections above a shot of this scene; those below its last one belong to the next scene."""
    last = max((index for index, block in enumerate(blocks) if isinstance(block, parsed.Shot)), default=-1)
    return (block for block in blocks[: max(last, 0)] if isinstance(block, Section))


_NOWHERE = Where(None, None, None, None, None, None)


def _carried(where: Where, before: str | None) -> str | None:
    return where.time or before if where.place is None else where.time


def _choose_variants(state: _State, where: Where, properties: Sequence[Property]) -> None:
    """The heading's variant of its place, and before it what `variants` lists."""
    if where.location is not None and where.location.base:
        state.variants[where.location.base] = where.location
    for item in items(properties):
        plain = flatten(item.string).removeprefix("@").removeprefix("{").removesuffix("}")
        entity = state.context.names.cast.find(plain)
        if entity is not None and entity.base is None:
            known = [one.name for one in state.context.names.cast.variants.get(entity, {}).values()]
            advice = (
                f"Write {offer(known)}." if known else f"Declare one: {entity.kind.value.upper()} {entity.name}.winter"
            )
            message = f"{quote(entity.name)} is no variant; a plain name means itself."
            state.findings.append(Finding("SB104", item.span(), message, advice))
        elif entity is not None and entity.base is not None:
            state.used.add(entity)
            state.variants[entity.base] = entity
        else:
            state.reader.name(item)


def _varied(state: _State, where: Where) -> Where:
    """The heading's place as `variants` means it, unless the heading names a variant itself."""
    location = where.location
    if location is None:
        return where
    state.used.add(location)
    base = location.base or location
    chosen = state.variants.get(base, location)
    state.note(chosen)
    return where._replace(location=chosen)


def _scene_appearances(
    state: _State, where: Where, properties: dict[str, list[Property]], heading: Heading | None
) -> tuple[list[Mention], Prose, Prose]:
    appearances: list[Mention] = []
    if where.location is not None and where.named is not None:
        appearances.append(Mention(where.location, where.named))
    light: Prose = ()
    sound: Prose = ()
    for one in heading.properties if heading else ():
        if one in properties.get(one.key, ()):
            if one.key == "with":
                appearances += _names(state, one)
            elif one.key == "light":
                light = state.reader.prose(one.value)
            elif one.key == "sound":
                sound = state.reader.prose(one.value)
    return appearances, light, sound


def _names(state: _State, one: Property) -> list[Mention]:
    return [mention for item in items([one]) if (mention := state.reader.name(item))]


def mentions(prose: Prose) -> Iterable[Mention]:
    return (part for part in prose if isinstance(part, Mention))


def _setting(
    state: _State, heading: Heading | None, shots_below: bool
) -> tuple[Prose, list[Mention], list[Transition | Title | Synopsis]]:
    """The text that sets the scene, whom it brings in, and what else stands above the first shot."""
    prose: list[str | Mention] = []
    other: list[Transition | Title | Synopsis] = []
    body = list(_flat(state, heading.body)) if heading else []
    for beat in body:
        if isinstance(beat, Paragraph):
            if not shots_below:
                report_stray(
                    state.findings, beat.text.span(), heading, "This scene has no SHOT, so its text is not filmed."
                )
                continue
            if prose:
                prose.append(" ")
            prose += state.reader.prose(beat.text)
        elif isinstance(beat, Speech):
            message = f"{quote(beat.cue.line.string)} speaks before the first SHOT; this speech is not filmed."
            state.findings.append(
                Finding("SB106", beat.cue.line.span(), message, "Write a SHOT line above it: SHOT 5s")
            )
        elif isinstance(beat, parsed.Synopsis):
            other.append(Synopsis(beat.text.string, beat.text.span()))
        else:
            other.append(_kept(beat))
    return tuple(prose), list(mentions(tuple(prose))), other


def report_stray(findings: list[Finding], span: Span, block: Block | None, message: str) -> None:
    """SB107, unless a slip in the same paragraph explains it."""
    slips = [one for one in block.findings if one.code == "SB106"] if block else []
    if not any(span.start <= slip.span.start < span.end for slip in slips):
        findings.append(Finding("SB107", span, message, "Put it under a SHOT, or make it a comment: [[ … ]]"))


def _flat(state: _State, body: Iterable[parsed.Beat]) -> Iterable[parsed.Beat]:
    """A body with every unsure speech made one or made action, as the names say."""
    for beat in body:
        if isinstance(beat, Speech) and beat.cue.form is not CueForm.CAPITALS and not _names_character(state, beat.cue):
            yield from beat.as_action
        else:
            yield beat


def _names_character(state: _State, cue: Cue) -> bool:
    cast = state.context.names.cast
    plain = flatten(cue.name.string)
    if cue.form is CueForm.MENTION:
        bare = plain[2:-1] if plain.startswith("@{") else plain[1:]
        entity = cast.find(bare)
        if entity is not None and "." in bare and not _stops_agree(bare, entity.name):
            return False
    else:
        entity = cast.find(plain)
        if plain.endswith(".") and entity is not None and not entity.name.endswith("."):
            return False
    return entity is not None and entity.kind is Kind.CHARACTER


def _stops_agree(typed: str, name: str) -> bool:
    """A full stop may be left out of a mention, not added."""
    return typed.count(".") <= name.count(".")


def _kept(beat: parsed.Beat) -> Transition | Title:
    if isinstance(beat, parsed.Title):
        return Title(beat.key, " ".join(beat.text.string.split()), beat.text.span())
    assert isinstance(beat, parsed.Transition)
    return Transition(" ".join(beat.text.string.split()), beat.text.span())


def _synopses(blocks: Iterable[Block]) -> Iterable[str]:
    """What the sections above a heading, and the text under it, say of the scene."""
    return (beat.text.string for block in blocks for beat in block.body if isinstance(beat, parsed.Synopsis))


class _Above(NamedTuple):
    """What the scene gives to its shots."""

    light: Prose
    sound: Prose
    opening: list[Transition | Title | Synopsis]
    scene: int


def _shots(state: _State, blocks: Sequence[Block], above: _Above) -> list[Shot]:
    shots: list[Shot] = []
    breaks = False
    for block in blocks:
        if isinstance(block, parsed.Shot):
            shots.append(_shot(state, block, above, f"{above.scene}.{len(shots) + 1}", breaks))
            breaks = False
        else:
            breaks = breaks or isinstance(block, Break)
            stray = _stray(state, block)
            if shots and stray:
                shots[-1] = shots[-1]._replace(beats=(*shots[-1].beats, *stray))
            else:
                above.opening.extend(stray)
    return shots


def _kept_above(blocks: Sequence[Block]) -> list[Transition | Title]:
    """Transitions and titles above the first heading, a `FADE IN:` say."""
    return [
        _kept(beat) for block in blocks for beat in block.body if isinstance(beat, parsed.Transition | parsed.Title)
    ]


def _stray(state: _State, block: Block) -> list[Transition | Title]:
    """What stands in a scene where no shot takes it: text is reported, transitions and titles are kept."""
    kept: list[Transition | Title] = []
    for beat in block.body:
        if isinstance(beat, Paragraph | Speech):
            span = beat.text.span() if isinstance(beat, Paragraph) else beat.at
            report_stray(state.findings, span, block, "No shot takes this text, so it is not filmed.")
        elif not isinstance(beat, parsed.Synopsis):
            kept.append(_kept(beat))
    return kept


def _shot(state: _State, block: parsed.Shot, above: _Above, number: str, breaks: bool) -> Shot:
    findings, reader = state.findings, state.reader
    missing = reader.missing
    properties = collect(block.properties, keys.SHOT, findings, "a shot")
    appearances: list[Mention] = []
    camera = _camera(state, block, properties, appearances)
    own: dict[str, Prose] = {}
    for one in block.properties:
        if one not in properties.get(one.key, ()):
            continue
        if one.key in ("light", "sound", "style") or (one.key == "camera" and block.camera is None):
            prose = reader.prose(one.value)
            own[one.key] = prose
            appearances += mentions(prose)
        elif one.key == "with":
            appearances += _names(state, one)
    camera = _write_out(own.get("camera", camera))
    light = own.get("light", above.light)
    sound = own.get("sound", above.sound)
    appearances = [
        *(() if "light" in own else mentions(light)),
        *(() if "sound" in own else mentions(sound)),
        *appearances,
    ]
    beats = _beats(state, block, appearances)
    start, from_last_frame = _start(state, properties.get("start"))
    end = _end(state, properties.get("end"))
    if not camera and not any(isinstance(beat, Action | Dialogue) for beat in beats):
        message = "This shot says nothing to film."
        findings.append(
            Finding(
                "SB108", block.header, message, "Write what happens under it, or a camera direction after the seconds."
            )
        )
    return Shot(
        number=number,
        label=block.label,
        duration=block.duration,
        header=block.header,
        camera=camera,
        direction=block.camera or _value(properties, "camera"),
        light=light,
        sound=sound,
        style=own.get("style", ()),
        beats=tuple(beats),
        start=start,
        end=end,
        from_last_frame=from_last_frame,
        appearances=tuple(appearances),
        bare=tuple(_bare(state, block)),
        breaks_before=breaks,
        is_complete=reader.missing == missing,
    )


def _value(properties: dict[str, list[Property]], key: str) -> Text | None:
    return properties[key][0].value if key in properties else None


def _camera(
    state: _State, block: parsed.Shot, properties: dict[str, list[Property]], appearances: list[Mention]
) -> Prose:
    if block.camera is None:
        return ()
    if "camera" in properties:
        one = properties["camera"][0]
        note = Note("It is given here first.", block.camera.span())
        message = "The camera direction is given twice: on the SHOT line and here."
        state.findings.append(Finding("SB104", one.key_span, message, "Keep one of the two.", (note,)))
    prose = state.reader.prose(block.camera)
    appearances += mentions(prose)
    return prose


@cache
def _abbreviations() -> tuple[re.Pattern[str], dict[str, str]]:
    words: dict[str, str] = read_table("words.toml")["camera"]["words"]
    listed = sorted(words, key=len, reverse=True)
    first = "".join({word[0] for word in listed})
    return re.compile(rf"(?=[{re.escape(first)}])(?<![\w@])(?:{'|'.join(map(re.escape, listed))})(?!\w)"), words


def _write_out(prose: Prose) -> Prose:
    """Abbreviations of sizes and angles, written out."""
    pattern, words = _abbreviations()
    return tuple(pattern.sub(lambda found: words[found[0]], part) if isinstance(part, str) else part for part in prose)


def _beats(state: _State, block: parsed.Shot, appearances: list[Mention]) -> list[Beat]:
    beats: list[Beat] = []
    for beat in _flat(state, block.body):
        if isinstance(beat, Paragraph):
            prose = state.reader.prose(beat.text)
            if not beat.forced:
                _warn_of_inline_speech(state, block, beat.text)
            appearances += mentions(prose)
            if prose:
                beats.append(Action(prose, beat.text.span(), beat.text))
        elif isinstance(beat, Speech):
            dialogue, mention = _dialogue(state, beat)
            beats.append(dialogue)
            if mention is not None:
                appearances.append(mention)
        elif isinstance(beat, parsed.Synopsis):
            beats.append(Synopsis(beat.text.string, beat.text.span()))
        else:
            beats.append(_kept(beat))
    return beats


def _warn_of_inline_speech(state: _State, block: Block, text: Text) -> None:
    """SB106 for `MIRA: I never left.`, which is no dialogue."""
    found = _SPEAKER.match(text.string)
    if found is None or (found[1] != found[1].upper() and not found[1][:1].isupper()):
        return
    entity = state.context.names.cast.find(found[1].lstrip("@"))
    if entity is None or entity.kind is not Kind.CHARACTER:
        return
    if any(text.span().start <= one.span.start < text.span().end for one in block.findings if one.code == "SB106"):
        return
    message = f"“{found[0].strip()} …” would be filmed as action, not spoken."
    advice = f"Put {entity.name.upper()} on a line of its own, with a blank line above and the words below."
    fix = Fix(False, (Edit(text.span(0, found.end()), f"\n{entity.name.upper()}\n"),))
    state.findings.append(Finding("SB106", text.span(0, len(found[0].rstrip())), message, advice, fix=fix))


def _dialogue(state: _State, speech: Speech) -> tuple[Dialogue, Mention | None]:
    entity = _speaker(state, speech.cue)
    off, manners = _extensions(state, speech.cue)
    lines: list[Line] = []
    manner: str | None = None
    for line in speech.lines:
        text = state.reader.spoken(line.text)
        if line.parenthetical:
            if text.strip(" .…"):
                manner = f"{manner}, {text}" if manner else text
        else:
            lines.append(Line(text, manner))
            manner = None
    dialogue = Dialogue(entity, off, ", ".join(manners) or None, tuple(lines), speech.at, speech.cue.line.span())
    seen = None if entity is None or off else Mention(entity, speech.cue.name.span())
    return dialogue, seen


def _extensions(state: _State, cue: Cue) -> tuple[bool, list[str]]:
    """Whether the speaker is heard and not seen, and how the words are said."""
    off = False
    manners = []
    for extension in cue.extensions:
        first, _, rest = flatten(extension.string).partition(",")
        if re.sub(r"[.\s]", "", first).upper() in _OFF:
            off = True
            manner = rest
        else:
            manner = state.reader.spoken(extension)
        parts = [part.strip() for part in manner.split(",")]
        manner = ", ".join(part for part in parts if part and not _CONTINUED.fullmatch(part))
        if manner:
            manners.append(manner.lower() if manner == manner.upper() else manner)
    return off, manners


def _speaker(state: _State, cue: Cue) -> Entity | None:
    cast = state.context.names.cast
    plain = flatten(cue.name.string)
    if cue.form is CueForm.MENTION:
        plain = plain[2:-1] if plain.startswith("@{") else plain[1:]
    entity = cast.find(plain)
    if entity is not None and entity.kind is Kind.CHARACTER:
        return state.speaker(entity)
    state.reader.missing += 1
    if cast.is_excused(plain):
        return None
    near = cast.near(plain, Kind.CHARACTER)
    state.reader.meant |= {found for one in near if (found := cast.find(one))}
    if not near and not cast.is_whole:
        return None
    fix = Fix(False, (Edit(cue.name.span(), near[0].upper()),)) if len(near) == 1 else None
    meant = f"Did you mean {offer(one.upper() for one in near)}? " if near else ""
    advice = f"{meant}If it is action, end the line with a full stop or begin it with !"
    what = f"is a {entity.kind.value}, not a character" if entity else "is the name of no character"
    state.findings.append(Finding("SB201", cue.name.span(), f"{quote(plain)} speaks here and {what}.", advice, fix=fix))
    return None


def _start(state: _State, found: list[Property] | None) -> tuple[Picture | None, Span | None]:
    if not found:
        return None, None
    value = found[0].value
    if value.string.lower() == LAST_FRAME:
        return None, value.span()
    return read_picture(value, "", state.context.loader, state.findings), None


def _end(state: _State, found: list[Property] | None) -> Picture | None:
    if not found:
        return None
    value = found[0].value
    if value.string.lower() == LAST_FRAME:
        message = "Only start can be last-frame: nothing follows the end."
        state.findings.append(Finding("SB104", value.span(), message, "Name a picture, or delete the line."))
        return None
    return read_picture(value, "", state.context.loader, state.findings)


def _bare(state: _State, block: parsed.Shot) -> Iterable[Mention]:
    """Declared names that stand in action and camera direction without an @."""
    texts = [block.camera] if block.camera else [one.value for one in block.properties if one.key == "camera"]
    texts += [beat.text for beat in _flat(state, block.body) if isinstance(beat, Paragraph)]
    pattern = state.context.names.as_declared
    for text in texts:
        for found in pattern.finditer(text.string):
            entity = state.context.names.cast.find(found[0])
            if entity is not None:
                yield Mention(entity, text.span(*found.span()))
