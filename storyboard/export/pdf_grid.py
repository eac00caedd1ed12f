"""The shots as a grid, three rows on a page: six or nine panels, across scenes.

A row is a third of a page. Words that do not fit under a picture are set smaller, down to a readable size; a shot that
needs more makes its row higher, and the page then has fewer rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from storyboard.board.storyboard import Panel
from storyboard.board.wording import brief_line
from storyboard.export.pdf_page import PageBox, PdfPage, PdfParagraph, PdfTextStyle, without_style_marks
from storyboard.export.pdf_text import CLIP, SOFT, clip_line, panel_paragraphs, paper_line, title_paragraph

_ROWS = 3
_GUTTER = 6.0  # mm
_SPACE = 3.0  # mm under a row
_ABOVE, _BELOW = 8.0, 1.5  # mm above a picture, for its scene and its clip, and below it
_TALLEST = 0.6  # of a row: a picture in an upright frame
_SHRUNK = (1.0, 0.88, 0.76)  # of the size of the letters
_SCENE = PdfTextStyle(7, bold=True)


def write_grid(
    sheet: PdfPage,
    panels: Sequence[Panel],
    columns: int,
    ratio: Callable[[Panel], float],
    paint: Callable[[Panel, PageBox], None],
) -> None:
    """Put shots on pages of their own in this many columns.

    `ratio` is the width of a panel's picture by its height, and `paint` puts the picture into a box.
    """
    width = (sheet.epw - _GUTTER * (columns - 1)) / columns
    whole = sheet.bottom - sheet.t_margin
    least = whole / _ROWS
    top = sheet.bottom
    for at in range(0, len(panels), columns):
        row = panels[at : at + columns]
        boxes = [_picture_box(ratio(panel), width, least) for panel in row]
        texts = [
            _text(sheet, panel, width, least - box.height - _SPACE, whole - box.height - _SPACE)
            for panel, box in zip(row, boxes, strict=True)
        ]
        heights = (
            _ABOVE + box.height + _BELOW + sheet.height_of(text, width) for box, text in zip(boxes, texts, strict=True)
        )
        high = max(least, *(height + _SPACE for height in heights))
        if top + high > sheet.bottom + 0.01:
            sheet.add_page()
            top = sheet.t_margin
        for column, (panel, box, text) in enumerate(zip(row, boxes, texts, strict=True)):
            x = sheet.l_margin + column * (width + _GUTTER)
            _above(sheet, panel, x, top, width)
            paint(panel, PageBox(x + box.x, top + _ABOVE, box.width, box.height))
            sheet.set_y(top + _ABOVE + box.height + _BELOW)
            for piece in text:
                sheet.write_piece(piece, x, width)
        top += high


def _above(sheet: PdfPage, panel: Panel, x: float, top: float, width: float) -> None:
    """The scene, where it begins, and the clip."""
    scene = panel.scene
    sheet.set_y(top)
    if panel.shot is scene.shots[0]:
        heading = brief_line(paper_line(f"{scene.number}  {scene.heading or 'Without a heading'}"), round(width * 0.7))
        sheet.start_section(brief_line(without_style_marks(heading), 80))
        sheet.write_piece(PdfParagraph(heading, _SCENE), x, width)
    sheet.set_y(top + _ABOVE / 2)
    sheet.write_piece(PdfParagraph(clip_line(panel), PdfTextStyle(6.5, CLIP if panel.opens else SOFT)), x, width)


def _picture_box(ratio: float, width: float, row: float) -> PageBox:
    """A picture's place in its column."""
    height = min(width / ratio, row * _TALLEST)
    return PageBox((width - height * ratio) / 2, 0, height * ratio, height)


def _text(sheet: PdfPage, panel: Panel, width: float, room: float, most: float) -> list[PdfParagraph]:
    """The text under a picture, as large as fits into `room`; cut if it is higher than `most`."""
    pieces = [title_paragraph(panel), *panel_paragraphs(panel)]
    for share in _SHRUNK:
        shown = [_smaller(piece, share) for piece in pieces]
        if sheet.height_of(shown, width) <= room - _ABOVE - _BELOW:
            return shown
    return list(_cut(sheet, shown, width, most - _ABOVE - _BELOW))


def _smaller(piece: PdfParagraph, share: float) -> PdfParagraph:
    style = piece.style
    return piece._replace(style=style._replace(size=style.size * share, above=style.above * share))


def _cut(sheet: PdfPage, pieces: Sequence[PdfParagraph], width: float, room: float) -> Iterator[PdfParagraph]:
    """The paragraphs that fit into a height, the last of them cut at a word."""
    for piece in pieces:
        if (height := sheet.height_of([piece], width)) <= room:
            room -= height
            yield piece
            continue
        words = piece.text.split(" ")
        while words and sheet.height_of([(shorter := piece._replace(text=f"{' '.join(words)} …"))], width) > room:
            del words[-max(1, len(words) // 10) :]
        if words:
            yield shorter
        return
