"""Images of the board laid out as layers, for a page that composes them itself, without a drawing library.

A picture is a layer with a place and size; a layer without an address is a plain figure or ground. `laid.html.jinja`
makes an SVG of it. The places are those of `drawing.blocking`; nothing is cut out of its background.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from storyboard.board.image_sources import PanelView, PlannedImage, Portrait
from storyboard.drawing.stage import MissingPicture
from storyboard.drawing.still import PlacedSubject, Still, Subject

#: Of the frame's width, for one figure.
_WIDEST = 0.8
#: The breadth of a plain figure by its height.
_PERSON, _THING = 0.42, 0.8
#: From this share of the frame's height on a figure is cut off by its lower edge; its head begins so far down.
_FILLS, _HEADROOM = 1.0, 0.07
#: Where a hand is by its owner's height: beside the middle, and down from the head.
_HAND_ASIDE, _HAND_DOWN = 0.2, 0.55
_SMALLEST_HELD = 0.08  # of the frame's height: smaller, nobody would see what it is
#: An end frame's share of the frame, and its distance from the corner.
_INSET, _MARGIN = 0.28, 0.03
_FIGURE_OF_PORTRAIT = 0.86  # of its height


class ShownPicture(NamedTuple):
    """A picture that the page can show: its address, and its size in pixels."""

    url: str
    width: int
    height: int


class Layer(NamedTuple):
    """A part of an image in units of its frame. `kind` is that of a `Subject`. Without `url` it is a plain figure with
    its `name`, and `note` says in a word or two what is missing. `fills` says that it is the ground of the frame,
    `top` that what is cut off is cut off below."""

    kind: str
    x: int
    y: int
    width: int
    height: int
    url: str | None
    name: str
    note: str | None = None
    fills: bool = False
    top: bool = False


class LaidImage(NamedTuple):
    """An image of `width` by `height` units, its layers from the farthest to the nearest; otherwise as
    `PlacedImage`."""

    width: int
    height: int
    layers: tuple[Layer, ...]
    words: str
    gaps: tuple[MissingPicture, ...]


FindPicture = Callable[[Path], ShownPicture | None]


def lay_image(planned: PlannedImage, find_picture: FindPicture) -> LaidImage:
    """The layers of an image of the board. `find_picture` knows the page's pictures by their files."""
    width, height = planned.width, planned.height
    if isinstance(planned.source, Portrait):
        layers = [_portrait(planned.source.subject, width, height, find_picture)]
    elif isinstance(planned.source, PanelView):
        layers = list(_still(planned.source.still, width, height, find_picture))
    else:
        raise TypeError("a frame of a clip cannot be laid: it has to be decoded")
    return LaidImage(width, height, tuple(layers), planned.words, planned.gaps)


def _portrait(subject: Subject, width: int, height: int, find_picture: FindPicture) -> Layer:
    shown = _shown(subject, find_picture)
    if shown or subject.kind == "location":
        return _ground(subject, width, height, shown)
    tall = height * _FIGURE_OF_PORTRAIT
    breadth = tall * _breadth(subject)
    return Layer(
        subject.kind, *_box((width - breadth) / 2, height - tall, breadth, tall), None, subject.name, subject.note
    )


def _still(still: Still, width: int, height: int, find_picture: FindPicture) -> Iterator[Layer]:
    if still.backdrop:
        yield _ground(still.backdrop, width, height, _shown(still.backdrop, find_picture))
    boxes: dict[str, tuple[float, float, float, float]] = {}
    for one in still.figures:
        shown = _shown(one.subject, find_picture)
        holder = boxes.get(one.holder or "")
        box = _held(one, shown, holder, height) if holder else _standing(one, shown, width, height)
        boxes[one.subject.name] = box
        cut = one.height >= _FILLS
        subject = one.subject
        url = shown.url if shown else None
        yield Layer(subject.kind, *_box(*box), url, subject.name, subject.note, top=cut)
    if still.end:
        shown = _shown(still.end, find_picture)
        inset = (width * _INSET, height * _INSET)
        corner = (width - inset[0] - width * _MARGIN, height - inset[1] - width * _MARGIN)
        yield Layer(still.end.kind, *_box(*corner, *inset), shown.url if shown else None, "end frame", still.end.note)


def _ground(subject: Subject, width: int, height: int, shown: ShownPicture | None) -> Layer:
    return Layer(
        subject.kind,
        *(0, 0, width, height),
        shown.url if shown else None,
        subject.name,
        subject.note,
        fills=True,
        top=subject.kind == "character",
    )


def _standing(
    one: PlacedSubject, shown: ShownPicture | None, width: int, height: int
) -> tuple[float, float, float, float]:
    """Where a figure is: its left upper corner, breadth and height. One that fills the frame leaves it below."""
    tall = one.height * height
    breadth = tall * (shown.width / shown.height if shown else _breadth(one.subject))
    if breadth > width * _WIDEST:
        tall *= width * _WIDEST / breadth
        breadth = width * _WIDEST
    left = min(max(0.0, one.x * width - breadth / 2), width - breadth)
    if one.height < _FILLS:
        return left, one.foot * height - tall, breadth, tall
    top = min(height * _HEADROOM, max(0.0, height - tall))
    return left, top, breadth, max(tall, height - top)


def _held(
    one: PlacedSubject, shown: ShownPicture | None, holder: tuple[float, float, float, float], height: int
) -> tuple[float, float, float, float]:
    """Where a thing is that somebody holds: at the hand, or over the head."""
    x, y, breadth, tall = holder
    own = max(one.height, _SMALLEST_HELD) * height
    wide = own * (shown.width / shown.height if shown else _breadth(one.subject))
    middle = x + breadth / 2
    if one.grip == "head":
        return middle - wide / 2, max(0.0, y - own), wide, own
    return middle + _HAND_ASIDE * tall - wide / 2, y + _HAND_DOWN * tall - own / 2, wide, own


def _breadth(subject: Subject) -> float:
    return _PERSON if subject.kind == "character" else _THING


def _shown(subject: Subject, find_picture: FindPicture) -> ShownPicture | None:
    return find_picture(subject.picture) if isinstance(subject.picture, Path) else None


def _box(x: float, y: float, width: float, height: float) -> tuple[int, int, int, int]:
    return round(x), round(y), max(1, round(width)), max(1, round(height))
