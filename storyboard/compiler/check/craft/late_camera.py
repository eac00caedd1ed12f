"""SB510: a camera direction after the action.

Prompts are read from the front, and the guide puts the camera near the beginning. Only shots without a direction on
their SHOT line are judged; the fix moves the sentence there.

    SHOT 5s
    @Mira walks along the quay. The camera slowly pushes forward.       reported; the fix puts it after `SHOT 5s`
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from storyboard.catalog import read_table
from storyboard.catalog.patterns import any_of, lazy_pattern
from storyboard.compiler.check.craft.scene_text import SceneText, ShotText, Words
from storyboard.compiler.diagnostics import Code, Edit, Finding, Fix, Severity
from storyboard.compiler.spelling import quote
from storyboard.compiler.text import Span

CODES = (Code("SB510", "The camera is told late", Severity.WARNING),)

_SENTENCE = lazy_pattern(r"[^.!?…]*[.!?…]+|[^.!?…]+$")


def check(reading: SceneText) -> Iterator[Finding]:
    """A sentence of camera language after the first sentence of a shot whose SHOT line has no direction."""
    for shot in reading.shots:
        if shot.direction is None and not shot.vocabulary.isdisjoint(_triggers()):
            yield from _told_late(shot)


def _told_late(shot: ShotText) -> Iterator[Finding]:
    is_first = True
    for words in shot.actions:
        for start, end in _sentences(words):
            if not is_first and _camera().match(words.string, start, end):
                yield _finding(shot, words, start, end)
                return
            is_first = False


def _sentences(words: Words) -> Iterator[tuple[int, int]]:
    """The start and end of each sentence of a text, without surrounding spaces."""
    for found in _SENTENCE.finditer(words.string):
        start, end = found.span()
        start += len(found[0]) - len(found[0].lstrip())
        if start < end:
            yield start, end


def _finding(shot: ShotText, words: Words, start: int, end: int) -> Finding:
    """SB510 with the fix that moves the sentence to the SHOT line."""
    sentence = words.text.string[start:end]
    seconds = shot.shot.duration_at
    blank = start - len(words.string[:start].rstrip())
    put = Edit(Span(seconds.anchor, seconds.end, seconds.end), f" {' '.join(sentence.split()).rstrip('.')}")
    cut = Edit(words.text.span(start - blank, end), "")
    message = f"The camera direction comes late: {quote(sentence)}"
    return Finding(
        "SB510", words.text.span(start, end), message, "Move it onto the SHOT line.", fix=Fix(False, (put, cut))
    )


@cache
def _camera() -> re.Pattern[str]:
    """The pattern of words that begin a sentence of camera language."""
    table = read_table("craft.toml")["late_camera"]
    return re.compile(rf"(?:{any_of(table['begins'])})(?!\w)")


@cache
def _triggers() -> frozenset[str]:
    return frozenset(read_table("craft.toml")["late_camera"]["triggers"])
