"""Which picture hangs where: one for every panel, one for everybody and every place of the cast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storyboard.album import Album
from storyboard.board.pictures import Frame, Portrait, Print, Sight, View, develop
from storyboard.board.story import Panel, Story
from storyboard.film.framing import Composition
from storyboard.film.staging import Gap, Staged, find_picture, stage
from storyboard.film.still import Subject
from storyboard.ir.resolved import Entity

_SHORT_SIDE = 900
_FALLBACK_ASPECT = (16, 9)


@dataclass(frozen=True, slots=True, eq=False)
class Hung:
    """A picture in its frame of `width` by `height` units, what it shows in words, and what is missing in it."""

    width: int
    height: int
    print: Print
    words: str
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """All pictures of a story. `prints` holds each once; `gaps` every file that cannot be shown, once: not those on
    the web, which nobody lost."""

    panels: Mapping[Panel, Hung]
    portraits: Mapping[Entity, Hung]
    prints: tuple[Print, ...]
    gaps: tuple[Gap, ...]


def aspect_of(text: str) -> tuple[int, int]:
    """`16:9` as two numbers; the default where the text is no aspect."""
    width, _, height = text.partition(":")
    if width.isdecimal() and height.isdecimal() and 0 < int(width) <= 4 * int(height) and int(height) <= 4 * int(width):
        return int(width), int(height)
    return _FALLBACK_ASPECT


def hang(story: Story, album: Album) -> Gallery:
    """Draw all pictures of a story."""
    staged = {panel: stage(panel.composition, album) for panel in story.panels if not panel.take}
    sights: dict[Panel | Entity, Sight] = {panel: _sight(panel, staged.get(panel)) for panel in story.panels}
    wanting: dict[Panel | Entity, tuple[Gap, ...]] = {panel: _told(panel, one) for panel, one in staged.items()}
    for part in story.parts:
        sights[part.entity], wanting[part.entity] = _portrait(part.entity, album)
    developed = develop(sights.values())
    panels = {
        panel: Hung(*_shape(panel), developed.prints[sights[panel]], _in_words(panel), wanting.get(panel, ()))
        for panel in story.panels
    }
    portraits = {
        part.entity: Hung(
            320,
            180 if part.entity.is_location else 320,
            developed.prints[sights[part.entity]],
            part.entity.name,
            wanting[part.entity],
        )
        for part in story.parts
    }
    lost = dict.fromkeys(gap for row in wanting.values() for gap in row if gap.reason != "url")
    gaps = (*lost, *developed.gaps)
    return Gallery(panels, portraits, tuple(developed.prints.values()), gaps)


def _shape(panel: Panel) -> tuple[int, int]:
    across, down = aspect_of(panel.scene.settings.aspect)
    unit = _SHORT_SIDE / min(across, down)
    return round(across * unit), round(down * unit)


def _sight(panel: Panel, staged: Staged | None) -> Sight:
    if panel.take:
        return Frame(panel.take.path, panel.into_clip)
    assert staged is not None, "what has no take is staged"
    return View(staged.still, *_shape(panel))


def _told(panel: Panel, staged: Staged) -> tuple[Gap, ...]:
    """The gaps that are said under a panel: of pictures on the web only its own frames; the cast links to the rest."""
    frames = {picture.path for picture in (panel.shot.start, panel.shot.end) if picture}
    return tuple(gap for gap in staged.gaps if gap.reason != "url" or gap.name in frames)


def _portrait(entity: Entity, album: Album) -> tuple[Portrait, tuple[Gap, ...]]:
    kind = entity.kind.value
    if not entity.pictures:
        return Portrait(Subject(entity.name, kind, None)), ()
    found = find_picture(entity.pictures[0], album)
    if isinstance(found, Gap):
        return Portrait(Subject(entity.name, kind, None)), (found,)
    return Portrait(Subject(entity.name, kind, found)), ()


def _in_words(panel: Panel) -> str:
    if panel.take:
        return f"Take {panel.take.number} of clip {panel.take.clip_id}"
    return _composed_words(panel.composition)


def _composed_words(composition: Composition) -> str:
    place = f" at {composition.place.spoken_name}" if composition.place else ""
    if composition.start:
        return f"The start frame{place}"
    ordered = sorted(composition.figures, key=lambda figure: figure.x)
    names = [figure.entity.spoken_name for figure in ordered]
    listed = ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)
    return listed + place if listed else (place.removeprefix(" at ") or "An empty frame")
