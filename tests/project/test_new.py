"""A new project is complete and correct as it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from storyboard.compiler.pipeline import analyze_file
from storyboard.format import restyle

_README = (Path(__file__).parents[2] / "storyboard/project/template/README.md").read_text(encoding="utf-8")


def sbc(*arguments: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "storyboard.cli", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=100)


def test_a_new_project_checks(tmp_path: Path) -> None:
    folder = tmp_path / "film"
    assert sbc("new", folder).returncode == 0
    analysis = analyze_file(folder / "film.sb")
    assert [f"{one.code} {one.file}:{one.start.line} {one.message}" for one in analysis.diagnostics] == []
    assert len(analysis.clips) >= 2
    assert (folder / ".gitignore").read_text().split("\n").count("out/") == 1
    assert ".env" in (folder / ".gitignore").read_text().split("\n")
    for name in ("film.sb", "cast.sb"):
        text = (folder / name).read_text()
        assert restyle(text) == text


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "film"
    assert sbc("new", folder).returncode == 0
    return folder / "film.sb"


_SHOWN = [line.split("#")[0].split() for line in _README.splitlines() if line.startswith("    sbc ")]


@pytest.mark.parametrize("command", [words for words in _SHOWN if words[1] not in ("watch", "render")], ids=" ".join)
def test_its_readme_shows_commands_that_work(command: list[str], film: Path) -> None:
    done = sbc(*command[1:], folder=film.parent)
    assert done.returncode == 0, done.stderr


def test_it_renders_in_the_sandbox_as_it_is(film: Path) -> None:
    assert ["sbc", "render", "film.sb", "--sandbox"] in _SHOWN
    done = sbc("render", "film.sb", "--sandbox", folder=film.parent)
    assert done.returncode == 0, done.stderr
    assert len(list((film.parent / "out/film-sandbox/clips").glob("*.mp4"))) == len(analyze_file(film).clips)


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    assert sbc("new", tmp_path).returncode == 0
    assert (tmp_path / "refs/mira.png").stat().st_size > 1000


def test_a_folder_in_use_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = sbc("new", tmp_path)
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]
    assert sbc("new", tmp_path / "mine.txt").returncode == 2
