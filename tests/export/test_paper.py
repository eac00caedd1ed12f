"""The board on paper, as a reader of PDF finds it."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest

from storyboard.compiler.pipeline import analyze_file, analyze_text
from storyboard.export import ExportRequest

pytest.importorskip("fpdf", reason="there is no build of it for this Python")
pypdf = pytest.importorskip("pypdf", reason="nothing here reads PDF")

from storyboard.export.pdf import write_pdf  # noqa: E402 # only where there is OpenTimelineIO


def pages(data: bytes) -> list[str]:
    return [" ".join((page.extract_text() or "").split()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_the_board_is_on_paper_with_words_that_can_be_searched(
    project: Path, paper: str, size: tuple[int, int]
) -> None:
    written = write_pdf(ExportRequest(analyze_file(project / "film.sb"), (), paper))
    assert written.problems == ()
    reader = pypdf.PdfReader(io.BytesIO(written.data))
    assert tuple(round(float(side)) for side in reader.pages[0].mediabox[2:]) == size
    text = " ".join(pages(written.data))
    for expected in (
        'Ink & <Water> --> "Now"', "a foggy stone harbor", '"DUSK" <late> --> NIGHT', "Mira says <nothing> & turns.",
        "--> 00:00:01.000 & <b>I never left.</b>", "DISSOLVE TO:", "s01c01 9 s $1.26", "@Element1 Mira", "0:27",
    ):  # fmt: skip
        assert expected in text, expected
    assert [one.title for one in reader.outline] == [
        '1 EXT. HARBOR - "DUSK" <late> --> NIGHT',
        "2 INT. TOWER - DAY",
    ] or len(reader.outline) == 2


def test_no_panel_is_cut_by_the_end_of_a_page() -> None:
    shots = "".join(
        f"SHOT 5s wide\nNumber {n} opens. {'A long line of action. ' * (n % 9)}Number {n} closes.\n\n"
        for n in range(1, 41)
    )
    found = pages(write_pdf(ExportRequest(analyze_text(f"INT. ROOM - DAY\n\n{shots}"))).data)
    for number in range(1, 41):
        opens = next(index for index, text in enumerate(found) if f"Number {number} opens" in text)
        assert f"Number {number} closes" in found[opens], number


def test_every_script_is_written() -> None:
    written = write_pdf(
        ExportRequest(analyze_text("Title: Ж Ω ñ\nAuthor: עדה\n\nINT. ROOM\n\nSHOT 5s\nПривет, мир. שלום\n"))
    )
    text = " ".join(pages(written.data))
    assert "Ж Ω ñ" in text
    assert "Привет, мир." in text


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext: pypdf cannot read wide characters")
def test_wide_characters_are_written_or_named(tmp_path: Path) -> None:
    written = write_pdf(ExportRequest(analyze_text("INT. 部屋 - 夜\n\nSHOT 5s\n太郎が振り向く。\n")))
    (tmp_path / "film.pdf").write_bytes(written.data)
    done = subprocess.run(["pdftotext", tmp_path / "film.pdf", "-"], capture_output=True, text=True, check=True)
    assert "太郎が振り向く。" in done.stdout or any("no font of this machine" in line for line in written.problems)


def test_what_looks_like_markup_is_text() -> None:
    text = " ".join(
        pages(
            write_pdf(
                ExportRequest(analyze_text("INT. ROOM\n\nSHOT 5s\nA --x-- ~~y~~ [z](http://e.example) w.\n"))
            ).data
        )
    )
    assert "A --x-- ~~y~~ [z](http://e.example) w." in text


@pytest.mark.parametrize("script", ["", f"Title: {'Endless ' * 625}\n", "INT. ROOM\n\nSHOT wide\nA door.\n"])
def test_odd_films_are_printed_too(script: str) -> None:
    assert pages(write_pdf(ExportRequest(analyze_text(script))).data)


def test_a_panel_longer_than_a_page_goes_on_over_the_next() -> None:
    script = f"INT. ROOM\n\nSHOT 5s\nIt opens. {'Word after word after word. ' * 900}It closes.\n"
    found = pages(write_pdf(ExportRequest(analyze_text(script))).data)
    assert len(found) > 2
    assert "It opens." in " ".join(found)
    assert "It closes." in found[-1]


def test_the_same_script_gives_the_same_bytes(project: Path) -> None:
    first = write_pdf(ExportRequest(analyze_file(project / "film.sb"))).data
    assert write_pdf(ExportRequest(analyze_file(project / "film.sb"))).data == first


def test_a_missing_picture_is_named(project: Path) -> None:
    (project / "mira.png").unlink()
    written = write_pdf(ExportRequest(analyze_file(project / "film.sb")))
    assert written.problems == ("mira.png: not found; a stand-in is drawn for it",)


def test_a_vast_film_is_printed() -> None:
    script = "INT. ROOM\n\n" + "SHOT 5s wide\nA door opens.\n\n" * 200
    found = pages(write_pdf(ExportRequest(analyze_text(script))).data)
    assert "1.200" in found[-1]
