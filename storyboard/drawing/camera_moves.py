"""Camera moves over a still, from the words of a shot."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.alternatives import any_of
from storyboard.compiler.names import is_wide
from storyboard.drawing.blocking import whole_words

_TOKEN = re.compile(r"\w+(?:'\w+)?")
_ASIDE_WAYS = ("left", "right")
_ASIDE, _NEARER = 0.3, 0.1  # of the still: a move that is less is a drift


class CameraView(NamedTuple):
    """A part of a still: how much larger than whole it is seen, and where it lies, 0 to 1 from the left and the top."""

    zoom: float
    x: float
    y: float


class Move(NamedTuple):
    """From one view to another; `sway` is how far a hand moves it meanwhile, as a share of the room there is. Where it
    `slides`, the camera goes along with who is in the shot: they stay in the frame, and the place goes by. `says` is
    what the camera does, in words that follow `the camera`."""

    name: str
    says: str
    start: CameraView
    end: CameraView
    sway: float = 0.0
    slides: bool = False

    @property
    def heads(self) -> str | None:
        """Where the camera goes: `in`, `out`, `left`, `right`, `up`, `down` or `about`; None where it stays."""
        nearer = self.end.zoom - self.start.zoom
        across, down = self.end.x - self.start.x, self.end.y - self.start.y
        if abs(across) > _ASIDE and abs(across) >= abs(down):
            return "right" if across > 0 else "left"
        if abs(down) > _ASIDE:
            return "down" if down > 0 else "up"
        if abs(nearer) > _NEARER:
            return "in" if nearer > 0 else "out"
        return "about" if self.sway else None


class _Family(NamedTuple):
    """Verbs of one way to move a camera; the move for each direction, and the one where none is told."""

    verbs: frozenset[str]
    by_direction: dict[str, str]
    default: str


class _MoveWords(NamedTuple):
    moves: dict[str, Move]
    families: tuple[_Family, ...]
    directions: dict[str, str]
    opposites: dict[str, str]
    along: re.Pattern[str]
    places: re.Pattern[str]
    still: re.Pattern[str]
    slow: re.Pattern[str]
    fast: re.Pattern[str]
    wide: re.Pattern[str]
    phrase: re.Pattern[str]
    phrases: dict[str, str]
    shares: tuple[float, float]


def move_of(direction: str) -> Move:
    """The move that a camera direction names, in its pace; a slight drift where it names none.

    The first verb of the table decides how the camera moves, and the first direction behind it where to (`pans slowly
    to the left`, `dolly, gently, out`); of `from X to Y` that is Y, and `from the left` alone leads right. Where no
    direction stands behind the verb, one before it counts (`left to right tracking shot`).
    """
    words = _words()
    text = " ".join(direction.lower().replace("-", " ").split())
    move = words.moves[_named(text, words)]
    if words.fast.search(text):
        return _scaled(move, words.shares[1])
    return _scaled(move, words.shares[0]) if words.slow.search(text) else move


def _named(text: str, words: _MoveWords) -> str:
    """The name of the move in a direction."""
    if words.still.search(text):
        return "static"
    text = words.along.sub(" forward ", words.places.sub(" ", text))
    text = words.phrase.sub(lambda found: f" {words.phrases[found[0]]} ", text)
    text = words.wide.sub(r" \g<0> ", text)
    tokens = _TOKEN.findall(text)
    verbs = [(at, family) for at, token in enumerate(tokens) for family in words.families if token in family.verbs]
    moving = [(at, family) for at, family in verbs if family.by_direction] or verbs
    if not moving:
        across = _direction(tokens, words)
        return (
            words.families[0].by_direction.get(across, "drift") if across in _ASIDE_WAYS and "to" in tokens else "drift"
        )
    at, family = moving[0]
    until = next((place for place, other in moving[1:] if other is not family), len(tokens))
    where = _direction(tokens[at:until], words) or _direction(tokens[:at], words)
    if not where and until < len(tokens):
        where = _direction(tokens[until:], words)
    return family.by_direction.get(where or "", family.default)


def _direction(tokens: list[str], words: _MoveWords) -> str | None:
    """Where the words lead: `from left to right` to the right, `from the left` there, too."""
    came_from = None
    for number, word in enumerate(tokens):
        where = words.directions.get(word)
        if where is None:
            continue
        before = [one for one in tokens[max(0, number - 2) : number] if one not in ("the", "frame", "screen")]
        is_start = before[-1:] == ["from"] and word != "behind"  # `from behind` is where the camera stays
        if is_start or (tokens[number + 1 : number + 2] == ["to"] and _later(tokens, number, words)):
            came_from = where
            continue
        return where
    return words.opposites.get(came_from or "")


def _later(tokens: list[str], number: int, words: _MoveWords) -> bool:
    """Whether another direction follows `to`: `left to right`, `left to the right`."""
    return any(token in words.directions for token in tokens[number + 2 : number + 4])


def move_named(name: str) -> Move:
    """A move of the table by its name. Raises KeyError."""
    return _words().moves[name]


def _scaled(move: Move, share: float) -> Move:
    """The same move, over a larger or smaller way around its middle."""

    def between(low: float, high: float) -> tuple[float, float]:
        middle, half = (low + high) / 2, (high - low) / 2 * share
        return middle - half, middle + half

    zooms = between(move.start.zoom, move.end.zoom)
    rows = [
        tuple(min(1.0, max(0.0, at)) for at in between(*pair))
        for pair in zip(move.start[1:], move.end[1:], strict=True)
    ]
    starts, ends = [row[0] for row in rows], [row[1] for row in rows]
    return move._replace(start=CameraView(max(1.0, zooms[0]), *starts), end=CameraView(max(1.0, zooms[1]), *ends))


@cache
def _words() -> _MoveWords:
    table = read_table("camera_moves.toml")
    pace = table["pace"]
    families = tuple(
        _Family(frozenset(row["verbs"]), row.get("directions", {}), row["default"]) for row in table["family"]
    )
    directions = {word: way for way, listed in table["directions"].items() for word in listed}
    wide = [word for word in (*directions, *(verb for family in families for verb in family.verbs)) if is_wide(word[0])]
    return _MoveWords(
        {row["name"]: _move(row) for row in table["move"]},
        families,
        directions,
        table["opposites"],
        whole_words(table["along"]),
        whole_words(table["places"]),
        whole_words(table["still"]),
        whole_words(pace["slow"]),
        whole_words(pace["fast"]),
        re.compile(any_of(sorted(map(re.escape, wide), key=len, reverse=True))),
        whole_words(list(table["phrases"])),
        table["phrases"],
        (pace["slow_share"], pace["fast_share"]),
    )


def _move(row: dict[str, Any]) -> Move:
    views = CameraView(*row["start"]), CameraView(*row["end"])
    return Move(row["name"], row["says"], *views, row.get("sway", 0.0), row.get("slides", False))
