"""Cut-outs from pictures with a plain ground, such as reference sheets and product photographs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

_EVEN = 22  # how much a colour may differ, in each channel, and still be the background's
_PLAIN_RIM = 0.92  # of the rows have to begin and end in one colour for it to be a ground
_SMALLEST = 48  # pixels of a picture's shorter side, to find a silhouette in it
_LEAST_GROUND, _MOST_GROUND = 0.08, 0.94  # of a picture
_MASK_SIDE = 160  # pixels: what reaches the rim is found at this size
_BUST, _SLIT = 0.6, 0.1  # of a picture's height: where heads are, and how far they may be from their bodies
_FLOATING = 0.02  # of a picture: a part this large that touches nothing was cut off; a handle is smaller
_SHADOWED = 0.75  # of the way down begin the shadows that feet throw on a ground
_SHADE, _TINT = 56, 14  # how much darker a ground is in a shadow, and how much that may differ between channels


def cut_from_plain_ground(picture: Image.Image) -> Image.Image | None:
    """The mask of the subject on a plain ground, or None if there is no plain ground.

    The ground may be a vertical gradient. `picture` is RGB. An area that looks like the ground counts only if it
    reaches the edge of the picture.
    """
    if min(picture.size) < _SMALLEST:
        return None
    ground = _ground(picture)
    if ground is None:
        return None
    unlike = ImageChops.difference(picture, ground)
    red, green, blue = unlike.split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    alike = strongest.point(lambda value: 255 if value <= _EVEN else 0)
    low = (0, round(picture.height * _SHADOWED), *picture.size)
    alike.paste(ImageChops.lighter(alike.crop(low), _shadow(picture.crop(low), ground.crop(low))), low[:2])
    reached = _grown(_from_the_rim(alike).resize(picture.size, Image.Resampling.NEAREST), 3)
    outside = ImageChops.multiply(alike, reached)
    share = outside.histogram()[255] / (picture.width * picture.height)
    if not _LEAST_GROUND < share < _MOST_GROUND:
        return None
    inside = _in_one_piece(ImageChops.invert(outside))
    return ImageChops.invert(_grown(ImageChops.invert(inside), 1)).filter(ImageFilter.GaussianBlur(0.9))


def _grown(mask: Image.Image, reach: int) -> Image.Image:
    """A mask grown by `reach` points to all sides: what Pillow's `MaxFilter` gives, in a tenth of its time."""
    framed = ImageOps.expand(mask, reach, fill=0)
    for step in (_Step(0, 1), _Step(1, 0)):
        framed = _along(framed, reach, step, ImageChops.lighter)
    return framed.crop((reach, reach, reach + mask.width, reach + mask.height))


def _in_one_piece(inside: Image.Image) -> Image.Image:
    """A silhouette whose head does not float: between it and the body the ground is none, as with a white beard before
    a white ground."""
    if not _floats(inside):
        return inside
    high = round(inside.height * _BUST)
    reach = max(1, round(inside.height * _SLIT / 2))
    upper = ImageOps.expand(inside.crop((0, 0, inside.width, high)), (0, reach), fill=0)
    closed = _along(_along(upper, reach, _Step(0, 1), ImageChops.lighter), reach, _Step(0, 1), ImageChops.darker)
    whole = inside.copy()
    whole.paste(closed.crop((0, reach, inside.width, reach + high)), (0, 0))
    return whole


def _floats(inside: Image.Image) -> bool:
    """Whether a part of a silhouette hangs above the rest without touching it."""
    small = inside.resize((_MASK_SIDE, _MASK_SIDE), Image.Resampling.BOX).point(lambda value: 255 if value > 127 else 0)
    middle = _MASK_SIDE // 2
    rows = range(middle, _MASK_SIDE)
    body = next((row for row in rows if small.getpixel((middle, row)) == 255), None)
    if body is None:
        return False
    ImageDraw.floodfill(small, (middle, body), 128)
    left = small.crop((0, 0, _MASK_SIDE, middle)).histogram()[255]
    return left > _FLOATING * _MASK_SIDE * _MASK_SIDE


class _Step(NamedTuple):
    """A direction in a picture: one point to the right, or down."""

    x: int
    y: int


def _along(
    mask: Image.Image, reach: int, step: _Step, choose: Callable[[Image.Image, Image.Image], Image.Image]
) -> Image.Image:
    """Each point of a mask as what is chosen among those up to `reach` before and behind it in a direction; behind the
    rim comes the opposite one."""
    done = 0
    while done < reach:
        far = min(reach - done, max(1, done))
        before, behind = (ImageChops.offset(mask, way * step.x, way * step.y) for way in (-far, far))
        mask = choose(choose(before, behind), mask)
        done += far
    return mask


def _shadow(picture: Image.Image, ground: Image.Image) -> Image.Image:
    """Where a picture is its ground in a soft shadow: darker by about the same in all channels."""
    brighter = ImageChops.subtract(picture, ground).convert("L").point(lambda value: 0 if value > _EVEN else 255)
    red, green, blue = ImageChops.subtract(ground, picture).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    least = ImageChops.darker(ImageChops.darker(red, green), blue)
    tinted = ImageChops.subtract(most, least).point(lambda value: 0 if value > _TINT else 255)
    return ImageChops.darker(
        most.point(lambda value: 0 if value > _SHADE else 255), ImageChops.darker(tinted, brighter)
    )


def _ground(picture: Image.Image) -> Image.Image | None:
    """The plain ground of a picture, from its left and right rim, row by row; None where the rims differ."""
    width, height = picture.size
    rims = [picture.crop((left, 0, left + 3, height)).resize((1, height)) for left in (0, width - 3)]
    difference = ImageChops.difference(*rims).convert("L").histogram()
    if sum(difference[: _EVEN + 1]) < height * _PLAIN_RIM:
        return None
    top = picture.crop((0, 0, width, 1)).resize((64, 1)).convert("L").getextrema()
    if not all(isinstance(value, int) for value in top) or top[1] - top[0] > 2 * _EVEN:  # type: ignore[operator]  # checked
        return None
    return Image.blend(rims[0], rims[1], 0.5).resize((width, height))


def _from_the_rim(alike: Image.Image) -> Image.Image:
    """The part of a mask that reaches the left, right or upper rim, at a small size."""
    small = alike.resize((_MASK_SIDE, _MASK_SIDE), Image.Resampling.BOX).point(lambda value: 255 if value > 127 else 0)
    framed = Image.new("L", (_MASK_SIDE + 2, _MASK_SIDE + 1), 255)
    framed.paste(small, (1, 1))
    ImageDraw.floodfill(framed, (0, 0), 128)
    return framed.crop((1, 1, _MASK_SIDE + 1, _MASK_SIDE + 1)).point(lambda value: 255 if value == 128 else 0)
