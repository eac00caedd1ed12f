"""SB503: more than one camera move in a shot.

The guide asks for one camera instruction. Moves are distinguished by kind: `slow push in` and `push forward` are one. A
size that changes during a move is part of the move, not a second size.

    SHOT 5s slow push forward, then pan left        two moves: reported
    SHOT 5s slow push in, pushing closer            one move, described twice: silent
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.check.craft.scene_text import SceneText, ShotText, Words
from storyboard.compiler.diagnostics import Code, Finding, Note, Severity
from storyboard.compiler.spelling import quote
from storyboard.compiler.text import Span

CODES = (Code("SB503", "More than one camera move", Severity.WARNING),)


class _MoveKind(NamedTuple):
    """A kind of move: its name and the pattern of its words.

    `reverse` are words for its opposite direction (`out` for a push). `triggers` are words at least one of which the
    text must contain; without them the pattern is not tried.
    """

    name: str
    pattern: re.Pattern[str]
    reverse: tuple[str, ...]
    triggers: frozenset[str]


class _Move(NamedTuple):
    """A move in a text: its kind, its direction (empty if unknown), and the words from `start` to `end`."""

    kind: str
    way: str
    words: Words
    start: int
    end: int

    @property
    def typed(self) -> str:
        return self.words.text.string[self.start : self.end]

    @property
    def span(self) -> Span:
        return self.words.text.span(self.start, self.end)


def check(reading: SceneText) -> Iterator[Finding]:
    """The second move of a shot, at its words; the first is shown as a note."""
    triggers = _triggers()
    for shot in reading.shots:
        if not shot.vocabulary.isdisjoint(triggers):
            yield from _judge(shot)


def _judge(shot: ShotText) -> Iterator[Finding]:
    """SB503 for a shot.

    Moves are searched in the camera direction, and in action that mentions the camera; elsewhere “she pans” is somebody
    cooking.
    """
    if _most_moves(shot) < 2:
        return
    kinds = [index for index, kind in enumerate(_kinds()) if not shot.vocabulary.isdisjoint(kind.triggers)]
    if len(kinds) == 1 and not _kinds()[kinds[0]].reverse:
        return  # one kind of move that has one way is one move, however often it is said
    moves = list(_moves(shot.direction, [_kinds()[index] for index in kinds])) if shot.direction is not None else []
    if "camera" in shot.vocabulary:
        for words in shot.actions:
            moves += _moves(words, [_spoken()[index] for index in kinds])
    if not moves:
        return
    first = moves[0]
    second = next((move for move in moves[1:] if _differs(first, move)), None)
    if second is None:
        return
    message = f"This shot has more than one camera move: {quote(first.typed)} and {quote(second.typed)}."
    advice = "Keep the one that matters, or make two shots: the model does one move well."
    yield Finding("SB503", second.span, message, advice, (Note("The first move is here.", first.span),))


def _most_moves(shot: ShotText) -> int:
    """The most moves that a shot can have.

    Each contains a trigger; in action, where it stands behind `camera`, one other than that.
    """
    most = sum(map(_triggers().__contains__, shot.direction.tokens)) if shot.direction is not None else 0
    if "camera" in shot.vocabulary:
        spoken = _triggers() - {"camera"}
        most += sum(sum(map(spoken.__contains__, words.tokens)) for words in shot.actions)
    return most


def _differs(first: _Move, second: _Move) -> bool:
    """Whether two moves are different: of another kind, or with two different directions."""
    return first.kind != second.kind or bool(first.way and second.way and first.way != second.way)


def _moves(words: Words, kinds: Sequence[_MoveKind]) -> Iterator[_Move]:
    """The moves in a text, in order. If the words of two kinds overlap, the one that begins first counts."""
    found = []
    for kind in kinds:
        for match in kind.pattern.finditer(words.string):
            start, end = match.span()
            way = next((word for word in kind.reverse if match[0].endswith(word)), "")
            found.append(_Move(kind.name, way, words, start, end))
    found.sort(key=lambda move: move.start)
    until = -1
    for move in found:
        if move.start >= until:
            yield move
            until = move.end


def moves_in(words: Words) -> list[Span]:
    """The camera moves of a direction, in order."""
    return [move.span for move in _moves(words, _kinds())]


@cache
def _kinds() -> tuple[_MoveKind, ...]:
    return _with_lead("")


@cache
def _spoken() -> tuple[_MoveKind, ...]:
    """The same kinds of moves, in action that says that the camera makes them."""
    return _with_lead(read_table("craft.toml")["move"]["spoken"]["pattern"])


def _with_lead(lead: str) -> tuple[_MoveKind, ...]:
    """The kinds of moves of the table, each behind the pattern `lead`."""
    return tuple(
        _MoveKind(
            row["name"],
            lazy_pattern(rf"(?=[a-z0-9])(?<![\w@-]){lead}(?:{row['pattern']})(?!\w)"),
            tuple(row.get("reverse", ())),
            frozenset(row["triggers"]),
        )
        for row in read_table("craft.toml")["move"]["kind"]
    )


@cache
def _triggers() -> frozenset[str]:
    return frozenset().union(*(row["triggers"] for row in read_table("craft.toml")["move"]["kind"]))
