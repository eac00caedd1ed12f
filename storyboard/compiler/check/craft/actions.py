"""SB506: more happens in a shot than the model can film.

The guide's tips ask for one action a shot. Verbs of action are counted (`craft.toml`), those in speech and in looks
apart; how many are too many depends on the seconds. A warning at the verb that is too many.

    SHOT 5s wide
    @Mira opens the door, picks up the lamp, runs outside and jumps over the wall.      four actions: told
    @Mira opens the door and looks out.                                                 two: silent
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.alternatives import any_of, lazy_pattern
from storyboard.compiler.check.craft.scene_text import MENTION, SceneText, ShotText
from storyboard.compiler.diagnostics import Code, Finding, Severity
from storyboard.compiler.text import Span

CODES = (Code("SB506", "Too many actions in one shot", Severity.WARNING),)

_SENTENCE_END = lazy_pattern(r"[.!?;]")
_ADVERB = r"(?:[a-z]+ly |then |now |again |suddenly |finally |at last )?"
_OBJECT = (
    r"(?= (?:a|an|the|his|her|its|their|it|him|them|one|two|up|down|back|off|out|away|over|open|to|toward|towards|into|"
    r"forwards?|backwards?|face|onto|from|on|at|through|around|against|in|across|past)\b| @)"
)


class _Verbs(NamedTuple):
    words: frozenset[str]
    half: frozenset[str]
    pattern: re.Pattern[str]


def check(reading: SceneText) -> Iterator[Finding]:
    """A shot with too many actions for its length, at the first one that is too many."""
    verbs = _verbs()
    for shot in reading.shots:
        most = _most(shot.shot.duration)
        if len(shot.vocabulary & verbs.words) <= most:
            continue
        found = _actions(shot, verbs)
        if sum(0.5 if word in verbs.half else 1 for word, _ in found) > most and reading.is_english:
            listed = ", ".join(word for word, _ in found)
            message = (
                f"This shot has {len(found)} actions ({listed}); one is best, and {most} are the most it can show."
            )
            yield Finding("SB506", found[most][1], message, "Divide it into shots of one action each.")


def _actions(shot: ShotText, verbs: _Verbs) -> list[tuple[str, Span]]:
    """The actions of a shot in order, each verb once. What one goes on doing counts behind an action only."""
    found: dict[str, Span] = {}
    for words in shot.actions:
        until = None
        for match in verbs.pattern.finditer(words.string):
            group = match.lastgroup or 0
            start, end = match.span(group)
            if match[group] in verbs.half and (until is None or _SENTENCE_END.search(words.string, until, start)):
                continue
            found.setdefault(match[group], words.text.span(start, end))
            until = end
    return list(found.items())


def _most(seconds: int | None) -> int:
    steps = read_table("craft.toml")["action"]["most"]
    most: int = max((step for step in steps if step["seconds"] <= (seconds or 0)), key=lambda step: step["seconds"])[
        "actions"
    ]
    return most


@cache
def _verbs() -> _Verbs:
    table = read_table("craft.toml")["action"]["verbs"]
    unsure = dict.fromkeys(table["unsure"])
    sure = [verb for verb in table["sure"] if verb not in unsure]
    either = any_of(unsure)
    in_a_row = any_of([*unsure, *table["half"]])
    pattern = (
        rf"(?=[@a-z])(?<![\w@’'-])(?:(?P<sure>{any_of(sure)})"
        rf"|(?:{MENTION}|he|she|it|who|they) {_ADVERB}(?P<subject>{either})"
        rf"|(?:and|then) {_ADVERB}(?P<row>{in_a_row}){_OBJECT})(?![\w’'-])"
        rf"|, (?=[a-z]){_ADVERB}(?P<comma>{in_a_row}){_OBJECT}"
    )
    first = [verb.split()[0] for verb in (*sure, *unsure, *table["half"])]
    return _Verbs(frozenset(first), frozenset(table["half"]), re.compile(pattern))
