"""Placeholders of missing pictures: a plain figure, or an empty stage, in a colour that belongs to its name."""

from __future__ import annotations

import colorsys
from hashlib import sha256
from typing import NamedTuple

from PIL import Image, ImageDraw

from storyboard.drawing.still import Subject
from storyboard.drawing.text_layout import Colour, TextLayout, draw_text, fit_text

_BREADTH = {"character": 0.62, "prop": 1.0}
_BROAD = 1.3
_SAFE, _BELOW_SLATE = 0.1, 0.15  # from the edges of a stage: what stays in the frame as the camera comes nearer
_BARELY = 0.01  # of a place's words may have something in front

_LIGHT, _FLOOR = 0.88, 0.76  # of a stage: what stands before it is darker
_CHEST, _ABOVE = 0.12, 0.1  # where a name stands, above the captions: below a figure's shoulders, from a thing's top
_CHEST_WIDTH = 0.6  # of a figure's width
_CHALK, _AMBER = (255, 255, 255, 235), (255, 214, 150, 255)
_INK, _SOFT_INK = (38, 40, 46, 255), (78, 80, 88, 255)

Tone = tuple[int, ...]


def stand_in_breadth(subject: Subject) -> float:
    """The width of a placeholder by its height."""
    return _BREADTH.get(subject.kind, _BROAD)


def draw_stand_in(subject: Subject, width: int, height: int, whose: str | None = None) -> Image.Image:
    """A plain figure with its name, in the colour of that name, or of another one, `whose`."""
    dark, light = _tones(whose or subject.name)
    card = _gradient(dark, light, width, height)
    pen = ImageDraw.Draw(card)
    tone = tuple(round(channel * 0.6 + 255 * 0.4) for channel in light)
    if subject.kind == "character":
        head = min(width, height) * 0.17
        x, y = width / 2, height * 0.34
        pen.ellipse((x - head, y - head, x + head, y + head), fill=tone)
        shoulders = y + head * 1.25
        pen.rounded_rectangle((x - head * 1.9, shoulders, x + head * 1.9, height * 1.2), head * 1.5, fill=tone)
        middle = shoulders + height * _CHEST
        _label(card, subject.name, subject.note, middle, colour=_INK, breadth=_CHEST_WIDTH)
    else:
        side = min(width, height) * 0.24
        pen.rounded_rectangle(
            (width / 2 - side, height * 0.42 - side, width / 2 + side, height * 0.42 + side),
            side * 0.3,
            outline=tone,
            width=max(2, round(side * 0.12)),
        )
        _label(card, subject.name, subject.note, height * _ABOVE)
    return card


def draw_stand_in_place(name: str, note: str | None, width: int, height: int, whose: str | None = None) -> Image.Image:
    """An empty stage with the place's name in the middle."""
    canvas = draw_empty_stage(whose or name, width, height)
    if name:
        _label(canvas, name, note, height * 0.36, 0.06, _INK)
    return canvas


def draw_empty_stage(whose: str, width: int, height: int) -> Image.Image:
    """A light card in a colour that belongs to a name: a wall over a floor."""
    floor, wall = (_tones(whose or "stage", lightness)[1] for lightness in (_FLOOR, _LIGHT))
    canvas = _gradient(tuple(round(channel * 0.96) for channel in wall), wall, width, height)
    top = round(height * 0.68)
    canvas.paste(_gradient(floor, tuple(round(channel * 0.94) for channel in floor), width, height - top), (0, top))
    return canvas


def write_place(canvas: Image.Image, place: Subject, covered: Image.Image) -> None:
    """Write a place's name, and what it looks like, where least is in front: below the slate, above the captions.

    `covered` is a mask of what is in front of the stage, white there, of any size.
    """
    columns = [
        _words_at(canvas, place, covered, share)
        for share in ((0.44, 0.26) if canvas.width >= canvas.height else (0.6, 0.4))
    ]
    best = min(columns, key=lambda one: one.hidden > _BARELY and one.hidden)  # the first that is free, else the freest
    draw_text(canvas, best.title, round(best.left), round(best.top), _INK)
    draw_text(canvas, best.rest, round(best.left), round(best.top) + best.title.height, _SOFT_INK)


class _PlaceWords(NamedTuple):
    """A place's words, set, where they are, and how much of that has something in front."""

    title: TextLayout
    rest: TextLayout
    left: float
    top: float
    hidden: float


def _words_at(canvas: Image.Image, place: Subject, covered: Image.Image, share: float) -> _PlaceWords:
    """A place's words in a column of a share of the canvas, where least is in front."""
    wide = round(canvas.width * share)
    letters = max(10, round(min(canvas.height, canvas.width * 1.4) * 0.05))
    title = fit_text(place.name, wide, 2, letters, True)
    rest = fit_text(". ".join(filter(None, (place.note, place.words))), wide, 4, max(9, round(letters * 0.62)))
    wide, tall = max(title.width, rest.width), title.height + rest.height
    across = (_SAFE * canvas.width, (canvas.width - wide) / 2, (1 - _SAFE) * canvas.width - wide)
    down = (_BELOW_SLATE * canvas.height, 0.34 * canvas.height, 0.68 * canvas.height - tall)
    spots = [(_share(covered, canvas, (x, y, wide, tall)), y, x) for y in down for x in across]
    hidden, y, x = min(spots, key=lambda spot: spot[0])
    return _PlaceWords(title, rest, x, y, hidden)


def _share(mask: Image.Image, canvas: Image.Image, box: tuple[float, float, float, float]) -> float:
    """How much of a box (left, top, width, height, in pixels of the canvas) is white in a mask."""
    across, down = mask.width / canvas.width, mask.height / canvas.height
    left, top, wide, tall = box
    part = mask.crop(
        (round(left * across), round(top * down), round((left + wide) * across), round((top + tall) * down))
    )
    return sum(part.histogram()[128:]) / max(1, part.width * part.height)


def _label(
    card: Image.Image,
    name: str,
    note: str | None,
    middle: float,
    share: float = 0.1,
    colour: Colour = _CHALK,
    breadth: float = 0.86,
) -> None:
    """Write a name, and a note below it, on a card."""
    letters = max(10, round(min(card.height, card.width * 1.4) * share))
    if not name:
        return
    title = fit_text(name, round(card.width * breadth), 2, letters, True)
    top = round(middle - title.height / 2)
    draw_text(card, title, card.width // 2, top, colour, "middle")
    if note:
        small = fit_text(note, round(card.width * breadth), 1, max(9, round(letters * 0.62)))
        tone = _AMBER if colour == _CHALK else _SOFT_INK
        draw_text(card, small, card.width // 2, top + title.height, tone, "middle")


def _tones(name: str, lightness: float = 0.38) -> tuple[Tone, Tone]:
    """Two shades of the colour that belongs to a name."""
    hue = sha256(name.encode()).digest()[0] / 256
    shades = (colorsys.hls_to_rgb(hue, share, 0.3) for share in (lightness * 0.55, lightness))
    dark, light = (tuple(round(channel * 255) for channel in shade) for shade in shades)
    return dark, light


def _gradient(top: Tone, bottom: Tone, width: int, height: int) -> Image.Image:
    width, height = max(1, width), max(1, height)
    slope = Image.linear_gradient("L").resize((width, height), Image.Resampling.BILINEAR)
    return Image.composite(Image.new("RGB", (width, height), bottom), Image.new("RGB", (width, height), top), slope)
