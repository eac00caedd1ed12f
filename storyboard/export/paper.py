"""The board on paper: a cover with the film to scale and who is in it, then every shot as a panel."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from storyboard.board.drawing import Box, Drawing, Layer, draw
from storyboard.board.page import hang
from storyboard.board.pictures import Gallery, Gap, Print
from storyboard.board.story import Chapter, Panel, Part, Story, tell
from storyboard.board.timeline import bar
from storyboard.board.wording import brief, clean, clock, count, money, one_line, speaker_of
from storyboard.diagnostics import Diagnostic
from storyboard.export import Order, Written
from storyboard.export.sheet import BOLD, Piece, Sheet, Style, bare
from storyboard.ir.resolved import Action, Beat, Dialogue, Mention, Prose, Title, Transition
from storyboard.pipeline import Analysis

_INK, _SOFT, _RULE, _ACCENT, _CLIP, _GROUND, _MARK = (
    "#1c1a17", "#6d665c", "#d5cec0", "#8f2f14", "#2c4762", "#ebe6db", "#b9b1a2",
)  # fmt: skip
_ODD, _EVEN = "#3f4a54", "#8a949c"
_TONES = {"error": "#921a17", "warning": "#6f4906", "information": "#2c4762"}
_GUTTER = 6.0
_OLDEST = 315_532_800  # 1980, for a script that is no file
_KIND = Style(7.5, _ACCENT)
_FACT = Style(9, above=0.6)
_HEADING = Style(9.5, bold=True)
_SUM = Style(7.5, _SOFT, align="end")
_SETTING = Style(8.5, above=1)
_ACTION = Style(8.5, above=1)
_CUE = Style(6.5, above=1.2, indent=3, bold=True)
_SPEECH = Style(8.5, indent=3)
_TRANSITION = Style(6.5, _ACCENT, above=1.2, bold=True, align="end")
_CRAFT = Style(7, _SOFT, above=0.8)
_SECTION = Style(14, _SOFT, above=3)
_TAGS = Style(6.5, _SOFT, above=1.2)


def write_pdf(order: Order) -> Written:
    """The board as a PDF of A4 or Letter pages; no panel is cut by a page's end.

    Pictures that cannot be shown, and characters that no font of this machine has, are named in `problems`.
    """
    story = tell(order.analysis, order.takes)
    gallery = hang(story, order.analysis.album)
    title = one_line(story.film.title or order.analysis.path)
    sheet = Sheet(order.paper, brief(bare(title)), _all_text(story, title), _written(order.analysis))
    sheet.set_title(brief(bare(title)))
    _Writer(sheet, story, gallery).write(bare(title))
    problems = [str(gap) for gap in gallery.gaps]
    if sheet.unwritable:
        problems.append(f"no font of this machine has {' '.join(sorted(sheet.unwritable)[:20])}: boxes stand for them")
    return Written(bytes(sheet.output()), tuple(problems))


def _written(analysis: Analysis) -> datetime:
    """When the script was last changed: the same script gives the same bytes, whenever it is printed."""
    files = [Path(source.path) for source in analysis.sources]
    newest = max((file.stat().st_mtime for file in files if file.is_file()), default=0.0)
    return datetime.fromtimestamp(max(int(newest), _OLDEST), UTC)


def _all_text(story: Story, title: str) -> str:
    """Every character of the board, to know which fonts it needs."""
    rows = [title, "…·$“”", *story.film.facts, *story.film.facts.values()]
    rows += [text for part in story.parts for text in (part.entity.name, part.entity.look, part.entity.voice)]
    for chapter in story.chapters:
        rows += [piece.text for piece in _scene_pieces(chapter)]
        rows += [piece.text for panel in chapter.panels for piece in _panel_pieces(panel)]
        rows += [chapter.scene.heading or "", *(panel.shot.label or "" for panel in chapter.panels)]
    rows += [f"{one.message} {one.help or ''}" for one in story.diagnostics]
    return bare(clean(" ".join(rows)))


class _Writer:
    """Puts a story on a sheet, from top to bottom."""

    def __init__(self, sheet: Sheet, story: Story, gallery: Gallery) -> None:
        self._sheet = sheet
        self._story = story
        self._gallery = gallery
        self._pictures = {one.id: Image.open(io.BytesIO(one.webp)) for one in gallery.prints}

    def write(self, title: str) -> None:
        self._sheet.add_page()
        self._cover(title)
        self._cast()
        for chapter in self._story.chapters:
            self._chapter(chapter)
        if not self._story.panels:
            self._piece(Piece("There is no shot yet.", Style(11, _SOFT, above=4)))

    def _piece(self, piece: Piece) -> None:
        """A paragraph across the page, on the next one where it does not fit."""
        sheet = self._sheet
        if sheet.get_y() + sheet.height_of([piece], sheet.epw) > sheet.bottom:
            if sheet.height_of([piece], sheet.epw) > sheet.bottom - sheet.t_margin:
                self._long(piece)
                return
            sheet.add_page()
        sheet.write_piece(piece, sheet.l_margin, sheet.epw)

    def _long(self, piece: Piece) -> None:
        """A paragraph longer than a page, cut at words."""
        words = piece.text.split(" ")
        half = len(words) // 2
        if not half:
            return
        for part in (words[:half], words[half:]):
            self._piece(Piece(" ".join(part), piece.style))

    def _cover(self, title: str) -> None:
        sheet, total = self._sheet, self._story.sum
        self._piece(Piece("STORYBOARD", _KIND))
        size = 30 if len(title) <= 40 else 16 if len(title) <= 200 else 8
        self._piece(Piece(title, Style(size, above=1.5, leading=1.12)))
        for key, value in self._story.film.facts.items():
            self._piece(Piece(f"{BOLD}{key.capitalize()}{BOLD}  {_line(value)}", _FACT))
        facts = (clock(total.seconds), count(total.shots, "shot"), count(total.clips, "clip"), money(total))
        self._piece(Piece("  ·  ".join(facts), Style(11, above=3)))
        self._bar()
        self._notes(self._story.notes, sheet.l_margin, sheet.epw)
        sheet.set_y(sheet.get_y() + 3)

    def _bar(self) -> None:
        sheet, film = self._sheet, bar(self._story)
        if not film.shots or sheet.get_y() > sheet.bottom - 18:
            return
        top, unit = sheet.get_y() + 6, sheet.epw / 100
        for scene in film.scenes:
            if scene.width > 2:
                sheet.set_y(top - 4)
                sheet.write_piece(
                    Piece(scene.number, Style(6.5)), sheet.l_margin + scene.x * unit, max(scene.width * unit, 6)
                )
        for shot in film.shots:
            ink = _ODD if shot.odd else _EVEN
            gap = 0.2 if len(film.shots) < 300 else 0
            sheet.block(Box(sheet.l_margin + shot.x * unit, top, max(shot.width * unit - gap, 0.05), 5), ink)
        for clip in film.clips:
            width = max(clip.width * unit - 0.4, 0.05)
            sheet.block(Box(sheet.l_margin + clip.x * unit, top + 5.6, width, 0.8), _CLIP)
        for mark in film.marks:
            sheet.set_y(top + 7)
            sheet.write_piece(Piece(clock(mark.second), Style(6, _SOFT)), sheet.l_margin + mark.x * unit, 14)
        sheet.set_y(top + 11)

    def _cast(self) -> None:
        parts = list(self._story.parts)
        width = (self._sheet.epw - _GUTTER) / 2
        for pair in (parts[at : at + 2] for at in range(0, len(parts), 2)):
            self._row([(part, self._part_height(part, width)) for part in pair], width)

    def _row(self, parts: list[tuple[Part, float]], width: float) -> None:
        sheet = self._sheet
        high = max(height for _, height in parts)
        if sheet.get_y() + high > sheet.bottom:
            sheet.add_page()
        top = sheet.get_y()
        for column, (part, _) in enumerate(parts):
            self._part(part, sheet.l_margin + column * (width + _GUTTER), top, width)
        sheet.set_y(top + high + 3)

    def _part_height(self, part: Part, width: float) -> float:
        picture = 13 if part.entity.is_location else 18
        return max(picture, self._sheet.height_of(_part_pieces(part), width - 26))

    def _part(self, part: Part, x: float, y: float, width: float) -> None:
        entity, sheet = part.entity, self._sheet
        shown = self._gallery.show(entity.pictures[0]) if entity.pictures else None
        box = Box(x, y, 23, 13) if entity.is_location else Box(x, y, 18, 18)
        self._layer(Layer(box, entity.kind.value, "", shown, True, False), box, entity.name)
        sheet.set_y(y)
        for piece in _part_pieces(part):
            sheet.write_piece(piece, x + 26, width - 26)

    def _chapter(self, chapter: Chapter) -> None:
        sheet, scene = self._sheet, chapter.scene
        columns = 3 if chapter.panels and draw(chapter.panels[0], self._gallery).height > 1200 else 2
        width = (sheet.epw - _GUTTER * (columns - 1)) / columns
        opening = list(_scene_pieces(chapter))
        rows = [chapter.panels[at : at + columns] for at in range(0, len(chapter.panels), columns)]
        first = self._row_height(rows[0], width) if rows else 0
        head = sheet.height_of(opening, sheet.epw) + 14
        if sheet.get_y() + min(head + first, sheet.bottom - sheet.t_margin) > sheet.bottom:
            sheet.add_page()
        self._head(chapter)
        for piece in opening:
            self._piece(piece)
        self._notes(chapter.notes, sheet.l_margin, sheet.epw)
        sheet.set_y(sheet.get_y() + 3)
        sheet.start_section(brief(bare(f"{scene.number}  {scene.heading or 'Without a heading'}"), 80))
        for row in rows:
            self._panels(row, width)

    def _head(self, chapter: Chapter) -> None:
        sheet, scene, total = self._sheet, chapter.scene, chapter.sum
        for _, section in scene.sections:
            self._piece(Piece(_line(section), _SECTION))
        sheet.set_y(sheet.get_y() + 3)
        sheet.rule(sheet.l_margin, sheet.get_y(), sheet.epw, _INK, 0.5)
        sheet.set_y(sheet.get_y() + 1.5)
        top = sheet.get_y()
        facts = (f"{total.seconds} s", count(total.shots, "shot"), count(total.clips, "clip"), money(total))
        sheet.write_piece(Piece("  ·  ".join(facts), _SUM), sheet.w - sheet.r_margin - 70, 70)
        sheet.set_y(top)
        label = f"  [{_line(scene.label)}]" if scene.label else ""
        heading = Piece(f"{scene.number}   {brief(_line(scene.heading or 'Without a heading'), 300)}{label}", _HEADING)
        sheet.write_piece(heading, sheet.l_margin, sheet.epw - 72)

    def _row_height(self, panels: tuple[Panel, ...], width: float) -> float:
        return max(self._panel_height(panel, width) for panel in panels)

    def _panel_height(self, panel: Panel, width: float) -> float:
        drawing = draw(panel, self._gallery)
        head = self._sheet.height_of([_head_piece(panel)], width)
        text = self._sheet.height_of([*_panel_pieces(panel), *map(_note_piece, panel.notes)], width)
        return 5 + width * drawing.height / drawing.width + 1.5 + head + text

    def _panels(self, panels: tuple[Panel, ...], width: float) -> None:
        sheet = self._sheet
        high = self._row_height(panels, width)
        if high > sheet.bottom - sheet.t_margin and len(panels) > 1:
            for panel in panels:
                self._panels((panel,), width)
            return
        if sheet.get_y() + high > sheet.bottom and sheet.get_y() > sheet.t_margin:
            sheet.add_page()
        top = sheet.get_y()
        for column, panel in enumerate(panels):
            self._panel(panel, sheet.l_margin + column * (width + _GUTTER), top, width)
        sheet.set_y(min(top + high, sheet.get_y() if high > sheet.bottom - sheet.t_margin else top + high) + 5)

    def _panel(self, panel: Panel, x: float, y: float, width: float) -> None:
        sheet = self._sheet
        sheet.rule(x, y, width, _CLIP if panel.clip else _RULE, 0.7, 0.0 if panel.opens else 1.0)
        sheet.set_y(y + 1.2)
        sheet.write_piece(Piece(_clip_line(panel), Style(6.5, _CLIP if panel.opens else _SOFT)), x, width)
        drawing = draw(panel, self._gallery)
        frame = Box(x, y + 5, width, width * drawing.height / drawing.width)
        self._picture(drawing, frame)
        sheet.set_y(frame.y + frame.height + 1.5)
        tall = self._panel_height(panel, width) > sheet.bottom - sheet.t_margin
        for piece in (_head_piece(panel), *_panel_pieces(panel)):
            if tall:
                self._piece(piece)
            else:
                sheet.write_piece(piece, x, width)
        self._notes(panel.notes, x, width)

    def _notes(self, notes: tuple[Diagnostic, ...], x: float, width: float) -> None:
        for note in notes:
            piece = _note_piece(note)
            if self._sheet.get_y() + self._sheet.height_of([piece], width) > self._sheet.bottom:
                self._sheet.add_page()
            self._sheet.write_piece(piece, x, width)

    def _picture(self, drawing: Drawing, frame: Box) -> None:
        scale = frame.width / drawing.width
        self._sheet.block(frame, _GROUND)
        words: str | None = drawing.words
        for layer in drawing.layers:
            part = layer.box
            box = Box(frame.x + part.x * scale, frame.y + part.y * scale, part.width * scale, part.height * scale)
            self._layer(layer, box, words)
            words = None
        self._sheet.outline(frame, _MARK)

    def _layer(self, layer: Layer, box: Box, words: str | None) -> None:
        sheet = self._sheet
        if isinstance(layer.shown, Print):
            if not layer.covers and not layer.bare:
                sheet.block(Box(box.x - 0.4, box.y - 0.4, box.width + 0.8, box.height + 0.8), "#ffffff")
            sheet.paint(self._pictures[layer.shown.id], box, layer.kind == "character", words)
            return
        self._stand_in(layer, box)

    def _stand_in(self, layer: Layer, box: Box) -> None:
        sheet = self._sheet
        sheet.block(box, _GROUND)
        sheet.set_fill_color("#cfc8ba")
        with sheet.rect_clip(box.x, box.y, box.width, box.height):
            _silhouette(sheet, layer.kind, box)
        lost = isinstance(layer.shown, Gap) and layer.shown.reason != "url"
        if not layer.covers or lost:
            sheet.outline(box, _TONES["error"] if lost else _MARK, 0.3 if lost else 0.15, 1.0 if lost else 0.0)
        words = [layer.name] if layer.name else []
        if isinstance(layer.shown, Gap):
            words.append({"url": "on the web", "missing": "not found"}.get(layer.shown.reason, "unreadable"))
        if box.width > 12:
            sheet.set_y(box.y + 1)
            sheet.write_piece(Piece(bare(brief(", ".join(words), 40)), Style(6, _SOFT)), box.x + 1, box.width - 2)


def _silhouette(sheet: Sheet, kind: str, box: Box) -> None:
    """A person, a box, or hills under a sun."""
    x, y, wide, high = box
    if kind == "character":
        head = min(wide * 0.34, high * 0.26)
        sheet.ellipse(x + wide / 2 - head / 2, y + high * 0.26, head, head, style="F")
        sheet.ellipse(x + wide / 2 - head * 1.1, y + high * 0.26 + head * 1.1, head * 2.2, high, style="F")
    elif kind == "prop":
        side = min(wide, high) * 0.4
        sheet.rect(x + (wide - side) / 2, y + (high - side) / 2, side, side, style="F")
    else:
        sheet.ellipse(x + wide * 0.72, y + high * 0.18, high * 0.16, high * 0.16, style="F")
        points = [(0, 0.75), (0.2, 0.5), (0.36, 0.66), (0.56, 0.36), (0.8, 0.7), (1, 0.58), (1, 1), (0, 1)]
        sheet.polygon([(x + wide * px, y + high * py) for px, py in points], style="F")


def _line(text: str) -> str:
    return bare(one_line(text))


def _marked(prose: Prose) -> str:
    """Prose on one line, names in bold."""
    parts = [
        f"{BOLD}{bare(clean(part.entity.spoken_name))}{BOLD}" if isinstance(part, Mention) else bare(clean(part))
        for part in prose
    ]
    return " ".join("".join(parts).split())


def _clip_line(panel: Panel) -> str:
    if panel.clip is None:
        return "in no clip yet"
    if not panel.opens:
        return f"{panel.clip.id}, continued"
    price = "price unknown" if panel.clip.usd is None else f"${panel.clip.usd:.2f}"
    start = f", from the end of {panel.clip.start_from}" if panel.clip.start_from else ""
    return f"{BOLD}{panel.clip.id}{BOLD}  {panel.clip.duration} s  {price}{start}"


def _head_piece(panel: Panel) -> Piece:
    shot = panel.shot
    label = f" [{_line(shot.label)}]" if shot.label else ""
    seconds = "? s" if shot.duration is None else f"{shot.duration} s"
    camera = _marked(shot.camera)
    return Piece(f"{BOLD}{shot.number}{label}{BOLD}  {camera}  {BOLD}{seconds}{BOLD} at {clock(panel.start)}", Style(8))


def _panel_pieces(panel: Panel) -> Iterator[Piece]:
    shot = panel.shot
    for beat in shot.beats:
        yield from _beat_pieces(beat)
    for name, prose in (("Light", shot.light), ("Sound", shot.sound), ("Style", shot.style)):
        if prose:
            yield Piece(f"{BOLD}{name}{BOLD}  {_marked(prose)}", _CRAFT)
    if panel.opens and panel.clip and panel.clip.references:
        tags = (f"{BOLD}{one.tag}{BOLD} {_line(one.entity.name)}" for one in panel.clip.references)
        yield Piece("   ".join(tags), _TAGS)


def _beat_pieces(beat: Beat) -> Iterator[Piece]:
    if isinstance(beat, Action):
        yield Piece(_marked(beat.prose), _ACTION)
    elif isinstance(beat, Dialogue):
        manner = f" ({_line(beat.manner)})" if beat.manner else ""
        yield Piece(f"{_line(speaker_of(beat)).upper()}{manner}", _CUE)
        for line in beat.lines:
            yield Piece(f"({_line(line.manner)}) {_line(line.text)}" if line.manner else _line(line.text), _SPEECH)
    elif isinstance(beat, Transition):
        yield Piece(_line(beat.text), _TRANSITION)
    elif isinstance(beat, Title):
        yield Piece(f"{BOLD}{beat.key.capitalize()}{BOLD}  {_line(beat.text)}", _ACTION)
    else:
        yield Piece(_line(beat.text), _CRAFT)


def _scene_pieces(chapter: Chapter) -> Iterator[Piece]:
    scene = chapter.scene
    for synopsis in scene.synopses:
        yield Piece(_line(synopsis), Style(8.5, _SOFT, above=1))
    if scene.setting:
        yield Piece(_marked(scene.setting), _SETTING)
    for beat in scene.opening:
        yield from _beat_pieces(beat)


def _part_pieces(part: Part) -> Iterator[Piece]:
    entity = part.entity
    yield Piece(_line(entity.name), Style(9, bold=True))
    yield Piece(_line(entity.look), Style(8))
    if entity.voice:
        yield Piece(f"{BOLD}Voice{BOLD}  {_line(entity.voice)}", Style(7.5, _SOFT))
    scenes = ", ".join(map(str, part.scenes))
    yield Piece(f"Scene{'s' * (len(part.scenes) > 1)} {scenes}" if scenes else "In no scene", Style(7, _SOFT))
    for note in part.notes:
        yield _note_piece(note)


def _note_piece(note: Diagnostic) -> Piece:
    said = f"{note.message} {note.help}" if note.help else note.message
    head = f"{BOLD}{note.severity.capitalize()}{BOLD} {note.code}, line {note.start.line}: "
    return Piece(f"{head}{_line(said)}", Style(7, _TONES[note.severity], above=1))
