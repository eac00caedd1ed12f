"""Figures placed in a frame, in pixels: heads below the slate, nobody before another's face, things at their hands."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from PIL import Image, ImageChops

from storyboard.drawing.cutouts import CutOut
from storyboard.drawing.still import PlacedSubject

_HEADROOM = 0.1  # of the frame's height, for the slate and air above a head
_FLOOR = 0.93  # feet stand a little higher, for the caption
_EDGE = 0.03  # of the frame's width, that the camera's move may take away on each side
_OVERLAP = 0.25  # of the narrower of two neighbours: less than what hides a face
_LOWEST_HAND = 0.6  # of the way down from a head, where hands are
_AT_THE_SIDE = 0.9  # of a figure's width, where the hand on that side is
#: A camera that is nearer than this shows people from head to knee or waist: so much taller than the frame they are
#: then, and how much for each further tenth.
_CUT_OFF, _TALL, _TALLER = 0.8, 1.25, 8.0
#: A bust taller than this share of the frame rises from the frame's lower edge.
_NEAR_BUST = 0.34
_FADED = 0.2  # of its height: how a bust ends that does not reach there


class Sprite(NamedTuple):
    """A figure at its size, and where it is laid: its upper left corner in pixels of the frame."""

    standing: PlacedSubject
    figure: CutOut
    left: float = 0
    top: float = 0

    @property
    def picture(self) -> Image.Image:
        return self.figure.picture

    @property
    def middle(self) -> float:
        return self.left + self.picture.width / 2


class Room(NamedTuple):
    """The columns of a frame in which figures may be, in pixels from its left."""

    left: float
    right: float


def figure_height(standing: PlacedSubject, figure: CutOut, height: int) -> int:
    """How tall a figure is drawn, in pixels of a frame of `height`. People from head to foot reach out of the frame
    below where the camera is near; a bust and a thing do not."""
    share = standing.height
    if share >= _CUT_OFF and standing.subject.kind == "character":
        whole = _TALL + (share - _CUT_OFF) * _TALLER
        if figure.is_whole:
            share = whole
        elif figure.face:
            share = max(share, whole * figure.share_of_whole)
    return max(8, round(share * height))


def place_sprites(sprites: list[Sprite], room: Room, width: int, height: int) -> list[Sprite]:
    """Where each is laid, in the order given. Where they are too broad together, all are made smaller."""
    row = [one for one in sprites if one.standing.holder is None]
    scale = _scale(row, (room.right - room.left) * (1 - 2 * _EDGE))
    placed = {one.standing: _stood(_scaled(one, scale), height) for one in row}
    _part(placed, room, width)
    for one in sprites:
        if one.standing.holder is not None:
            placed[one.standing] = _held(_scaled(one, scale), placed, width, height)
    return [placed[one.standing] for one in sprites]


def _scale(row: list[Sprite], room: float) -> float:
    """How much smaller figures have to be to share the width, overlapping a little."""
    widths = [one.picture.width for one in row]
    needed = sum(widths) - sum(_OVERLAP * min(pair) for pair in pairwise(widths))
    return min(1.0, room / needed) if needed > 0 else 1.0


def _scaled(sprite: Sprite, scale: float) -> Sprite:
    return sprite if scale >= 1 else sprite._replace(figure=sprite.figure.scaled(scale))


def _stood(sprite: Sprite, height: int) -> Sprite:
    """A figure on the floor, or, where it is a bust, on the frame's lower edge; its head below the slate."""
    is_bust = sprite.standing.subject.kind == "character" and not sprite.figure.is_whole
    is_cut = is_bust and sprite.picture.height > height * _NEAR_BUST
    foot = height if is_cut else sprite.standing.foot * _FLOOR * height
    if is_bust and not is_cut:
        sprite = sprite._replace(figure=_faded_below(sprite.figure))
    return sprite._replace(top=max(foot - sprite.picture.height, _HEADROOM * height))


def _faded_below(figure: CutOut) -> CutOut:
    """A bust whose lower edge is seen: it fades away there."""
    picture = figure.picture.copy()
    fade = Image.new("L", picture.size, 255)
    reach = max(1, round(picture.height * _FADED))
    slope = Image.linear_gradient("L").rotate(180).resize((picture.width, reach), Image.Resampling.BILINEAR)
    fade.paste(slope, (0, picture.height - reach))
    picture.putalpha(ImageChops.multiply(picture.getchannel("A"), fade))
    return figure._replace(picture=picture)


def _part(placed: dict[PlacedSubject, Sprite], room: Room, width: int) -> None:
    """Move figures apart, from left to right and back, until neighbours hide no more of one another than they may."""
    order = sorted(placed.values(), key=lambda one: one.standing.x)
    lefts = [one.standing.x * width - one.picture.width / 2 for one in order]
    widths = [one.picture.width for one in order]
    gaps = [mine - _OVERLAP * min(mine, theirs) for mine, theirs in pairwise(widths)]
    edge = (room.right - room.left) * _EDGE
    for index in range(len(order)):
        least = room.left + edge if index == 0 else lefts[index - 1] + gaps[index - 1]
        lefts[index] = max(lefts[index], least)
    for index in reversed(range(len(order))):
        most = room.right - edge - widths[index] if index == len(order) - 1 else lefts[index + 1] - gaps[index]
        lefts[index] = min(lefts[index], most)
    for one, left in zip(order, lefts, strict=True):
        placed[one.standing] = one._replace(left=left)


def _held(sprite: Sprite, placed: dict[PlacedSubject, Sprite], width: int, height: int) -> Sprite:
    """A thing at the hand or over the head of who holds it; by itself where that one is not in the picture."""
    holder = next((one for one in placed.values() if one.standing.subject.name == sprite.standing.holder), None)
    if holder is None:
        left = sprite.standing.x * width - sprite.picture.width / 2
        return sprite._replace(left=left, top=sprite.standing.foot * _FLOOR * height - sprite.picture.height)
    if sprite.standing.grip == "head":
        left, top = holder.middle - sprite.picture.width / 2, holder.top - sprite.picture.height * 0.8
        return sprite._replace(left=left, top=max(top, _HEADROOM * height / 2))
    side = _AT_THE_SIDE if holder.middle <= width / 2 else 1 - _AT_THE_SIDE
    left = holder.left + side * holder.picture.width - sprite.picture.width / 2
    return sprite._replace(left=left, top=holder.top + _LOWEST_HAND * holder.picture.height)
