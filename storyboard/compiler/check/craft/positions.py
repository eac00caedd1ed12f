"""SB505: several elements in a shot whose positions are not given.

The guide asks for positions with several elements ("foreground left", "entering from right"). Each clip is rendered
separately, so positions in another clip do not count; the help repeats them. Judged in English only, for which there is
a word list.

    @Mira and @Tom wait together for the boat.                          reported, with both names
    @Mira waits at the left, @Tom behind her.                           silent: both have a place
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.patterns import any_of, lazy_pattern
from storyboard.compiler.check.craft.scene_text import MENTION, SceneText, ShotText
from storyboard.compiler.check.looks import Looks
from storyboard.compiler.diagnostics import Code, Edit, Finding, Fix, Note, Severity
from storyboard.compiler.ir.resolved import Dialogue, Entity, Mention
from storyboard.compiler.spelling import quote
from storyboard.compiler.text import Span
from storyboard.wording import listed

CODES = (Code("SB505", "Several elements, no positions", Severity.WARNING),)

#: How many elements one word of position can place.
_ENOUGH_FOR_ONE = 3

_CLAUSE = lazy_pattern(r"[.;!?…]|,| while | as | and (?=@)")


class _Patterns(NamedTuple):
    words: frozenset[str]
    sure: re.Pattern[str]
    posture: re.Pattern[str]
    turning: re.Pattern[str]


def check(reading: SceneText, looks: Looks) -> Iterator[Finding]:
    """A shot with at least two elements whose positions the clip does not give.

    A start frame shows them, and so may an earlier shot of the same clip, or the text that sets the scene. Positions in
    another clip do not count; the help repeats them.
    """
    settled = _settled_by_the_setting(reading)
    told: dict[Entity, str] = {}
    not_asked: list[ShotText] = []  # whose positions are not in `told` yet: they are looked for when they are needed
    for group in reading.groups:
        placed = set(settled)
        for shot in group:
            elements = _elements(shot)
            new = [mention for base, mention in elements.items() if base not in placed]
            placed |= elements.keys() if len(elements) > 1 or shot.shot.has_start else set()
            is_shown = len(elements) < 2 or not new or shot.shot.has_start or _are_placed(shot, len(new))
            if not is_shown and reading.is_english(looks):
                for earlier in not_asked:
                    told |= dict(_positions(earlier))
                not_asked.clear()
                yield _finding(shot, list(elements.values()), new[-1], told)
            not_asked.append(shot)


def _positions(shot: ShotText) -> Iterator[tuple[Entity, str]]:
    """The positions in a shot: the entity, and the words of position after its name as typed."""
    for words in shot.actions:
        starts = [start for start, _ in words.mentions]
        for (start, mention), until in zip(words.mentions, [*starts[1:], len(words.string)], strict=False):
            clause = _told_position().search(words.string, start, until)
            if clause and not re.search(r"[.!?;]", words.string[start : clause.start()]):
                yield mention.entity.base or mention.entity, words.text.string[clause.start() : clause.end()]


@cache
def _told_position() -> re.Pattern[str]:
    """The pattern of a position as a phrase of its own, which can be repeated."""
    return re.compile(
        r"(?<![\w@])(?:(?:in the )?(?:far )?(?:fore|back|mid)ground(?: (?:left|right|cent(?:er|re)))?"
        r"|(?:on|to|at) the (?:far |extreme )?(?:left|right)|(?:frame|screen|camera) (?:left|right)"
        r"|in the middle(?: of the picture)?|cent(?:er|re)(?:[- ]frame)?)(?!\w)"
    )


def _finding(shot: ShotText, elements: list[Mention], last: Mention, told: dict[Entity, str]) -> Finding:
    """SB505 for the last of several elements in a shot.

    `told` are positions in earlier clips of the scene, which the fix repeats. For somebody who is in the shot only by a
    cue, the advice is (O.S.).
    """
    other = next(mention for mention in elements if mention is not last)
    names = [mention.entity.spoken_name for mention in elements]
    message = f"Nothing says where {listed(names)} are in the picture."
    advice = f"Say where each is or enters: {names[0]} foreground left, {names[1]} background right."
    known = [(one, told[base]) for one in elements if (base := one.entity.base or one.entity) in told]
    fix = None
    if known:
        said = ", ".join(f"{one.entity.spoken_name} {where}" for one, where in known)
        advice = f"Say it again in this clip: {said}. The model makes each clip without seeing the others."
        fix = _said_again(shot, known)
    name = last.entity.spoken_name
    if any(isinstance(beat, Dialogue) and beat.cue.start <= last.at.start < beat.cue.end for beat in shot.shot.beats):
        advice = (
            f"Is {name} in the picture? Else write {name.upper()} (O.S.). If so, say where: {name} background right."
        )
    note = Note(f"{quote(other.entity.spoken_name)} is here.", other.at)
    return Finding("SB505", last.at, message, advice, (note,), fix)


def _said_again(shot: ShotText, known: list[tuple[Mention, str]]) -> Fix | None:
    """The fix that repeats positions in brackets after the names, if all of these are in the action."""
    edits = []
    for mention, where in known:
        at = mention.at
        for words in shot.actions:
            index = next((start for start, one in words.mentions if one.at == at), None)
            if index is None:
                continue
            following = words.string[index + at.end - at.start :]
            if not re.match(r"[\w'’-]", following):
                edits.append(Edit(Span(at.anchor, at.end, at.end), f" ({where})"))
    return Fix(False, tuple(edits)) if len(edits) == len(known) else None


def _elements(shot: ShotText) -> dict[Entity, Mention]:
    """The entities with a picture in the shot, each with its first mention; a variant counts as its base."""
    found: dict[Entity, Mention] = {}
    for mention in shot.shot.appearances:
        entity = mention.entity
        if entity.pictures and not entity.is_location:
            found.setdefault(entity.base or entity, mention)
    return found


def _are_placed(shot: ShotText, elements: int) -> bool:
    """Whether a shot gives the positions of so many elements."""
    patterns = _patterns()
    if elements <= _ENOUGH_FOR_ONE and not shot.vocabulary.isdisjoint(patterns.words):
        return True
    texts = [words.string for words in shot.texts]
    if not shot.vocabulary.isdisjoint(("left", "right")):
        texts = [patterns.turning.sub("", text) for text in texts]
    return _is_enough(texts, elements)


def _is_enough(texts: Iterable[str], elements: int) -> bool:
    """Whether texts give enough positions: for all but two elements, one of them beyond doubt, or for each by its
    posture.

    `Tom sits between them` places three.
    """
    patterns = _patterns()
    certain = weak = 0
    for text in texts:
        for clause in _CLAUSE.split(text + " "):
            if patterns.sure.search(clause):
                certain += 1
            elif patterns.posture.search(clause):
                weak += 1
        # A sign at the end of a line, as in `foreground, left.`, stands before the next clause: look once more.
        if not certain and patterns.sure.search(text):
            certain += 1
    return (certain >= 1 and certain + weak > elements - _ENOUGH_FOR_ONE) or weak >= elements


def _settled_by_the_setting(reading: SceneText) -> set[Entity]:
    """The elements whose positions are given by the text that sets the scene."""
    scene = reading.plan.scene
    mentioned = {
        part.entity.base or part.entity
        for part in scene.setting
        if isinstance(part, Mention) and part.entity.pictures and not part.entity.is_location
    }
    if len(mentioned) < 1:
        return set()
    text = "".join(part if isinstance(part, str) else "@x" for part in scene.setting).lower()
    return mentioned if _is_enough([text], max(len(mentioned), 2)) else set()


@cache
def _patterns() -> _Patterns:
    """The patterns of positions, postures and directions (`craft.toml`)."""
    table = read_table("craft.toml")["position"]
    sure = [
        *table["sure"],
        *table["handling"],
        rf"{any_of(table['by_another'])} (?:the |his |her |a )?(?:[a-z]+ of )?{MENTION}",
    ]
    posture = rf"(?=[a-z])(?<![\w@]){any_of(table['posture'])}(?: [\w’'-]+){{0,2}}? {any_of(table['where'])} [\w@’'-]+"
    return _Patterns(
        frozenset(table["words"]),
        lazy_pattern(rf"(?=[a-z])(?<![\w@]){any_of([*table['words'], *sure])}(?!\w)"),
        lazy_pattern(posture),
        lazy_pattern(rf"\b(?:{table['turning']}) (?:left|right)\b"),
    )
