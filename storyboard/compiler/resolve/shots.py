"""Shots: camera direction, action, speeches and frames, with every name resolved.

Appearances are kept in the order of the file, because that order numbers the references of the clip: what the heading
brings in, then, shot by shot, the header line, the properties as written, text and cues. Abbreviations of sizes (`CU`,
`OTS`) are written out here, so that later passes and the prompt see words.

Durations are whole seconds. A name that appears in no text (`with: Tom`) counts like one that does. A name in a `sound`
brings nobody into silent clips, since the sound is not part of their prompt. A declared name without its @ is kept as a
bare name: it brings nobody in, and SB205 reports it once the cast of the clip is known.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import accumulate, chain
from operator import itemgetter
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.diagnostics import Edit, Finding, Fix, Note, commented_out
from storyboard.compiler.ir import keys, parsed
from storyboard.compiler.ir.parsed import Block, Break, Paragraph, Property, Speech, Text
from storyboard.compiler.ir.resolved import (
    Action,
    Audio,
    BareName,
    Beat,
    Dialogue,
    Effect,
    Mention,
    Picture,
    Prose,
    Shot,
    Slug,
    Synopsis,
    Title,
    Transition,
)
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.resolve.audio import ambience_instead, read_audio
from storyboard.compiler.resolve.doubts import judge_doubts
from storyboard.compiler.resolve.pictures import read_picture_value
from storyboard.compiler.resolve.properties import collect_properties
from storyboard.compiler.resolve.scope import Scope, mentions_in, names_of, report_stray
from storyboard.compiler.resolve.speech import read_dialogue, report_unsure, resolve_speeches
from storyboard.compiler.spelling import distance, quote
from storyboard.compiler.text import Span

LAST_FRAME = "last-frame"


class SceneDefaults(NamedTuple):
    """What a scene gives to its shots; `is_heard` says whether its clips have sound."""

    light: Prose
    sound: Prose
    is_heard: bool
    music: Audio | None
    ambience: Audio | None
    opening: list[Transition | Title | Slug | Synopsis]
    scene: int


def resolve_shots(reading: Scope, blocks: Sequence[Block], above: SceneDefaults) -> list[Shot]:
    """The shots among the blocks of a scene; other things between shots go to the shot before."""
    shots: list[Shot] = []
    breaks: Span | None = None
    for block in blocks:
        if isinstance(block, parsed.Shot):
            shots.append(_shot(reading, block, above, f"{above.scene}.{len(shots) + 1}", breaks))
            breaks = None
        else:
            breaks = block.header if isinstance(block, Break) else breaks
            stray = _stray(reading, block)
            if shots and stray:
                shots[-1] = replace(shots[-1], beats=(*shots[-1].beats, *stray))
            else:
                above.opening.extend(stray)
    return shots


def resolve_beat(beat: parsed.Beat) -> Transition | Title | Slug:
    """A transition, title or slug line as the film keeps it."""
    if isinstance(beat, parsed.Title):
        return Title(beat.key, " ".join(beat.text.string.split()), beat.text.span())
    if isinstance(beat, parsed.Slug):
        return Slug(" ".join(beat.text.string.split()), beat.text.span())
    assert isinstance(beat, parsed.Transition)
    return Transition(" ".join(beat.text.string.split()), beat.text.span())


def beats_above_headings(blocks: Sequence[Block]) -> list[Transition | Title | Slug]:
    """Transitions and titles above the first heading, such as `FADE IN:`."""
    return [
        resolve_beat(beat)
        for block in blocks
        for beat in block.body
        if isinstance(beat, parsed.Transition | parsed.Title | parsed.Slug)
    ]


def _stray(reading: Scope, block: Block) -> list[Transition | Title | Slug]:
    """What a scene holds outside its shots: text is reported, transitions and titles are returned."""
    report_stray(reading.findings, block, block.body, "No shot takes this text, so it is not filmed.")
    kept = (parsed.Transition, parsed.Title, parsed.Slug)
    return [resolve_beat(beat) for beat in block.body if isinstance(beat, kept)]


def _shot(reading: Scope, block: parsed.Shot, above: SceneDefaults, number: str, break_above: Span | None) -> Shot:
    """Resolve one shot.

    Names are brought in in the order of the file (header line, properties as written, text, cues), because that order
    numbers the references of the clip. `above` gives what the shot does not set itself; `break_above` is the `===`
    before it, if there is one.
    """
    findings, reader = reading.findings, reading.reader
    missing, told = reader.missing, len(findings)
    properties = collect_properties(block.properties, keys.SHOT, findings, "a shot")
    appearances: list[Mention] = []
    camera = _camera(reading, block, properties, appearances)
    direction = block.camera or _value(properties, "camera")
    findings += _misspelt(direction) if direction else []
    own = _own_prose(reading, block, properties, above, appearances)
    camera = _write_out(own.get("camera", camera))
    light = own.get("light", above.light)
    sound = own.get("sound", above.sound)
    appearances = [*_inherited_mentions(own, above), *appearances]
    beats = _beats(reading, block, appearances)
    report_unsure(reading, block.body)
    findings += judge_doubts(block.doubts, reading.context.names.cast)
    start, from_last_frame = _start(reading, properties.get("start"))
    end = _end(reading, properties.get("end"))
    if not camera and not any(isinstance(beat, Action | Dialogue) for beat in beats):
        findings.append(_nothing_to_film(block))
    return Shot(
        number=number,
        label=block.label,
        duration=block.duration,
        duration_at=block.duration_span,
        header=block.header,
        camera=camera,
        direction=direction,
        light=light,
        sound=sound,
        style=own.get("style", ()),
        beats=tuple(beats),
        start=start,
        music=_audio(reading, properties.get("music"), above.music),
        ambience=_audio(reading, properties.get("ambience"), above.ambience),
        end=end,
        from_last_frame=from_last_frame,
        appearances=tuple(appearances),
        bare=tuple(_bare(reading, block, [*block.findings, *findings[told:]])),
        break_above=break_above,
        is_complete=reader.missing == missing,
        places={key: found[0].value.span() for key, found in properties.items()},
    )


def _inherited_mentions(own: dict[str, Prose], above: SceneDefaults) -> Iterator[Mention]:
    """Mentions in the light and the sound that a shot takes from its scene; silent clips take no sound."""
    if "light" not in own:
        yield from mentions_in(above.light)
    if "sound" not in own and above.is_heard:
        yield from mentions_in(above.sound)


def _own_prose(
    reading: Scope,
    block: parsed.Shot,
    properties: dict[str, list[Property]],
    above: SceneDefaults,
    appearances: list[Mention],
) -> dict[str, Prose]:
    """The camera direction, light, sound and style of the shot, by key.

    Everybody mentioned in them or in `with` is added to `appearances`, except in a sound of a silent clip.
    """
    own: dict[str, Prose] = {}
    for one in sorted(chain.from_iterable(properties.values()), key=lambda one: one.key_span.start):
        if one.key in ("light", "sound", "style") or (one.key == "camera" and block.camera is None):
            own[one.key] = prose = reading.reader.prose(one.value)
            if one.key == "sound":
                reading.findings += ambience_instead(one)
            if one.key != "sound" or above.is_heard:
                appearances += mentions_in(prose)
        elif one.key == "with":
            appearances += names_of(reading, one)
    return own


def _nothing_to_film(block: parsed.Shot) -> Finding:
    """SB108 for a shot without action and without camera direction."""
    fix = None if block.properties or block.body else commented_out(block.header, block.header)
    advice = "A shot needs action under it, or a camera direction after its seconds."
    return Finding("SB108", block.header, "This shot does not say what to film.", advice, fix=fix)


def _audio(reading: Scope, found: list[Property] | None, above: Audio | None) -> Audio | None:
    """Music or ambience over the shot: its own, or else the scene's."""
    return read_audio(found[0].value, "", reading.context.loader, reading.findings) if found else above


def _value(properties: dict[str, list[Property]], key: str) -> Text | None:
    return properties[key][0].value if key in properties else None


def _camera(
    reading: Scope, block: parsed.Shot, properties: dict[str, list[Property]], appearances: list[Mention]
) -> Prose:
    """The camera direction on the SHOT line. A second one in `camera:` is SB104, because one of the two would be
    lost."""
    if block.camera is None:
        return ()
    if "camera" in properties:
        one = properties["camera"][0]
        note = Note("It is given here first.", block.camera.span())
        message = "The camera direction is given twice: on the SHOT line and here."
        line = Span(one.key_span.anchor, one.key_span.start, one.value.span().end)
        reading.findings.append(Finding("SB104", one.key_span, message, None, (note,), commented_out(line, line)))
    prose = reading.reader.prose(block.camera)
    appearances += mentions_in(prose)
    return prose


def _misspelt(direction: Text) -> list[Finding]:
    """SB106 for camera terms with one wrong letter, at the first of them."""
    edits = []
    said: list[str] = []
    for found in _CAMERA_WORD.finditer(direction.string):
        if meant := _meant(found[0].lower()):
            edits.append(Edit(direction.span(*found.span()), meant))
            said.append(f"{quote(found[0])} is not a camera term. Is it meant as {meant}?")
    return [Finding("SB106", edits[0].span, said[0], fix=Fix(True, tuple(edits)))] if edits else []


@lru_cache(maxsize=1024)  # a film says the same words of the camera again and again
def _meant(word: str) -> str | None:
    """The camera term that a word is with one letter wrong, or None."""
    table = read_table("words.toml")["camera_word"]
    if word in table["words"] or word in table["innocent"]:
        return None
    near = next((one for one in table["words"] if distance(word, one, 1) == 1), None)
    return near if word != f"{near}s" else None


#: A word that may be one of the camera's, which have six letters or more, with a letter left out.
_CAMERA_WORD = lazy_pattern(r"(?<![\w@-])[A-Za-z][A-Za-z-]{3,}[A-Za-z](?![\w-])")
#: A full stop and a letter directly after a name.
_RUN_ON = lazy_pattern(r"\.[^\W_]")


@cache
def _abbreviations() -> tuple[re.Pattern[str], dict[str, str]]:
    """The pattern of all abbreviations of sizes and angles, and the words for each (`words.toml`).

    They count as whole words in capitals only, so that `ms` inside a word is not replaced.
    """
    words: dict[str, str] = read_table("words.toml")["camera"]["words"]
    listed = sorted(words, key=len, reverse=True)
    first = "".join({word[0] for word in listed})
    return re.compile(rf"(?=[{re.escape(first)}])(?<![\w@])(?:{'|'.join(map(re.escape, listed))})(?!\w)"), words


def _write_out(prose: Prose) -> Prose:
    """Prose with abbreviations of sizes and angles written out."""
    pattern, words = _abbreviations()
    return tuple(pattern.sub(lambda found: words[found[0]], part) if isinstance(part, str) else part for part in prose)


def _beats(reading: Scope, block: parsed.Shot, appearances: list[Mention]) -> list[Beat]:
    """The action, speeches and other beats of a shot in file order; whoever is mentioned or seen speaking is added to
    `appearances`."""
    beats: list[Beat] = []
    for beat in resolve_speeches(reading, block.body):
        if isinstance(beat, Paragraph):
            prose = reading.reader.prose(beat.text)
            appearances += mentions_in(prose)
            if prose:
                beats.append(Action(prose, beat.text.span(), beat.text))
        elif isinstance(beat, Speech):
            dialogue, mention = read_dialogue(reading, beat)
            beats.append(dialogue)
            if mention is not None:
                appearances.append(mention)
        elif isinstance(beat, parsed.Synopsis):
            beats.append(Synopsis(beat.text.string, beat.text.span()))
        elif isinstance(beat, parsed.Effect):
            audio = read_audio(beat.text, "", reading.context.loader, reading.findings)
            beats.append(Effect(audio, beat.text.span()))
        else:
            beats.append(resolve_beat(beat))
    return beats


def _start(reading: Scope, found: list[Property] | None) -> tuple[Picture | None, Span | None]:
    """The start frame, and the span of `last-frame` if the shot asks for that instead of a picture."""
    if not found:
        return None, None
    value = found[0].value
    if value.string.lower() == LAST_FRAME:
        return None, value.span()
    return read_picture_value(value, "", reading.context.loader, reading.findings), None


def _end(reading: Scope, found: list[Property] | None) -> Picture | None:
    """The end frame. `last-frame` is SB104 here: no clip follows the end of a clip."""
    if not found:
        return None
    value = found[0].value
    if value.string.lower() == LAST_FRAME:
        message = "Only start can be last-frame: a clip ends with nothing after it."
        line = Span(found[0].key_span.anchor, found[0].key_span.start, value.span().end)
        reading.findings.append(Finding("SB104", value.span(), message, fix=commented_out(line, line)))
        return None
    return read_picture_value(value, "", reading.context.loader, reading.findings)


def _bare(reading: Scope, block: parsed.Shot, findings: Sequence[Finding]) -> Iterable[BareName]:
    """Declared names without an @ in action and camera direction. `findings` are those of the shot."""
    texts = [block.camera] if block.camera else [one.value for one in block.properties if one.key == "camera"]
    texts += [beat.text for beat in resolve_speeches(reading, block.body) if isinstance(beat, Paragraph)]
    # A line that is asked about for something else is not asked about for its names.
    slips = (one.span for one in findings if one.code == "SB106" and one.span.anchor is block.anchor)
    asked = sorted((span.start, span.end) for span in slips)
    ends = list(accumulate((end for _, end in asked), max))
    for text in texts:
        for name in bare_names(reading, text):
            before = bisect_right(asked, name.at.start, key=itemgetter(0))
            if not before or ends[before - 1] <= name.at.start:
                yield name


def bare_names(reading: Scope, text: Text) -> Iterable[BareName]:
    """Declared names without an @ in a text."""
    names = reading.context.names
    plain = flatten(text.string)
    for found in names.as_declared(text.string).finditer(text.string):
        entity = names.cast.find(found[0])
        if entity is not None:
            read = names.after_at(plain).match(plain, found.start())
            is_run_on = _RUN_ON.match(text.string, found.end()) is not None
            needs_braces = is_run_on or read is None or read.end() != found.end()
            yield BareName(entity, text.span(*found.span()), needs_braces)
