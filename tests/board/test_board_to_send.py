"""A board for somebody else: the film without what is ours, and a folder that has its clips."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from storyboard.cli import board, main
from storyboard.film.takes import Take


def words(page: Path) -> str:
    return " ".join(
        re.sub(r"<style>.*?</style>|<[^>]*>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL).split()
    )


def drawn(project: Path, *options: str) -> str:
    done = CliRunner().invoke(main, ["board", str(project / "lantern.sb"), "-o", str(project / "b.html"), *options])
    assert done.exit_code in (0, 1), done.output
    return words(project / "b.html")


def test_a_client_sees_the_film_alone(project: Path) -> None:
    whole, clean = drawn(project), drawn(project, "--clean")
    for ours in ("$", "Kling", "@Element1", "s01c01", "Warning", "Estimate"):
        assert ours in whole, ours
        assert ours not in clean, ours
    for film in ("The Lantern Keeper", "0:21", "5 s", "HARBOR"):
        assert film in clean, film


def test_without_warnings_the_rest_stays(project: Path) -> None:
    words = drawn(project, "--no-warnings")
    assert "Warning" not in words
    assert "warnings" not in words
    assert "$" in words


@pytest.fixture
def with_take(project: Path, clip_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(board, "chosen_takes", lambda *given, **named: (Take("s01c01", clip_file, 3),))
    return project


def sent(project: Path, folder: Path) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["board", str(project / "lantern.sb"), "--folder", str(folder)])
    return done.exit_code, done.output


def test_a_folder_has_the_page_and_its_clips(with_take: Path, clip_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "to send"
    for _ in range(2):  # again, over what is there
        assert sent(with_take, folder)[0] == 0
    assert (folder / "clips" / clip_file.name).read_bytes() == clip_file.read_bytes()
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert 'src="clips/take%20%233.mp4#t=0,' in page
    assert str(tmp_path) not in page


def test_another_clip_of_that_name_stays(with_take: Path, clip_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "to send" / "clips" / clip_file.name
    other.parent.mkdir(parents=True)
    other.write_bytes(b"somebody else's")
    code, said = sent(with_take, tmp_path / "to send")
    assert code == 2
    assert "another clip" in said
    assert other.read_bytes() == b"somebody else's"
    assert not (tmp_path / "to send" / "index.html").exists()
