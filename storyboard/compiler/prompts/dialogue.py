"""Speeches in a prompt: who says the words, how, and whether lips move.

A voice-over is heard over the picture, so everybody who is seen keeps their lips still; a voice from off screen belongs
to somebody nearby. A manner in the action (`shouts`) replaces the declared voice: a model that is given both follows
neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from storyboard.catalog import read_table
from storyboard.catalog.patterns import any_of
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.ir.resolved import Action, Dialogue, Entity, Mention, OffScreen, Prose, Scene, Shot
from storyboard.compiler.prompts.sentences import clean_text, unbracketed, unquoted_speech
from storyboard.compiler.prompts.tags import Tagger

#: Paragraphs of action above a speech in which its manner may be.
_MOST_ABOVE = 12


def speech(
    tagger: Tagger, dialogue: Dialogue, above: Sequence[Action], present: frozenset[Entity], *, is_heard: bool
) -> str:
    """`@Element1 says (low and hoarse, whispering): "I never left."`.

    Empty if nobody speaks or nothing is said, and if the speech is laid over a clip with sound (`is_heard`). `above` is
    the action of the shot before the speech, `present` are the characters in its picture.
    """
    entity = dialogue.speaker
    if entity is None or not dialogue.lines:
        return ""
    if is_heard and dialogue.is_laid_over(is_heard=is_heard):
        return ""
    seen = entity in tagger.present
    who = tagger.name(entity) if seen else entity.spoken_name
    voice = _manner_in_action(above, entity, present) or entity.voice
    parts = []
    texts = unquoted_speech([line.text for line in dialogue.lines])
    for index, (line, text) in enumerate(zip(dialogue.lines, texts, strict=True)):
        how = [voice, dialogue.manner or ""] if index == 0 else []
        said = _bracketed([*how, line.manner or ""])
        lead = _lead(dialogue, who, said, seen, bool(present)) if index == 0 else f"then{said}"
        parts.append(f'{lead}: "{text}"')
    return ", ".join(parts)


def _lead(dialogue: Dialogue, who: str, said: str, seen: bool, has_people: bool) -> str:
    """The words before the first line of a speech."""
    if dialogue.off is OffScreen.VOICE_OVER:
        return f"Voice-over{said} of {who}{', all lips closed' if has_people else ''}"
    if dialogue.off:
        return f"{who}, off screen, says{said}" if seen else f"The voice of {who}, off screen, says{said}"
    return f"{who} says{said}"


def _bracketed(manners: list[str]) -> str:
    parts = [unbracketed(clean_text(part)).rstrip(". ") for part in manners if part]
    parts = [part for index, part in enumerate(parts) if part and part not in parts[:index]]
    return f" ({', '.join(parts)})" if parts else ""


def characters_in_shot(scene: Scene, shot: Shot) -> frozenset[Entity]:
    """The characters in the picture of a shot."""
    mentions = (*scene.appearances, *shot.appearances)
    return frozenset(mention.entity for mention in mentions if mention.entity.kind is Kind.CHARACTER)


def _manner_in_action(above: Sequence[Action], speaker: Entity, present: frozenset[Entity]) -> str:
    """How the action above a speech says that its words are said: `@Mira shouts.` means shouting."""
    is_alone = {one.base or one for one in present} | {speaker.base or speaker} == {speaker.base or speaker}
    manners = (_manner_in(action.prose, speaker, is_alone) for action in reversed(above[-_MOST_ABOVE:]))
    return next(filter(None, manners), "")


def _manner_in(prose: Prose, speaker: Entity, is_alone: bool) -> str:
    """The last verb of speech whose subject is the speaker, in the prompt's words."""
    manners = _manners()
    found = ""
    for index, part in enumerate(prose):
        if isinstance(part, Mention) or not _may_have_manner(part):
            continue
        before = prose[index - 1] if index else None
        if isinstance(before, Mention) and (before.entity.base or before.entity) is (speaker.base or speaker):
            match = _verb_after_name().match(part)
            found = manners[match["verb"].lower()] if match else found
        if is_alone:
            for match in _verb_after_pronoun().finditer(part):
                found = manners[match["verb"].lower()]
    return found


def _may_have_manner(text: str) -> bool:
    """Whether a text contains a verb of speech; a cheap test, because few actions have one."""
    lower = text.lower()
    return any(verb in lower for verb in _manners())


@cache
def _manners() -> dict[str, str]:
    """Verbs of speech, each with the prompt's words for it."""
    manners: dict[str, str] = read_table("words.toml")["manner"]["verbs"]
    return manners


def _verb() -> str:
    return rf"(?P<verb>{any_of(map(re.escape, sorted(_manners(), key=len, reverse=True)))})(?!\w)"


@cache
def _verb_after_name() -> re.Pattern[str]:
    """The pattern of a verb of speech directly after a name, or after `and` in the same sentence."""
    also = r"[^.!?。！？]{0,120}?(?:\band|\bthen|\bund|\bet|\by|\be|,|и)\s+(?:\w+ly )?"
    return re.compile(rf"\s{{0,16}}(?:\w{{1,32}}ly )?(?:{also})?{_verb()}", re.IGNORECASE)


@cache
def _verb_after_pronoun() -> re.Pattern[str]:
    """The pattern of a verb of speech after a pronoun that begins its sentence."""
    pronoun = r"(?:^|[.!?]\s+)(?:She|He|They|Sie|Er|Elle|Il|Ella|Él|Lei|Lui)"
    return re.compile(rf"{pronoun}\s+(?:\w+ly\s+)?{_verb()}", re.IGNORECASE)
