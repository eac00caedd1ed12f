"""What is drawn where there is no picture: a plain figure, or an empty stage, in a colour that belongs to its name."""

from __future__ import annotations

import colorsys
from hashlib import sha256

from PIL import Image, ImageDraw

from storyboard.drawing.still import Subject
from storyboard.drawing.text_layout import fit, write

_BREADTH = {"character": 0.62, "prop": 1.0}
_BROAD = 1.3

Tone = tuple[int, ...]


def stand_in_breadth(subject: Subject) -> float:
    """A stand-in's width by its height."""
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
        pen.rounded_rectangle((x - head * 1.9, y + head * 1.25, x + head * 1.9, height * 1.2), head * 1.5, fill=tone)
    else:
        side = min(width, height) * 0.24
        pen.rounded_rectangle(
            (width / 2 - side, height * 0.42 - side, width / 2 + side, height * 0.42 + side),
            side * 0.3,
            outline=tone,
            width=max(2, round(side * 0.12)),
        )
    _label(card, subject.name, subject.note, height * 0.8)
    return card


def draw_stand_in_place(name: str, note: str | None, width: int, height: int, whose: str | None = None) -> Image.Image:
    """An empty stage in a colour of its own: a sky over a floor, with the place's name."""
    dark, light = _tones(whose or name or "stage", 0.26)
    canvas = _gradient(dark, light, width, height)
    floor = _gradient(
        tuple(channel // 2 for channel in light),
        tuple(channel // 4 for channel in dark),
        width,
        height - round(height * 0.68),
    )
    canvas.paste(floor, (0, round(height * 0.68)))
    if name:
        _label(canvas, name, note, height * 0.36, 0.06)
    return canvas


def _label(card: Image.Image, name: str, note: str | None, middle: float, share: float = 0.1) -> None:
    letters = max(10, round(min(card.height, card.width * 1.4) * share))
    if not name:
        return
    title = fit(name, round(card.width * 0.86), 2, letters, True)
    top = round(middle - title.height / 2)
    write(card, title, card.width // 2, top, (255, 255, 255, 235), "middle")
    if note:
        small = fit(note, round(card.width * 0.86), 1, max(9, round(letters * 0.62)))
        write(card, small, card.width // 2, top + title.height, (255, 214, 150, 255), "middle")


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
