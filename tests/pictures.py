"""Draws the reference pictures of the examples: `python tests/pictures.py` writes them into their folders.

Flat illustrations, as a storyboard artist's reference sheet has them: a subject on a plain ground from the front, from
the side and between; places without people. Everything is drawn at twice its size and scaled down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFilter

EXAMPLES = Path(__file__).parent.parent / "examples"
SCALE = 2

View = Literal["front", "side", "45"]
Colour = tuple[int, int, int]


class Sheet:
    """A picture under way, in units of its final pixels."""

    def __init__(self, width: int, height: int, top: Colour, bottom: Colour) -> None:
        self.width, self.height = width, height
        self.image = Image.new("RGB", (width * SCALE, height * SCALE))
        self.draw = ImageDraw.Draw(self.image)
        self.fade(0, height, top, bottom)

    def fade(self, start: float, end: float, top: Colour, bottom: Colour) -> None:
        """A vertical run from one colour to another."""
        rows = int((end - start) * SCALE)
        for row in range(rows):
            part = row / max(1, rows - 1)
            colour = tuple(round(a + (b - a) * part) for a, b in zip(top, bottom, strict=True))
            self.draw.line([(0, start * SCALE + row), (self.width * SCALE, start * SCALE + row)], fill=colour)

    def oval(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        self.draw.ellipse([v * SCALE for v in (x - rx, y - ry, x + rx, y + ry)], fill=colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour, round_: float = 0) -> None:
        self.draw.rounded_rectangle([v * SCALE for v in (left, top, right, bottom)], round_ * SCALE, fill=colour)

    def shape(self, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=colour)

    def line(self, points: Sequence[tuple[float, float]], colour: Colour, width: float) -> None:
        self.draw.line(
            [(x * SCALE, y * SCALE) for x, y in points], fill=colour, width=int(width * SCALE), joint="curve"
        )

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float = 0.8) -> None:
        """Soft light around a point."""
        mask = Image.new("L", self.image.size, 0)
        box = [v * SCALE for v in (x - radius, y - radius, x + radius, y + radius)]
        ImageDraw.Draw(mask).ellipse(box, fill=int(255 * strength))
        mask = mask.filter(ImageFilter.GaussianBlur(radius * SCALE * 0.45))
        self.image.paste(Image.new("RGB", self.image.size, colour), mask=mask)
        self.draw = ImageDraw.Draw(self.image)

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        small = self.image.resize((self.width, self.height), Image.Resampling.LANCZOS)
        small.quantize(128, dither=Image.Dither.NONE).convert("P").save(path, optimize=True)


def darker(colour: Colour, by: float = 0.78) -> Colour:
    red, green, blue = (round(part * by) for part in colour)
    return red, green, blue


@dataclass(frozen=True)
class Person:
    """How somebody looks. `beard` and `hat` are colours or None; `long` coats reach the shins."""

    coat: Colour
    hair: Colour
    skin: Colour = (232, 188, 156)
    trousers: Colour = (58, 62, 78)
    boots: Colour = (46, 38, 34)
    scarf: Colour | None = None
    beard: Colour | None = None
    hat: Colour | None = None
    height: float = 1.0
    long_hair: bool = False
    fur: Colour | None = None


def draw_person(person: Person, view: View) -> Sheet:
    """A full figure on a plain ground."""
    sheet = Sheet(480, 640, (236, 232, 224), (214, 208, 198))
    sheet.oval(240, 592, 110, 16, (190, 182, 170))
    turn = {"front": 0.0, "45": 0.5, "side": 1.0}[view]
    tall = person.height
    foot, hip, neck = 588.0, 588 - 190 * tall, 588 - 385 * tall
    middle = 240.0
    _draw_legs(sheet, person, middle, hip, foot, turn)
    _draw_coat(sheet, person, middle, neck, hip, turn, tall)
    _draw_head(sheet, person, middle, neck, turn, tall)
    return sheet


def _draw_legs(sheet: Sheet, person: Person, x: float, hip: float, foot: float, turn: float) -> None:
    apart = 30 * (1 - 0.55 * turn)
    for side in (-1, 1):
        left = x + side * apart - 19
        colour = person.trousers if side > 0 else darker(person.trousers, 0.88)
        sheet.box(left, hip - 10, left + 38, foot - 20, colour, 10)
        reach = 20 * turn
        sheet.box(left - 3, foot - 46, left + 41 + reach, foot, person.boots, 10)


def _draw_coat(sheet: Sheet, person: Person, x: float, neck: float, hip: float, turn: float, tall: float) -> None:
    half, hem = 74 * (1 - 0.3 * turn), 96 * (1 - 0.3 * turn)
    bottom = hip + 52 * tall
    back = darker(person.coat, 0.84)
    for side in (-1, 1):
        if turn == 1.0 and side < 0:
            continue
        reach = x + side * (half + 4) * (1 - 0.75 * turn)
        hand = (reach + side * 16 * (1 - turn) + 10 * turn, hip + 6)
        sheet.line([(reach - side * 10, neck + 44), (reach + side * 8 * (1 - turn), neck + 110), hand], back, 36)
        sheet.oval(*hand, 16, 17, person.skin)
    body = [(x - half * 0.72, neck + 12), (x + half * 0.72, neck + 12), (x + half, neck + 40), (x + hem, bottom)]
    body += [(x - hem, bottom), (x - half, neck + 40)]
    sheet.shape(body, person.coat)
    sheet.oval(x, neck + 30, half * 0.96, 28, person.coat)
    seam = x + 34 * turn
    sheet.line([(seam, neck + 36), (seam, bottom)], darker(person.coat, 0.72), 4)
    for button in range(4):
        sheet.oval(seam + 13, neck + 78 + button * 42 * tall, 5, 5, darker(person.coat, 0.5))
    if person.fur:
        sheet.box(x - hem, bottom - 20, x + hem, bottom + 4, person.fur, 12)
    if turn == 1.0:
        sheet.line([(x - 4, neck + 52), (x - 10, neck + 116), (x + 8, hip + 2)], back, 38)
        sheet.oval(x + 10, hip + 8, 16, 17, person.skin)


def _draw_head(sheet: Sheet, person: Person, x: float, neck: float, turn: float, tall: float) -> None:
    y, shift = neck - 52, 12 * turn
    if person.long_hair:
        sheet.box(x - 56 - 6 * turn, y - 18, x + 56 - 52 * turn, y + 96, darker(person.hair, 0.9), 30)
    sheet.box(x - 20, neck - 24, x + 20, neck + 26, darker(person.skin, 0.9), 12)
    sheet.oval(x + shift * 0.4, y, 52, 60, person.skin)
    if turn > 0:
        sheet.oval(x + 51 * turn + 4, y + 8, 10, 9, person.skin)
    hair = person.hair
    sheet.draw.pieslice(
        [v * SCALE for v in (x - 58 - 4 * turn, y - 68, x + 56, y + 44)], 180 - 40 * turn, 360, fill=hair
    )
    if turn > 0.4:
        sheet.oval(x - 36, y - 4, 24, 44, hair)
    for side in (-1, 1):
        eye = x + side * 19 * (1 - 0.3 * turn) + 24 * turn
        if turn == 1.0 and side < 0:
            continue
        sheet.oval(eye, y + 4, 5, 6.5, (52, 42, 40))
        sheet.oval(eye, y + 26, 9, 5, (226, 162, 138))
    mouth = x + 24 * turn
    if person.beard:
        sheet.draw.pieslice([v * SCALE for v in (mouth - 44, y - 12, mouth + 40, y + 76)], 0, 180, fill=person.beard)
        sheet.line([(mouth - 9, y + 38), (mouth + 9, y + 38)], (150, 90, 80), 4)
    else:
        sheet.draw.arc([v * SCALE for v in (mouth - 13, y + 20, mouth + 13, y + 38)], 20, 160, (160, 92, 84), 3 * SCALE)
    if person.hat:
        sheet.box(x - 60, y - 62, x + 58, y - 22, person.hat, 22)
        sheet.box(x - 64, y - 38, x + 62 + 16 * turn, y - 20, darker(person.hat), 9)
    collar = person.fur or person.scarf
    if collar:
        sheet.box(x - 50, neck - 6, x + 50, neck + 30, collar, 16)
        if person.scarf and not person.fur:
            sheet.box(x - 34, neck + 14, x - 8, neck + 96 * tall, darker(person.scarf, 0.9), 8)


def draw_lantern(view: View = "front") -> Sheet:
    """A brass storm lantern, dented on one side."""
    sheet = Sheet(480, 480, (236, 232, 224), (214, 208, 198))
    sheet.oval(240, 430, 120, 16, (190, 182, 170))
    brass, dark = (196, 152, 72), (140, 102, 44)
    wide = 1.0 if view == "front" else 0.8
    sheet.draw.arc([v * SCALE for v in (240 - 96 * wide, 40, 240 + 96 * wide, 300)], 180, 360, dark, 9 * SCALE)
    sheet.glow(240, 250, 130, (255, 226, 150), 0.5)
    sheet.box(240 - 64 * wide, 168, 240 + 64 * wide, 342, (250, 236, 190), 34)
    sheet.shape([(240, 214), (262, 268), (240, 302), (218, 268)], (246, 170, 60))
    sheet.shape([(240, 244), (252, 274), (240, 296), (228, 274)], (255, 230, 150))
    for side in (-1, 1):
        sheet.line([(240 + side * 66 * wide, 168), (240 + side * 66 * wide, 342)], dark, 8)
    sheet.shape([(240 - 58 * wide, 130), (240 + 58 * wide, 130), (240 + 84 * wide, 172), (240 - 84 * wide, 172)], brass)
    sheet.box(240 - 30 * wide, 96, 240 + 30 * wide, 132, dark, 8)
    sheet.box(240 - 92 * wide, 336, 240 + 92 * wide, 426, brass, 18)
    sheet.box(240 - 92 * wide, 372, 240 + 92 * wide, 384, dark)
    sheet.oval(240 + 54 * wide, 404, 16, 11, darker(brass, 0.86))
    return sheet


def draw_boat(view: View = "front") -> Sheet:
    """A small wooden rowing boat, blue above the waterline."""
    sheet = Sheet(640, 480, (236, 232, 224), (214, 208, 198))
    sheet.oval(320, 392, 260 if view == "side" else 190, 20, (190, 182, 170))
    blue, wood = (62, 104, 138), (156, 112, 70)
    if view == "side":
        sheet.shape([(60, 230), (580, 230), (520, 388), (130, 388)], blue)
        sheet.shape([(60, 230), (580, 230), (570, 256), (70, 256)], wood)
        sheet.line([(110, 320), (548, 320)], darker(blue), 6)
    else:
        sheet.shape([(150, 220), (490, 220), (420, 388), (220, 388)], blue)
        sheet.oval(320, 222, 172, 46, wood)
        sheet.oval(320, 226, 146, 34, darker(wood, 0.6))
        sheet.box(190, 220, 450, 238, wood, 6)
        sheet.line([(320, 262), (320, 386)], darker(blue), 7)
    return sheet


def _water(sheet: Sheet, top: float, light: Colour, dark: Colour) -> None:
    sheet.fade(top, sheet.height, light, dark)
    for row in range(9):
        y = top + 14 + row * row * 3.4
        for start in range(-40 + row * 37 % 90, sheet.width, 150):
            sheet.line([(start, y), (start + 40 + row * 6, y)], darker(light, 1.12 if row % 2 else 0.9), 2)


def draw_harbor(time: Literal["dusk", "night", "dawn"]) -> Sheet:
    """A stone quay, houses behind, the sea to the left."""
    sky = {
        "dusk": ((86, 92, 138), (238, 168, 128)),
        "night": ((14, 20, 44), (40, 54, 88)),
        "dawn": ((150, 176, 208), (250, 214, 178)),
    }[time]
    sheet = Sheet(960, 540, *sky)
    night = time == "night"
    if night:
        for star in range(40):
            sheet.oval(star * 137 % 960, star * 71 % 210, 1.4, 1.4, (220, 226, 240))
    if time == "dawn":
        sheet.glow(210, 250, 120, (255, 236, 190), 0.9)
        sheet.oval(210, 250, 30, 30, (255, 240, 200))
    _water(sheet, 262, darker(sky[1], 0.86), darker(sky[0], 0.8))
    wall = (58, 62, 74) if night else (126, 118, 114)
    houses = [(470, 150, 92), (562, 118, 110), (672, 160, 84), (756, 96, 120), (876, 140, 100)]
    for index, (left, top, width) in enumerate(houses):
        base = [(150, 96, 84), (176, 148, 112), (110, 122, 136), (164, 120, 96), (128, 108, 118)][index]
        colour = darker(base, 0.38) if night else darker(base, 0.9 if time == "dusk" else 1.05)
        sheet.box(left, top, left + width, 330, colour)
        sheet.shape([(left - 8, top), (left + width / 2, top - 46), (left + width + 8, top)], darker(colour, 0.7))
        for row in range(2):
            for column in range(2):
                x, y = left + 18 + column * (width - 58), top + 28 + row * 62
                lit = night or (time == "dusk" and (index + row + column) % 2 == 0)
                sheet.box(x, y, x + 24, y + 34, (250, 208, 120) if lit else darker(colour, 0.6), 3)
    sheet.shape([(380, 316), (960, 316), (960, 540), (170, 540)], wall)
    for row in range(5):
        y = 336 + row * row * 9 + row * 8
        sheet.line([(380 - row * 46, y), (960, y)], darker(wall, 0.82), 3)
        for column in range(9):
            x = 420 - row * 40 + column * (74 + row * 14)
            sheet.line([(x, y), (x - 12, y + 26 + row * 9)], darker(wall, 0.82), 3)
    for x in (480, 760):
        sheet.line([(x, 330), (x, 190)], (36, 34, 40), 6)
        sheet.box(x - 11, 166, x + 11, 194, (252, 222, 150) if time != "dawn" else (196, 200, 204), 5)
        if time != "dawn":
            sheet.glow(x, 182, 60, (255, 214, 130), 0.42)
    if time == "dusk":
        sheet.glow(250, 300, 150, (226, 200, 190), 0.45)
    return sheet


def draw_lamp_room() -> Sheet:
    """The round room at the top of a lighthouse, windows all around."""
    sheet = Sheet(960, 540, (70, 78, 118), (232, 160, 120))
    _water(sheet, 330, (150, 120, 124), (62, 70, 104))
    frame = (86, 62, 48)
    for x in range(-20, 1000, 160):
        sheet.box(x, 0, x + 18, 400, frame)
    sheet.box(0, 0, 960, 46, darker(frame))
    sheet.box(0, 196, 960, 208, frame)
    sheet.box(0, 392, 960, 540, (120, 84, 60))
    sheet.box(0, 392, 960, 410, darker(frame))
    for x in range(0, 960, 96):
        sheet.line([(480 + (x - 480) * 0.8, 410), (480 + (x - 480) * 1.7, 540)], (98, 68, 48), 4)
    sheet.glow(480, 240, 170, (255, 226, 160), 0.55)
    sheet.shape([(420, 330), (540, 330), (560, 452), (400, 452)], (92, 96, 106))
    sheet.box(412, 140, 548, 336, (236, 226, 190), 40)
    for ring in range(5):
        sheet.line([(416, 170 + ring * 34), (544, 170 + ring * 34)], (190, 176, 130), 4)
    sheet.shape([(410, 146), (550, 146), (516, 96), (444, 96)], (150, 116, 60))
    sheet.box(110, 330, 250, 404, (140, 98, 66), 6)
    sheet.box(130, 300, 190, 332, (160, 62, 52), 4)
    sheet.box(136, 288, 184, 302, (70, 104, 120), 4)
    return sheet


def draw_sea_wall() -> Sheet:
    """A breakwater in a storm at night, its end out in the waves."""
    sheet = Sheet(960, 540, (20, 24, 40), (62, 72, 92))
    for cloud in range(9):
        sheet.oval(cloud * 131 - 40, 40 + cloud * 53 % 90, 150, 44, (34, 40, 58))
    _water(sheet, 250, (58, 74, 92), (22, 30, 46))
    for wave in range(6):
        x = wave * 190 - 60
        crest = [(x, 300), (x + 70, 258), (x + 130, 300), (x + 160, 318), (x - 30, 318)]
        sheet.shape(crest, (74, 94, 112))
        sheet.line([(x + 18, 288), (x + 70, 260), (x + 118, 290)], (200, 214, 222), 5)
    stone = (72, 72, 80)
    sheet.shape([(360, 292), (600, 292), (960, 540), (0, 540)], stone)
    for row in range(6):
        y = 306 + row * row * 8
        half = 128 + row * row * 15
        sheet.line([(480 - half, y), (480 + half, y)], darker(stone), 4)
    sheet.line([(480, 292), (480, 540)], darker(stone), 4)
    sheet.box(456, 214, 504, 294, (96, 44, 40), 6)
    sheet.box(450, 202, 510, 218, (60, 30, 30), 4)
    for drop in range(70):
        x, y = drop * 97 % 980, drop * 61 % 540
        sheet.line([(x, y), (x - 7, y + 22)], (120, 134, 150), 1.5)
    return sheet


def draw_loft() -> Sheet:
    """A wooden loft hung with fishing nets, one window."""
    sheet = Sheet(960, 540, (92, 70, 54), (64, 48, 38))
    for x in range(0, 960, 80):
        sheet.line([(x, 0), (x, 400)], (78, 58, 44), 4)
    sheet.shape([(0, 400), (960, 400), (960, 540), (0, 540)], (110, 82, 60))
    for x in range(-200, 1200, 110):
        sheet.line([(480 + (x - 480) * 0.7, 400), (x, 540)], (92, 68, 50), 4)
    sheet.box(390, 90, 570, 270, (58, 42, 32), 6)
    sheet.box(402, 102, 558, 258, (186, 204, 214), 4)
    sheet.line([(480, 102), (480, 258)], (58, 42, 32), 8)
    sheet.line([(402, 180), (558, 180)], (58, 42, 32), 8)
    sheet.glow(480, 200, 190, (214, 222, 220), 0.3)
    for left in (40, 660):
        for row in range(8):
            sheet.line([(left + row * 32, 20), (left + 130 - row * 10, 330)], (150, 140, 110), 2)
            sheet.line([(left, 30 + row * 40), (left + 256, 50 + row * 34)], (150, 140, 110), 2)
        for cork in range(6):
            sheet.oval(left + 20 + cork * 44, 330 - cork % 2 * 16, 10, 10, (196, 120, 66))
    sheet.box(600, 350, 770, 448, (128, 96, 66), 6)
    sheet.box(600, 382, 770, 392, (96, 70, 50))
    return sheet


def draw_field() -> Sheet:
    """A summer meadow with a lone oak."""
    sheet = Sheet(960, 540, (140, 188, 226), (228, 236, 220))
    sheet.oval(760, 90, 40, 40, (255, 244, 204))
    for hill, colour in ((330, (138, 170, 120)), (370, (118, 156, 96))):
        sheet.oval(300, hill + 300, 700, 320, colour)
        sheet.oval(860, hill + 320, 520, 320, darker(colour, 0.95))
    sheet.box(232, 230, 268, 400, (98, 72, 52), 8)
    for x, y, size in ((250, 190, 110), (180, 220, 70), (322, 214, 76), (250, 130, 70)):
        sheet.oval(x, y, size, size * 0.78, (84, 128, 74))
    for flower in range(60):
        x, y = flower * 173 % 960, 440 + flower * 37 % 100
        sheet.oval(x, y, 4, 4, [(250, 230, 120), (240, 244, 250), (226, 120, 130)][flower % 3])
    return sheet


def draw_rover(view: View = "front") -> Sheet:
    """A small robot on wheels with one round eye."""
    sheet = Sheet(480, 480, (236, 232, 224), (214, 208, 198))
    sheet.oval(240, 432, 130, 16, (190, 182, 170))
    shell, dark = (226, 150, 74), (70, 74, 84)
    wide = 1.0 if view == "front" else 0.86
    for x in (-88, 88):
        sheet.oval(240 + x * wide, 392, 44, 44, dark)
        sheet.oval(240 + x * wide, 392, 18, 18, (140, 144, 150))
    sheet.box(240 - 110 * wide, 196, 240 + 110 * wide, 388, shell, 46)
    sheet.box(240 - 110 * wide, 318, 240 + 110 * wide, 344, darker(shell))
    shift = 0 if view == "front" else 34
    sheet.oval(240 + shift, 256, 54, 54, dark)
    sheet.oval(240 + shift, 256, 38, 38, (150, 214, 226))
    sheet.oval(226 + shift, 242, 11, 11, (240, 252, 255))
    sheet.line([(240, 198), (240, 140)], dark, 8)
    sheet.oval(240, 130, 15, 15, (214, 74, 66))
    return sheet


MIRA = Person(coat=(178, 44, 46), hair=(70, 44, 34), long_hair=True, scarf=(232, 196, 96))
MIRA_WINTER = replace(MIRA, coat=(96, 112, 140), scarf=None, fur=(232, 226, 214), hat=(96, 112, 140))
TOM = Person(coat=(52, 74, 100), hair=(226, 226, 222), beard=(232, 230, 224), hat=(40, 46, 60), skin=(216, 166, 134))
FATHER = Person(
    coat=(206, 166, 58), hair=(92, 70, 56), beard=(110, 84, 66), skin=(222, 176, 142), trousers=(70, 74, 66)
)
ADA = Person(coat=(74, 124, 108), hair=(28, 26, 30), skin=(150, 102, 76), height=0.86, scarf=(240, 236, 228))

VIEWS: tuple[View, ...] = ("front", "side", "45")


def save_person(folder: str, name: str, person: Person, views: tuple[View, ...] = VIEWS) -> None:
    for view in views:
        draw_person(person, view).save(EXAMPLES / folder / "refs" / f"{name}-{view}.png")


def main() -> None:
    def save(folder: str, name: str, sheet: Sheet) -> None:
        sheet.save(EXAMPLES / folder / "refs" / f"{name}.png")

    save_person("01-one-shot", "ada", ADA, ("front",))
    save_person("02-cast-and-place", "ada", ADA)
    save("02-cast-and-place", "rover", draw_rover())
    save("02-cast-and-place", "meadow", draw_field())
    save_person("03-dialogue", "mira", MIRA)
    save_person("03-dialogue", "tom", TOM, ("front", "45"))
    save("03-dialogue", "loft", draw_loft())
    save_person("04-long-scene", "tom", TOM, ("front", "side"))
    save("04-long-scene", "boat", draw_boat("side"))
    save("04-long-scene", "harbor", draw_harbor("dawn"))
    save_person("05-variants", "mira", MIRA)
    save_person("05-variants", "mira-winter", MIRA_WINTER, ("front", "45"))
    save("05-variants", "harbor", draw_harbor("dusk"))
    save("05-variants", "harbor-night", draw_harbor("night"))
    save_person("06-frames", "mira", MIRA, ("front", "side"))
    save("06-frames", "lantern", draw_lantern())
    save("06-frames", "harbor-dusk", draw_harbor("dusk"))
    save("06-frames", "harbor-night", draw_harbor("night"))
    save_person("07-grok", "ada", ADA, ("front",))
    save("07-grok", "rover", draw_rover())
    save("07-grok", "meadow", draw_field())
    film = "08-the-lantern-keeper"
    save_person(film, "mira", MIRA)
    save_person(film, "tom", TOM)
    save_person(film, "father", FATHER, ("front", "45"))
    for view in ("front", "side"):
        save(film, f"lantern-{view}", draw_lantern(view))
        save(film, f"boat-{view}", draw_boat(view))
    save(film, "lamp-room", draw_lamp_room())
    save(film, "harbor-night", draw_harbor("night"))
    save(film, "harbor-dawn", draw_harbor("dawn"))
    save(film, "sea-wall", draw_sea_wall())
    save_person("09-narrator", "ada", ADA, ("front",))
    save("09-narrator", "rover", draw_rover())
    save("09-narrator", "meadow", draw_field())


if __name__ == "__main__":
    main()
