"""Six or nine panels on each page, as a reader of PDF finds them."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from storyboard.cli import main
from storyboard.compiler.pipeline import analyze_file, analyze_text
from storyboard.export import ExportRequest

pytest.importorskip("fpdf", reason="there is no build of it for this Python")
pypdf = pytest.importorskip("pypdf", reason="nothing here reads PDF")

from storyboard.export.pdf import write_pdf  # noqa: E402 # only where there is fpdf

SHOT = "SHOT 5s wide\nNumber {} opens, and somebody comes in.\n\n"
SCRIPT = "".join(
    f"INT. ROOM {scene} - DAY\n\n{''.join(SHOT.format(scene * 5 + shot) for shot in range(5))}" for scene in range(5)
)


def pages(data: bytes) -> list[str]:
    return [" ".join((page.extract_text() or "").split()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


@pytest.mark.parametrize("panels", [6, 9])
@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_so_many_panels_are_on_each_page_across_scenes(panels: int, aspect: str) -> None:
    found = pages(write_pdf(ExportRequest(analyze_text(f"Aspect: {aspect}\n\n{SCRIPT}"), panels=panels)).data)
    shown = [text.count(" opens, and somebody comes in.") for text in found[1:]]
    assert shown == [*[panels] * (25 // panels), 25 % panels]
    assert all(f"{scene + 1} INT. ROOM {scene} - DAY" in " ".join(found) for scene in range(5))


def test_long_words_make_a_row_higher_and_endless_ones_end_in_an_ellipsis() -> None:
    long = SCRIPT.replace("Number 7 opens", f"Number 7 opens. {'Word after word. ' * 120}It closes")
    found = pages(write_pdf(ExportRequest(analyze_text(long), panels=9)).data)
    page = next(text for text in found if "Number 7 opens" in text)
    assert "It closes" in page
    endless = SCRIPT.replace("Number 7 opens", f"Number 7 opens. {'Word after word. ' * 2000}It closes")
    page = next(
        text
        for text in pages(write_pdf(ExportRequest(analyze_text(endless), panels=9)).data)
        if "Number 7 opens" in text
    )
    assert "It closes" not in page
    assert "…" in page


def test_a_picture_has_no_more_dots_than_paper_shows(tmp_path: Path) -> None:
    """A file of a hundred pages of nine pictures of noise, each another, stays below 200 MB."""
    Image.effect_noise((1600, 900), 90).convert("RGB").save(tmp_path / "noise.png")
    script = "LOCATION Room\nlook: a room\nimage: noise.png\n\nINT. ROOM - DAY\n\nSHOT 5s wide\nA door opens.\n"
    (tmp_path / "film.sb").write_text(script, encoding="utf-8")
    analysis = analyze_file(tmp_path / "film.sb")
    for panels, most in ((6, 200e6 / 600), (9, 200e6 / 900)):
        images = [
            image
            for page in pypdf.PdfReader(io.BytesIO(write_pdf(ExportRequest(analysis, panels=panels)).data)).pages
            for image in page.images
        ]
        assert max(len(image.data) for image in images) < most


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells the memory of a process in kilobytes")
def test_a_hundred_pages_take_less_than_200_mb_of_memory(tmp_path: Path) -> None:
    """Of nine pictures each, all of them another one."""
    Image.effect_noise((1600, 900), 90).convert("RGB").save(tmp_path / "noise.png")
    head = "LOCATION Room\nlook: a room\nimage: noise.png\n\nPROP Lamp\nlook: a lamp\n\n"
    scenes = (
        f"INT. ROOM - DAY\n\n{''.join(SHOT.format(number) for number in range(scene, scene + 10))}"
        for scene in range(0, 900, 10)
    )
    (tmp_path / "film.sb").write_text(head + "".join(scenes), encoding="utf-8")
    measured = (
        "import resource, sys; from storyboard.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", measured, "export", "film.sb", "--to", "pdf", "--panels", "9"],
        cwd=tmp_path,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(pypdf.PdfReader(tmp_path / "out" / "film" / "film.pdf").pages) > 100
    assert int(done.stdout) * 1024 < 200e6


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext")
@pytest.mark.parametrize("panels", [0, 9])
def test_lines_from_right_to_left_follow_one_another(tmp_path: Path, panels: int) -> None:
    words = [
        "אלף",
        "בית",
        "גימל",
        "דלת",
        "וו",
        "זין",
        "חית",
        "טית",
        "יוד",
        "כף",
        "למד",
        "מם",
        "נון",
        "סמך",
        "עין",
        "פא",
    ] * 3
    script = f"INT. ROOM - DAY\n\nSHOT 5s wide\n{' '.join(words)}\n"
    (tmp_path / "film.pdf").write_bytes(write_pdf(ExportRequest(analyze_text(script), panels=panels)).data)
    done = subprocess.run(["pdftotext", tmp_path / "film.pdf", "-"], capture_output=True, text=True, check=True)
    read = [word for word in done.stdout.replace("\u202b", " ").replace("\u202c", " ").split() if word in words]
    assert read == words


def test_only_a_pdf_has_panels(tmp_path: Path) -> None:
    (tmp_path / "film.sb").write_text(SCRIPT, encoding="utf-8")
    result = CliRunner().invoke(main, ["export", str(tmp_path / "film.sb"), "--to", "csv", "--panels", "9"])
    assert result.exit_code == 2
    assert "works with --to pdf" in result.stderr
