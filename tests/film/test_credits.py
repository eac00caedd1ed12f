"""Credits: what the title page says, on a last card."""

from __future__ import annotations

import re
from pathlib import Path

import av
import pytest
from click.testing import CliRunner

from storyboard.cli import main
from storyboard.compiler.pipeline import analyze_text
from storyboard.film.assembly import make_film
from storyboard.film.credits import credit_lines
from storyboard.film.cut import FilmOptions, lay_out_cut
from storyboard.film.takes import Take
from storyboard.film.timeline import lay_out
from tests.ffmpeg import ffmpeg, needs_ffmpeg

SCRIPT = """\
Title: The _Lantern_ Keeper
Credit: written and directed by
Author: Ada Writer
Draft date: 2026-11-01
Contact: ada@example.org
Copyright: © 2026 Ada Writer

EXT. HARBOR - DAY

SHOT 3s wide
The harbor lies still.
"""
LINES = ("The Lantern Keeper", "written and directed by", "Ada Writer", "© 2026 Ada Writer")


def test_credits_are_what_the_title_page_says_for_an_audience() -> None:
    assert credit_lines(analyze_text(SCRIPT).film) == LINES


@needs_ffmpeg
def test_the_card_stands_behind_the_film_out_of_black_and_into_it(tmp_path: Path) -> None:
    """The takes are copied as they are all the same, and nothing is heard under it."""
    take, target = tmp_path / "take.mp4", tmp_path / "film.mp4"
    ffmpeg(
        "-v", "error", "-f", "lavfi", "-i", "color=gray:s=320x180:r=24:d=3", "-f", "lavfi", "-i",
        "sine=f=440:r=48000:d=3", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", take,
    )  # fmt: skip
    analysis = analyze_text(SCRIPT)
    cut = lay_out_cut(
        analysis, lay_out(analysis), [Take("s01c01", take, 1)], options=FilmOptions(credits=credit_lines(analysis.film))
    )
    made = make_film(cut, target)
    assert ([clip.reason for clip in cut.clips], made.seconds) == ([""], 9)
    with av.open(str(target)) as film:
        assert film.streams.video[0].frames == 9 * 24
    shown = "signalstats,metadata=print:key=lavfi.signalstats.YMAX:file=-"
    said = ffmpeg("-v", "error", "-i", target, "-vf", shown, "-f", "null", "-").stdout.decode()
    brightest = [float(one) for one in re.findall(r"YMAX=([\d.]+)", said)][72:]
    assert (brightest[0] < 60, brightest[-1] < 60) == (True, True)
    assert min(brightest[24:-24]) > 200
    heard = ffmpeg("-ss", "3.2", "-i", target, "-af", "volumedetect", "-f", "null", "-").stderr.decode()
    level = re.search(r"max_volume: (\S+) dB", heard)
    assert level
    assert float(level[1]) < -60


def test_a_title_page_without_a_word_for_the_audience_is_told(tmp_path: Path) -> None:
    (tmp_path / "film.sb").write_text("Contact: me\n\nEXT. HARBOR - DAY\n\nSHOT 3s\nA wall.\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["film", str(tmp_path / "film.sb"), "--credits"])
    assert result.exit_code == 1
    assert "has no title, author, source or copyright" in result.stderr
    assert not (tmp_path / "out" / "film" / "film.mp4").exists()


@pytest.mark.parametrize("lines", [LINES[:1], LINES])
def test_every_line_is_drawn(lines: tuple[str, ...]) -> None:
    from storyboard.drawing.overlays import FrameSize, draw_title

    whole = draw_title("\n".join(lines), FrameSize(640, 360)).picture.getchannel("A")
    part = draw_title("\n".join(lines[:-1]), FrameSize(640, 360)).picture.getchannel("A")
    assert sum(whole.histogram()[200:]) > sum(part.histogram()[200:])
