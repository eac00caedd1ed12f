"""No pattern of the project runs wild on a long line, wherever its words come from."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest

LINE = 1 << 20
MOST = 0.1
#: A busy machine may take so many times as long for what only grows with its line; nothing else is let off.
BUSY = 5
#: Tried first on a shorter line. What takes longer than its share of the time there is tried on the whole one; what
#: grows faster than its line cannot stay below it, since 8,192 squared is 67 million steps.
SHORT = 1 << 13
SHARE = MOST * SHORT / LINE / 2
SHORTEST = 1 << 10  # whoever takes the whole of the time for it grows with the cube, or worse
#: What takes little on a line four times as long, and no more than its four shares by a quarter, is not tried on the
#: whole one: were the rest of it to grow with the square, the whole line would still take less than is let off.
LONGER = 4 * SHORT
LITTLE = MOST * BUSY / 4
GROWTH = 1.25
SQUARE = 3  # so many times its shares is what nearly grows with the square: the whole line is not waited for

LINES = {
    "letters": "a",
    "words": "ab ",
    "capitals": "A",
    "capital words": "AB ",
    "blanks": " ",
    "tabs": "\t",
    "line ends": "\n",
    "paragraphs": "a\n",
    "brackets": "(",
    "pairs": "()",
    "stars": "*",
    "starred": "*a",
    "slashes": "/*",
    "underscores": "_a ",
    "digits": "1",
    "signs": "@",
    "names": "@a ",
    "possessives": "@xx’s ",
    "colons": "a:",
    "commas": ", ",
    "dashes": " - ",
    "hyphens": "-",
    "stops": "a.",
    "points": ".",
    "hashes": "#",
    "quotes": "'",
    "notes": "[[",
    "closed notes": "[[]]",
    "lines of notes": "[[a\n",
    "lines of boneyards": "/*a\n",
    "wide": "日",
    "marks": "e\u0301",
}


@cache
def recorded() -> dict[str, Any]:
    """What `compiled_patterns.py` found, made in a process where no pattern was compiled before."""
    script = Path(__file__).with_name("compiled_patterns.py")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True, timeout=60)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@cache
def patterns() -> tuple[tuple[str, re.Pattern[str], bool], ...]:
    """Every pattern by the place that makes it, and whether it is looked for anywhere in a text."""
    return tuple((where, re.compile(text, flags), searched) for where, text, flags, searched in recorded()["patterns"])


def test_every_pattern_of_the_package_is_tried() -> None:
    assert not recorded()["missed"]
    assert len(patterns()) > 200


@pytest.mark.parametrize("line", LINES)
def test_a_long_line(line: str) -> None:
    assert not list(_slow_ones([LINES[line]]))


def test_a_line_of_what_a_pattern_looks_for() -> None:
    """Its own words over and over, and each of its repeats without the end that it waits for."""
    assert not list(_slow_ones())


def test_a_wild_pattern_is_found() -> None:
    assert _is_slow(re.compile(r"\[\[.*?\]\]").search, "[[")
    assert _is_slow(re.compile(r"\s+x").search, " ")
    assert any(_is_slow(re.compile(r"(?:the )+end|x").search, line) for line in lines_of(r"(?:the )+end|x", 0))


def _slow_ones(units: Iterable[str] = ()) -> Iterator[tuple[str, str, str]]:
    given = list(units)
    for where, pattern, searched in patterns():
        for use in (pattern.search,) if searched else (pattern.match, pattern.fullmatch):
            for unit in given or lines_of(pattern.pattern, pattern.flags):
                if _is_slow(use, unit):
                    yield where, use.__name__, unit


def _is_slow(use: Callable[[str], object], unit: str) -> bool:
    """Whether the whole line takes too long. A busy machine slows some tries, a wild pattern all of them: it is caught
    on a line so short that one can wait for it."""
    if _fastest(use, _line(unit, SHORTEST), MOST, 3) > MOST:
        return True
    if _fastest(use, _line(unit, SHORT), SHARE, 1) <= SHARE:
        return False
    first, part = (min(_time(use, _line(unit, length)) for _ in range(3)) for length in (SHORTEST, SHORT))
    if part > 20 * SHARE and part > SQUARE * first * SHORT / SHORTEST:
        return True
    shares = part * LONGER / SHORT
    longer = _fastest(use, _line(unit, LONGER), GROWTH * shares, 4)
    is_little = longer * LINE / LONGER <= LITTLE
    if is_little and longer <= GROWTH * shares:
        return False
    if not is_little and longer > SQUARE * shares:
        return True
    let_off = max(MOST, min(BUSY * MOST, 2 * part * LINE / SHORT))
    return _fastest(use, _line(unit, LINE), let_off, 8) > let_off


def _fastest(use: Callable[[str], object], line: str, enough: float, tries: int) -> float:
    """Seconds of the fastest of so many tries; none after one that is fast enough or hopeless."""
    best = _time(use, line)
    while tries > 1 and enough < best < 20 * enough:
        best = min(best, _time(use, line))
        tries -= 1
    return best


@lru_cache(8)
def _line(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]


def _time(use: Callable[[str], object], line: str) -> float:
    start = time.process_time()
    use(line)
    return time.process_time() - start


# ---- What a pattern looks for --------------------------------------------------------------------------------------


def lines_of(pattern: str, flags: int) -> list[str]:
    """Texts to repeat that lead a pattern far: a text that it finds, alone and with a blank after it, and for each of
    its repeats what stands before that and then the repeated."""
    tree = importlib.import_module("re._parser").parse(pattern, flags)
    samples = list(_samples(tree))
    found = [text for text in dict.fromkeys([*samples, *(f"{text} " for text in samples)]) if text]
    return found or ["a"]


def _samples(tree: Any) -> Iterator[str]:
    yield _sample(tree)
    before = ""
    for operation, value in tree:
        name = str(operation)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            body = _sample(value[2])
            yield body
            yield before + body
            yield from _samples(value[2])
        elif name == "SUBPATTERN":
            yield from _samples(value[-1])
        elif name == "BRANCH":
            for one in value[1][:4]:
                yield from _samples(one)
        before += _sample([(operation, value)])


def _sample(tree: Any) -> str:
    """A text that a piece of a pattern finds, its optional parts left in once."""
    return "".join(_piece(str(operation), value) for operation, value in tree)


def _piece(operation: str, value: Any) -> str:
    match operation:
        case "LITERAL":
            return chr(int(value))
        case "NOT_LITERAL":
            return "b" if value == ord("a") else "a"
        case "ANY":
            return "a"
        case "IN":
            return next((one for one in "a A1.@[('-:\n~日" if _is_in(one, value)), "") or _first_of(value)
        case "BRANCH":
            return _sample(value[1][0])
        case "SUBPATTERN":
            return _sample(value[-1])
        case "ATOMIC_GROUP":
            return _sample(value)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _sample(value[2]) * max(1, int(value[0]))
        case _:  # a place (`^`, a look around), or a group again
            return ""


def _first_of(members: Any) -> str:
    literal = [value for operation, value in members if str(operation) in ("LITERAL", "RANGE")]
    return chr(literal[0] if isinstance(literal[0], int) else literal[0][0]) if literal else "a"


def _is_in(character: str, members: Any) -> bool:
    negated = any(str(operation) == "NEGATE" for operation, _ in members)
    return negated != any(_is_member(character, str(operation), value) for operation, value in members)


def _is_member(character: str, operation: str, value: Any) -> bool:
    match operation:
        case "LITERAL":
            return ord(character) == int(value)
        case "RANGE":
            return int(value[0]) <= ord(character) <= int(value[1])
        case "CATEGORY":
            kind = str(value).removeprefix("CATEGORY_").removeprefix("NOT_").removeprefix("UNI_")
            is_of = {"WORD": character.isalnum() or character == "_", "SPACE": character.isspace()}
            return is_of.get(kind, character.isdigit()) != ("NOT_" in str(value))
        case _:
            return False
