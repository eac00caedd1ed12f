"""Figures in the frame: cut out of their pictures if that works well, or else portraits with soft edges."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.drawing.cutouts import CutOut, read_cut_out
from storyboard.drawing.heads import find_head
from storyboard.drawing.images import read_picture
from storyboard.drawing.placeholders import draw_stand_in, stand_in_breadth
from storyboard.drawing.placement import FrameColumns, Sprite, figure_height, place_sprites
from storyboard.drawing.still import PlacedSubject, Subject
from storyboard.drawing.text_layout import draw_text, fit_text

_FACES = (0.5, 0.22)  # where to look first when a tall picture is cropped
_WIDEST, _WIDEST_IN_COLUMN = 0.8, 1.1  # of the frame, and of a column of it, for one figure
_HELD = 0.3  # of the frame's height: large enough to be made as small as who holds it asks
_TALLEST_CARD = 0.8  # of the frame: a card is seen whole
#: Heights in the frame (`blocking.toml`) of a close-up and of the closest shot there is.
_CLOSE, _CLOSEST = 1.2, 1.6
#: The height of a head in them, by the frame's; the width of a head at most, by its column's.
_HEAD, _HEAD_CLOSEST, _HEAD_ACROSS, _HEAD_ACROSS_CLOSEST = 0.5, 0.95, 0.76, 1.45
_HAIR_ACROSS = 1.2  # a head with its hair by the width of the head
#: So much of the frame's height is the slate's: no close-up has hair under it. From this nearness on hair is cut off.
_SLATE, _CUTS_HAIR = 0.075, 0.5
#: How much of a picture that cannot be cut out is seen in them.
_CARD_SEEN, _CARD_SEEN_CLOSEST = 0.9, 0.55
_INSET = 0.28  # an end frame's share of the frame


def picture_of(subject: Subject, lost: list[str]) -> Image.Image | None:
    """The picture of a subject; None, with its name added to `lost`, if it cannot be read."""
    if subject.picture is None:
        return None
    try:
        return read_picture(subject.picture)
    except UnreadableImage:
        lost.append(subject.name)
        return None


def _cut_out(subject: Subject) -> CutOut | None:
    try:
        if subject.picture is None:
            return None
        return read_cut_out(subject.picture, subject.kind, subject.cut_out)
    except (UnreadableImage, OSError):
        return None


def flatten_on_grey(picture: Image.Image) -> Image.Image:
    """A picture without transparency, on dark grey."""
    if picture.mode == "RGB":
        return picture
    ground = Image.new("RGB", picture.size, (72, 74, 80))
    ground.paste(picture, (0, 0), picture)
    return ground


def paste_close(canvas: Image.Image, standing: PlacedSubject, left: int, width: int, lost: list[str]) -> None:
    """A subject so close that it fills its column of the frame: eyes on the upper third, the closer the larger."""
    nearness = min(max((standing.height - _CLOSE) / (_CLOSEST - _CLOSE), 0.0), 1.0)
    figure = _cut_out(standing.subject)
    if figure is None or (figure.is_soft and figure.face is None):
        picture = picture_of(standing.subject, lost) or draw_stand_in(standing.subject, width, canvas.height)
        _fill_column(canvas, flatten_on_grey(picture), left, width, nearness)
    elif standing.subject.kind != "character":
        scale = min(0.86 * canvas.height / figure.picture.height, 0.9 * width / figure.picture.width)
        grown = figure.scaled(scale * (1 + 0.5 * nearness)).picture
        corner = round(left + (width - grown.width) / 2), round((canvas.height - grown.height) / 2)
        _paste_shadowed(canvas, grown, *corner)
    else:
        head = find_head(figure)
        share = _HEAD + nearness * (_HEAD_CLOSEST - _HEAD)
        across = _HEAD_ACROSS + nearness * (_HEAD_ACROSS_CLOSEST - _HEAD_ACROSS)
        scale = min(share * canvas.height / head.height, across * width / head.width)
        if nearness < _CUTS_HAIR:
            scale = min(scale, (1 / 3 - _SLATE) * canvas.height / (head.eyes - head.crown))
        grown = figure.scaled(scale).picture
        room = max(0.0, (width - _HAIR_ACROSS * head.width * scale) / 2)  # so that no hair is cut at the side
        aside = (standing.x - 0.5) * 0.4 * width if width == canvas.width else 0.0
        middle = left + width / 2 + min(max(aside, -room), room)
        top = canvas.height / 3 - head.eyes * scale
        top = max(top, canvas.height - grown.height)  # a bust is never cut off above the frame's lower edge
        corner = round(middle - head.middle * scale), round(top)
        if width < canvas.width:
            more = 0 if figure.is_soft else round(width * (1 - _HEAD_ACROSS) / 2)  # up to a neighbour's head
            _keep_to_column(grown, left - more - corner[0], width + 2 * more)
        _paste(canvas, figure.is_soft, grown, *corner)


def _keep_to_column(picture: Image.Image, left: int, width: int) -> None:
    """Let a figure fade where its column ends: it covers nobody's face beside it."""
    reach = max(1, width // 12)
    row = Image.new("L", (picture.width, 1), 0)
    for column in range(max(0, left), min(picture.width, left + width)):
        row.putpixel((column, 0), round(255 * min(1.0, (column - left) / reach, (left + width - column) / reach)))
    picture.putalpha(ImageChops.multiply(picture.getchannel("A"), row.resize(picture.size)))


def _fill_column(canvas: Image.Image, picture: Image.Image, left: int, width: int, nearness: float) -> None:
    """A picture in which nothing was found, filling its column: the nearer, the less of it."""
    seen = _CARD_SEEN - nearness * (_CARD_SEEN - _CARD_SEEN_CLOSEST)
    across, down = round(picture.width * seen), round(picture.height * seen)
    corner = (picture.width - across) // 2, round(picture.height * (1 - seen) * _FACES[1])
    part = picture.crop((*corner, corner[0] + across, corner[1] + down))
    filled = ImageOps.fit(part, (width, canvas.height), Image.Resampling.BICUBIC, centering=_FACES)
    canvas.paste(filled, (left, 0))


def paste_figures(canvas: Image.Image, standings: list[PlacedSubject], room: FrameColumns, lost: list[str]) -> None:
    """Figures with space around them, in their columns: the farthest first, held things last."""
    width = round(room.right - room.left)
    widest = width * (_WIDEST if width >= canvas.width else _WIDEST_IN_COLUMN)
    sprites = [Sprite(one, _drawn(one, widest, canvas.height, lost)) for one in standings]
    placed = place_sprites(sprites, room, *canvas.size)
    for sprite in sorted(placed, key=lambda one: one.standing.holder is not None):
        _paste(canvas, sprite.figure.is_soft, sprite.picture, round(sprite.left), round(sprite.top))


def _drawn(standing: PlacedSubject, widest: float, height: int, lost: list[str]) -> CutOut:
    """A figure at its size; a stand-in as a card. What is held is made smaller where it is placed."""
    share = standing.height if standing.holder is None else max(standing.height, _HELD)
    figure = _cut_out(standing.subject) if picture_of(standing.subject, lost) else None
    if figure is None:
        tall = max(8, round(min(share, _TALLEST_CARD) * height))
        return CutOut(_card(standing.subject, tall, widest), is_card=True)
    tall = figure_height(standing._replace(height=share), figure, height)
    return figure.scaled(min(tall / figure.picture.height, widest / figure.picture.width))


def _card(subject: Subject, tall: int, widest: float) -> Image.Image:
    """A stand-in with round corners and a thin light edge."""
    wide = round(tall * stand_in_breadth(subject))
    if wide > widest:
        wide, tall = round(widest), round(tall * widest / wide)
    card = draw_stand_in(subject, wide, tall).convert("RGBA")
    mask = Image.new("L", (wide * 2, tall * 2), 0)
    radius = max(4, min(wide, tall) // 14)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, wide * 2 - 1, tall * 2 - 1), radius * 2, fill=255)
    edge = Image.new("RGBA", card.size, (255, 255, 255, 0))
    ImageDraw.Draw(edge).rounded_rectangle(
        (1, 1, wide - 2, tall - 2), radius, outline=(255, 255, 255, 110), width=max(2, tall // 260)
    )
    card.alpha_composite(edge)
    card.putalpha(mask.resize(card.size, Image.Resampling.BOX))
    return card


def _paste(canvas: Image.Image, is_soft: bool, picture: Image.Image, left: int, top: int) -> None:
    """Lay a figure on the canvas: a cut-out with its shadow, a portrait with soft edges without one."""
    if is_soft:
        canvas.paste(picture, (left, top), picture)
    else:
        _paste_shadowed(canvas, picture, left, top)


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
        ImageOps.fit(flatten_on_grey(picture), (width, height), Image.Resampling.BICUBIC)
        if picture
        else draw_stand_in(end, width, height)
    )
    left, top = canvas.width - width - canvas.width // 28, canvas.height // 9
    framed = ImageOps.expand(shown, max(2, height // 60), fill=(245, 243, 238))
    _paste_shadowed(canvas, framed.convert("RGBA"), left, top)
    label = fit_text("ends on", width, 1, max(10, height // 9), True)
    draw_text(
        canvas, label, left + width // 2, top + height - label.height - height // 30, (255, 255, 255, 255), "middle"
    )
