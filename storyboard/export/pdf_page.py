"""A sheet of paper: fonts for any script, text in columns, pictures cut to their frame.

fpdf2 draws it: pure Python, so a writer needs no browser; it embeds only the letters that are used, the
text can be selected and searched, and it sets right-to-left and CJK lines. DejaVu travels with the package; what it
lacks comes from the machine's own fonts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from storyboard.drawing.fonts import FontFace, font_runs

_FONTS = Path(__file__).parents[1] / "drawing" / "fonts"
_FAMILY = "dejavu"
_MARGIN = 13.0  # mm
_FOOT = 12.0  # mm
#: Marks bold text. Private-use characters, which have been removed from the script by now.
BOLD = "\ue000\ue000"
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_JOINING = re.compile("[\u0590-\u109f\u1780-\u18af\ufb1d-\ufdff\ufe70-\ufefc]")  # scripts whose letters change shape


class PdfTextStyle(NamedTuple):
    """How a piece of text is set: points, `#rrggbb`, mm above it and before each line."""

    size: float
    ink: str = "#1c1a17"
    above: float = 0.0
    indent: float = 0.0
    bold: bool = False
    leading: float = 1.32
    align: Literal["start", "end"] = "start"


class PrintedPicture(NamedTuple):
    """A picture as a PDF holds it; `width` and `height` are dots."""

    jpeg: bytes
    width: int
    height: int


class PageBox(NamedTuple):
    """A rectangle in mm."""

    x: float
    y: float
    width: float
    height: float


class PdfParagraph(NamedTuple):
    """A paragraph. Its text may hold pairs of `BOLD`."""

    text: str
    style: PdfTextStyle


def without_style_marks(text: str) -> str:
    """Text without the characters that mean something here."""
    return _PRIVATE.sub("", text)


class PdfPage(FPDF):
    """A document in portrait. All measures are in mm, from the top left corner."""

    # Text is never markup: only our own pairs of private characters are.
    MARKDOWN_BOLD_MARKER = BOLD
    MARKDOWN_ITALICS_MARKER = "\ue001\ue001"
    MARKDOWN_STRIKETHROUGH_MARKER = "\ue002\ue002"
    MARKDOWN_UNDERLINE_MARKER = "\ue003\ue003"
    MARKDOWN_MARKERS = (BOLD, "\ue001\ue001", "\ue002\ue002", "\ue003\ue003")
    MARKDOWN_ESCAPE_CHARACTER = "\ue004"
    MARKDOWN_LINK_REGEX = re.compile(r"(?!)")

    def __init__(self, paper: str, running_title: str, text: str, written: datetime) -> None:
        super().__init__(format=paper)
        self._running_title = running_title
        self.set_margins(_MARGIN, _MARGIN, _MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(False, _FOOT)
        self.set_image_filter("DCTDecode")
        self.set_creation_date(written)
        self.unwritable = self._bring_fonts(text)

    @property
    def bottom(self) -> float:
        """Where the text of a page ends."""
        return float(self.h) - _FOOT - 2

    def footer(self) -> None:
        """Write the running title and the page number; fpdf2 calls this at the end of every page."""
        self.set_y(-_FOOT + 1)
        self.write_piece(PdfParagraph(self._running_title, PdfTextStyle(7, "#6d665c")), _MARGIN, self.epw - 20)
        self.set_y(-_FOOT + 1)
        self.write_piece(
            PdfParagraph(str(self.page_no()), PdfTextStyle(7, "#6d665c", align="end")), self.w - _MARGIN - 20, 20
        )

    def _bring_fonts(self, text: str) -> frozenset[str]:
        """Take along the fonts that `text` needs, and say which of its characters none has."""
        self.add_font(_FAMILY, "", _FONTS / "DejaVuSansCondensed.ttf")
        self.add_font(_FAMILY, "B", _FONTS / "DejaVuSansCondensed-Bold.ttf")
        letters = "".join(sorted(set(text)))
        parts, missing = font_runs(letters)
        own = {str(_FONTS / "DejaVuSansCondensed.ttf")}
        faces = list(dict.fromkeys(part.face for part in parts if part.face.path not in own))
        usable = [name for number, face in enumerate(faces) if (name := self._bring(face, f"more{number}"))]
        if usable:
            self.set_fallback_fonts(usable, exact_match=False)
        if _JOINING.search(text):
            self._shape()
        return missing

    def _bring(self, face: FontFace, name: str) -> str | None:
        try:
            self.add_font(name, "", face.path, collection_font_number=int(face[1]))
        except Exception:  # noqa: BLE001 # fonts of a machine break in any way; the letter is then a box
            return None
        return name

    def _shape(self) -> None:
        try:
            self.set_text_shaping(True)
        except Exception:  # noqa: BLE001 # without uharfbuzz letters stand unjoined
            self.set_text_shaping(False)

    def height_of(self, pieces: Iterable[PdfParagraph], width: float) -> float:
        """The height of paragraphs in a column."""
        return sum(self._set(piece, 0.0, width, dry=True) for piece in pieces)

    def write_piece(self, piece: PdfParagraph, x: float, width: float) -> None:
        """Write a paragraph in a column, from the current height down; the next one follows under it."""
        top = self.get_y()
        self.set_y(top + self._set(piece, x, width, dry=False))

    def _set(self, piece: PdfParagraph, x: float, width: float, dry: bool) -> float:
        style = piece.style
        self.set_font(_FAMILY, "B" if style.bold else "", style.size)
        self.set_text_color(style.ink)
        line = style.size * 0.3528 * style.leading
        if not piece.text.strip():
            return 0.0
        if not dry:
            self.set_xy(x + style.indent, self.get_y() + style.above)
        turned = is_right_to_left(piece.text)
        height = self.multi_cell(
            width - style.indent, line, piece.text, markdown=True, dry_run=dry, output="HEIGHT",
            align="R" if (style.align == "end") != turned else "L", new_x=XPos.LMARGIN, new_y=YPos.TOP, padding=0,
        )  # fmt: skip
        return float(height) + style.above  # type: ignore[arg-type]  # a number for this `output`

    def paint(self, picture: PrintedPicture, box: PageBox, top: bool, words: str | None) -> None:
        """A picture that covers a box; of a tall one `top` shows the upper part, else the middle."""
        scale = max(box.width / picture.width, box.height / picture.height)
        wide, high = picture.width * scale, picture.height * scale
        y = box.y if top else box.y + (box.height - high) / 2
        with self.rect_clip(box.x, box.y, box.width, box.height):
            self.image(picture.jpeg, box.x + (box.width - wide) / 2, y, wide, high, alt_text=words)

    def block(self, box: PageBox, ink: str) -> None:
        """A plain rectangle."""
        self.set_fill_color(ink)
        self.rect(box.x, box.y, box.width, box.height, style="F")

    def outline(self, box: PageBox, ink: str, width: float = 0.15, dash: float = 0.0) -> None:
        """A rectangle's edge."""
        self.set_draw_color(ink)
        self.set_line_width(width)
        self.set_dash_pattern(dash, dash)
        self.rect(box.x, box.y, box.width, box.height)
        self.set_dash_pattern()

    def rule(self, x: float, y: float, width: float, ink: str, thick: float, dash: float = 0.0) -> None:
        """A line across."""
        self.set_draw_color(ink)
        self.set_line_width(thick)
        self.set_dash_pattern(dash, dash)
        self.line(x, y, x + width, y)
        self.set_dash_pattern()


def is_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction has that one."""
    import unicodedata

    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in {"L", "R", "AL"}:
            return direction != "L"
    return False
