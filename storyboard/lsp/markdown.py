"""Markdown for hover texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from lsprotocol import types

#: What means something inside a line, and at its beginning. Nothing else gets a backslash, since some editors show it.
_SPECIAL = re.compile(r"[\\`*\[\]<~]|(?<!\w)_|_(?!\w)|&(?=#?\w{1,32};)|^[#+\-=>]")
_NUMBERED = re.compile(r"^([0-9]{1,9})([.)])(?= |$)")
_MARKS = re.compile(
    r"(?P<fence>```.*?```)|\\(?P<letter>.)|!?\[(?P<label>(?:\\.|[^\[\]\\])*+)\]\([^()]*\)|\*+|`", re.DOTALL
)


class Hover(NamedTuple):
    """Markdown about the characters `start` to `end` of a file."""

    markdown: str
    start: int
    end: int


def image(address: str) -> str:
    """A picture in Markdown."""
    return f"![picture]({address})"


def escape(text: str) -> str:
    """A writer's words, so that Markdown shows them as they are."""
    return _NUMBERED.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", " ".join(text.split())))


def unmarked_text(markdown: str) -> str:
    """Markdown for an editor that shows plain text: without its marks, except inside code fences."""
    return _MARKS.sub(lambda found: found["fence"] or found["letter"] or unmarked_text(found["label"] or ""), markdown)


def markup(markdown: str, formats: Sequence[types.MarkupKind] | None) -> types.MarkupContent:
    """Markdown, or plain text for an editor that takes nothing else."""
    if formats and types.MarkupKind.Markdown not in formats:
        return types.MarkupContent(types.MarkupKind.PlainText, unmarked_text(markdown))
    return types.MarkupContent(types.MarkupKind.Markdown, markdown)
