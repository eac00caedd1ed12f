"""Overlays of a still: the slate at the top, the caption at the bottom, the title in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter

from storyboard.drawing.text_layout import Colour, TextLayout, draw_text, fit_text
from storyboard.wording import clock

_WHITE, _AMBER, _GREY = (250, 248, 244, 255), (255, 200, 110, 255), (205, 205, 210, 255)
_SHADE = (8, 9, 12)
_CAPTION_SHARE = 0.30  # of the frame's height, at most
_BAR_SHARE = 0.062
_LETTERS = 0.044  # a caption's letters, by the frame's shorter side
_MARGIN = 0.035
_MOST_LINES = 4
_MOST_TITLE_LINES = 5
_MOST_LINES_UNDER = 2  # of each further line of a title
_WIDEST_CLOCK = "/ 00:00"  # of letters in their full size; an hour's are smaller


class Caption(NamedTuple):
    """Words shown from `start` to `end`, in seconds of the shot.

    `kind` is `action`, `speech` or `title`; `speaker` comes before the words of a speech.
    """

    text: str
    start: float
    end: float
    kind: str = "action"
    speaker: str | None = None


class RunningTime(NamedTuple):
    """The start of a shot in the film, and the length of the film, in whole seconds."""

    start: int
    length: int


class Slate(NamedTuple):
    """The text at the top of a shot.

    Scene and shot on the left; on the right its size in the script's words, the time within its `seconds`, and in its
    first second the running time of the film.
    """

    left: str
    right: str
    seconds: int
    running: RunningTime


class FrameSize(NamedTuple):
    """A frame in pixels."""

    width: int
    height: int

    @property
    def short(self) -> int:
        """The shorter side in pixels."""
        return min(self)


class DrawnText(NamedTuple):
    """A picture to lay over the frame, RGBA, and the characters that could not be drawn."""

    picture: Image.Image
    missing: frozenset[str]


def caption_height(size: FrameSize) -> int:
    """The rows of the caption strip at the bottom of the frame; even."""
    return nearest_even(size.height * _CAPTION_SHARE)


def bar_height(size: FrameSize) -> int:
    """Rows of the slate at the top; even."""
    return max(nearest_even(size.short * _BAR_SHARE), 12)


def nearest_even(value: Fraction | float) -> int:
    """The nearest even number: frames with halved colour have even sides."""
    return max(2, round(value / 2) * 2)


def draw_caption(caption: Caption | None, size: FrameSize) -> DrawnText:
    """The strip at the bottom with a caption in it; clear without one."""
    strip = Image.new("RGBA", (size.width, caption_height(size)), (*_SHADE, 0))
    if caption is None or not caption.text.strip():
        return DrawnText(strip, frozenset())
    margin = round(size.width * _MARGIN)
    letters = round(size.short * _LETTERS)
    speaker = (
        fit_text(caption.speaker.upper(), size.width - 2 * margin, 1, round(letters * 0.78), True)
        if caption.speaker
        else None
    )
    text = fit_text(caption.text, size.width - 2 * margin, _MOST_LINES - bool(speaker), letters)
    rows = [(text, _WHITE if caption.kind == "speech" else _GREY)]
    return _set_at_bottom(strip, [(speaker, _AMBER), *rows] if speaker else rows, letters)


def draw_subtitle(lines: Sequence[str], size: FrameSize) -> DrawnText:
    """The strip at the bottom with a subtitle in it, divided into lines as it is; a line that is too long for a narrow
    frame goes on in another one."""
    strip = Image.new("RGBA", (size.width, caption_height(size)), (*_SHADE, 0))
    width, letters = size.width - 2 * round(size.width * _MARGIN), round(size.short * _LETTERS)
    most = max(1, _MOST_LINES // max(1, len(lines)))
    smallest = min((fit_text(line, width, most, letters).size for line in lines), default=letters)
    return _set_at_bottom(strip, [(fit_text(line, width, most, smallest), _WHITE) for line in lines], letters)


def _set_at_bottom(strip: Image.Image, rows: Sequence[tuple[TextLayout, Colour]], letters: int) -> DrawnText:
    """The strip with rows of text at its bottom, on a shade."""
    top = max(0, strip.height - sum(row.height for row, _ in rows) - round(letters * 0.75))
    _shade(strip, max(0, top - letters))
    for row, colour in rows:
        draw_text(strip, row, strip.width // 2, top, colour, "middle")
        top += row.height
    return DrawnText(strip, frozenset().union(*(row.missing for row, _ in rows)))


def draw_slate(slate: Slate, second: int, size: FrameSize) -> DrawnText:
    """The bar at the top, `second` seconds into the shot. Nothing in it depends on the running time, or gives way to
    it, after the first second."""
    height = bar_height(size)
    bar = Image.new("RGBA", (size.width, height), (*_SHADE, 165))
    margin, letters = round(size.width * _MARGIN), round(height * 0.52)
    end, gap = size.width - margin, letters // 3
    right = fit_text(_passed(slate, second), size.width // 3, 1, letters)
    slot = fit_text(_WIDEST_CLOCK, size.width // 4, 1, letters, True).width + gap
    clock_end = end - fit_text(_passed(slate, slate.seconds), size.width // 3, 1, letters).width - letters
    clocks = 1 if size.height > size.width else 2  # in an upright frame the film's length gives way to the heading
    left = fit_text(slate.left, max(clock_end - clocks * slot - letters - margin, letters * 4), 1, letters, True)
    base = round((height - letters * 1.28) / 2) + letters
    _write_on(bar, left, margin, base, _WHITE)
    _write_on(bar, right, end, base, _GREY, "right")
    if second == 0:
        start = fit_text(clock(slate.running.start), slot - gap, 1, letters, True)
        if clocks > 1:
            whole = fit_text(f"/ {clock(slate.running.length)}", slot - gap, 1, letters)
            _write_on(bar, whole, clock_end, base, _GREY, "right")
            clock_end -= whole.width + gap
        _write_on(bar, start, clock_end, base, _AMBER, "right")
    return DrawnText(bar, left.missing | right.missing)


def _write_on(bar: Image.Image, setting: TextLayout, x: int, base: int, colour: Colour, align: str = "left") -> None:
    """Write a line with its letters standing on `base`, however small they had to be set."""
    draw_text(bar, setting, x, base - setting.size, colour, align)


def _passed(slate: Slate, second: int) -> str:
    """How far a shot is, after its size."""
    return " · ".join(filter(None, (slate.right, f"{second} / {slate.seconds} s")))


def draw_title(text: str, size: FrameSize) -> DrawnText:
    """A title in the middle of the frame, which it darkens; as large as what lies between slate and caption. Lines
    under the first one are smaller."""
    top, bottom = bar_height(size), caption_height(size)
    card = Image.new("RGBA", (size.width, nearest_even(size.height - top - bottom)), (*_SHADE, 0))
    width, (first, *under) = round(size.width * 0.8), text.splitlines() or [""]
    rows = [fit_text(first, width, _MOST_LINES_UNDER if under else _MOST_TITLE_LINES, round(size.short * 0.075), True)]
    rows += [fit_text(line, width, _MOST_LINES_UNDER, round(size.short * _LETTERS)) for line in under]
    top = max(0, (card.height - sum(row.height for row in rows)) // 2)
    tops = [top + sum(row.height for row in rows[:number]) for number in range(len(rows))]
    for row, y in zip(rows, tops, strict=True):
        draw_text(card, row, size.width // 2, y, (*_SHADE, 255), "middle")
    glow = card.filter(ImageFilter.GaussianBlur(size.short / 60))
    glow.alpha_composite(glow)
    for row, y in zip(rows, tops, strict=True):
        draw_text(glow, row, size.width // 2, y, _WHITE, "middle")
    return DrawnText(glow, frozenset().union(*(row.missing for row in rows)))


def _shade(strip: Image.Image, top: int) -> None:
    """Darken a strip from `top` on, softly, so that light letters can be read on any picture."""
    pen = ImageDraw.Draw(strip)
    depth = max(1, strip.height - top)
    for row in range(top, strip.height):
        pen.line([(0, row), (strip.width, row)], fill=(*_SHADE, min(205, round(420 * (row - top) / depth))))
