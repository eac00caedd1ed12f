"""Speeches: cues, speakers and manners, and which lines are speeches at all.

The grammar reads a line in capitals above another line as a cue. Whether it is one depends on the declared names, so it
is decided here. A cue brings its speaker into the shot unless the voice comes from elsewhere (V.O., O.S., O.C.). Any
other extension is a manner; the path of a recording lays the speech over the film; `(CONT'D)` is ignored.

    MIRA                        Mira speaks and is seen
    MIRA (V.O.)                 a voice-over: heard over the picture, not brought into the shot
    MIRA (O.S., whispering)     heard from off screen, in a whisper
    MIRA (V.O., mira.wav)       a voice-over whose sound is that file
    @Mira                       a cue if the next line is not blank and Mira is a character, else action
    MIRA AND TOM                SB201 unless somebody has that name: two speakers take two cues
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.diagnostics import Edit, Finding, Fix
from storyboard.compiler.ir import parsed
from storyboard.compiler.ir.parsed import Cue, CueForm, Kind, Speech, Text
from storyboard.compiler.ir.resolved import (
    Audio,
    Dialogue,
    Entity,
    Line,
    Mention,
    OffScreen,
)
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.resolve.audio import is_audio_path, read_audio
from storyboard.compiler.resolve.cast import Cast, as_declared
from storyboard.compiler.resolve.doubts import judge_doubts
from storyboard.compiler.resolve.scope import Scope
from storyboard.compiler.spelling import listed_or, quote
from storyboard.compiler.text import Span
from storyboard.wording import listed

_OFF = {"VO": OffScreen.VOICE_OVER, "OS": OffScreen.OFF_SCREEN, "OC": OffScreen.OFF_SCREEN}
_TOGETHER = lazy_pattern(r"\s(?:AND|UND|ET|Y|E|OCH|И|&)\s|[/+,]", re.IGNORECASE)
_CONTINUED = lazy_pattern(r"cont(?:['’]?d|inued|\.)?\.?", re.IGNORECASE)


def resolve_speeches(reading: Scope, body: Iterable[parsed.Beat]) -> Iterable[parsed.Beat]:
    """A body with every uncertain speech made a speech or action, as the declared names decide."""
    for beat in body:
        if (
            isinstance(beat, Speech)
            and beat.cue.form is not CueForm.CAPITALS
            and not _names_character(reading, beat.cue)
        ):
            yield from beat.as_action
        else:
            yield beat


def report_unsure(reading: Scope, body: Iterable[parsed.Beat]) -> None:
    """Report the mistakes in uncertain speeches, as the names decide them."""
    for beat in body:
        if isinstance(beat, Speech) and beat.unsure is not None:
            if _names_character(reading, beat.cue):
                reading.findings += beat.unsure.speech_slips
            else:
                reading.findings += beat.unsure.action_slips
                reading.findings += judge_doubts(beat.unsure.doubts, reading.context.names.cast)


def _names_character(reading: Scope, cue: Cue) -> bool:
    """Whether a possible cue names a declared character.

    A full stop at its end counts only if the declared name has one: `MIRA.` in capitals is a sentence.
    """
    cast = reading.context.names.cast
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
    """Whether the full stops of a typed name fit the declared one: a mention may omit a full stop, not add one."""
    return typed.count(".") <= name.count(".")


def read_dialogue(reading: Scope, speech: Speech) -> tuple[Dialogue, Mention | None]:
    """A speech with its speaker resolved, and the mention that brings the speaker into the shot.

    The mention is None for a voice from off screen or an unknown speaker. A parenthetical is the manner of the line
    below it; consecutive ones are joined.
    """
    entity = _speaker(reading, speech.cue)
    off, manners, recording = _extensions(reading, speech.cue)
    lines: list[Line] = []
    manner: str | None = None
    for line in speech.lines:
        text = reading.reader.spoken(line.text)
        if line.parenthetical:
            if text.strip(" .…"):
                manner = f"{manner}, {text}" if manner else text
        else:
            lines.append(Line(text, manner))
            manner = None
    how = ", ".join(manners) or None
    dialogue = Dialogue(entity, off, how, tuple(lines), speech.at, speech.cue.line.span(), recording)
    seen = None if entity is None or off else Mention(entity, speech.cue.name.span())
    return dialogue, seen


def _extensions(reading: Scope, cue: Cue) -> tuple[OffScreen | None, list[str], Audio | None]:
    """What the extensions of a cue say: heard but not seen, the manner of speaking, and the file of a recording."""
    off: OffScreen | None = None
    recording: Audio | None = None
    manners = []
    for extension in cue.extensions:
        for item in _items(extension):
            if is_audio_path(flatten(item.string)):
                recording = read_audio(item, "", reading.context.loader, reading.findings)
        first, _, rest = flatten(extension.string).partition(",")
        if heard := _OFF.get(re.sub(r"[.\s]", "", first).upper()):
            off = heard
            manner = rest
        else:
            manner = reading.reader.spoken(extension)
        parts = [part.strip() for part in manner.split(",")]
        manner = ", ".join(
            part for part in parts if part and not _CONTINUED.fullmatch(part) and not is_audio_path(part)
        )
        if manner:
            manners.append(manner.lower() if manner == manner.upper() else manner)
    return off, manners, recording


def _items(extension: Text) -> Iterable[Text]:
    """The parts of an extension, divided at commas."""
    start = 0
    plain = flatten(extension.string)
    for end in [*(index for index, letter in enumerate(plain) if letter == ","), len(plain)]:
        yield extension.slice(start, end)
        start = end + 1


def _speaker(reading: Scope, cue: Cue) -> Entity | None:
    """The entity that speaks under a cue, or None.

    An unknown name is SB201. Its fix is the nearest character's name, or else the edit that declares a new one; if the
    name is a thing or a place, the `!` that makes the line action.
    """
    cast = reading.context.names.cast
    plain = flatten(cue.name.string)
    if cue.form is CueForm.MENTION:
        plain = plain[2:-1] if plain.startswith("@{") else plain[1:]
    entity = cast.find(plain)
    if entity is not None and entity.kind is Kind.CHARACTER:
        return reading.speaker(entity)
    reading.reader.missing += 1
    if cast.is_excused(plain):
        return None
    near = cast.speakers_near(plain)
    reading.reader.meant |= {found for one in near if (found := cast.find(one))}
    if not near and not cast.is_whole:
        return None
    advice: str | None = "If it is action, the line begins with !"
    fix: Fix | None
    if entity is not None:
        start = cue.line.span().start
        fix, advice = Fix(False, (Edit(Span(cue.line.anchor, start, start), "!"),)), None
    elif len(near) == 1:
        fix = Fix(False, (Edit(cue.name.span(), near[0].upper()),))
    elif together := _several(cast, plain):
        fix, advice = None, f"{listed(together)} each have a cue of their own. {advice}"
    elif near:
        fix, advice = None, f"Did you mean {listed_or(one.upper() for one in near)}? {advice}"
    else:
        fix = cast.declaring(Kind.CHARACTER, as_declared(plain))
    what = f"is a {entity.kind.value}, not a character" if entity else "is not a character's name"
    message = f"{quote(plain)} speaks here and {what}."
    reading.findings.append(Finding("SB201", cue.name.span(), message, advice, fix=fix))
    return None


def _several(cast: Cast, typed: str) -> list[str]:
    """The characters that one cue names together, as in `ANNA AND BETH`; empty if they are not all declared."""
    found = [cast.find(name.strip()) for name in _TOGETHER.split(typed)]
    names = [one.name for one in found if one is not None and one.kind is Kind.CHARACTER]
    return names if len(names) == len(found) > 1 else []
