"""SB502: camera language that the model handles badly, and plain words for it.

The guide lists terms that fail (`dolly zoom with rack focus transition`, `anamorphic ultra-wide establishing crane
shot`) beside plain ones that work. Each row of `craft.toml` has both, so the fix is the plain one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.check.craft.scene_text import SceneText, Words
from storyboard.compiler.diagnostics import Code, Edit, Finding, Fix, Severity
from storyboard.compiler.spelling import quote

CODES = (Code("SB502", "Camera language that the model handles badly", Severity.WARNING),)


class _Term(NamedTuple):
    pattern: re.Pattern[str]
    triggers: frozenset[str]
    say: str
    swap: str | None
    anywhere: bool


def check(reading: SceneText) -> Iterator[Finding]:
    """Every term once, at its words: in the camera direction, and in action if it can mean nothing else there."""
    triggers, terms = _triggers(), _terms()
    for shot in reading.shots:
        if shot.vocabulary.isdisjoint(triggers):
            continue
        likely = [term for term in terms if not shot.vocabulary.isdisjoint(term.triggers)]
        if shot.direction is not None:
            yield from _terms_in(shot.direction, likely)
        for words in shot.actions:
            yield from _terms_in(words, [term for term in likely if term.anywhere])


def _terms_in(words: Words, terms: Sequence[_Term]) -> Iterator[Finding]:
    """The findings for a text, each term once."""
    covered = [False] * len(words.string)
    for term in terms:
        for found in term.pattern.finditer(words.string):
            start, end = found.span()
            if any(covered[start:end]):
                continue
            covered[start:end] = [True] * (end - start)
            span = words.text.span(start, end)
            fix = Fix(False, (Edit(span, term.swap),)) if term.swap else None
            message = f"{quote(words.text.string[start:end])} is camera language that the model handles badly."
            yield Finding("SB502", span, message, f"Say it plainly: {term.say}.", fix=fix)


@cache
def _terms() -> tuple[_Term, ...]:
    """The terms of `craft.toml` with their patterns and plain words."""
    return tuple(
        _Term(
            lazy_pattern(rf"(?=[a-z0-9])(?<![\w@-])(?:{row['pattern']})(?!\w)"),
            frozenset(row["triggers"]),
            row["say"],
            row.get("swap"),
            row.get("anywhere", False),
        )
        for row in read_table("craft.toml")["term"]
    )


@cache
def _triggers() -> frozenset[str]:
    return frozenset().union(*(term.triggers for term in _terms()))
