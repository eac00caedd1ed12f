"""A panel as boxes to paint, back to front, for whoever paints it: the page or the paper."""

from __future__ import annotations

from typing import NamedTuple

from storyboard.board.pictures import Frame, Gallery, Gap, Print, Subject
from storyboard.board.story import Panel
from storyboard.film.framing import Composition, Figure
from storyboard.ir.parsed import Kind
from storyboard.ir.resolved import Entity

_SHORT_SIDE = 900
_FALLBACK_ASPECT = (16, 9)
_SLENDEREST, _BROADEST = 0.55, 1.35  # a figure's width by its height
_STAND_IN_BREADTH = {Kind.CHARACTER: 0.62, Kind.PROP: 1.0}
_INSET = 0.3  # an end frame's share of the frame


class Box(NamedTuple):
    """A rectangle in units of the frame."""

    x: float
    y: float
    width: float
    height: float


class Layer(NamedTuple):
    """One thing to paint. `shown` is its picture, or why there is none: None where nobody gave one.

    `kind` is `frame`, `place`, `character` or `prop`; `name` what it is called. `covers`: it fills the frame; else it
    is a card on it. `bare`: the picture is a cut-out and wants no border.
    """

    box: Box
    kind: str
    name: str
    shown: Print | Gap | None
    covers: bool
    bare: bool


class Drawing(NamedTuple):
    """A panel's frame, `width` by `height` units, its layers, and in words what they show."""

    width: int
    height: int
    layers: tuple[Layer, ...]
    words: str


def aspect_of(text: str) -> tuple[int, int]:
    """`16:9` as two numbers; the default where the text is no aspect."""
    width, _, height = text.partition(":")
    if width.isdecimal() and height.isdecimal() and 0 < int(width) <= 4 * int(height) and int(height) <= 4 * int(width):
        return int(width), int(height)
    return _FALLBACK_ASPECT


def subjects_of(panel: Panel) -> list[Subject]:
    """The pictures that a panel shows."""
    if panel.take:
        return [Frame(panel.take.path, panel.into_clip)]
    composition = panel.composition
    found: list[Subject] = [picture for picture in (composition.start, composition.end) if picture]
    entities = [figure.entity for figure in composition.figures]
    if composition.place:
        entities.append(composition.place)
    return found + [entity.pictures[0] for entity in entities if entity.pictures]


def draw(panel: Panel, gallery: Gallery) -> Drawing:
    """Put a panel's pictures where they belong."""
    across, down = aspect_of(panel.scene.settings.aspect)
    unit = _SHORT_SIDE / min(across, down)
    width, height = round(across * unit), round(down * unit)
    if panel.take:
        words = f"Take {panel.take.number} of clip {panel.take.clip_id}"
        shown = gallery.show(Frame(panel.take.path, panel.into_clip))
        return Drawing(width, height, (_cover(width, height, "frame", words, shown),), words)
    composition = panel.composition
    layers = _backdrop(composition, gallery, width, height)
    if not composition.start:
        layers += _figures(composition, gallery, width, height)
    if composition.end:
        box = Box(width * (1 - _INSET) - 24, 24, width * _INSET, height * _INSET)
        layers.append(Layer(box, "frame", "end frame", gallery.show(composition.end), False, False))
    return Drawing(width, height, tuple(layers), _in_words(composition))


def _in_words(composition: Composition) -> str:
    place = f" at {composition.place.spoken_name}" if composition.place else ""
    if composition.start:
        return f"The start frame{place}"
    ordered = sorted(composition.figures, key=lambda figure: figure.x)
    names = [figure.entity.spoken_name for figure in ordered]
    listed = ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)
    return listed + place if listed else (place.removeprefix(" at ") or "An empty frame")


def _backdrop(composition: Composition, gallery: Gallery, width: int, height: int) -> list[Layer]:
    if composition.start:
        return [_cover(width, height, "frame", "start frame", gallery.show(composition.start))]
    place = composition.place
    name = place.spoken_name if place else ""
    return [_cover(width, height, "place", name, _picture_of(place, gallery) if place else None)]


def _cover(width: float, height: float, kind: str, name: str, shown: Print | Gap | None) -> Layer:
    return Layer(Box(0, 0, width, height), kind, name, shown, True, False)


def _picture_of(entity: Entity, gallery: Gallery) -> Print | Gap | None:
    return gallery.show(entity.pictures[0]) if entity.pictures else None


def _figures(composition: Composition, gallery: Gallery, width: int, height: int) -> list[Layer]:
    close = sorted((figure for figure in composition.figures if figure.height >= 1), key=lambda figure: figure.x)
    far = [figure for figure in composition.figures if figure.height < 1]
    columns = len(close) or 1
    layers = [
        _figure(figure, gallery, Box(index * width / columns, 0, width / columns, height), True)
        for index, figure in enumerate(close)
    ]
    return layers + [_card(figure, gallery, width, height) for figure in far]


def _figure(figure: Figure, gallery: Gallery, box: Box, covers: bool) -> Layer:
    entity, shown = figure.entity, _picture_of(figure.entity, gallery)
    bare = isinstance(shown, Print) and shown.has_holes
    return Layer(box, entity.kind.value, entity.spoken_name, shown, covers, bare)


def _card(figure: Figure, gallery: Gallery, width: int, height: int) -> Layer:
    shown = _picture_of(figure.entity, gallery)
    breadth = shown.width / shown.height if isinstance(shown, Print) else _STAND_IN_BREADTH[figure.entity.kind]
    tall = figure.height * height
    wide = tall * min(max(breadth, _SLENDEREST), _BROADEST)
    if wide > width * 0.8:
        wide, tall = width * 0.8, tall * width * 0.8 / wide
    left = min(max(figure.x * width - wide / 2, width * 0.02), width * 0.98 - wide)
    return _figure(figure, gallery, Box(left, figure.foot * height - tall, wide, tall), False)
