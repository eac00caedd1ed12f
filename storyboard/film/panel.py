"""A still: reference pictures composed for a shot, as large as the camera's move needs.

The place fills the frame; who is in the shot stands before it as a figure cut from its picture, or as a card where it
cannot be cut out well. A picture that is missing is drawn as a stand-in that says so.
"""

from __future__ import annotations

import colorsys
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from storyboard.film.lettering import fit, write
from storyboard.film.pictures import NoPicture, read_cut_out, read_picture

_SLENDEREST, _BROADEST = 0.55, 1.35  # a card's width by its height
_FACES = (0.5, 0.22)  # where to look first when a tall picture is cropped
_WIDEST = 0.8  # of the frame, for one figure
_EDGE = 0.08  # of the frame, that the camera's move may take away on each side
_FLOOR = 0.93  # feet stand a little higher, for the caption
_INSET = 0.28  # an end frame's share of the frame


class Subject(NamedTuple):
    """Somebody, something or a place. `kind` is `character`, `prop`, `location` or `frame`; `picture` a file or the
    bytes of one, None where there is none; `note` says in a word or two why, if a stand-in should say so."""

    name: str
    kind: str
    picture: Path | bytes | None
    note: str | None = None


class Standing(NamedTuple):
    """A subject in the frame: the middle of its foot, and its height, as shares of the frame. From height 1 on it
    fills the frame."""

    subject: Subject
    x: float
    foot: float
    height: float


class Still(NamedTuple):
    """What a shot shows: a backdrop, figures before it, the farthest first, and an end frame in the corner."""

    backdrop: Subject | None
    figures: tuple[Standing, ...] = ()
    end: Subject | None = None


class Composed(NamedTuple):
    """A drawn still, and the names of the subjects whose pictures could not be read."""

    picture: Image.Image
    lost: tuple[str, ...]


def spread(subjects: tuple[Subject, ...], height: float = 0.72) -> tuple[Standing, ...]:
    """Subjects side by side, where nothing says where they stand."""
    count = max(1, len(subjects))
    return tuple(
        Standing(
            one, 0.09 + 0.82 * (number + 0.5) / count, 0.96, height * (0.6 if one.kind == "prop" and count > 1 else 1)
        )
        for number, one in enumerate(subjects)
    )


def compose(still: Still, width: int, height: int) -> Composed:
    """Draw a still in `width` by `height` pixels."""
    lost: list[str] = []
    close = sorted((one for one in still.figures if one.height >= 1), key=lambda one: one.x)
    far = [one for one in still.figures if one.height < 1]
    canvas = _backdrop(still.backdrop, width, height, lost)
    if close or far:
        canvas = _out_of_focus(canvas, bool(close))
    for number, standing in enumerate(close):
        left, right = round(number * width / len(close)), round((number + 1) * width / len(close))
        _paste_close(canvas, standing, left, right - left, lost)
    for standing in far:
        _paste_figure(canvas, standing, lost)
    if still.end:
        _paste_inset(canvas, still.end, lost)
    return Composed(canvas, tuple(dict.fromkeys(lost)))


def _picture(subject: Subject, lost: list[str]) -> Image.Image | None:
    if subject.picture is None:
        return None
    try:
        return read_picture(subject.picture)
    except NoPicture:
        lost.append(subject.name)
        return None


def _cut_out(subject: Subject) -> Image.Image | None:
    try:
        return read_cut_out(subject.picture) if subject.picture is not None else None
    except (NoPicture, OSError):
        return None


def _backdrop(subject: Subject | None, width: int, height: int, lost: list[str]) -> Image.Image:
    picture = _picture(subject, lost) if subject else None
    if picture is None:
        name = subject.name if subject else ""
        return _stand_in_place(name, subject.note if subject else None, width, height)
    flat = _on_grey(picture)
    if flat.width / flat.height < width / height / 2 or flat.width / flat.height > width / height * 2:
        return _whole_on_blur(flat, width, height)
    return ImageOps.fit(flat, (width, height), Image.Resampling.BICUBIC)


def _whole_on_blur(picture: Image.Image, width: int, height: int) -> Image.Image:
    """A picture of quite another shape than the frame, whole, over a blurred enlargement of itself."""
    small = ImageOps.fit(picture, (max(1, width // 16), max(1, height // 16)), Image.Resampling.BILINEAR)
    canvas = small.filter(ImageFilter.GaussianBlur(3)).resize((width, height), Image.Resampling.BICUBIC)
    canvas = canvas.point(lambda value: round(value * 0.55))
    inner = ImageOps.contain(picture, (width, height), Image.Resampling.BICUBIC)
    canvas.paste(inner, ((width - inner.width) // 2, (height - inner.height) // 2))
    return canvas


def _on_grey(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    ground = Image.new("RGB", picture.size, (72, 74, 80))
    ground.paste(picture, (0, 0), picture)
    return ground


def _out_of_focus(canvas: Image.Image, is_close: bool) -> Image.Image:
    """The place steps back a little behind who stands before it."""
    width, height = canvas.size
    share = 8 if is_close else 3
    small = canvas.resize((max(1, width // share), max(1, height // share)), Image.Resampling.BOX)
    soft = small.filter(ImageFilter.GaussianBlur(1.2 if is_close else 0.6)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    return soft.point(lambda value: round(value * 0.82))


def _paste_close(canvas: Image.Image, standing: Standing, left: int, width: int, lost: list[str]) -> None:
    """A subject so near that it fills its column of the frame."""
    picture = _picture(standing.subject, lost) or _stand_in(standing.subject, width, canvas.height)
    figure = _cut_out(standing.subject)
    if figure is None:
        filled = ImageOps.fit(_on_grey(picture), (width, canvas.height), Image.Resampling.BICUBIC, centering=_FACES)
        canvas.paste(filled, (left, 0))
        return
    scale = min(standing.height * canvas.height * 1.05 / figure.height, width * 1.5 / figure.width)
    scale = max(scale, min(canvas.height * 0.92 / figure.height, width * 0.9 / figure.width))
    grown = figure.resize(
        (max(1, round(figure.width * scale)), max(1, round(figure.height * scale))), Image.Resampling.BICUBIC
    )
    top = round(canvas.height * 0.06) if grown.height >= canvas.height * 0.94 else canvas.height - grown.height
    middle = left + width / 2 if width < canvas.width else canvas.width * (0.5 + (standing.x - 0.5) * 0.4)
    _paste_shadowed(canvas, grown, round(middle - grown.width / 2), top)


def _paste_figure(canvas: Image.Image, standing: Standing, lost: list[str]) -> None:
    width, height = canvas.size
    tall = max(8, round(standing.height * height))
    picture = _picture(standing.subject, lost)
    figure = _cut_out(standing.subject) if picture else None
    if figure is not None and 0.12 < figure.width / figure.height < 5:
        scale = min(tall / figure.height, width * _WIDEST / figure.width)
        shown = figure.resize(
            (max(1, round(figure.width * scale)), max(1, round(figure.height * scale))), Image.Resampling.BICUBIC
        )
    else:
        shown = _card(standing.subject, picture, tall, width)
    left = round(min(max(standing.x * width - shown.width / 2, width * _EDGE), width * (1 - _EDGE) - shown.width))
    _paste_shadowed(canvas, shown, left, round(standing.foot * _FLOOR * height) - shown.height)


def _card(subject: Subject, picture: Image.Image | None, tall: int, frame_width: int) -> Image.Image:
    """A picture with round corners and a thin light edge."""
    breadth = (
        min(max(picture.width / picture.height, _SLENDEREST), _BROADEST) if picture else _stand_in_breadth(subject)
    )
    wide = round(tall * breadth)
    if wide > frame_width * _WIDEST:
        wide, tall = round(frame_width * _WIDEST), round(tall * frame_width * _WIDEST / wide)
    face = (
        ImageOps.fit(_on_grey(picture), (wide, tall), Image.Resampling.BICUBIC, centering=_FACES)
        if picture
        else _stand_in(subject, wide, tall)
    )
    mask = Image.new("L", (wide * 2, tall * 2), 0)
    radius = max(4, min(wide, tall) // 14)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, wide * 2 - 1, tall * 2 - 1), radius * 2, fill=255)
    card = face.convert("RGBA")
    edge = Image.new("RGBA", card.size, (255, 255, 255, 0))
    ImageDraw.Draw(edge).rounded_rectangle(
        (1, 1, wide - 2, tall - 2), radius, outline=(255, 255, 255, 110), width=max(2, tall // 260)
    )
    card.alpha_composite(edge)
    card.putalpha(mask.resize(card.size, Image.Resampling.BOX))
    return card


def _paste_shadowed(canvas: Image.Image, figure: Image.Image, left: int, top: int) -> None:
    """Lay a figure on the canvas with a soft shadow around it."""
    reach = max(4, canvas.height // 40)
    small = 6  # a shadow is soft: a sixth of the size does
    room = Image.new("L", ((figure.width + 4 * reach) // small + 1, (figure.height + 4 * reach) // small + 1), 0)
    shape = figure.getchannel("A").resize(
        (max(1, figure.width // small), max(1, figure.height // small)), Image.Resampling.BOX
    )
    room.paste(shape, (2 * reach // small, 2 * reach // small))
    shadow = room.filter(ImageFilter.GaussianBlur(reach / small)).resize(
        (room.width * small, room.height * small), Image.Resampling.BILINEAR
    )
    dark = shadow.point(lambda value: round(value * 0.62))
    canvas.paste((6, 7, 10), (left - 2 * reach, top - 2 * reach + reach // 3), dark)
    canvas.paste(figure, (left, top), figure)


def _paste_inset(canvas: Image.Image, end: Subject, lost: list[str]) -> None:
    """The end frame, small in the corner below the slate."""
    width, height = round(canvas.width * _INSET), round(canvas.height * _INSET)
    picture = _picture(end, lost)
    shown = (
        ImageOps.fit(_on_grey(picture), (width, height), Image.Resampling.BICUBIC)
        if picture
        else _stand_in(end, width, height)
    )
    left, top = canvas.width - width - canvas.width // 28, canvas.height // 9
    framed = ImageOps.expand(shown, max(2, height // 60), fill=(245, 243, 238))
    _paste_shadowed(canvas, framed.convert("RGBA"), left, top)
    label = fit("ends on", width, 1, max(10, height // 9), True)
    write(canvas, label, left + width // 2, top + height - label.height - height // 30, (255, 255, 255, 255), "middle")


def _stand_in_breadth(subject: Subject) -> float:
    return {"character": 0.62, "prop": 1.0}.get(subject.kind, 1.3)


def _stand_in(subject: Subject, width: int, height: int) -> Image.Image:
    """A plain figure in a colour of its own, with its name."""
    dark, light = _tones(subject.name)
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


def _stand_in_place(name: str, note: str | None, width: int, height: int) -> Image.Image:
    """An empty stage in a colour of its own: a sky over a floor, with the place's name."""
    dark, light = _tones(name or "stage", 0.26)
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
    title = fit(name, round(card.width * 0.86), 2, letters, True)
    top = round(middle - title.height / 2)
    write(card, title, card.width // 2, top, (255, 255, 255, 235), "middle")
    if note:
        small = fit(note, round(card.width * 0.86), 1, max(9, round(letters * 0.62)))
        write(card, small, card.width // 2, top + title.height, (255, 214, 150, 255), "middle")


Tone = tuple[int, ...]


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
