"""Word counts in any script."""

from __future__ import annotations

import re
from functools import cache

from storyboard.catalog import read_table
from storyboard.catalog.patterns import lazy_pattern

_BETWEEN_BLANKS = lazy_pattern(r"[^\s—–…]+")
_LETTER = lazy_pattern(r"[^\W_]")


def count_words(text: str) -> int:
    """The words of a text, as a writer counts them: what stands between blanks and dashes and has a letter or a
    digit. Where a script writes no blanks, so many characters count as one word (`craft.toml`)."""
    if text.isascii():
        return len(text.split()) - text.count(" - ") - text.count(" -- ")
    total = 0.0
    for pattern, size in _unspaced():
        letters = sum(len(run) for run in pattern.findall(text))
        if letters:
            total += letters / size
            text = pattern.sub(" ", text)
    words = sum(_LETTER.search(one) is not None for one in _BETWEEN_BLANKS.findall(text))
    return words + round(total)


@cache
def _unspaced() -> tuple[tuple[re.Pattern[str], int], ...]:
    return tuple(
        (re.compile(f"[{''.join(row['ranges'])}]+"), row["characters_a_word"])
        for row in read_table("craft.toml")["unspaced"]
    )
