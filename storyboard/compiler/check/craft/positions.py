"""SB505: several elements in a shot, and nothing says where they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.alternatives import any_of
from storyboard.compiler.check.craft.scene_text import MENTION, SceneText, ShotText
from storyboard.compiler.diagnostics import Finding, Note
from storyboard.compiler.ir.resolved import Dialogue, Entity, Mention, Shot
from storyboard.compiler.spelling import quote

CODES = ("SB505",)

#: How many elements one word of position can place.
_ENOUGH_FOR_ONE = 3

_CLAUSE = re.compile(r"[.;!?…]|,| while | as | and (?=@)")


class _Patterns(NamedTuple):
    words: frozenset[str]
    sure: re.Pattern[str]
    posture: re.Pattern[str]
    turning: re.Pattern[str]


def check(reading: SceneText) -> Iterator[Finding]:
    """A shot with two elements or more of which a clip has not said where they are. A start frame shows it, and so
    does an earlier shot of the same clip, or the text that sets the scene."""
    settled = _settled_by_the_setting(reading)
    for group in reading.groups:
        placed = set(settled)
        for shot in group:
            elements = _elements(shot)
            new = [mention for base, mention in elements.items() if base not in placed]
            placed |= elements.keys() if len(elements) > 1 or shot.shot.has_start else set()
            is_shown = len(elements) < 2 or not new or shot.shot.has_start or _are_placed(shot, len(new))
            if not is_shown and reading.is_english:
                yield _finding(shot.shot, list(elements.values()), new[-1])


def _finding(shot: Shot, elements: list[Mention], last: Mention) -> Finding:
    other = next(mention for mention in elements if mention is not last)
    names = [mention.entity.spoken_name for mention in elements]
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    message = f"Nothing says where {listed} are in the picture."
    advice = f"Say where each is or enters: {names[0]} foreground left, {names[1]} background right."
    name = last.entity.spoken_name
    if any(isinstance(beat, Dialogue) and beat.cue.start <= last.at.start < beat.cue.end for beat in shot.beats):
        advice = (
            f"Is {name} in the picture? Else write {name.upper()} (O.S.). If so, say where: {name} background right."
        )
    return Finding("SB505", last.at, message, advice, (Note(f"{quote(other.entity.spoken_name)} is here.", other.at),))


def _elements(shot: ShotText) -> dict[Entity, Mention]:
    """Who has a picture and is in the shot, with the first mention; a variant counts as whom it varies."""
    found: dict[Entity, Mention] = {}
    for mention in shot.shot.appearances:
        entity = mention.entity
        if entity.pictures and not entity.is_location:
            found.setdefault(entity.base or entity, mention)
    return found


def _are_placed(shot: ShotText, elements: int) -> bool:
    """Whether a shot says where so many elements are."""
    patterns = _patterns()
    if elements <= _ENOUGH_FOR_ONE and not shot.vocabulary.isdisjoint(patterns.words):
        return True
    texts = [words.string for words in shot.texts]
    if not shot.vocabulary.isdisjoint(("left", "right")):
        texts = [patterns.turning.sub("", text) for text in texts]
    return _is_enough(texts, elements)


def _is_enough(texts: Iterable[str], elements: int) -> bool:
    """Of so many elements all but two must be placed, one of them for certain (`Tom sits between them` places three);
    or each by where it sits or stands."""
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
    table = read_table("craft.toml")["position"]
    sure = [
        *table["sure"],
        *table["handling"],
        rf"{any_of(table['by_another'])} (?:the |his |her |a )?(?:[a-z]+ of )?{MENTION}",
    ]
    posture = rf"(?=[a-z])(?<![\w@]){any_of(table['posture'])}(?: [\w’'-]+){{0,2}}? {any_of(table['where'])} [\w@’'-]+"
    return _Patterns(
        frozenset(table["words"]),
        re.compile(rf"(?=[a-z])(?<![\w@]){any_of([*table['words'], *sure])}(?!\w)"),
        re.compile(posture),
        re.compile(rf"\b(?:{table['turning']}) (?:left|right)\b"),
    )
