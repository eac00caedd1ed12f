"""Pictures of the sandbox: drawn from the request alone, so that a person sees what was sent.

A person is a figure in the colours of the words, a thing a solid with its name, a place a stage with its time of day.
The same request gives the same bytes.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from storyboard.catalog import read_table
from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.drawing.compositing import compose
from storyboard.drawing.images import read_picture
from storyboard.drawing.plain_ground import cut_from_plain_ground
from storyboard.drawing.still import Still, Subject, spread
from storyboard.drawing.text_layout import fit, write

Colour = tuple[int, int, int]

#: Pixels of a picture at 1K; of the longer side at 2K and 4K.
_AREA, _LONG = 1 << 20, {"2K": 2048, "4K": 4096}
_GROUND_TOP, _GROUND_LOW = (206, 208, 210), (180, 183, 187)
_SKINS: tuple[Colour, ...] = ((236, 198, 170), (214, 166, 132), (176, 124, 92), (128, 86, 62))
_HAIRS: tuple[Colour, ...] = ((58, 40, 32), (96, 64, 40), (36, 34, 38), (150, 106, 62))
_CLOTHES: tuple[Colour, ...] = ((70, 98, 120), (122, 82, 92), (86, 110, 84), (126, 108, 76))
_GRAIN = 2  # values by which a point differs from what was drawn: a camera's picture is never smooth
_BLOCK = 16
_SIGNS = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W\d_]+")
#: What a place's prompt says of inside and outside, and of the time of day.
_SETTING = re.compile(r"^Setting: (.+)$", re.MULTILINE)
_PLACE = re.compile(r"Picture ([0-9]+) is the place")
_NAME = re.compile(r"[:：]\s*(?:an?|the)?\s*([^.,。、，]+)")


def draw_from_words(
    prompt: str, aspect: str, resolution: str | None, kind: str, size: tuple[int, int] | None, seed: int | None
) -> bytes:
    """The picture of a prompt: a place where the words say so, a thing, else a person."""
    width, height = size or _size(aspect, resolution)
    said = prompt.lower()
    if _says(said, "place"):
        picture = _place(prompt, width, height, seed)
    elif _says(said, "thing"):
        picture = _thing(prompt, width, height, seed)
    else:
        picture = _person(prompt, width, height, seed)
    return _encoded(picture, kind, prompt)


def draw_edit(prompt: str, pictures: Sequence[bytes], aspect: str | None, resolution: str | None, kind: str) -> bytes:
    """A picture made from others: the same place at another time or from elsewhere; the same person or thing from
    another side or in another look; several together in one frame."""
    said = prompt.lower()
    first = _read(pictures[0]) if pictures else None
    width, height = (
        _size(aspect, resolution) if aspect and ":" in aspect else (first.size if first else _size("1:1", None))
    )
    if said.startswith("one frame of a film") or len(pictures) > 1:
        return _encoded(_frame(prompt, pictures, width, height), kind, prompt)
    if _says(said, "place") and first is not None:
        return _encoded(_changed_place(first, prompt, width, height), kind, prompt)
    if _says(said, "thing"):
        return _encoded(_thing(prompt, width, height, None), kind, prompt)
    return _encoded(_person(prompt, width, height, None, first), kind, prompt)


def _size(aspect: str, resolution: str | None) -> tuple[int, int]:
    across, down = (int(part) for part in aspect.split(":"))
    ratio = across / down
    if long := _LONG.get(resolution or ""):
        width, height = (long, long / ratio) if ratio >= 1 else (long * ratio, long)
    else:
        width, height = (_AREA * ratio) ** 0.5, (_AREA / ratio) ** 0.5
    return round(width / _BLOCK) * _BLOCK, round(height / _BLOCK) * _BLOCK


def _says(said: str, key: str) -> bool:
    """Whether a prompt in small letters has one of the words of the table, whole where it is of Latin letters."""
    plain = f" {_SIGNS.sub(' ', said)} "
    return any(f" {_SIGNS.sub(' ', word)} " in plain if word.isascii() else word in said for word in _words()[key])


@cache
def _words() -> dict[str, list[str]]:
    found: dict[str, list[str]] = read_table("sandbox_pictures.toml")["words"]
    return found


@cache
def _colours() -> dict[str, Colour]:
    table: dict[str, str] = read_table("sandbox_pictures.toml")["colours"]
    return {word: (int(code[:2], 16), int(code[2:4], 16), int(code[4:], 16)) for word, code in table.items()}


#: A rectangle in heads from the middle of a figure's foot, as corners in pixels.
_Box = Callable[[float, float, float, float], tuple[float, float, float, float]]


class _Palette(NamedTuple):
    cloth: Colour
    hair: Colour
    skin: Colour


def _look_in(prompt: str) -> str:
    """The words of a prompt that tell of a look: what comes after the first colon, to the end of its line."""
    found = re.search(r"[:：]\s*(.+)", prompt)
    return found[1] if found else prompt


def _palette(prompt: str, seed: int | None) -> _Palette:
    """Colours by the words: one before hair is the hair's, any other the cloth's; what is not said goes by the look."""
    look = _look_in(prompt).lower()
    words = _WORD.findall(look)
    chance = random.Random(f"{look} {seed or 0}")  # noqa: S311 # colours, not secrets
    cloth, hair = chance.choice(_CLOTHES), chance.choice(_HAIRS)
    colours = _colours()
    is_cloth_known = False
    for number, word in enumerate(words):
        colour = colours.get(word) or next(
            (one for key, one in colours.items() if not key.isascii() and key in word), None
        )
        if colour is None:
            continue
        if any(after in _words()["hair"] for after in words[number + 1 : number + 3]):
            hair = colour
        elif not is_cloth_known:
            cloth, is_cloth_known = colour, True
    return _Palette(cloth, hair, chance.choice(_SKINS))


def _shade(colour: Colour, share: float) -> Colour:
    """A colour darker (below 1) or lighter (above)."""
    red, green, blue = (min(255, max(0, round(channel * share))) for channel in colour)
    return red, green, blue


def _studio(width: int, height: int) -> Image.Image:
    slope = Image.linear_gradient("L").resize((width, height))
    return Image.composite(Image.new("RGB", slope.size, _GROUND_LOW), Image.new("RGB", slope.size, _GROUND_TOP), slope)


def _person(prompt: str, width: int, height: int, seed: int | None, like: Image.Image | None = None) -> Image.Image:
    """A figure before a plain ground, from the side that the words say; with the skin and the hair of the one that it
    is made from."""
    said = prompt.lower()
    canvas = _studio(width, height)
    pen = ImageDraw.Draw(canvas)
    unit, middle, foot = _measures(width, height)
    colours = _palette(prompt, seed)
    if like is not None:
        colours = colours._replace(skin=_seen_at(like, _CHEEK), hair=_seen_at(like, _TEMPLE))
    turn = 1.0 if _says(said, "side") else 0.5 if _says(said, "quarter") else 0.0
    is_back = _says(said, "back")
    broad = 1.0 - 0.38 * turn

    def box(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        return middle + x0 * unit, foot - y0 * unit, middle + x1 * unit, foot - y1 * unit

    dark, boots = _shade(colours.cloth, 0.74), (52, 46, 44)
    trousers = _shade((84, 78, 80), 0.8)
    for side in (-1, 1):
        shift = side * 0.42 * broad
        pen.rectangle(box(shift - 0.3, 1.9, shift + 0.3, 0.3), fill=trousers)
        toe = 0.28 * turn if not is_back else 0.0
        pen.rounded_rectangle(box(shift - 0.36, 0.42, shift + 0.36 + toe, 0.0), unit * 0.14, fill=boots)
    if _says(_look_in(said), "dress"):
        pen.polygon(
            [
                box(-0.75 * broad, 4.4, 0, 0)[:2],
                box(0.75 * broad, 4.4, 0, 0)[:2],
                box(1.25 * broad, 0.9, 0, 0)[:2],
                box(-1.25 * broad, 0.9, 0, 0)[:2],
            ],
            fill=colours.cloth,
        )
    pen.rounded_rectangle(box(-1.0 * broad, 5.0, 1.0 * broad, 1.6), unit * 0.3, fill=colours.cloth)
    pen.polygon(
        [
            box(-1.0 * broad, 2.4, 0, 0)[:2],
            box(1.0 * broad, 2.4, 0, 0)[:2],
            box(1.14 * broad, 1.5, 0, 0)[:2],
            box(-1.14 * broad, 1.5, 0, 0)[:2],
        ],
        fill=colours.cloth,
    )
    arms = (-1, 1) if turn < 1 else (0,)
    for side in arms:
        at = side * 1.08 * broad
        pen.rounded_rectangle(box(at - 0.24, 4.8, at + 0.24, 2.5), unit * 0.24, fill=dark)
        pen.ellipse(box(at - 0.2, 2.62, at + 0.2, 2.2), fill=colours.skin)
    if not is_back and turn < 1:
        seam = 0.35 * turn
        pen.line(box(seam, 4.85, seam, 1.6), fill=dark, width=max(2, round(unit * 0.05)))
        for step in range(4):
            pen.ellipse(
                box(seam + 0.12, 4.4 - step * 0.6, seam + 0.24, 4.28 - step * 0.6), fill=_shade(colours.cloth, 0.5)
            )
    pen.rectangle(box(-0.24, 5.3, 0.24, 4.9), fill=_shade(colours.skin, 0.88))
    pen.ellipse(box(-0.66, 6.62, 0.66, 5.1), fill=colours.skin)
    _face(pen, box, unit, colours, said, turn, is_back=is_back)
    return canvas


#: Where a figure from the front shows its skin and its hair, in heads from its foot.
_CHEEK, _TEMPLE = (-0.3, 5.7), (-0.5, 6.25)


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
    pen: ImageDraw.ImageDraw, box: _Box, unit: float, colours: _Palette, said: str, turn: float, *, is_back: bool
) -> None:
    """Hair, eyes, mouth, and what the words put on a head."""
    look = _look_in(said)
    if is_back:
        pen.ellipse(box(-0.7, 6.72, 0.7, 5.2), fill=colours.hair)
    else:
        shift = 0.3 * turn
        pen.chord(box(-0.7, 6.74, 0.7, 5.3), 180 - 12 * turn, 360 + 4 * turn, fill=colours.hair)
        if turn:
            pen.chord(box(-0.72, 6.7, 0.1, 5.2), 90, 270, fill=colours.hair)
        if _says(look, "beard"):
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
    if _says(look, "hat"):
        pen.rounded_rectangle(box(-0.78, 6.62, 0.78 + 0.2 * turn, 6.42), unit * 0.08, fill=(44, 46, 54))
        pen.rounded_rectangle(box(-0.62, 6.95, 0.62, 6.5), unit * 0.18, fill=(44, 46, 54))


def _thing(prompt: str, width: int, height: int, seed: int | None) -> Image.Image:
    """A solid with its name on it, before a plain ground."""
    canvas = _studio(width, height)
    pen = ImageDraw.Draw(canvas)
    colour = _palette(prompt, seed).cloth
    side = min(width, height)
    turn = 0.75 if _says(prompt.lower(), "side") else 1.0
    left, right = width / 2 - side * 0.3 * turn, width / 2 + side * 0.3 * turn
    top, low = height * 0.3, height * 0.8
    pen.arc(
        (width / 2 - side * 0.16, top - side * 0.17, width / 2 + side * 0.16, top + side * 0.17),
        180,
        360,
        fill=_shade(colour, 0.6),
        width=round(side * 0.03),
    )
    pen.rounded_rectangle((left, top, right, low), side * 0.06, fill=colour)
    pen.rounded_rectangle((left, top, left + (right - left) * 0.24, low), side * 0.06, fill=_shade(colour, 1.16))
    pen.rounded_rectangle((left, low - side * 0.09, right, low), side * 0.05, fill=_shade(colour, 0.7))
    found = _NAME.search(prompt)
    words = " ".join((found[1] if found else "thing").split()[-3:])
    label = fit(words, round((right - left) * 0.9), 2, max(12, round(side * 0.06)), True)
    write(canvas, label, round(width / 2), round((top + low) / 2 - label.height / 2), (255, 255, 255, 255), "middle")
    return canvas


def _place(prompt: str, width: int, height: int, seed: int | None) -> Image.Image:
    """A stage: what is inside has a wall with windows and a floor, what is outside a sky over land or water."""
    said = f"{_look_in(prompt)} {told[1] if (told := _SETTING.search(prompt)) else ''}".lower()
    chance = random.Random(f"{said} {seed or 0}")  # noqa: S311 # shapes, not secrets
    is_night, is_dusk = _says(said, "night"), _says(said, "dusk")
    sky: tuple[Colour, Colour] = (
        ((18, 24, 52), (50, 58, 96))
        if is_night
        else ((92, 88, 140), (236, 168, 128))
        if is_dusk
        else ((124, 168, 210), (220, 230, 232))
    )
    horizon = round(height * 0.62)
    if _says(said, "inside"):
        return _room(width, height, horizon, sky, chance)
    canvas = _sloped(sky, width, height)
    pen = ImageDraw.Draw(canvas)
    glow = (250, 236, 190) if not is_night else (226, 228, 236)
    x, r = width * chance.uniform(0.2, 0.8), min(width, height) * 0.06
    pen.ellipse((x - r, height * 0.2 - r, x + r, height * 0.2 + r), fill=glow)
    far = _shade(sky[1], 0.62)
    pen.polygon(
        [
            (0, horizon),
            *((width * step / 8, horizon - height * chance.uniform(0.02, 0.14)) for step in range(9)),
            (width, horizon),
        ],
        fill=far,
    )
    water = _says(said, "water")
    floor: tuple[Colour, Colour] = ((60, 92, 118), (34, 56, 80)) if water else ((126, 118, 98), (84, 78, 66))
    if is_night:
        floor = _shade(floor[0], 0.42), _shade(floor[1], 0.42)
    canvas.paste(_sloped(floor, width, height - horizon), (0, horizon))
    pen = ImageDraw.Draw(canvas)
    if water:
        for _ in range(40):
            y = chance.uniform(horizon + 4, height)
            at, long = chance.uniform(0, width), width * 0.04 * (y - horizon) / (height - horizon) + width * 0.01
            pen.line((at, y, at + long, y), fill=_shade(floor[0], 1.25), width=max(1, height // 400))
    if _says(said, "houses"):
        _houses(pen, width, height, horizon, chance, is_night=is_night)
    quay = _shade((128, 122, 116), 0.4 if is_night else 1.0)
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
        wall = _shade(
            chance.choice(((176, 118, 96), (190, 160, 116), (130, 120, 140), (150, 96, 84))), 0.4 if is_night else 1.0
        )
        pen.rectangle((at, horizon - tall, at + wide, horizon + height * 0.06), fill=wall)
        pen.polygon(
            [
                (at - wide * 0.06, horizon - tall),
                (at + wide / 2, horizon - tall * 1.25),
                (at + wide * 1.06, horizon - tall),
            ],
            fill=_shade(wall, 0.6),
        )
        for row in range(3):
            for column in range(2):
                x, y = at + wide * (0.2 + 0.42 * column), horizon - tall * (0.86 - 0.28 * row)
                pane = (250, 208, 110) if is_night and chance.random() < 0.7 else _shade(wall, 0.5)
                pen.rectangle((x, y, x + wide * 0.2, y + tall * 0.14), fill=pane)
        at += wide * 1.02


def _room(width: int, height: int, horizon: int, sky: tuple[Colour, Colour], chance: random.Random) -> Image.Image:
    wall = _shade(chance.choice(((150, 132, 116), (118, 128, 134), (144, 120, 108))), 0.9)
    canvas = _sloped((_shade(wall, 0.8), wall), width, height)
    panes = max(2, round(width / height * 2.2))
    pen = ImageDraw.Draw(canvas)
    for number in range(panes):
        left = width * (number + 0.16) / panes
        right = width * (number + 0.84) / panes
        box = (round(left), round(height * 0.14), round(right), round(height * 0.48))
        canvas.paste(_sloped(sky, box[2] - box[0], box[3] - box[1]), box[:2])
        pen.rectangle(box, outline=_shade(wall, 0.5), width=max(3, height // 90))
        pen.line(
            ((left + right) / 2, box[1], (left + right) / 2, box[3]),
            fill=_shade(wall, 0.5),
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


def _changed_place(first: Image.Image, prompt: str, width: int, height: int) -> Image.Image:
    """A place at another time of day, or from elsewhere."""
    picture = ImageOps.fit(first, (width, height), Image.Resampling.BICUBIC)
    said = prompt.lower()
    if "change only this" not in said:
        part = ImageOps.mirror(picture)
        zoomed = part.crop((width // 6, height // 6, width - width // 6, height - height // 6))
        return zoomed.resize((width, height), Image.Resampling.BICUBIC)
    change = said.partition("change only this")[2]
    if _says(change, "night"):
        dark = ImageEnhance.Color(ImageEnhance.Brightness(picture).enhance(0.42)).enhance(0.6)
        return ImageChops.multiply(dark, Image.new("RGB", dark.size, (190, 205, 255)))
    if _says(change, "dusk"):
        return Image.blend(picture, Image.new("RGB", picture.size, (236, 150, 104)), 0.28)
    return ImageEnhance.Contrast(ImageEnhance.Color(picture).enhance(0.7)).enhance(1.1)


def _frame(prompt: str, pictures: Sequence[bytes], width: int, height: int) -> Image.Image:
    """Several pictures in one frame: the place is the one that the prompt names, else the first that shows nobody
    before a plain ground."""
    named = _PLACE.search(prompt)
    number = int(named[1][:2]) - 1 if named else next((n for n, one in enumerate(pictures) if not _is_figure(one)), -1)
    places = [data for n, data in enumerate(pictures) if n == number]
    figures = [data for n, data in enumerate(pictures) if n != number]
    subjects = tuple(Subject(f"picture {number}", "character", data) for number, data in enumerate(figures, 1))
    backdrop = Subject("place", "location", places[0]) if places else None
    return compose(Still(backdrop, spread(subjects)), width, height).picture.convert("RGB")


def _is_figure(data: bytes) -> bool:
    """Whether a picture shows somebody or something before a plain ground."""
    picture = _read(data)
    return picture is not None and cut_from_plain_ground(picture) is not None


def _read(data: bytes) -> Image.Image | None:
    try:
        return read_picture(data).convert("RGB")
    except UnreadableImage:
        return None


def _encoded(picture: Image.Image, kind: str, prompt: str) -> bytes:
    """The bytes of a picture, with a little grain, as a camera's has: what is drawn is as large a file as what is
    photographed."""
    digest = sha256(prompt.encode("utf-8", "surrogatepass")).digest()
    grain = random.Random(digest).randbytes(picture.width * picture.height)  # noqa: S311 # grain
    noise = Image.frombytes("L", picture.size, grain).point(lambda value: value * (_GRAIN + 1) // 256)
    grained = ImageChops.add(picture.filter(ImageFilter.SMOOTH), Image.merge("RGB", (noise, noise, noise)))
    body = io.BytesIO()
    if kind == "png":
        grained.save(body, "PNG", compress_level=3)
    else:
        grained.save(body, kind.upper(), quality=96)
    return body.getvalue()
