"""Placement of figures in a frame, in pixels: heads below the slate, nobody in front of a face, things in hands."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt
from typing import NamedTuple

from PIL import Image, ImageChops

from storyboard.drawing.cutouts import FACES_TALL, CutOut
from storyboard.drawing.heads import find_head
from storyboard.drawing.still import PlacedSubject

_HEADROOM = 0.1  # of the frame's height, for the slate and air above a head
_FLOOR = 0.93  # feet stand a little higher, for the caption
_EDGE = 0.03  # of the frame's width, that the camera's move may take away on each side
_OVERLAP = 0.25  # of the narrower of two neighbours: less than what hides a face
#: Where a hand is: from the middle of a face in its widths, and below the chin in its heights; where no face was found,
#: as shares of the figure's width and height.
_HAND_BESIDE, _HAND_BELOW = 1.15, 2.1
_AT_THE_SIDE, _DOWN = 0.9, 0.6
#: What is held by the height of the whole person, and at least by that of the frame; nothing held is lower than the
#: last figure, where captions begin. Without a face, a bust is taken to be so much of a person.
_HELD, _LEAST_HELD, _LOWEST_HELD = 0.1, 0.04, 0.88
_BUST, _SEEN_WHOLE = 0.5, 1.25
#: How far a figure that the frame cuts below may also be cut at the frame's side, by its width, and what is seen from
#: the middle of its head on, by the head's width.
_CUT_AT_SIDE, _HEAD_KEPT = 0.22, 0.75
#: A camera that is nearer than this shows people from head to knee or waist: so much taller than the frame they are
#: then, and how much for each further tenth.
_CUT_OFF, _TALL, _TALLER = 0.8, 1.25, 8.0
#: From this nearness on, a bust rises from the frame's lower edge.
_NEAR_BUST = 0.34
_FADED = 0.2  # of its height: how a bust ends that does not reach there


class Sprite(NamedTuple):
    """A figure at its size, and its upper left corner in pixels of the frame."""

    standing: PlacedSubject
    figure: CutOut
    left: float = 0
    top: float = 0

    @property
    def picture(self) -> Image.Image:
        """The picture to lay on the frame, RGBA."""
        return self.figure.picture

    @property
    def middle(self) -> float:
        """The column of its middle, in pixels from the frame's left."""
        return self.left + self.picture.width / 2


class FrameColumns(NamedTuple):
    """The columns of a frame in which figures may be, in pixels from its left."""

    left: float
    right: float


def figure_height(standing: PlacedSubject, figure: CutOut, height: int) -> int:
    """The height of a figure, in pixels of a frame of `height`.

    People from head to foot extend below the frame if the camera is close; busts and things do not.
    """
    share = standing.height
    if share >= _CUT_OFF and standing.subject.kind == "character":
        whole = _TALL + (share - _CUT_OFF) * _TALLER
        if figure.is_whole:
            share = whole
        elif figure.face:
            share = max(share, whole * figure.share_of_whole)
        if figure.is_soft and figure.face:  # the air above a portrait's head does not count
            share *= figure.picture.height / (figure.picture.height - find_head(figure).crown)
    return max(8, round(share * height))


def place_sprites(sprites: list[Sprite], room: FrameColumns, width: int, height: int) -> list[Sprite]:
    """The place of each figure, in the order given. If they are too wide together, all are made smaller."""
    row = sorted((one for one in sprites if one.standing.holder is None), key=lambda one: one.standing.x)
    scale = _scale(row, room, width)
    placed = {one.standing: _stood(_scaled(one, scale), height) for one in row}
    _level(placed, height)
    _part(placed, room, width)
    for one in sprites:
        if one.standing.holder is not None:
            placed[one.standing] = _held(one, placed, width, height)
    return [placed[one.standing] for one in sprites]


def _scale(row: list[Sprite], room: FrameColumns, width: int) -> float:
    """How much smaller figures have to be to share the width, overlapping a little. `row` is from left to right."""
    if not row:
        return 1.0
    widths = [one.picture.width for one in row]
    needed = sum(widths) - sum(_OVERLAP * min(pair) for pair in pairwise(widths))
    needed -= _cut_at(row[0], room, width).left + _cut_at(row[-1], room, width).right
    return min(1.0, (room.right - room.left) * (1 - 2 * _EDGE) / needed)


def _cut_at(sprite: Sprite, room: FrameColumns, width: int) -> FrameColumns:
    """How far a figure may reach out of the frame at its left and at its right, in pixels: as a camera that is near
    cuts through shoulders, never through a head."""
    is_near = sprite.standing.height >= _CUT_OFF or room.right - room.left < width
    if not is_near or sprite.standing.subject.kind != "character" or sprite.figure.is_card:
        return FrameColumns(0, 0)
    head, most = find_head(sprite.figure), _CUT_AT_SIDE * sprite.picture.width
    kept = _HEAD_KEPT * head.width
    beside = head.middle - kept, sprite.picture.width - head.middle - kept
    left, right = (min(most, max(0.0, one)) for one in beside)
    return FrameColumns(left if room.left <= 0 else 0, right if room.right >= width else 0)


def _scaled(sprite: Sprite, scale: float) -> Sprite:
    return sprite if scale >= 1 else sprite._replace(figure=sprite.figure.scaled(scale))


def _stood(sprite: Sprite, height: int) -> Sprite:
    """A figure on the floor, or, where it is a bust, on the frame's lower edge; its head below the slate."""
    is_bust = sprite.standing.subject.kind == "character" and not sprite.figure.is_whole
    is_cut = is_bust and sprite.standing.height > _NEAR_BUST
    foot = height if is_cut else sprite.standing.foot * _FLOOR * height
    if is_bust and not is_cut:
        sprite = sprite._replace(figure=_faded_below(sprite.figure))
    return sprite._replace(top=max(foot - sprite.picture.height, _HEADROOM * height))


def _level(placed: dict[PlacedSubject, Sprite], height: int) -> None:
    """Lower whoever towers above their neighbours, where the frame cuts both below: as far as one head is higher."""
    heads = {
        one.standing: find_head(one.figure)
        for one in placed.values()
        if one.standing.subject.kind == "character"
        and not one.figure.is_card
        and one.top + one.picture.height >= height
    }
    lowest = max((placed[standing].top + head.crown for standing, head in heads.items()), default=0)
    for standing, head in heads.items():
        least = lowest - head.height - head.crown
        placed[standing] = placed[standing]._replace(top=max(placed[standing].top, least))


def _faded_below(figure: CutOut) -> CutOut:
    """A bust whose lower edge is seen: it fades away there."""
    picture = figure.picture.copy()
    fade = Image.new("L", picture.size, 255)
    reach = max(1, round(picture.height * _FADED))
    slope = Image.linear_gradient("L").rotate(180).resize((picture.width, reach), Image.Resampling.BILINEAR)
    fade.paste(slope, (0, picture.height - reach))
    picture.putalpha(ImageChops.multiply(picture.getchannel("A"), fade))
    return figure._replace(picture=picture)


def _part(placed: dict[PlacedSubject, Sprite], room: FrameColumns, width: int) -> None:
    """Move figures apart, from left to right and back, until neighbours hide no more of one another than they may."""
    order = sorted(placed.values(), key=lambda one: one.standing.x)
    lefts = [one.standing.x * width - one.picture.width / 2 for one in order]
    widths = [one.picture.width for one in order]
    gaps = [mine - _OVERLAP * min(mine, theirs) for mine, theirs in pairwise(widths)]
    if not order:
        return
    edge = (room.right - room.left) * _EDGE
    first = room.left + edge - _cut_at(order[0], room, width).left
    last = room.right - edge + _cut_at(order[-1], room, width).right - widths[-1]
    for index in range(len(order)):
        lefts[index] = max(lefts[index], first if index == 0 else lefts[index - 1] + gaps[index - 1])
    for index in reversed(range(len(order))):
        lefts[index] = min(lefts[index], last if index == len(order) - 1 else lefts[index + 1] - gaps[index])
    for one, left in zip(order, lefts, strict=True):
        placed[one.standing] = one._replace(left=left)


def _held(sprite: Sprite, placed: dict[PlacedSubject, Sprite], width: int, height: int) -> Sprite:
    """A thing at the hand or over the head of who holds it; by itself where that one is not in the picture."""
    holder = next((one for one in placed.values() if one.standing.subject.name == sprite.standing.holder), None)
    if holder is None:
        left = sprite.standing.x * width - sprite.picture.width / 2
        return sprite._replace(left=left, top=sprite.standing.foot * _FLOOR * height - sprite.picture.height)
    side = max(_HELD * _whole_height(holder.figure), _LEAST_HELD * height)
    if sprite.figure.is_soft:  # its edges are hardly seen
        side *= _SEEN_WHOLE
    sprite = _scaled(sprite, side / sqrt(sprite.picture.width * sprite.picture.height))
    if sprite.standing.grip == "head":
        left, top = holder.middle - sprite.picture.width / 2, holder.top - sprite.picture.height * 0.8
        return sprite._replace(left=left, top=max(top, _HEADROOM * height / 2))
    across, down = _hand(holder, is_right=holder.middle <= width / 2)
    top = min(down - sprite.picture.height / 2, _LOWEST_HELD * height - sprite.picture.height)
    left = min(max(across - sprite.picture.width / 2, 0), width - sprite.picture.width)
    return sprite._replace(left=left, top=top)


def _whole_height(figure: CutOut) -> float:
    """How tall a person would be from head to foot, at the size at which a part of them is drawn."""
    if figure.face:
        return FACES_TALL * figure.face.height
    seen = figure.picture.height
    return seen if figure.is_whole else seen / _BUST


def _hand(holder: Sprite, *, is_right: bool) -> tuple[float, float]:
    """Where a hand is, in pixels of the frame: the one at the right of the picture, or at its left."""
    face, sign = holder.figure.face, 1 if is_right else -1
    if face:
        across = holder.left + face.middle + sign * _HAND_BESIDE * face.width
        return across, holder.top + face.top + (1 + _HAND_BELOW) * face.height
    share = 0.5 + sign * (_AT_THE_SIDE - 0.5)
    return holder.left + share * holder.picture.width, holder.top + _DOWN * holder.picture.height
