"""Places of the sandbox: a stage drawn from the words, inside or outside, at its time of day, and variations of it."""

from __future__ import annotations

import random
import re

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageOps

from storyboard.sandbox.picture_words import Colour, look_in, mentions_word_of, shade_colour

#: What a place's prompt says of inside and outside, and of the time of day.
_SETTING = re.compile(r"^Setting: (.+)$", re.MULTILINE)


def draw_place(prompt: str, width: int, height: int, seed: int | None) -> Image.Image:
    """A stage: what is inside has a wall with windows and a floor, what is outside a sky over land or water."""
    said = f"{look_in(prompt)} {told[1] if (told := _SETTING.search(prompt)) else ''}".lower()
    chance = random.Random(f"{said} {seed or 0}")  # noqa: S311 # shapes, not secrets
    is_night, is_dusk = mentions_word_of(said, "night"), mentions_word_of(said, "dusk")
    sky: tuple[Colour, Colour] = (
        ((18, 24, 52), (50, 58, 96))
        if is_night
        else ((92, 88, 140), (236, 168, 128))
        if is_dusk
        else ((124, 168, 210), (220, 230, 232))
    )
    horizon = round(height * 0.62)
    if mentions_word_of(said, "inside"):
        return _room(width, height, horizon, sky, chance)
    return _landscape(said, width, height, horizon, sky, chance, is_night=is_night)


def _landscape(
    said: str,
    width: int,
    height: int,
    horizon: int,
    sky: tuple[Colour, Colour],
    chance: random.Random,
    *,
    is_night: bool,
) -> Image.Image:
    """Sun or moon over hills, and before them water or ground with a quay; houses where the words name some."""
    canvas = _sloped(sky, width, height)
    pen = ImageDraw.Draw(canvas)
    glow = (250, 236, 190) if not is_night else (226, 228, 236)
    x, r = width * chance.uniform(0.2, 0.8), min(width, height) * 0.06
    pen.ellipse((x - r, height * 0.2 - r, x + r, height * 0.2 + r), fill=glow)
    far = shade_colour(sky[1], 0.62)
    pen.polygon(
        [
            (0, horizon),
            *((width * step / 8, horizon - height * chance.uniform(0.02, 0.14)) for step in range(9)),
            (width, horizon),
        ],
        fill=far,
    )
    water = mentions_word_of(said, "water")
    floor: tuple[Colour, Colour] = ((60, 92, 118), (34, 56, 80)) if water else ((126, 118, 98), (84, 78, 66))
    if is_night:
        floor = shade_colour(floor[0], 0.42), shade_colour(floor[1], 0.42)
    canvas.paste(_sloped(floor, width, height - horizon), (0, horizon))
    pen = ImageDraw.Draw(canvas)
    if water:
        for _ in range(40):
            y = chance.uniform(horizon + 4, height)
            at, long = chance.uniform(0, width), width * 0.04 * (y - horizon) / (height - horizon) + width * 0.01
            pen.line((at, y, at + long, y), fill=shade_colour(floor[0], 1.25), width=max(1, height // 400))
    if mentions_word_of(said, "houses"):
        _houses(pen, width, height, horizon, chance, is_night=is_night)
    quay = shade_colour((128, 122, 116), 0.4 if is_night else 1.0)
    pen.polygon(
        [
            (width * 0.12, height),
            (width * 0.36, horizon + height * 0.1),
            (width * 0.66, horizon + height * 0.1),
            (width * 0.92, height),
        ],
        fill=quay,
    )
    return canvas


def _houses(
    pen: ImageDraw.ImageDraw, width: int, height: int, horizon: int, chance: random.Random, *, is_night: bool
) -> None:
    at = width * 0.56
    while at < width:
        wide, tall = width * chance.uniform(0.06, 0.1), height * chance.uniform(0.16, 0.28)
        wall = shade_colour(
            chance.choice(((176, 118, 96), (190, 160, 116), (130, 120, 140), (150, 96, 84))), 0.4 if is_night else 1.0
        )
        pen.rectangle((at, horizon - tall, at + wide, horizon + height * 0.06), fill=wall)
        pen.polygon(
            [
                (at - wide * 0.06, horizon - tall),
                (at + wide / 2, horizon - tall * 1.25),
                (at + wide * 1.06, horizon - tall),
            ],
            fill=shade_colour(wall, 0.6),
        )
        for row in range(3):
            for column in range(2):
                x, y = at + wide * (0.2 + 0.42 * column), horizon - tall * (0.86 - 0.28 * row)
                pane = (250, 208, 110) if is_night and chance.random() < 0.7 else shade_colour(wall, 0.5)
                pen.rectangle((x, y, x + wide * 0.2, y + tall * 0.14), fill=pane)
        at += wide * 1.02


def _room(width: int, height: int, horizon: int, sky: tuple[Colour, Colour], chance: random.Random) -> Image.Image:
    wall = shade_colour(chance.choice(((150, 132, 116), (118, 128, 134), (144, 120, 108))), 0.9)
    canvas = _sloped((shade_colour(wall, 0.8), wall), width, height)
    panes = max(2, round(width / height * 2.2))
    pen = ImageDraw.Draw(canvas)
    for number in range(panes):
        left = width * (number + 0.16) / panes
        right = width * (number + 0.84) / panes
        box = (round(left), round(height * 0.14), round(right), round(height * 0.48))
        canvas.paste(_sloped(sky, box[2] - box[0], box[3] - box[1]), box[:2])
        pen.rectangle(box, outline=shade_colour(wall, 0.5), width=max(3, height // 90))
        pen.line(
            ((left + right) / 2, box[1], (left + right) / 2, box[3]),
            fill=shade_colour(wall, 0.5),
            width=max(2, height // 160),
        )
    canvas.paste(_sloped(((120, 88, 62), (82, 60, 44)), width, height - horizon), (0, horizon))
    pen = ImageDraw.Draw(canvas)
    for number in range(-6, 18):
        pen.line(
            (width * (0.3 + number * 0.035), horizon, width * (number * 0.1 - 0.1), height),
            fill=(66, 48, 36),
            width=max(1, height // 300),
        )
    return canvas


def _sloped(colours: tuple[Colour, Colour], width: int, height: int) -> Image.Image:
    slope = Image.linear_gradient("L").resize((max(1, width), max(1, height)))
    return Image.composite(Image.new("RGB", slope.size, colours[1]), Image.new("RGB", slope.size, colours[0]), slope)


def change_place(first: Image.Image, prompt: str, width: int, height: int) -> Image.Image:
    """A place at another time of day, or from elsewhere."""
    picture = ImageOps.fit(first, (width, height), Image.Resampling.BICUBIC)
    said = prompt.lower()
    if "change only this" not in said:
        part = ImageOps.mirror(picture)
        zoomed = part.crop((width // 6, height // 6, width - width // 6, height - height // 6))
        return zoomed.resize((width, height), Image.Resampling.BICUBIC)
    change = said.partition("change only this")[2]
    if mentions_word_of(change, "night"):
        dark = ImageEnhance.Color(ImageEnhance.Brightness(picture).enhance(0.42)).enhance(0.6)
        return ImageChops.multiply(dark, Image.new("RGB", dark.size, (190, 205, 255)))
    if mentions_word_of(change, "dusk"):
        return Image.blend(picture, Image.new("RGB", picture.size, (236, 150, 104)), 0.28)
    return ImageEnhance.Contrast(ImageEnhance.Color(picture).enhance(0.7)).enhance(1.1)
