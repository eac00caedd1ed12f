"""A still: reference pictures composed for a shot, as large as the camera's move needs.

The place fills the frame; who is in the shot stands before it. A picture that is missing is drawn as a stand-in that
says so. The board's panels, the animatic and the sandbox's clips are all composed here.
"""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image, ImageFilter, ImageOps

from storyboard.drawing.figures import on_grey, paste_close, paste_figures, paste_inset, picture_of
from storyboard.drawing.placeholders import draw_stand_in_place
from storyboard.drawing.still import Still, Subject

#: A place fills the frame as long as this share of its picture is still seen; beyond, the rest is blurred.
_LEAST_KEPT = 0.3


class Composed(NamedTuple):
    """A drawn still, and the names of the subjects whose pictures could not be read."""

    picture: Image.Image
    lost: tuple[str, ...]


def compose(still: Still, width: int, height: int, *, without_figures: bool = False) -> Composed:
    """Draw a still in `width` by `height` pixels; `without_figures` leaves out who stands in it, for `compose_figures`
    to draw over it."""
    lost: list[str] = []
    close = sorted((one for one in still.figures if one.height >= 1), key=lambda one: one.x)
    far = [one for one in still.figures if one.height < 1]
    if close or far:
        canvas = _out_of_focus(still.backdrop, width, height, bool(close), lost)
    else:
        canvas = _backdrop(still.backdrop, width, height, lost)
    for number, standing in enumerate(close):
        left, right = round(number * width / len(close)), round((number + 1) * width / len(close))
        paste_close(canvas, standing, left, right - left, lost)
    if not without_figures:
        paste_figures(canvas, far, lost)
    if still.end:
        paste_inset(canvas, still.end, lost)
    return Composed(canvas, tuple(dict.fromkeys(lost)))


def compose_figures(still: Still, width: int, height: int) -> Composed:
    """Draw only who stands in a still, on nothing: RGBA."""
    lost: list[str] = []
    canvas = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    paste_figures(canvas, [one for one in still.figures if one.height < 1], lost)
    return Composed(canvas, tuple(dict.fromkeys(lost)))


def _backdrop(subject: Subject | None, width: int, height: int, lost: list[str]) -> Image.Image:
    picture = picture_of(subject, lost) if subject else None
    if picture is None:
        name = subject.name if subject else ""
        return draw_stand_in_place(name, subject.note if subject else None, width, height)
    flat = on_grey(picture)
    kept = (flat.width / flat.height) / (width / height)
    if min(kept, 1 / kept) >= _LEAST_KEPT:
        return ImageOps.fit(flat, (width, height), Image.Resampling.BICUBIC)
    across, down = (1.0, _LEAST_KEPT) if kept < 1 else (_LEAST_KEPT, 1.0)
    part = ImageOps.fit(flat, (max(1, round(flat.width * across)), max(1, round(flat.height * down))))
    return _whole_on_blur(part, width, height)


def _whole_on_blur(picture: Image.Image, width: int, height: int) -> Image.Image:
    """A picture of quite another shape than the frame, whole, over a blurred enlargement of itself."""
    small = ImageOps.fit(picture, (max(1, width // 16), max(1, height // 16)), Image.Resampling.BILINEAR)
    canvas = small.filter(ImageFilter.GaussianBlur(3)).resize((width, height), Image.Resampling.BICUBIC)
    canvas = canvas.point(lambda value: round(value * 0.55))
    inner = ImageOps.contain(picture, (width, height), Image.Resampling.BICUBIC)
    canvas.paste(inner, ((width - inner.width) // 2, (height - inner.height) // 2))
    return canvas


def _out_of_focus(subject: Subject | None, width: int, height: int, is_close: bool, lost: list[str]) -> Image.Image:
    """The place, a little behind who stands before it."""
    share = 8 if is_close else 3
    small = _backdrop(subject, max(1, width // share), max(1, height // share), lost)
    soft = small.filter(ImageFilter.GaussianBlur(1.2 if is_close else 0.6)).point(lambda value: round(value * 0.82))
    return soft.resize((width, height), Image.Resampling.BICUBIC)
