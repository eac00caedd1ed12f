"""A new project is complete and correct as it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from storyboard.format import restyle
from storyboard.pipeline import analyze_file


def sbc(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "storyboard.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


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
