"""Figures and things of the sandbox: a person in the colours of the words, or a solid with its name.

Both are on a plain ground, from which the board can cut them out.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from PIL import Image, ImageDraw

from storyboard.drawing.text_layout import draw_text, fit_text
from storyboard.sandbox.picture_words import Colour, Palette, look_in, mentions_word_of, read_palette, shade_colour

_GROUND_TOP, _GROUND_LOW = (206, 208, 210), (180, 183, 187)
_NAME = re.compile(r"[:：]\s*(?:an?|the)?\s*([^.,。、，]+)")
#: Where a figure from the front shows its skin and its hair, in heads from its foot.
_CHEEK, _TEMPLE = (-0.3, 5.7), (-0.5, 6.25)
#: A rectangle in heads from the middle of a figure's foot, as corners in pixels.
_Box = Callable[[float, float, float, float], tuple[float, float, float, float]]


def draw_person(prompt: str, width: int, height: int, seed: int | None, like: Image.Image | None = None) -> Image.Image:
    """A figure before a plain ground, from the side that the words say; with the skin and the hair of the one that it
    is made from."""
    said = prompt.lower()
    canvas = _studio(width, height)
    pen = ImageDraw.Draw(canvas)
    unit, middle, foot = _measures(width, height)
    colours = read_palette(prompt, seed)
    if like is not None:
        colours = colours._replace(skin=_seen_at(like, _CHEEK), hair=_seen_at(like, _TEMPLE))
    turn = 1.0 if mentions_word_of(said, "side") else 0.5 if mentions_word_of(said, "quarter") else 0.0
    is_back = mentions_word_of(said, "back")
    broad = 1.0 - 0.38 * turn

    def box(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        return middle + x0 * unit, foot - y0 * unit, middle + x1 * unit, foot - y1 * unit

    _legs(pen, box, unit, broad, 0.28 * turn if not is_back else 0.0)
    _coat(pen, box, colours, broad, is_dress=mentions_word_of(look_in(said), "dress"), edge=unit * 0.3)
    _arms(pen, box, unit, colours, broad, (-1, 1) if turn < 1 else (0,))
    if not is_back and turn < 1:
        _buttons(pen, box, unit, colours, 0.35 * turn)
    pen.rectangle(box(-0.24, 5.3, 0.24, 4.9), fill=shade_colour(colours.skin, 0.88))
    pen.ellipse(box(-0.66, 6.62, 0.66, 5.1), fill=colours.skin)
    _face(pen, box, unit, colours, said, turn, is_back=is_back)
    return canvas


def _legs(pen: ImageDraw.ImageDraw, box: _Box, unit: float, broad: float, toe: float) -> None:
    for side in (-1, 1):
        shift = side * 0.42 * broad
        pen.rectangle(box(shift - 0.3, 1.9, shift + 0.3, 0.3), fill=shade_colour((84, 78, 80), 0.8))
        pen.rounded_rectangle(box(shift - 0.36, 0.42, shift + 0.36 + toe, 0.0), unit * 0.14, fill=(52, 46, 44))


def _coat(pen: ImageDraw.ImageDraw, box: _Box, colours: Palette, broad: float, *, is_dress: bool, edge: float) -> None:
    """What is worn over the body, with a skirt where the words say so."""

    def flared(top: float, low: float, above: float, below: float) -> None:
        corners = ((-above, top), (above, top), (below, low), (-below, low))
        pen.polygon([box(x * broad, y, 0, 0)[:2] for x, y in corners], fill=colours.cloth)

    if is_dress:
        flared(4.4, 0.9, 0.75, 1.25)
    pen.rounded_rectangle(box(-1.0 * broad, 5.0, 1.0 * broad, 1.6), edge, fill=colours.cloth)
    flared(2.4, 1.5, 1.0, 1.14)


def _arms(
    pen: ImageDraw.ImageDraw, box: _Box, unit: float, colours: Palette, broad: float, sides: tuple[int, ...]
) -> None:
    for side in sides:
        at = side * 1.08 * broad
        pen.rounded_rectangle(box(at - 0.24, 4.8, at + 0.24, 2.5), unit * 0.24, fill=shade_colour(colours.cloth, 0.74))
        pen.ellipse(box(at - 0.2, 2.62, at + 0.2, 2.2), fill=colours.skin)


def _buttons(pen: ImageDraw.ImageDraw, box: _Box, unit: float, colours: Palette, seam: float) -> None:
    pen.line(box(seam, 4.85, seam, 1.6), fill=shade_colour(colours.cloth, 0.74), width=max(2, round(unit * 0.05)))
    for step in range(4):
        button = box(seam + 0.12, 4.4 - step * 0.6, seam + 0.24, 4.28 - step * 0.6)
        pen.ellipse(button, fill=shade_colour(colours.cloth, 0.5))


def _measures(width: int, height: int) -> tuple[float, float, float]:
    """A head's height, the middle of the figure, and where it stands, in pixels."""
    return min(height * 0.9 / 7.2, width / 4.2), width / 2, height * 0.95


def _seen_at(picture: Image.Image, at: tuple[float, float]) -> Colour:
    """The colour of a figure at a point."""
    unit, middle, foot = _measures(*picture.size)
    point = round(middle + at[0] * unit), round(foot - at[1] * unit)
    found = picture.getpixel((min(max(point[0], 0), picture.width - 1), min(max(point[1], 0), picture.height - 1)))
    assert isinstance(found, tuple), "it is RGB"
    return int(found[0]), int(found[1]), int(found[2])


def _face(
    pen: ImageDraw.ImageDraw, box: _Box, unit: float, colours: Palette, said: str, turn: float, *, is_back: bool
) -> None:
    """Hair, eyes, mouth, and what the words put on a head."""
    look = look_in(said)
    if is_back:
        pen.ellipse(box(-0.7, 6.72, 0.7, 5.2), fill=colours.hair)
    else:
        shift = 0.3 * turn
        pen.chord(box(-0.7, 6.74, 0.7, 5.3), 180 - 12 * turn, 360 + 4 * turn, fill=colours.hair)
        if turn:
            pen.chord(box(-0.72, 6.7, 0.1, 5.2), 90, 270, fill=colours.hair)
        if mentions_word_of(look, "beard"):
            pen.chord(box(-0.56 + shift * 0.6, 6.0, 0.56 + shift * 0.6, 4.9), 8, 172, fill=colours.hair)
        eyes = (-0.24, 0.24) if turn < 1 else (0.3,)
        for at in eyes:
            x = at + shift
            pen.ellipse(box(x - 0.07, 5.96, x + 0.07, 5.8), fill=(40, 34, 32))
        mouth = shift + (0.2 if turn == 1 else 0.0)
        pen.arc(
            box(mouth - 0.18, 5.66, mouth + 0.18, 5.42), 20, 160, fill=(150, 84, 76), width=max(2, round(unit * 0.05))
        )
        if turn == 1:
            pen.polygon(
                [box(0.62, 5.94, 0, 0)[:2], box(0.84, 5.66, 0, 0)[:2], box(0.6, 5.62, 0, 0)[:2]], fill=colours.skin
            )
    if mentions_word_of(look, "hat"):
        pen.rounded_rectangle(box(-0.78, 6.62, 0.78 + 0.2 * turn, 6.42), unit * 0.08, fill=(44, 46, 54))
        pen.rounded_rectangle(box(-0.62, 6.95, 0.62, 6.5), unit * 0.18, fill=(44, 46, 54))


def draw_thing(prompt: str, width: int, height: int, seed: int | None) -> Image.Image:
    """A solid with its name on it, before a plain ground."""
    canvas = _studio(width, height)
    pen = ImageDraw.Draw(canvas)
    colour = read_palette(prompt, seed).cloth
    side = min(width, height)
    turn = 0.75 if mentions_word_of(prompt.lower(), "side") else 1.0
    left, right = width / 2 - side * 0.3 * turn, width / 2 + side * 0.3 * turn
    top, low = height * 0.3, height * 0.8
    pen.arc(
        (width / 2 - side * 0.16, top - side * 0.17, width / 2 + side * 0.16, top + side * 0.17),
        180,
        360,
        fill=shade_colour(colour, 0.6),
        width=round(side * 0.03),
    )
    pen.rounded_rectangle((left, top, right, low), side * 0.06, fill=colour)
    pen.rounded_rectangle((left, top, left + (right - left) * 0.24, low), side * 0.06, fill=shade_colour(colour, 1.16))
    pen.rounded_rectangle((left, low - side * 0.09, right, low), side * 0.05, fill=shade_colour(colour, 0.7))
    found = _NAME.search(prompt)
    words = " ".join((found[1] if found else "thing").split()[-3:])
    label = fit_text(words, round((right - left) * 0.9), 2, max(12, round(side * 0.06)), True)
    draw_text(
        canvas, label, round(width / 2), round((top + low) / 2 - label.height / 2), (255, 255, 255, 255), "middle"
    )
    return canvas


def _studio(width: int, height: int) -> Image.Image:
    slope = Image.linear_gradient("L").resize((width, height))
    return Image.composite(Image.new("RGB", slope.size, _GROUND_LOW), Image.new("RGB", slope.size, _GROUND_TOP), slope)
