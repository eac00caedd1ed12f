"""Compositing of a still: reference pictures composed for a shot, as large as the camera move needs.

The place fills the frame; the people and things of the shot are drawn in front of it. A missing picture becomes a
placeholder that says so. The board's panels, the animatic and the sandbox's clips are all composed here.
"""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter, ImageOps

from storyboard.drawing.figures import flatten_on_grey, paste_close, paste_figures, paste_inset, picture_of
from storyboard.drawing.placeholders import draw_empty_stage, write_place
from storyboard.drawing.placement import FrameColumns
from storyboard.drawing.still import PlacedSubject, Still, Subject

#: A place fills the frame as long as this share of its picture is still seen; beyond, the rest is blurred.
_LEAST_KEPT = 0.3
_NEAR_SIDE = 0.5  # of the frame: for who is in the foreground of an over-the-shoulder shot
_CHANGED = 6  # how much a value differs where something was drawn over the stage


class ComposedPicture(NamedTuple):
    """A drawn still, and the names of subjects whose pictures could not be read."""

    picture: Image.Image
    lost: tuple[str, ...]


def compose_still(still: Still, width: int, height: int, *, without_figures: bool = False) -> ComposedPicture:
    """Draw a still in `width` by `height` pixels.

    `without_figures` leaves out the people and things, for `compose_figures` to draw over it.
    """
    lost: list[str] = []
    close = sorted((one for one in still.figures if one.height >= 1), key=lambda one: one.x)
    far = [one for one in still.figures if one.height < 1]
    place = picture_of(still.backdrop, lost) if still.backdrop else None
    canvas = _backdrop(still.backdrop, place, width, height, is_behind=bool(far), is_far_behind=bool(close))
    bare = canvas if place else canvas.copy()
    near, room = _columns(close, far, width)
    for number, standing in enumerate(close):
        left, right = (
            round(near.left + share * (near.right - near.left) / len(close)) for share in (number, number + 1)
        )
        paste_close(canvas, standing, left, right - left, lost)
    if not without_figures:
        paste_figures(canvas, far, room, lost)
    if still.end:
        paste_inset(canvas, still.end, lost)
    if place is None and still.backdrop:
        covered = _covered(bare, canvas)
        if without_figures:
            figures = compose_figures(still, width, height).picture.getchannel("A").resize(covered.size)
            covered = ImageChops.lighter(covered, figures)
        write_place(canvas, still.backdrop, covered)
    return ComposedPicture(canvas, tuple(dict.fromkeys(lost)))


def compose_figures(still: Still, width: int, height: int) -> ComposedPicture:
    """Draw only the people and things of a still, on transparent ground: RGBA."""
    lost: list[str] = []
    canvas = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    close = [one for one in still.figures if one.height >= 1]
    far = [one for one in still.figures if one.height < 1]
    paste_figures(canvas, far, _columns(close, far, width)[1], lost)
    return ComposedPicture(canvas, tuple(dict.fromkeys(lost)))


def _columns(close: list[PlacedSubject], far: list[PlacedSubject], width: int) -> tuple[FrameColumns, FrameColumns]:
    """The columns of who fills the frame, and of who is farther away: beside one another where there are both, so that
    nobody is in front of a face."""
    whole = FrameColumns(0, width)
    if not close or not far:
        return whole, whole
    half = round(width * _NEAR_SIDE)
    middles = [sum(one.x for one in row) / len(row) for row in (close, far)]
    if middles[0] <= middles[1]:
        return FrameColumns(0, half), FrameColumns(half, width)
    return FrameColumns(width - half, width), FrameColumns(0, width - half)


def _covered(bare: Image.Image, canvas: Image.Image) -> Image.Image:
    """A small mask of where a stage was drawn over."""
    changed = ImageChops.difference(bare, canvas).convert("L").point(lambda value: 255 if value > _CHANGED else 0)
    return changed.resize((max(1, canvas.width // 8), max(1, canvas.height // 8)), Image.Resampling.BOX)


def _backdrop(
    subject: Subject | None,
    picture: Image.Image | None,
    width: int,
    height: int,
    *,
    is_behind: bool,
    is_far_behind: bool,
) -> Image.Image:
    """The place: sharp where nobody is in the shot, a little out of focus behind somebody, more behind a close-up."""
    if picture is None:
        return draw_empty_stage(subject.name if subject else "", width, height)
    if not is_behind and not is_far_behind:
        return _filled(picture, width, height)
    share, blur = (8, 1.2) if is_far_behind else (3, 0.6)
    small = _filled(picture, max(1, width // share), max(1, height // share))
    soft = small.filter(ImageFilter.GaussianBlur(blur)).point(lambda value: round(value * 0.82))
    return soft.resize((width, height), Image.Resampling.BICUBIC)


def _filled(picture: Image.Image, width: int, height: int) -> Image.Image:
    """A picture that fills the frame."""
    flat = flatten_on_grey(picture)
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
