"""Marks of emphasis are the screenplay's: what shows the film goes without them."""

from __future__ import annotations

import html
import io
import re

import pytest

from storyboard.board.page import draw_board
from storyboard.compiler.pipeline import Analysis, analyze_text
from storyboard.export import ExportRequest
from storyboard.export.edit import cut_of
from storyboard.export.shotlist import write_csv
from storyboard.export.subtitles import write_subrip, write_webvtt
from storyboard.film.timeline import lay_out
from storyboard.screenplay.fountain_export import export_fountain

SCRIPT = """\
CHARACTER Mira
look: a _very_ old keeper
front: https://example.com/m.png

INT. TOWER - DAY [[allow SB206]]
= She is *late*.
A **cold** room.

SHOT 5s wide, _slow_ push
light: *last* light
*Then @Mira* stops, and **@Mira's** snake_case lamp is 2*3 \\*wide\\*.
SUPER: Part *Two*

MIRA
(*low*)
I **never** _left_.

> *CUT* TO THE SEA
"""
MARKED = re.compile(r"[*_]\w|\w[*_](?!\w)")


@pytest.fixture
def film() -> Analysis:
    analysis = analyze_text(SCRIPT)
    assert not analysis.has_errors
    return analysis


def unmarked(text: str) -> str:
    """A text that has its honest signs still, and nothing but them."""
    assert "snake_case lamp is 2*3 *wide*." in text
    text = text.replace("snake_case", "").replace("2*3 *wide*", "")
    assert not MARKED.findall(text)
    return text


def test_on_the_board(film: Analysis) -> None:
    page = draw_board(film).html.partition("<body>")[2]
    words = unmarked(html.unescape(" ".join(re.sub(r"<[^>]*>", "", page).split())))
    for expected in ("a very old keeper", "She is late.", "A cold room.", "slow push", "last light", "Then Mira stops, and Mira's", "Part Two", "(low)", "I never left.", "CUT TO THE SEA"):  # fmt: skip
        assert expected in words


def test_in_captions(film: Analysis) -> None:
    captions = [caption.text for caption in lay_out(film).parts[0].drawn.captions]
    assert unmarked(captions[0]).startswith("Then Mira stops, and Mira's ")
    assert captions[1:] == ["(low) I never left.", "Part Two"]


def test_in_subtitles(film: Analysis) -> None:
    for write in (write_subrip, write_webvtt):
        assert "I never left." in write(ExportRequest(film)).data.decode()


def test_in_the_shot_list(film: Analysis) -> None:
    table = unmarked(write_csv(ExportRequest(film)).data.decode())
    assert "MIRA: (low) I never left." in table
    assert "slow push" in table


def test_on_paper(film: Analysis) -> None:
    paper = pytest.importorskip("storyboard.export.pdf", reason="it is not installed")
    pypdf = pytest.importorskip("pypdf", reason="nothing here reads PDF")
    pages = pypdf.PdfReader(io.BytesIO(paper.write_pdf(ExportRequest(film)).data)).pages
    words = unmarked(" ".join("".join(page.extract_text() for page in pages).split()))
    assert "A cold room." in words


def test_on_a_timeline(film: Analysis) -> None:
    event = cut_of(ExportRequest(film)).events[0]
    assert event.transitions == ("CUT TO THE SEA",)
    unmarked(event.marks[0].words)


def test_a_screenplay_keeps_them(film: Analysis) -> None:
    fountain = export_fountain(film)
    for expected in ("A **cold** room.", "*Then Mira* stops", "(*low*)", "I **never** _left_."):
        assert expected in fountain
