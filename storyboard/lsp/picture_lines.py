"""The line of a declaration that names its first picture, written as one edit of the text."""

from __future__ import annotations

from typing import NamedTuple

from storyboard.compiler.ir import parsed
from storyboard.compiler.ir.keys import main_picture_key
from storyboard.compiler.pipeline import Analysis
from storyboard.lsp.locate import source_at


class PictureLine(NamedTuple):
    """Put `text` in place of the characters `start` to `end` of a file."""

    path: str
    start: int
    end: int
    text: str


class NoPictureLine(Exception):
    """The line cannot be written; the message says why."""


def name_picture(analysis: Analysis, name: str, picture: str) -> PictureLine:
    """The edit that makes `picture`, a path as a script says it, the first picture of a declared name: another value
    of its `front:` or `image:` line, or a new line below its look. Raises NoPictureLine."""
    entity = next((one for one in analysis.film.cast if one.name == name), None)
    if entity is None:
        raise NoPictureLine(f"Nobody is declared as {name}.")
    file, _, _ = analysis.layout.locate(entity.declared)
    source = source_at(analysis, file.path)
    assert source is not None, "a declaration stands in a file of its script"
    offset, block = next(
        (at, one) for at, one in analysis.scripts[file.path].blocks if one.anchor is entity.declared.anchor
    )
    key = main_picture_key(entity.kind)
    if found := [one for one in block.properties if one.key == key]:
        return _other_value(file.path, source.text, offset, found[0], picture)
    above = max([block.header.end, *(one.value.span().end for one in block.properties if one.key == "look")])
    end = _line_end(source.text, offset + above)
    return PictureLine(file.path, end, end, f"{_newline(source.text)}{key}: {picture}")


def _other_value(path: str, text: str, offset: int, line: parsed.Property, picture: str) -> PictureLine:
    if line.value.string:
        span = line.value.span()
        return PictureLine(path, offset + span.start, offset + span.end, picture)
    start = offset + line.key_span.start
    end = _line_end(text, start)
    return PictureLine(path, start, end, f"{line.key}: {picture}")


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if text[at:end].endswith("\r") else end
