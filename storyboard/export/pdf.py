"""The board on paper: a cover with the film to scale and its cast, then every shot as a panel."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from storyboard.board.bar import build_bar
from storyboard.board.placed_images import PlacedImage, PlacedImages, place_images
from storyboard.board.storyboard import CastEntry, Panel, SceneBoard, Storyboard, build_storyboard
from storyboard.board.wording import brief_line, price_of, sourced_price_of
from storyboard.compiler.diagnostics import Diagnostic
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.pipeline import Analysis
from storyboard.export import ExportRequest, ExportResult
from storyboard.export.pdf_grid import write_grid
from storyboard.export.pdf_page import (
    BOLD,
    PageBox,
    PdfPage,
    PdfParagraph,
    PdfTextStyle,
    PrintedPicture,
    without_style_marks,
)
from storyboard.export.pdf_text import (
    ACCENT,
    CLIP,
    SOFT,
    cast_paragraphs,
    clip_line,
    note_paragraph,
    panel_paragraphs,
    paper_line,
    scene_paragraphs,
    title_paragraph,
)
from storyboard.wording import clean, clock, count, listed, one_line

_INK, _RULE, _MARK = "#1c1a17", "#d5cec0", "#b9b1a2"
_ODD, _EVEN = "#3f4a54", "#8a949c"
_GUTTER = 6.0
_DOTS = 220 / 25.4  # of a picture, a mm: more cannot be seen on paper
_OLDEST = 315_532_800  # 1980, for a script that is not a file
_KIND = PdfTextStyle(7.5, ACCENT)
_FACT = PdfTextStyle(9, above=0.6)
_HEADING = PdfTextStyle(9.5, bold=True)
_SUM = PdfTextStyle(7.5, SOFT, align="end")
_SECTION = PdfTextStyle(14, SOFT, above=3)


def write_pdf(request: ExportRequest) -> ExportResult:
    """The board as a PDF of A4 or Letter pages; no panel is split across pages.

    With `panels`, this many are on a page, in three rows, without introductions of scenes and without diagnostics.
    Pictures that cannot be shown, and characters that no font of this machine has, are listed in `problems`.
    """
    board = build_storyboard(request.analysis, request.takes)
    placed = place_images(board, request.analysis.images)
    title = one_line(board.film.title or request.analysis.path)
    foot = brief_line(without_style_marks(title))
    if board.sum.sources:
        foot = f"{foot}  ·  prices: {listed(board.sum.sources)}"
    sheet = PdfPage(request.paper, foot, _all_text(board, title), _written(request.analysis))
    sheet.set_creator("sbc export")
    sheet.set_title(brief_line(without_style_marks(title)))
    _Writer(sheet, board, placed).write(without_style_marks(title), request.panels)
    problems = [str(gap) for gap in placed.gaps]
    if sheet.unwritable:
        problems.append(
            f"no font of this machine has {' '.join(sorted(sheet.unwritable)[:20])}: they are drawn as boxes"
        )
    return ExportResult(bytes(sheet.output()), tuple(problems))


def _written(analysis: Analysis) -> datetime:
    """When the script was last changed: the same script gives the same bytes, whenever it is printed."""
    files = [Path(source.path) for source in analysis.sources]
    newest = max((file.stat().st_mtime for file in files if file.is_file()), default=0.0)
    return datetime.fromtimestamp(max(int(newest), _OLDEST), UTC)


def _all_text(board: Storyboard, title: str) -> str:
    """Every character of the board, to know which fonts it needs."""
    rows = [title, "…·$“”", *board.film.facts, *board.film.facts.values()]
    rows += [text for entry in board.cast for text in (entry.entity.name, entry.entity.look, entry.entity.voice)]
    for scene_board in board.scenes:
        rows += [piece.text for piece in scene_paragraphs(scene_board)]
        rows += [piece.text for panel in scene_board.panels for piece in panel_paragraphs(panel)]
        rows += [scene_board.scene.heading or "", *(panel.shot.label or "" for panel in scene_board.panels)]
    rows += [f"{one.message} {one.help or ''}" for one in board.diagnostics]
    return without_style_marks(clean(" ".join(rows)))


class _Writer:
    """Puts a board on a sheet, from top to bottom."""

    def __init__(self, sheet: PdfPage, board: Storyboard, placed: PlacedImages) -> None:
        self._sheet = sheet
        self._board = board
        self._placed = placed
        self._printed: dict[tuple[str, int], PrintedPicture] = {}

    def write(self, title: str, panels: int) -> None:
        self._sheet.add_page()
        self._cover(title)
        self._cast()
        if panels:
            write_grid(self._sheet, self._board.panels, panels // 3, self._ratio, self._grid_picture)
        else:
            for scene_board in self._board.scenes:
                self._scene(scene_board)
        if not self._board.panels:
            self._piece(PdfParagraph("There is no shot yet.", PdfTextStyle(11, SOFT, above=4)))

    def _piece(self, piece: PdfParagraph) -> None:
        """A paragraph across the page, on the next one where it does not fit."""
        sheet = self._sheet
        if sheet.get_y() + sheet.height_of([piece], sheet.epw) > sheet.bottom:
            if sheet.height_of([piece], sheet.epw) > sheet.bottom - sheet.t_margin:
                self._long(piece)
                return
            sheet.add_page()
        sheet.write_piece(piece, sheet.l_margin, sheet.epw)

    def _long(self, piece: PdfParagraph) -> None:
        """A paragraph longer than a page, cut at words."""
        words = piece.text.split(" ")
        half = len(words) // 2
        if not half:
            return
        for part in (words[:half], words[half:]):
            self._piece(PdfParagraph(" ".join(part), piece.style))

    def _cover(self, title: str) -> None:
        sheet, total = self._sheet, self._board.sum
        self._piece(PdfParagraph("STORYBOARD", _KIND))
        size = 30 if len(title) <= 40 else 16 if len(title) <= 200 else 8
        self._piece(PdfParagraph(title, PdfTextStyle(size, above=1.5, leading=1.12)))
        for key, value in self._board.film.facts.items():
            self._piece(PdfParagraph(f"{BOLD}{key.capitalize()}{BOLD}  {paper_line(value)}", _FACT))
        facts = (clock(total.seconds), count(total.shots, "shot"), count(total.clips, "clip"), sourced_price_of(total))
        self._piece(PdfParagraph("  ·  ".join(facts), PdfTextStyle(11, above=3)))
        self._bar()
        self._notes(self._board.notes, sheet.l_margin, sheet.epw)
        sheet.set_y(sheet.get_y() + 3)

    def _bar(self) -> None:
        sheet, film = self._sheet, build_bar(self._board)
        if not film.shots or sheet.get_y() > sheet.bottom - 18:
            return
        top, unit = sheet.get_y() + 6, sheet.epw / 100
        for scene in film.scenes:
            if scene.width > 2:
                sheet.set_y(top - 4)
                sheet.write_piece(
                    PdfParagraph(scene.number, PdfTextStyle(6.5)),
                    sheet.l_margin + scene.x * unit,
                    max(scene.width * unit, 6),
                )
        for shot in film.shots:
            ink = _ODD if shot.odd else _EVEN
            gap = 0.2 if len(film.shots) < 300 else 0
            sheet.block(PageBox(sheet.l_margin + shot.x * unit, top, max(shot.width * unit - gap, 0.05), 5), ink)
        for clip in film.clips:
            width = max(clip.width * unit - 0.4, 0.05)
            sheet.block(PageBox(sheet.l_margin + clip.x * unit, top + 5.6, width, 0.8), CLIP)
        for mark in film.marks:
            sheet.set_y(top + 7)
            sheet.write_piece(
                PdfParagraph(clock(mark.second), PdfTextStyle(6, SOFT)), sheet.l_margin + mark.x * unit, 14
            )
        sheet.set_y(top + 11)

    def _cast(self) -> None:
        entries = list(self._board.cast)
        width = (self._sheet.epw - _GUTTER) / 2
        for pair in (entries[at : at + 2] for at in range(0, len(entries), 2)):
            self._row([(entry, self._entry_height(entry, width)) for entry in pair], width)

    def _row(self, entries: list[tuple[CastEntry, float]], width: float) -> None:
        sheet = self._sheet
        high = max(height for _, height in entries)
        if sheet.get_y() + high > sheet.bottom:
            sheet.add_page()
        top = sheet.get_y()
        for column, (entry, _) in enumerate(entries):
            self._entry(entry, sheet.l_margin + column * (width + _GUTTER), top, width)
        sheet.set_y(top + high + 3)

    def _entry_height(self, entry: CastEntry, width: float) -> float:
        picture = 13 if entry.entity.is_location else 18
        return max(picture, self._sheet.height_of(cast_paragraphs(entry), width - 26))

    def _entry(self, entry: CastEntry, x: float, y: float, width: float) -> None:
        entity, sheet = entry.entity, self._sheet
        box = PageBox(x, y, 23, 13) if entity.is_location else PageBox(x, y, 18, 18)
        self._picture(self._placed.portraits[entity], box, entity.kind is Kind.CHARACTER)
        sheet.set_y(y)
        for piece in cast_paragraphs(entry):
            sheet.write_piece(piece, x + 26, width - 26)

    def _scene(self, scene_board: SceneBoard) -> None:
        sheet, scene = self._sheet, scene_board.scene
        placed = self._placed.panels[scene_board.panels[0]] if scene_board.panels else None
        columns = 3 if placed and placed.height > placed.width else 2
        width = (sheet.epw - _GUTTER * (columns - 1)) / columns
        opening = list(scene_paragraphs(scene_board))
        rows = [scene_board.panels[at : at + columns] for at in range(0, len(scene_board.panels), columns)]
        first = self._row_height(rows[0], width) if rows else 0
        head = sheet.height_of(opening, sheet.epw) + 14
        if sheet.get_y() + min(head + first, sheet.bottom - sheet.t_margin) > sheet.bottom:
            sheet.add_page()
        self._head(scene_board)
        for piece in opening:
            self._piece(piece)
        self._notes(scene_board.notes, sheet.l_margin, sheet.epw)
        sheet.set_y(sheet.get_y() + 3)
        sheet.start_section(
            brief_line(without_style_marks(f"{scene.number}  {scene.heading or 'Without a heading'}"), 80)
        )
        for row in rows:
            self._panels(row, width)

    def _head(self, scene_board: SceneBoard) -> None:
        sheet, scene, total = self._sheet, scene_board.scene, scene_board.sum
        for _, section in scene.sections:
            self._piece(PdfParagraph(paper_line(section), _SECTION))
        sheet.set_y(sheet.get_y() + 3)
        sheet.rule(sheet.l_margin, sheet.get_y(), sheet.epw, _INK, 0.5)
        sheet.set_y(sheet.get_y() + 1.5)
        top = sheet.get_y()
        facts = (f"{total.seconds} s", count(total.shots, "shot"), count(total.clips, "clip"), price_of(total))
        sheet.write_piece(PdfParagraph("  ·  ".join(facts), _SUM), sheet.w - sheet.r_margin - 70, 70)
        sheet.set_y(top)
        label = f"  [{paper_line(scene.label)}]" if scene.label else ""
        heading = PdfParagraph(
            f"{scene.number}   {brief_line(paper_line(scene.heading or 'Without a heading'), 300)}{label}", _HEADING
        )
        sheet.write_piece(heading, sheet.l_margin, sheet.epw - 72)

    def _row_height(self, panels: tuple[Panel, ...], width: float) -> float:
        return max(self._panel_height(panel, width) for panel in panels)

    def _panel_height(self, panel: Panel, width: float) -> float:
        placed = self._placed.panels[panel]
        head = self._sheet.height_of([title_paragraph(panel)], width)
        text = self._sheet.height_of([*panel_paragraphs(panel), *map(note_paragraph, panel.notes)], width)
        return 5 + width * placed.height / placed.width + 1.5 + head + text

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
        sheet.rule(x, y, width, CLIP if panel.clip else _RULE, 0.7, 0.0 if panel.opens else 1.0)
        sheet.set_y(y + 1.2)
        sheet.write_piece(PdfParagraph(clip_line(panel), PdfTextStyle(6.5, CLIP if panel.opens else SOFT)), x, width)
        placed = self._placed.panels[panel]
        frame = PageBox(x, y + 5, width, width * placed.height / placed.width)
        self._picture(placed, frame)
        sheet.set_y(frame.y + frame.height + 1.5)
        tall = self._panel_height(panel, width) > sheet.bottom - sheet.t_margin
        for piece in (title_paragraph(panel), *panel_paragraphs(panel)):
            if tall:
                self._piece(piece)
            else:
                sheet.write_piece(piece, x, width)
        self._notes(panel.notes, x, width)

    def _notes(self, notes: tuple[Diagnostic, ...], x: float, width: float) -> None:
        for note in notes:
            piece = note_paragraph(note)
            if self._sheet.get_y() + self._sheet.height_of([piece], width) > self._sheet.bottom:
                self._sheet.add_page()
            self._sheet.write_piece(piece, x, width)

    def _picture(self, placed: PlacedImage, frame: PageBox, top: bool = False) -> None:
        self._sheet.paint(self._print_of(placed, frame), frame, top, placed.words)
        self._sheet.outline(frame, _MARK)

    def _print_of(self, placed: PlacedImage, frame: PageBox) -> PrintedPicture:
        """A picture with as many dots as its place on the paper shows. Each is kept as the JPEG of the file:
        decoded, those of a long film fill the memory."""
        with Image.open(io.BytesIO(placed.image.webp)) as picture:
            share = min(1.0, max(frame.width / picture.width, frame.height / picture.height) * _DOTS)
            size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
            key = (placed.image.id, size[0])
            if key not in self._printed:
                body = io.BytesIO()
                picture.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(body, "JPEG")
                self._printed[key] = PrintedPicture(body.getvalue(), *size)
        return self._printed[key]

    def _ratio(self, panel: Panel) -> float:
        placed = self._placed.panels[panel]
        return placed.width / placed.height

    def _grid_picture(self, panel: Panel, frame: PageBox) -> None:
        self._picture(self._placed.panels[panel], frame)
