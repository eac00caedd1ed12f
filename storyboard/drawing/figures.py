"""Figures in the frame: cut from their pictures where that can be done well, else as cards; each with its shadow."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.drawing.images import read_cut_out, read_picture
from storyboard.drawing.placeholders import draw_stand_in, stand_in_breadth
from storyboard.drawing.still import PlacedSubject, Subject
from storyboard.drawing.text_layout import fit, write

_SLENDEREST, _BROADEST = 0.55, 1.35  # a card's width by its height
_FACES = (0.5, 0.22)  # where to look first when a tall picture is cropped
_WIDEST = 0.8  # of the frame, for one figure
_EDGE = 0.08  # of the frame, that the camera's move may take away on each side
_FLOOR = 0.93  # feet stand a little higher, for the caption
_INSET = 0.28  # an end frame's share of the frame


def picture_of(subject: Subject, lost: list[str]) -> Image.Image | None:
    if subject.picture is None:
        return None
    try:
        return read_picture(subject.picture)
    except UnreadableImage:
        lost.append(subject.name)
        return None


def _cut_out(subject: Subject) -> Image.Image | None:
    try:
        return read_cut_out(subject.picture) if subject.picture is not None else None
    except (UnreadableImage, OSError):
        return None


def on_grey(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    ground = Image.new("RGB", picture.size, (72, 74, 80))
    ground.paste(picture, (0, 0), picture)
    return ground


def paste_close(canvas: Image.Image, standing: PlacedSubject, left: int, width: int, lost: list[str]) -> None:
    """A subject so near that it fills its column of the frame."""
    picture = picture_of(standing.subject, lost) or draw_stand_in(standing.subject, width, canvas.height)
    figure = _cut_out(standing.subject)
    if figure is None:
        filled = ImageOps.fit(on_grey(picture), (width, canvas.height), Image.Resampling.BICUBIC, centering=_FACES)
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


def paste_figure(canvas: Image.Image, standing: PlacedSubject, lost: list[str]) -> None:
    width, height = canvas.size
    tall = max(8, round(standing.height * height))
    picture = picture_of(standing.subject, lost)
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
    breadth = min(max(picture.width / picture.height, _SLENDEREST), _BROADEST) if picture else stand_in_breadth(subject)
    wide = round(tall * breadth)
    if wide > frame_width * _WIDEST:
        wide, tall = round(frame_width * _WIDEST), round(tall * frame_width * _WIDEST / wide)
    face = (
        ImageOps.fit(on_grey(picture), (wide, tall), Image.Resampling.BICUBIC, centering=_FACES)
        if picture
        else draw_stand_in(subject, wide, tall)
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


def paste_inset(canvas: Image.Image, end: Subject, lost: list[str]) -> None:
    """The end frame, small in the corner below the slate."""
    width, height = round(canvas.width * _INSET), round(canvas.height * _INSET)
    picture = picture_of(end, lost)
    shown = (
        ImageOps.fit(on_grey(picture), (width, height), Image.Resampling.BICUBIC)
        if picture
        else draw_stand_in(end, width, height)
    )
    left, top = canvas.width - width - canvas.width // 28, canvas.height // 9
    framed = ImageOps.expand(shown, max(2, height // 60), fill=(245, 243, 238))
    _paste_shadowed(canvas, framed.convert("RGBA"), left, top)
    label = fit("ends on", width, 1, max(10, height // 9), True)
    write(canvas, label, left + width // 2, top + height - label.height - height // 30, (255, 255, 255, 255), "middle")
