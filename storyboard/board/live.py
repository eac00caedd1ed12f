"""The board of a script that is being written, in parts, so that unchanged parts are not drawn again.

A part of the page is replaced as a whole: the cover, the bar, the cast, a scene's frame, a panel. Its name is a digest
of its HTML, so a page that knows the name has the part. A scene is drawn again if the compiler has resolved it again,
or if its takes, diagnostics or pictures have changed. The second at which a scene begins is in the page's order, not in
its panels: a longer shot moves those after it without changing them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from storyboard.board.bar import build_bar
from storyboard.board.image_sources import ClipFrame, ImageSource, PlannedImage, place_panel, place_portrait
from storyboard.board.laid_images import LaidImage
from storyboard.board.storyboard import (
    CastEntry,
    Panel,
    SceneBoard,
    Storyboard,
    add_sums,
    build_scene,
    entities_of,
    notes_by_owner,
    scenes_by_entity,
    settings_shown,
)
from storyboard.board.templates import BoardContent, template_environment
from storyboard.board.wording import action_of, brief_line, dialogue_of
from storyboard.compiler.diagnostics import Diagnostic
from storyboard.compiler.incremental import CachedScene
from storyboard.compiler.ir.planned import ScenePlan
from storyboard.compiler.ir.resolved import Identity, Picture, Scene, plain
from storyboard.drawing.stage import MissingPicture
from storyboard.film.takes import Take

if TYPE_CHECKING:
    from storyboard.compiler.images import ImageCache
    from storyboard.compiler.pipeline import Analysis

_NAME_BYTES = 9  # of a digest that names a piece
#: Pictures that have left the page and may still be asked for by one that has not followed yet.
_MOST_LEFT_BEHIND = 2000
_TEMPLATE = "parts.html.jinja"


class BoardPiece(TypedDict, total=False):
    """A part of the page. `key` says what a panel is about, whatever its number; `panels` are the names of those of a
    scene."""

    html: str
    key: str
    panels: list[str]


class BoardOrder(TypedDict):
    """What the page holds now: the names of its single pieces by their place, and of each scene with the second at
    which it begins."""

    title: str
    single: dict[str, str]
    scenes: list[tuple[str, int]]


class LinkedImage(NamedTuple):
    """A picture that the page asks for when it comes into view; otherwise as `PlacedImage`."""

    width: int
    height: int
    url: str
    words: str
    gaps: tuple[MissingPicture, ...]


class _DrawnScene(NamedTuple):
    """A scene as it was drawn. `origin` is what it was drawn from: all the same, it need not be drawn again. `bar` is
    what the film's bar shows of it."""

    origin: tuple[object, ...]
    scene: Scene
    pictures: tuple[Picture, ...]
    board: SceneBoard
    bar: tuple[object, ...]
    entities: frozenset[Identity]
    name: str
    pieces: dict[str, BoardPiece]
    files: dict[str, ImageSource]


class _DrawnPiece(NamedTuple):
    origin: object
    name: str
    piece: BoardPiece
    files: dict[str, ImageSource]


class LiveBoard:
    """The pieces of a board. `order` is what the page holds now; `files` are its pictures and takes, by the names that
    the page asks for them with, in folders under `base`. `lay` says what each picture is made of, for a page that
    composes them itself and asks for none; `content` is what is shown besides the film."""

    def __init__(
        self,
        base: str = "",
        lay: Callable[[PlannedImage], LaidImage] | None = None,
        content: BoardContent = BoardContent(),  # noqa: B008 # a frozen value
    ) -> None:
        self._base = base
        self._content = content
        self._lay = lay
        self.order: BoardOrder = {"title": "Storyboard", "single": {}, "scenes": []}
        self.pieces: dict[str, BoardPiece] = {}
        self.files: dict[str, ImageSource] = {}
        self._scenes: dict[CachedScene, _DrawnScene] = {}
        self._single: dict[str, _DrawnPiece] = {}

    def draw(self, analysis: Analysis, takes: Iterable[Take] = ()) -> None:
        """Draw what is new in a script since the last time."""
        notes, by_clip = notes_by_owner(analysis), {take.clip_id: take for take in takes}
        scenes = zip(analysis.scenes, analysis.plans, strict=True)
        self._scenes = {read: self._scene(analysis, read, plan, by_clip, notes) for read, plan in scenes}
        drawn = list(self._scenes.values())
        self._single = {one[0]: one[1] for one in self._single_pieces(analysis, drawn, notes, bool(by_clip))}
        self._gather(analysis, drawn)

    def new_pieces(self, seen: set[str]) -> dict[str, BoardPiece]:
        """The pieces that somebody has not seen, who has seen all of them then."""
        found = {name: piece for name, piece in self.pieces.items() if name not in seen}
        seen.clear()
        seen.update(self.pieces)
        return found

    def _gather(self, analysis: Analysis, drawn: Sequence[_DrawnScene]) -> None:
        self.pieces = {one.name: one.piece for one in self._single.values()}
        files: dict[str, ImageSource] = {}
        for single in self._single.values():
            files.update(single.files)
        scenes, start = list[tuple[str, int]](), 0
        for scene in drawn:
            scenes.append((scene.name, start))
            self.pieces.update(scene.pieces)
            files.update(scene.files)
            start += scene.board.sum.seconds
        singles = {place: one.name for place, one in self._single.items()}
        self.order = {"title": _title(analysis), "single": singles, "scenes": scenes}
        self.files.update(files)
        if len(self.files) > len(files) + _MOST_LEFT_BEHIND:
            self.files = files

    def _scene(
        self,
        analysis: Analysis,
        read: CachedScene,
        plan: ScenePlan,
        takes: Mapping[str, Take],
        notes: Mapping[object, Sequence[Diagnostic]],
    ) -> _DrawnScene:
        """A scene as it is drawn. The compiler gives it anew where a look or a picture in it is another; of looks, its
        panels show those of places without a picture."""
        scene, clips, known = plan.scene, plan.clips, self._scenes.get(read)
        pictures = known.pictures if known and known.scene is scene else tuple(_pictures(scene))
        said = [tuple(notes.get(one, ())) for one in (scene, *scene.shots)] if notes else []
        digests = _digests(pictures, analysis.images)
        places = tuple(analysis.entities[who].look for who in read.places)
        paths = tuple(one.path for one in pictures)
        origin = (tuple(takes.get(clip.id) for clip in clips), tuple(filter(None, said)), paths, digests, places)
        if known is not None and known.origin == origin:
            return known._replace(scene=scene, pictures=pictures)
        board = build_scene(analysis, scene, 0, {shot: clip for clip in clips for shot in clip.shots}, takes, notes)
        files: dict[str, ImageSource] = {}
        placed = {panel: self._link(place_panel(panel, analysis.images), files) for panel in board.panels}
        videos = {panel: self._take_url(panel, files) for panel in board.panels if panel.take}
        present = frozenset(entity.identity for entity in entities_of(scene))
        name, pieces = _scene_pieces(board, placed, videos, self._content)
        return _DrawnScene(origin, scene, pictures, board, _bar_facts(board), present, name, pieces, files)

    def _link(self, placed: PlannedImage, files: dict[str, ImageSource]) -> LinkedImage | LaidImage:
        if self._lay is not None:
            return self._lay(placed)
        from storyboard.board.images import image_digest

        name = f"{image_digest(placed.source)}.webp"
        files[name] = placed.source
        return LinkedImage(placed.width, placed.height, f"{self._base}/pictures/{name}", placed.words, placed.gaps)

    def _take_url(self, panel: Panel, files: dict[str, ImageSource]) -> str:
        """Where the seconds of one shot play, in a file whose name changes with it."""
        from storyboard.board.images import image_digest

        assert panel.take is not None
        source = ClipFrame(panel.take.path, 0)
        name = f"{image_digest(source)}{panel.take.path.suffix}"
        files[name] = source
        return f"{self._base}/takes/{name}#t={panel.into_clip},{panel.into_clip + panel.seconds}"

    def _single_pieces(
        self,
        analysis: Analysis,
        drawn: Sequence[_DrawnScene],
        notes: Mapping[object, Sequence[Diagnostic]],
        has_takes: bool,
    ) -> Iterator[tuple[str, _DrawnPiece]]:
        """The pieces of which the page has one, each with the macro that draws it."""
        film, images = analysis.film, analysis.images
        scenes_of = scenes_by_entity((one.board.scene.number, one.entities) for one in drawn)
        cast = tuple(
            CastEntry(one, tuple(scenes_of.get(one.identity, ())), tuple(notes.get(one, ()))) for one in film.cast
        )
        whole = add_sums([one.board.sum for one in drawn])
        whole_board = Storyboard(
            film, cast, tuple(one.board for one in drawn), whole, tuple(notes.get(None, ())), analysis.diagnostics
        )
        settings = settings_shown(whole_board)
        context = {"board": whole_board, "title": film.title or Path(analysis.path).name, "settings": settings}
        shown = [one.pictures[0] for one in film.cast if one.pictures]

        def piece(
            macro: str, origin: object, more: Callable[[dict[str, ImageSource]], dict[str, object]] = lambda _: {}
        ) -> tuple[str, _DrawnPiece]:
            known = self._single.get(macro)
            if known is not None and known.origin == origin:
                return macro, known
            files: dict[str, ImageSource] = {}
            html = str(getattr(_macros(context | {"videos": has_takes} | more(files), self._content), macro)())
            return macro, _DrawnPiece(origin, _name(html), {"html": html}, files)

        yield piece("arrow_store", None)
        yield piece("cover", (context["title"], film.facts, whole, settings))
        yield piece("film_bar", [one.bar for one in drawn], lambda _: {"bar": build_bar(whole_board)})
        yield piece("tally", (analysis.diagnostics, whole_board.notes))
        yield piece(
            "cast",
            ([(one.entity, one.scenes, one.notes) for one in cast], _digests(shown, images)),
            lambda files: {"portraits": {one: self._link(place_portrait(one, images), files) for one in film.cast}},
        )
        yield piece("empty", not whole.shots)
        yield piece("footer", (whole, has_takes))


def _title(analysis: Analysis) -> str:
    return brief_line(analysis.film.title or Path(analysis.path).name)


def _macros(context: Mapping[str, Any], content: BoardContent) -> Any:  # noqa: ANN401 # macros are a module's attributes
    return template_environment().get_template(_TEMPLATE).make_module({"live": True, "shows": content, **context})


def _name(html: str) -> str:
    return blake2b(html.encode("utf-8", "replace"), digest_size=_NAME_BYTES).hexdigest()


def _scene_pieces(
    board: SceneBoard,
    placed: Mapping[Panel, LinkedImage | LaidImage],
    videos: Mapping[Panel, str],
    content: BoardContent,
) -> tuple[str, dict[str, BoardPiece]]:
    """The frame of a scene and its panels; the name of the first."""
    macros = _macros({"pictures": placed, "videos": videos}, content)
    pieces: dict[str, BoardPiece] = {}
    names: list[str] = []
    for panel in board.panels:
        html = str(macros.paneled(panel))
        names.append(_name(html))
        pieces[names[-1]] = {"html": html, "key": _subject(panel)}
    html = str(macros.scene(board))
    name = _name(html + " ".join(names))
    return name, {name: {"html": html, "panels": names}, **pieces}


def _subject(panel: Panel) -> str:
    """What a panel is about: the same wherever in the film it stands."""
    words = (panel.scene.heading or "", plain(panel.shot.camera), action_of(panel.shot), dialogue_of(panel.shot))
    return _name("\n".join(words))


def _pictures(scene: Scene) -> Iterator[Picture]:
    """The script's pictures that the panels of a scene are composed of, in an order that the script gives."""
    for entity in sorted(entities_of(scene), key=lambda one: one.name):
        yield from entity.pictures
    for shot in scene.shots:
        yield from (frame for frame in (shot.start, shot.end) if frame is not None)


def _digests(pictures: Iterable[Picture], images: ImageCache) -> tuple[str, ...]:
    """What pictures look like now."""
    local = (images.look(picture) for picture in pictures if picture.path and not picture.is_url)
    return tuple(facts.digest or str(facts.problem) for facts in local)


def _bar_facts(board: SceneBoard) -> tuple[object, ...]:
    """All that the bar shows of a scene."""
    shots = tuple((panel.shot.number, panel.seconds) for panel in board.panels)
    clips = tuple((panel.clip.id, panel.clip.duration) for panel in board.panels if panel.clip and panel.opens)
    return board.scene.number, board.scene.heading, shots, clips
