"""No pattern of the project runs wild on a long line."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import storyboard

LINE = 1 << 20
MOST = 0.1

LINES = {
    "letters": "a" * LINE,
    "words": "ab " * (LINE // 3),
    "capitals": "A" * LINE,
    "capital words": "AB " * (LINE // 3),
    "blanks": " " * LINE,
    "brackets": "(" * LINE,
    "pairs": "()" * (LINE // 2),
    "stars": "*" * LINE,
    "starred": "*a" * (LINE // 2),
    "underscores": "_a " * (LINE // 3),
    "digits": "1" * LINE,
    "signs": "@" * LINE,
    "names": "@a " * (LINE // 3),
    "colons": "a:" * (LINE // 2),
    "dashes": " - " * (LINE // 3),
    "stops": "a." * (LINE // 2),
    "hashes": "#" * LINE,
    "quotes": "'" * LINE,
    "notes": "[[" * (LINE // 2),
    "wide": "日" * LINE,
    "marks": "e\u0301" * (LINE // 2),
}


_SEARCHES = re.compile(r"(\b\w+)\.(?:search|finditer|findall|sub|split)\(")


def patterns() -> Iterator[tuple[str, re.Pattern[str], bool]]:
    """Every pattern of the package by its name, and whether it is looked for anywhere in a line."""
    for module in pkgutil.walk_packages(storyboard.__path__, "storyboard."):
        if module.name.endswith("__main__"):
            continue
        try:
            loaded = importlib.import_module(module.name)
        except ImportError:
            continue  # an extra that is not installed
        file = loaded.__file__
        searched = set(_SEARCHES.findall(Path(file).read_text())) if file else set()
        for name, value in vars(loaded).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                yield f"{module.name}.{name}", value, name in searched


@pytest.mark.parametrize("line", LINES)
def test_a_long_line(line: str) -> None:
    slow = []
    for name, pattern, is_searched in patterns():
        for use in (pattern.search,) if is_searched else (pattern.match, pattern.fullmatch):
            first = _time(use, LINES[line])
            seconds = first if first < MOST or first > 2 else min(_time(use, LINES[line]) for _ in range(3))
            if seconds > MOST:
                slow.append((name, use.__name__, round(seconds, 2)))
    assert not slow


def _time(use: Callable[[str], object], line: str) -> float:
    start = time.process_time()
    use(line)
    return time.process_time() - start
