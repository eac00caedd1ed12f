"""A scene as the craft rules read it: the words of each shot in lower case, with names masked and places kept.

`@Mira opens the door.` becomes `@xxxx opens the door.`, the same length as typed, so that an index in one is an index
in the other, and a finding marks the writer's own words. A masked mention matches no word list; its index says whom it
means. Each text is prepared once for all rules, and the vocabulary of each shot is a set, so that most rules can skip
most shots before trying a pattern.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, cached_property, lru_cache
from operator import itemgetter
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.check.looks import Looks
from storyboard.compiler.ir.parsed import Text
from storyboard.compiler.ir.planned import ScenePlan
from storyboard.compiler.ir.resolved import Action, Entity, Mention, Prose, Shot, plain

#: A mention in `Words.string`: no word list has an x after an @.
MENTION = "@x+"
#: Characters before a word in which to look for the start of the sentence and its subject.
LOOK_BACK = 400

_WORD = lazy_pattern(r"[a-z]+")


class Words(NamedTuple):
    """A text as typed, and the same in lower case with every mention as `@xxx`. Both have the same length and
    indices."""

    string: str
    text: Text
    mentions: tuple[tuple[int, Mention], ...]

    @property
    def tokens(self) -> list[str]:
        """The plain words, in order: runs of the letters a to z."""
        found: list[str] = _WORD.findall(self.string)
        return found

    def sentence(self, index: int) -> int:
        """The index at which the sentence around a character begins, searched back over a limited distance only."""
        first = max(0, index - LOOK_BACK)
        return max(first, *(self.string.rfind(stop, first, index) + 1 for stop in ".!?;"))

    def mentions_between(self, start: int, end: int) -> list[Mention]:
        """The mentions that begin between two indices."""
        at = bisect_left(self.mentions, start, key=itemgetter(0))
        until = bisect_left(self.mentions, end, key=itemgetter(0))
        return [mention for _, mention in self.mentions[at:until]]


class ShotText(NamedTuple):
    """A shot's camera direction and action; `vocabulary` is the set of all their words."""

    shot: Shot
    direction: Words | None
    actions: tuple[Words, ...]
    vocabulary: frozenset[str]

    @property
    def texts(self) -> Iterator[Words]:
        """The camera direction and every paragraph of action, in order."""
        if self.direction is not None:
            yield self.direction
        yield from self.actions


class SceneText:
    """A scene, its clips, and the text of every shot."""

    def __init__(self, plan: ScenePlan) -> None:
        self.plan = plan

    @cached_property
    def shots(self) -> tuple[ShotText, ...]:
        """The texts of all shots, in order."""
        return tuple(_read(shot) for shot in self.plan.scene.shots)

    @property
    def groups(self) -> Iterator[tuple[ShotText, ...]]:
        """The shots of each clip; all shots together if the scene could not be divided into clips."""
        if not self.plan.clips:
            yield self.shots
            return
        at = 0
        for clip in self.plan.clips:
            yield self.shots[at : at + len(clip.shots)]
            at += len(clip.shots)

    def is_english(self, looks: Looks) -> bool:
        """Whether the scene is written in English, judged by its function words."""
        return looks.ask(_is_english, self._english, self._described)

    @cached_property
    def _described(self) -> frozenset[Entity]:
        """The entities whose looks are part of the scene."""
        return frozenset(mention.entity for shot in self.plan.scene.shots for mention in shot.appearances)

    @cached_property
    def _english(self) -> int:
        """How many more small words of English the scene has than of other languages, the looks apart."""
        scene = self.plan.scene
        texts = [words.string for reading in self.shots for words in reading.texts]
        return sum(map(_english_in, (plain(scene.setting), scene.settings.style or "", *texts)))


def _is_english(looks: Looks, besides: int, described: frozenset[Entity]) -> bool:
    return besides + sum(_english_in_look(looks.of(entity)) for entity in described) > 0


def _english_in(text: str) -> int:
    """How many more small words of English a text has than of other languages."""
    english, other = _small_words()
    words = re.findall(r"[^\W\d_]+", text.lower())
    return sum((word in english) - (word in other) for word in words)


@lru_cache(maxsize=1024)
def _english_in_look(look: str) -> int:
    """The same of a look, which is read in every scene that it is part of."""
    return _english_in(look)


@cache
def _small_words() -> tuple[frozenset[str], frozenset[str]]:
    table = read_table("craft.toml")["language"]
    return frozenset(table["english"]), frozenset(table["other"])


def _read(shot: Shot) -> ShotText:
    direction = _words(shot.direction, shot.camera) if shot.direction is not None else None
    actions = tuple(_words(beat.text, beat.prose) for beat in shot.beats if isinstance(beat, Action))
    together = " ".join(words.string for words in (direction, *actions) if words is not None)
    return ShotText(shot, direction, actions, frozenset(_WORD.findall(together)))


def _words(text: Text, prose: Prose) -> Words:
    """A text in lower case with its mentions masked (`@xxx`), at the same length.

    Every index is one of the typed text, and no pattern finds a word inside a name.
    """
    string = _lowered(text.string)
    pieces: list[str] = []
    mentions: list[tuple[int, Mention]] = []
    done = 0
    for part in prose:
        if isinstance(part, Mention):
            start = text.index_of(part.at.start)
            end = text.index_of(part.at.end - 1) + 1
            if done <= start < end <= len(string):
                pieces += (string[done:start], "@", "x" * (end - start - 1))
                mentions.append((start, part))
                done = end
    return Words("".join((*pieces, string[done:])), text, tuple(mentions))


def _lowered(string: str) -> str:
    """Lower case without a change of length: the few letters that would grow stay as they are."""
    lower = string.lower()
    if len(lower) == len(string):
        return lower
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in string)
