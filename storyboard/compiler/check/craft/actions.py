"""SB506: more happens in a shot than the model can film.

The guide's tips ask for one action in each shot. Verbs of action are counted (`craft.toml`), except those in speech and
in looks; how many are too many depends on the seconds. A warning at the first verb too many.

    SHOT 5s wide
    @Mira opens the door, picks up the lamp, runs outside and jumps over the wall.      four actions: reported
    @Mira opens the door and looks out.                                                 two: silent
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.check.craft.scene_text import MENTION, SceneText, ShotText
from storyboard.compiler.check.looks import Looks
from storyboard.compiler.diagnostics import Code, Finding, Severity
from storyboard.compiler.text import Span

CODES = (Code("SB506", "Too many actions in one shot", Severity.WARNING),)

_SENTENCE_END = lazy_pattern(r"[.!?;]")
_WORD = lazy_pattern(r"(?<![\w@’'-])[\w’'-]+")
_TWO_WORDS = lazy_pattern(r"[a-z]+ [a-z]+(?![\w’'-])")
_ADVERB = r"(?:[a-z]+ly |then |now |again |suddenly |finally |at last )?"
#: Words allowed between a verb and what it follows.
_BLANKS_BEFORE = 4
_AFTER_SUBJECT = lazy_pattern(rf"(?<![\w@’'-])(?:{MENTION}|he|she|it|who|they) {_ADVERB}\Z")
_AFTER_ACTION = lazy_pattern(rf"(?:(?<![\w@’'-])(?:and|then)|,) {_ADVERB}\Z")
_BEFORE_OBJECT = lazy_pattern(
    r" (?:a|an|the|his|her|its|their|it|him|them|one|two|up|down|back|off|out|away|over|open|to|toward|towards|into|"
    r"forwards?|backwards?|face|onto|from|on|at|through|around|against|in|across|past)\b| @"
)


class _Verbs(NamedTuple):
    """The verbs of the table. `words` are the first words of all of them, for a quick test."""

    words: frozenset[str]
    sure: frozenset[str]
    unsure: frozenset[str]
    half: frozenset[str]


def check(reading: SceneText, looks: Looks) -> Iterator[Finding]:
    """A shot with too many actions for its length, at the first one too many."""
    verbs = _verbs()
    for shot in reading.shots:
        most = _most(shot.shot.duration)
        known = shot.vocabulary & verbs.words
        if len(known) <= most:
            continue
        found = _actions(shot, known, verbs)
        if sum(0.5 if word in verbs.half else 1 for word, _ in found) > most and reading.is_english(looks):
            listed = ", ".join(word for word, _ in found)
            message = (
                f"This shot has {len(found)} actions ({listed}); one is best, and {most} are the most it can show."
            )
            yield Finding("SB506", found[most][1], message, "Divide it into shots with one action each.")


def _actions(shot: ShotText, known: frozenset[str], verbs: _Verbs) -> list[tuple[str, Span]]:
    """The actions of a shot in order, each verb once.

    `known` are the words of the shot that can begin an action. A verb of continuing activity counts only after an
    action.
    """
    found: dict[str, Span] = {}
    for words in shot.actions:
        until = None
        for start, end in sorted(place for word in known for place in _places(words.string, word, verbs)):
            verb = words.string[start:end]
            if verb in verbs.half and (until is None or _SENTENCE_END.search(words.string, until, start)):
                continue
            found.setdefault(verb, words.text.span(start, end))
            until = end
    return list(found.items())


def _places(string: str, word: str, verbs: _Verbs) -> Iterator[tuple[int, int]]:
    """The places where a word is a verb of action, including the second word of a pair (`sits down`)."""
    at = -1
    while (at := string.find(word, at + 1)) >= 0:
        whole = _WORD.match(string, at)
        if whole is None or whole[0] != word:
            continue
        if word in verbs.sure or _is_verb(string, at, whole.end(), verbs):
            yield whole.span()
        elif (two := _TWO_WORDS.match(string, at)) and two[0] in verbs.sure:
            yield two.span()


def _is_verb(string: str, start: int, end: int, verbs: _Verbs) -> bool:
    """Whether a word that is a noun just as often is a verb here.

    It is one after its subject, or in a row of actions with an object after it. A word for continuing activity counts
    only in a row.
    """
    word = string[start:end]
    before = start
    for _ in range(_BLANKS_BEFORE):
        before = max(0, string.rfind(" ", 0, before))
    if word in verbs.unsure and _AFTER_SUBJECT.search(string, before, start):
        return True
    is_listed = word in verbs.unsure or word in verbs.half
    return is_listed and bool(_BEFORE_OBJECT.match(string, end) and _AFTER_ACTION.search(string, before, start))


@cache
def _most(seconds: int | None) -> int:
    steps = read_table("craft.toml")["action"]["most"]
    most: int = max((step for step in steps if step["seconds"] <= (seconds or 0)), key=lambda step: step["seconds"])[
        "actions"
    ]
    return most


@cache
def _verbs() -> _Verbs:
    table = read_table("craft.toml")["action"]["verbs"]
    unsure, half = frozenset(table["unsure"]), frozenset(table["half"])
    sure = frozenset(table["sure"]) - unsure
    return _Verbs(frozenset(verb.split()[0] for verb in sure | unsure | half), sure, unsure, half)
