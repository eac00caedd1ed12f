"""Camera directions as phrases: a size by itself gets a noun, so `wide` becomes `wide shot`.

The guide writes sizes as phrases (`wide cinematic shot`, `close-up`). A bare adjective at the head of a prompt would be
read as a property of the words after it.
"""

from __future__ import annotations

import re
from functools import cache

from storyboard.catalog import read_table
from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.ir.resolved import Prose

_BEFORE = r"(?P<before>^|[,;.:—–]\s*)"
_AFTER = (
    r"(?P<after>\s*(?=[,;.:—–])|\s*$|\s+(?=(?:on|of|from|at|as|over|with|in|through|behind|to|toward|towards|across|"
    r"into|down|up|past|along|inside|outside|under|above|and)\b))"
)
_TWICE = lazy_pattern(r"\b(shot|close-up),? \1\b", re.IGNORECASE)


def sizes_as_phrases(camera: Prose) -> Prose:
    """The camera direction of a shot with every bare size as a phrase; abbreviations are already written out."""
    last = len(camera) - 1
    return tuple(
        _with_phrases(part, is_first=index == 0, is_last=index == last) if isinstance(part, str) else part
        for index, part in enumerate(camera)
    )


def _with_phrases(text: str, *, is_first: bool, is_last: bool) -> str:
    """One stretch of a direction; a name follows it unless it is the last one."""
    pattern, phrases = _sizes()

    def phrase(found: re.Match[str]) -> str:
        if not is_first and not found["before"]:
            return found[0]  # the words go on behind a name
        after = ", " if not is_last and found.end() == len(text) and found["after"] else found["after"]
        return f"{found['before']}{phrases[found['size'].lower()]}{after}"

    return _TWICE.sub(r"\1", pattern.sub(phrase, text))


@cache
def _sizes() -> tuple[re.Pattern[str], dict[str, str]]:
    phrases: dict[str, str] = read_table("words.toml")["size"]["phrases"]
    sizes = "|".join(map(re.escape, sorted(phrases, key=len, reverse=True)))
    return re.compile(rf"{_BEFORE}(?P<size>{sizes}){_AFTER}", re.IGNORECASE), phrases
