"""Text on pictures: divided into lines, drawn in any script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from PIL import Image, ImageDraw

from storyboard.compiler.names import clusters
from storyboard.drawing.fonts import FontRun, font_runs, load_font

Colour = tuple[int, int, int, int]

_WIDE = frozenset("WF")
# Signs that may not begin a line, and those that may not end one (JIS X 4051).
_NOT_FIRST = frozenset("、。，．・：；？！」』）】〕〉》ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ…‥,.!?:;)]}»”’")
_NOT_LAST = frozenset("「『（【〔〈《([{«“‘")
_TOKEN = re.compile(r"\s+|\S+")
_LEADING = 1.28  # a line's height by its letters' size
_KEPT = 512  # set texts: a slate sets the same ones every second
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class TextLayout(NamedTuple):
    """Lines of text in a size; `missing` are the characters that no font has."""

    lines: tuple[str, ...]
    size: int
    bold: bool
    width: int
    missing: frozenset[str]

    @property
    def height(self) -> int:
        """The height of all lines, in pixels."""
        return round(len(self.lines) * self.size * _LEADING)


def one_visible_line(text: str) -> str:
    """Text from outside on one line, without characters that cannot be shown."""
    return unicodedata.normalize("NFC", " ".join(_UNSEEN.sub(" ", text).split()))


@lru_cache(_KEPT)
def fit_text(text: str, width: int, most_lines: int, size: int, bold: bool = False) -> TextLayout:
    """Lay out a text in at most `most_lines` lines of `width` pixels.

    Letters are `size` pixels high, or down to two thirds of that; what does not fit then ends in an ellipsis.
    """
    text = one_visible_line(text)
    lines: list[str] = []
    chosen = size
    for chosen in range(size, min(size, max(7, size * 2 // 3)) - 1, -2):
        lines = list(_broken(text, width, chosen, bold, most_lines))
        if len(lines) <= most_lines:
            break
    if len(lines) > most_lines:
        lines = [*lines[: most_lines - 1], _shortened(lines[most_lines - 1], width, chosen, bold)]
    missing = frozenset().union(*(font_runs(line, bold)[1] for line in lines))
    widest = max((_length(line, chosen, bold) for line in lines), default=0)
    return TextLayout(tuple(lines), chosen, bold, round(widest), missing)


def draw_text(picture: Image.Image, setting: TextLayout, x: int, y: int, colour: Colour, align: str = "left") -> None:
    """Draw set lines; `x` is their left edge, middle or right edge as `align` says, `y` their top."""
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(setting.lines):
        length = _length(line, setting.size, setting.bold)
        left = x - {"left": 0.0, "middle": length / 2, "right": length}[align]
        _draw(pen, line, setting, left, y + number * setting.size * _LEADING + setting.size, colour)


def is_rightward(text: str) -> bool:
    """Whether a text is written from right to left, by its first letter with a direction."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in {"L", "R", "AL"}:
            return direction != "L"
    return False


def _draw(
    pen: ImageDraw.ImageDraw, line: str, setting: TextLayout, left: float, baseline: float, colour: Colour
) -> None:
    for run in _in_order(line, setting.bold):
        face = load_font(run.face, setting.size)
        pen.text((left, baseline), run.text, font=face, fill=colour, anchor="ls")
        left += face.getlength(run.text)


def _in_order(line: str, bold: bool) -> tuple[FontRun, ...]:
    """The runs of a line from left to right."""
    parts = font_runs(line, bold)[0]
    return parts[::-1] if is_rightward(line) else parts


def _length(text: str, size: int, bold: bool) -> float:
    return sum(load_font(run.face, size).getlength(run.text) for run in font_runs(text, bold)[0])


def _broken(text: str, width: int, size: int, bold: bool, enough: int) -> Iterator[str]:
    """Lines no wider than `width`; stops one line after `enough`."""
    line, given = "", 0
    for piece in _pieces(text):
        if not line or _length((line + piece).rstrip(), size, bold) <= width:
            line += piece
        else:
            yield line.rstrip()
            given += 1
            if given > enough:
                return
            line = piece.lstrip()
        while _length(line.rstrip(), size, bold) > width and len(line) > 1:
            head = _head(line, width, size, bold)
            yield line[:head]
            given += 1
            if given > enough:
                return
            line = line[head:]
    if line.strip():
        yield line.rstrip()


def _head(line: str, width: int, size: int, bold: bool) -> int:
    """How many characters of a word that is too long fit into a line."""
    ends = list(accumulate(map(len, clusters(line))))
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _length(line[: ends[middle]], size, bold) <= width else (low, middle - 1)
    return ends[low]


def _pieces(text: str) -> Iterator[str]:
    """What a line may be broken between: words with the space before them, and single wide characters."""
    held = ""
    for token in _TOKEN.findall(text):
        for piece in _split_wide(token):
            if (held and not piece.isspace() and (piece[0] in _NOT_FIRST or held[-1] in _NOT_LAST)) or held.isspace():
                held += piece
            else:
                if held:
                    yield held
                held = piece
    if held:
        yield held


def _split_wide(token: str) -> Iterator[str]:
    word = ""
    for cluster in clusters(token):
        if unicodedata.east_asian_width(cluster[0]) in _WIDE:
            if word:
                yield word
            yield cluster
            word = ""
        else:
            word += cluster
    if word:
        yield word


def _shortened(line: str, width: int, size: int, bold: bool) -> str:
    kept = clusters(line)
    while kept and _length("".join(kept) + "…", size, bold) > width:
        kept.pop()
    return "".join(kept).rstrip() + "…"
