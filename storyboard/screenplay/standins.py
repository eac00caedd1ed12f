"""Stand-in pictures: plain cards that hold a place until a real picture is there.

A card says whom or what it stands for, in a colour that comes from the name, so that the same name looks the same in
every drawing. The same name always gives the same bytes.
"""

from __future__ import annotations

import colorsys
import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from storyboard.compiler.ir.parsed import Kind
from storyboard.files.atomic import save
from storyboard.screenplay.names import DeclaredName

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

    Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

#: Width and height of a card in pixels: a person upright, a place as wide as a frame.
_SIZES = {Kind.CHARACTER: (480, 640), Kind.PROP: (600, 600), Kind.LOCATION: (1024, 576)}
#: Drawn so many times larger and made smaller again, for smooth edges.
_SCALE = 2
_STEPS = 96
#: Fonts that systems carry, by the scripts that they write; asked for when the built-in one lacks a letter.
_FONTS = (
    "DejaVuSans.ttf", "Arial.ttf", "arial.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf",
    "Arial Unicode.ttf", "NotoSansCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc", "NotoSansCJKjp-Regular.otf",
    "Hiragino Sans GB.ttc", "PingFang.ttc",
    "msgothic.ttc", "YuGothM.ttc", "msyh.ttc", "simsun.ttc", "malgun.ttf", "AppleSDGothicNeo.ttc",
    "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf", "NotoSansDevanagari-Regular.ttf", "Nirmala.ttf",
    "NotoSansThai-Regular.ttf", "tahoma.ttf", "WenQuanYi Zen Hei.ttf", "wqy-zenhei.ttc", "unifont.ttf",
)  # fmt: skip
_NO_LETTER = "\ufffe"


def draw_stand_in(kind: Kind, name: str) -> bytes:
    """A card as PNG, its shorter side at least 480 pixels."""
    from PIL import Image, ImageDraw

    width, height = (side * _SCALE for side in _SIZES[kind])
    tones = _tones(name)
    card = Image.new("RGB", (width, height), tones[0])
    pen = ImageDraw.Draw(card)
    _wash(pen, width, height, tones)
    _FIGURES[kind](pen, width, height, tones, name)
    _write_name(pen, width, height, kind, name, tones)
    out = io.BytesIO()
    card.reduce(_SCALE).save(out, "PNG", compress_level=3)
    return out.getvalue()


def draw_missing(declared: Iterable[DeclaredName], folder: Path) -> int:
    """Draw a card for every name whose picture is not in the folder yet: all of them or, where one fails or the command
    is ended, none. Returns how many. Raises OSError."""
    drawn: list[Path] = []
    is_done = False
    try:
        for one in declared:
            if one.picture is None:
                continue
            file = folder / one.picture
            if not os.path.lexists(file):
                file.parent.mkdir(parents=True, exist_ok=True)
                picture = draw_stand_in(one.kind, one.name)
                drawn.append(file)
                save(file, picture)
        is_done = True
    finally:
        for file in () if is_done else drawn:
            file.unlink(missing_ok=True)
    return len(drawn)


Tone = tuple[int, int, int]


def _tones(name: str) -> tuple[Tone, Tone, Tone, Tone]:
    """Paper, its lower edge, the figure and ink, of one hue."""
    hue = _draws(name)[0] / 255

    def tone(lightness: float, saturation: float, turn: float = 0.0) -> Tone:
        red, green, blue = colorsys.hls_to_rgb((hue + turn) % 1.0, lightness, saturation)
        return round(red * 255), round(green * 255), round(blue * 255)

    return tone(0.92, 0.35), tone(0.80, 0.38, 0.04), tone(0.46, 0.34), tone(0.18, 0.30)


def _draws(name: str) -> bytes:
    """Bytes that a name always gives."""
    return hashlib.sha256(name.casefold().encode()).digest()


def _between(one: Tone, other: Tone, share: float) -> Tone:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _wash(pen: ImageDraw.ImageDraw, width: int, height: int, tones: tuple[Tone, ...]) -> None:
    """A ground that grows darker downwards, in more steps than the two tones have shades between them."""
    for step in range(_STEPS):
        top, bottom = height * step // _STEPS, height * (step + 1) // _STEPS
        pen.rectangle((0, top, width, bottom), fill=_between(tones[0], tones[1], step / _STEPS))


def _person(pen: ImageDraw.ImageDraw, width: int, height: int, tones: tuple[Tone, ...], name: str) -> None:
    """Head and shoulders; hair and collar differ from name to name."""
    draws = _draws(name)
    middle = width / 2
    skin = _between(tones[2], tones[0], 0.55)
    dark = _between(tones[2], tones[3], 0.55)
    head = width * (0.165 + draws[1] / 255 * 0.02)
    top = height * 0.20
    floor = height * 0.88
    hair = head * (1.10 + draws[2] % 3 * 0.06)
    long_hair = draws[3] % 2
    pen.ellipse((middle - hair, top - hair * 0.18, middle + hair, top + hair * (2.9 if long_hair else 2.0)), fill=dark)
    shoulders = width * (0.34 + draws[4] / 255 * 0.05)
    pen.rounded_rectangle(
        (middle - shoulders, height * 0.535, middle + shoulders, floor),
        radius=width * 0.15,
        fill=tones[2],
    )
    neck = head * 0.42
    pen.rounded_rectangle((middle - neck, top + head * 1.5, middle + neck, height * 0.57), radius=neck * 0.6, fill=skin)
    pen.polygon(
        [(middle - neck * 1.5, height * 0.535), (middle + neck * 1.5, height * 0.535), (middle, height * 0.605)],
        fill=skin,
    )
    pen.ellipse((middle - head, top, middle + head, top + head * 2.35), fill=skin)
    pen.pieslice((middle - head * 1.04, top - head * 0.10, middle + head * 1.04, top + head * 1.6), 180, 360, fill=dark)
    eye = head * 0.09
    for side in (-1, 1):
        x = middle + side * head * 0.42
        y = top + head * 1.15
        pen.ellipse((x - eye, y - eye, x + eye, y + eye), fill=tones[3])
    smile = (middle - head * 0.34, top + head * 1.35, middle + head * 0.34, top + head * 1.85)
    pen.arc(smile, 20, 160, fill=tones[3], width=max(4, int(head * 0.05)))


def _place(pen: ImageDraw.ImageDraw, width: int, height: int, tones: tuple[Tone, ...], name: str) -> None:
    """A sun, hills one behind the other, a row of houses."""
    draws = _draws(name)
    sun = width * 0.055
    x = width * (0.18 + draws[1] / 255 * 0.64)
    y = height * (0.16 + draws[2] / 255 * 0.10)
    pen.ellipse((x - sun, y - sun, x + sun, y + sun), fill=_between(tones[0], (255, 255, 255), 0.7))
    for layer in range(3):
        base = height * (0.46 + layer * 0.11)
        shade = _between(tones[1], tones[2], 0.25 + layer * 0.3)
        points = [(0.0, float(height))]
        for step in range(9):
            lift = draws[(layer * 9 + step) % 32] / 255 * height * 0.13
            points.append((width * step / 8, base - lift))
        points.append((float(width), float(height)))
        pen.polygon(points, fill=shade)
    _houses(pen, width, height, tones, draws)


def _houses(pen: ImageDraw.ImageDraw, width: int, height: int, tones: tuple[Tone, ...], draws: bytes) -> None:
    ground = height * 0.80
    x = width * 0.06
    wall = _between(tones[2], tones[3], 0.45)
    light = _between(tones[0], (255, 240, 190), 0.6)
    for index in range(12):
        wide = width * (0.05 + draws[index] / 255 * 0.05)
        tall = height * (0.10 + draws[index + 12] / 255 * 0.20)
        if x + wide > width * 0.96:
            break
        pen.rectangle((x, ground - tall, x + wide, height), fill=wall)
        if draws[index + 3] % 2:
            pen.polygon(
                [(x, ground - tall), (x + wide, ground - tall), (x + wide / 2, ground - tall - wide * 0.5)], fill=wall
            )
        pane = wide * 0.2
        for row in range(int(tall // (pane * 2.2))):
            for column in (0.22, 0.60):
                if (draws[(index + row) % 32] >> int(column * 5)) & 1:
                    left, up = x + wide * column, ground - tall + pane * (0.8 + row * 2.2)
                    pen.rectangle((left, up, left + pane, up + pane * 1.2), fill=light)
        x += wide + width * (0.01 + draws[index + 6] / 255 * 0.03)
    pen.rectangle((0, ground, width, height), fill=_between(tones[2], tones[3], 0.25))


def _thing(pen: ImageDraw.ImageDraw, width: int, height: int, tones: tuple[Tone, ...], name: str) -> None:
    """A box on a table."""
    del name
    left, right, top, bottom = width * 0.28, width * 0.66, height * 0.30, height * 0.70
    deep = width * 0.10
    pen.ellipse((width * 0.18, height * 0.62, width * 0.84, height * 0.80), fill=_between(tones[1], tones[2], 0.35))
    pen.polygon(
        [(left, top), (left + deep, top - deep * 0.7), (right + deep, top - deep * 0.7), (right, top)],
        fill=_between(tones[2], tones[0], 0.45),
    )
    pen.polygon(
        [(right, top), (right + deep, top - deep * 0.7), (right + deep, bottom - deep * 0.7), (right, bottom)],
        fill=_between(tones[2], tones[3], 0.4),
    )
    pen.rectangle((left, top, right, bottom), fill=tones[2])


_FIGURES = {Kind.CHARACTER: _person, Kind.PROP: _thing, Kind.LOCATION: _place}


# ---- Letters -------------------------------------------------------------------------------------------------------


class _Plate(NamedTuple):
    """Where a name stands, in shares of the card: left, top, right, bottom; its largest letters, in shares of the
    height; whether it is as light as paper or as dark as ink."""

    left: float
    top: float
    right: float
    bottom: float
    largest: float
    is_light: bool


#: A name stands on what it names, so that it goes where the figure goes, above the captions of an animatic and below
#: its top line.
_PLATES = {
    Kind.CHARACTER: _Plate(0.18, 0.61, 0.82, 0.75, 0.068, is_light=True),
    Kind.PROP: _Plate(0.29, 0.33, 0.65, 0.67, 0.085, is_light=True),
    Kind.LOCATION: _Plate(0.04, 0.09, 0.96, 0.22, 0.085, is_light=False),
}


def _write_name(
    pen: ImageDraw.ImageDraw, width: int, height: int, kind: Kind, name: str, tones: tuple[Tone, ...]
) -> None:
    """The name on its plate, as large as fits on at most three lines."""
    plate = _PLATES[kind]
    wide, tall = width * (plate.right - plate.left), height * (plate.bottom - plate.top)
    ink = _between(tones[0], (255, 255, 255), 0.6) if plate.is_light else tones[3]
    size = int(height * plate.largest)
    while size > height * 0.015:
        font = _font(name, size)
        for lines in _layouts(name):
            boxes = [pen.textbbox((0, 0), line, font=font) for line in lines]
            high = size * 1.2 * len(lines)
            if max(box[2] - box[0] for box in boxes) <= wide and high <= tall:
                y = height * plate.top + (tall - high) / 2
                for line, box in zip(lines, boxes, strict=True):
                    x = width * plate.left + (wide - (box[2] - box[0])) / 2 - box[0]
                    pen.text((x, y), line, font=font, fill=ink)
                    y += size * 1.2
                return
        size = int(size * 0.9)


def _layouts(name: str) -> Iterator[list[str]]:
    """The name on one line, on two and on three, as even as its words allow."""
    words = name.split()
    yield [name]
    for count in range(2, min(len(words), 3) + 1):
        cuts = min(combinations(range(1, len(words)), count - 1), key=lambda cuts: _longest(words, cuts))
        yield _divided(words, cuts)


def _longest(words: list[str], cuts: tuple[int, ...]) -> int:
    return max(map(len, _divided(words, cuts)))


def _divided(words: list[str], cuts: tuple[int, ...]) -> list[str]:
    return [" ".join(words[start:end]) for start, end in pairwise((0, *cuts, len(words)))]


def _font(name: str, size: int) -> Font:
    """A font that has every letter of the name; the built-in one where none has."""
    from PIL import ImageFont

    path = _font_for("".join(sorted(set(name))))
    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)


@cache
def _font_for(letters: str) -> str | None:
    from PIL import ImageFont

    if _writes(ImageFont.load_default(40), letters):
        return None
    for path in _FONTS:
        try:
            font = ImageFont.truetype(path, 40)
        except OSError:
            continue
        if _writes(font, letters):
            return path
    return None


def _writes(font: Font, letters: str) -> bool:
    """Whether the font has its own shape for each letter, and not the box that stands for a missing one."""
    missing = bytes(font.getmask(_NO_LETTER))
    return all(letter.isspace() or bytes(font.getmask(letter)) != missing for letter in letters)
