"""Fountain's emphasis marks, `*…*`, `**…**` and `_…_` (https://fountain.io/syntax/#emphasis).

They are for the reader of the script; everything that others read, and the model, goes without them.
"""

from __future__ import annotations

from storyboard.catalog.patterns import lazy_pattern

_EMPHASIS = lazy_pattern(
    r"(?=[*_])(?:(?<![\w\\*])(\*{1,3})(?=\S)([^*]+)(?<=[^\s\\])\1(?![\w*])|(?<![\w\\])(_)(?=\S)([^_]+)(?<=[^\s\\])_(?!\w))"
)
_DEEPEST = 3  # *within **another***


def drop_marks(text: str) -> str:
    """The text without marks of emphasis; an escaped one, `\\*`, is the character itself."""
    if "*" not in text and "_" not in text:
        return text
    for _ in range(_DEEPEST):  # from the inside out
        text = _EMPHASIS.sub(r"\2\4", text)
    return text.replace("\\*", "*").replace("\\_", "_")
