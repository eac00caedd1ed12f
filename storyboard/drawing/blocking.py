"""Blocking: the size of a shot, who is in it, and where each of them is in the frame.

A panel of the board, and a shot of the animatic, is composed of reference pictures. The place fills the frame; the
people and things of the shot are drawn in front of it, as large as the shot size says, where the text says. All
measures are fractions of the frame's width and height.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.patterns import any_of
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.ir.resolved import Action, Entity, Mention, Picture, Prose, Scene, Shot, plain
from storyboard.compiler.names import is_wide

_SENTENCE_END = re.compile(r"[.!?;。！？]")
_NEAR_UNSAID = 0.7  # between a full and a medium shot: nobody fills the frame, nobody is lost in it
_FILLS = 1.0
_SIDES = {"left": 0.22, "middle": 0.5, "right": 0.78}
_DEPTHS = {"front": 1.25, "back": 0.6}
_FOOT = 0.96
_CROWD = 0.82  # the width that several figures share
_APART = 0.16  # between two figures that the text puts on one side
#: The height of what is held by the holder's (`placement` has the last word: it knows how much of the holder is seen),
#: and where it may be held.
_HELD = 0.1
_HOLDS = ("hand", "head")
#: A shot is asked about for each of its figures, and by the shots below it.
_SHOTS_AT_HAND = 256
_SCENES_AT_HAND = 16


class ShotSize(NamedTuple):
    """A shot size in the writer's words, and the fraction of the frame's height that a standing figure takes.

    `is_move`: the words name a way to move the camera (`tracking shot`), which suggests a size.
    """

    words: str
    near: float
    is_move: bool = False


class Figure(NamedTuple):
    """A person or thing in the frame: the middle of its foot, and its height, as fractions of the frame.

    A thing in somebody's hands has a `holder` and a `grip`: at the `hand` or over the `head`.
    """

    entity: Entity
    x: float
    foot: float
    height: float
    holder: Entity | None = None
    grip: str | None = None


class Composition(NamedTuple):
    """The content of a panel: a start frame, or a place with figures in front of it, the farthest first."""

    start: Picture | None
    place: Entity | None
    figures: tuple[Figure, ...]
    end: Picture | None


class _SizeWords(NamedTuple):
    sizes: dict[str, float]
    weak: frozenset[str]
    size: re.Pattern[str]
    positions: dict[str, re.Pattern[str]]
    holds: dict[str, re.Pattern[str]]


class _Hold(NamedTuple):
    """Who holds a thing, and where: at the `hand` or over the `head`."""

    holder: Entity
    where: str


def size_of(camera: Prose) -> ShotSize | None:
    """The shot size that a camera direction names, or None."""
    words = _words()
    found = words.size.findall(plain(camera).lower())
    longest = max(found, key=lambda word: (word not in words.weak, len(word)), default=None)
    return None if longest is None else ShotSize(longest, words.sizes[longest], longest in words.weak)


def block_shot(shot: Shot, scene: Scene) -> Composition:
    """The frame of a shot, from the entities in it and the positions in the text."""
    present = dict.fromkeys(mention.entity for mention in shot.appearances)
    places = [entity for entity in present if entity.is_location]
    place = places[0] if places else scene.location
    size = size_of(shot.camera)
    subjects = [entity for entity in present if not entity.is_location]
    figures = _figures(shot, scene, subjects, size.near if size else None)
    return Composition(shot.start, place, figures, shot.end)


def _figures(shot: Shot, scene: Scene, subjects: list[Entity], near: float | None) -> tuple[Figure, ...]:
    """The positions of all subjects in a frame, as fractions of its width and height.

    Whoever the shot places (`foreground left`) is put there; whoever an earlier shot of the scene placed stays on that
    side; the others share the remaining room. Held things are drawn at their holders. Sorted from the smallest, which
    is the farthest, to the nearest, with things in front.
    """
    holds = {entity: hold for entity in subjects if (hold := _hold(shot, entity)) and hold.holder in subjects}
    standing = [entity for entity in subjects if entity not in holds]
    stances = {entity: _stance(shot, entity) for entity in standing}
    told_before = _told_before(shot, scene, [entity for entity in standing if stances[entity][0] is None])
    stances |= {entity: (side, stances[entity][1]) for entity, side in told_before.items()}
    free = [entity for entity in standing if stances[entity][0] is None]
    spread = dict(zip(free, _slots(len(free), [side for side, _ in stances.values() if side]), strict=True))
    figures: dict[Entity, Figure] = {}
    for entity in standing:
        side, depth = stances[entity]
        height = (near or _NEAR_UNSAID) * (_DEPTHS[depth] if depth else 1.0) * _bulk(entity, len(subjects))
        x = _apart(_SIDES[side], entity, figures) if side else spread[entity]
        foot = _FOOT - 0.12 if depth == "back" else _FOOT
        figures[entity] = Figure(entity, x, 1.0 if height >= _FILLS else foot, height)
    for entity, hold in holds.items():
        figures[entity] = _held(entity, hold, figures)
    return tuple(sorted(figures.values(), key=lambda figure: (figure.entity.kind is Kind.PROP, figure.height)))


def _told_before(shot: Shot, scene: Scene, entities: list[Entity]) -> dict[Entity, str]:
    """The side on which an earlier shot of the scene has put somebody: they stay there until the text moves them."""
    told = _told_sides(scene)
    at = told.places.get(shot, len(scene.shots))
    found: dict[Entity, str] = {}
    for entity in entities:
        rows = told.sides.get(entity, [])
        if (before := bisect_left(rows, (at, ""))) > 0:
            found[entity] = rows[before - 1][1]
    return found


class _ToldSides(NamedTuple):
    """The places of a scene's shots, and by entity the places of those that tell a side, with the side."""

    places: dict[Shot, int]
    sides: dict[Entity, list[tuple[int, str]]]


@lru_cache(_SCENES_AT_HAND)
def _told_sides(scene: Scene) -> _ToldSides:
    sides: defaultdict[Entity, list[tuple[int, str]]] = defaultdict(list)
    for place, shot in enumerate(scene.shots):
        for entity in _words_beside(shot):
            if (side := _stance(shot, entity)[0]) is not None:
                sides[entity].append((place, side))
    return _ToldSides({shot: place for place, shot in enumerate(scene.shots)}, dict(sides))


def _apart(x: float, entity: Entity, figures: dict[Entity, Figure]) -> float:
    """A place beside whoever stands there already; a thing may lie before somebody."""
    while any(abs(one.x - x) < _APART / 2 and one.entity.kind is entity.kind for one in figures.values()):
        x += _APART if x <= _SIDES["middle"] else -_APART
    return x


def _held(entity: Entity, hold: _Hold, figures: dict[Entity, Figure]) -> Figure:
    """A thing in the grip of who holds it; on its own where that one fills the frame."""
    holder = figures.get(hold.holder)
    if holder is None or holder.height >= _FILLS:
        return Figure(entity, 0.74, _FOOT, 0.5)
    return Figure(entity, holder.x, holder.foot, _HELD * holder.height, hold.holder, hold.where)


def _hold(shot: Shot, entity: Entity) -> _Hold | None:
    """Who holds a thing: whoever was named last before it, where the words after it say that it is held."""
    holds = _words().holds
    if entity.kind is not Kind.PROP:
        return None
    for prose in _rows(shot):
        last: Entity | None = None
        for part, following in pairwise((*prose, "")):
            if isinstance(part, Mention) and part.entity is entity and isinstance(following, str) and last:
                words = _SENTENCE_END.split(following.lower(), maxsplit=1)[0]
                where = next((name for name in _HOLDS if holds[name].search(words)), None)
                if where:
                    return _Hold(last, where)
            if isinstance(part, Mention) and part.entity.kind is Kind.CHARACTER:
                last = part.entity
    return None


def _bulk(entity: Entity, company: int) -> float:
    """A prop is smaller than a person unless the shot is all its own."""
    return 0.5 if entity.kind is Kind.PROP and company > 1 else 1.0


def _slots(count: int, taken: list[str]) -> list[float]:
    """Middles for `count` figures that the text puts nowhere, away from the sides that are taken."""
    low, high = (1 - _CROWD) / 2, (1 + _CROWD) / 2
    if "left" in taken and "right" not in taken:
        low = 0.45
    if "right" in taken and "left" not in taken:
        high = 0.55
    return [low + (high - low) * (index + 0.5) / count for index in range(count)]


def _stance(shot: Shot, entity: Entity) -> tuple[str | None, str | None]:
    """The side and the depth that the words after a mention give it, else those that open its sentence."""
    positions = _words().positions
    for words in _words_beside(shot).get(entity, ()):
        side = next((name for name in _SIDES if positions[name].search(words)), None)
        depth = next((name for name in _DEPTHS if positions[name].search(words)), None)
        if side or depth:
            return side, depth
    return None, None


def _rows(shot: Shot) -> list[Prose]:
    return [shot.camera, *(beat.prose for beat in shot.beats if isinstance(beat, Action))]


@lru_cache(_SHOTS_AT_HAND)
def _words_beside(shot: Shot) -> dict[Entity, list[str]]:
    """What follows each mention of a name, up to the next name or the end of the sentence; then what a sentence says
    before a mention that is its first: `On the left, @Mira waits.`"""
    after: defaultdict[Entity, list[str]] = defaultdict(list)
    before: defaultdict[Entity, list[str]] = defaultdict(list)
    for prose in _rows(shot):
        for part, following in pairwise(prose):
            if isinstance(part, Mention) and isinstance(following, str):
                after[part.entity].append(_SENTENCE_END.split(following.lower(), maxsplit=1)[0])
            elif isinstance(part, str) and isinstance(following, Mention):
                sentences = _SENTENCE_END.split(part.lower())
                if len(sentences) > 1 or part is prose[0]:
                    before[following.entity].append(sentences[-1])
    return {entity: after[entity] + before[entity] for entity in {**after, **before}}


@cache
def _words() -> _SizeWords:
    table = read_table("blocking.toml")
    sizes = {word: float(row["near"]) for row in table["sizes"]["size"] for word in row["words"]}
    positions = {name: whole_words(table["positions"][name]) for name in (*_SIDES, *_DEPTHS)}
    holds = {name: whole_words(table["holding"][name]) for name in _HOLDS}
    weak = frozenset(word for row in table["sizes"]["size"] if row.get("is_weak") for word in row["words"])
    return _SizeWords(sizes, weak, whole_words(list(sizes)), positions, holds)


def whole_words(words: list[str]) -> re.Pattern[str]:
    """Any of some words, the longest first; whole ones where their script parts words by blanks."""
    longest_first = sorted(words, key=len, reverse=True)
    apart = [re.escape(word) for word in longest_first if not is_wide(word[0])]
    joined = [re.escape(word) for word in longest_first if is_wide(word[0])]
    whole = rf"(?=\w)(?<!\w){any_of(apart)}(?!\w)"
    return re.compile(f"{whole}|{any_of(joined)}" if joined else whole)
