"""The core of the suite on a Python that looks like one on Windows; see `windows_like/sitecustomize.py`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the suite runs on Windows itself")

_HERE = Path(__file__).parent
_CORE = ("test_corpus.py", "test_cli.py", "files/test_atomic.py", "format/test_command.py", "project/test_new.py")
#: What takes long and has nothing of the system in it.
_LEFT_OUT = " and ".join(
    f"not {one}" for one in ("SB405", "named_for", "models_and_explain", "readme", "sandbox", "heavy")
)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(_HERE / "windows_like"), "PYTHONIOENCODING": "cp1252"}


def sbc(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "storyboard.cli", *arguments]
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, check=False, timeout=120)


def test_the_core_of_the_suite(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'core'}"]
    done = subprocess.run(
        [*command, "-k", _LEFT_OUT, *(str(_HERE / name) for name in _CORE)],
        cwd=_HERE.parent,
        env=environment(),
        capture_output=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-5000:]
    assert b" passed" in done.stdout


def test_a_name_in_another_case_is_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "cast.sb").write_text("CHARACTER Mira\nfront: https://example.com/a.png\n")
    script = "INCLUDE cast.sb\nINCLUDE Cast.sb\nINCLUDE CAST.SB\n\nSHOT 5s wide\n@Mira waits.\n"
    (tmp_path / "film.sb").write_text(script)
    checked = sbc(tmp_path, "check", "film.sb")
    assert (checked.returncode, b"SB202" in checked.stdout) == (0, False), checked.stdout
    for output in ("FILM.SB", "CAST.sb", "film.Sb"):
        refused = sbc(tmp_path, "compile", "film.sb", "-o", output)
        assert refused.returncode == 2, refused.stderr
        assert b"nothing is written over it" in refused.stderr
    assert (tmp_path / "film.sb").read_text() == script


def test_a_script_on_another_drive_than_its_root(tmp_path: Path) -> None:
    """Windows has no path from one drive to another: `os.path.relpath` raises ValueError there."""
    (tmp_path / "film.sb").write_text("INCLUDE cast.sb\n\nSHOT 5s wide\nA door.\n")
    (tmp_path / "root").mkdir()
    code = (
        "import os\n"
        "def relpath(*_): raise ValueError('path is on mount D:, start on mount C:')\n"
        "os.path.relpath = relpath\n"
        "from storyboard.cli import main; main()\n"
    )
    command = [sys.executable, "-c", code, "check", "film.sb", "--root", "root"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, check=False, timeout=60)
    assert b"Traceback" not in done.stderr
    assert b"SB105" in done.stdout


@pytest.mark.parametrize("command", ["board", "animatic", "export"])
def test_what_a_script_makes(tmp_path: Path, command: str) -> None:
    (tmp_path / "film.sb").write_text("SHOT 3s wide\nA door – and a “sign”.\n", encoding="utf-8")
    made = sbc(tmp_path, command, "film.sb", *(("--to", "csv") if command == "export" else ()))
    assert made.returncode in (0, 1), made.stderr
    assert b"Traceback" not in made.stderr


def test_a_film_is_rendered_and_cut(tmp_path: Path) -> None:
    assert sbc(tmp_path, "new", "Film").returncode == 0
    folder = tmp_path / "Film"
    rendered = sbc(folder, "render", "film.sb", "--sandbox", "--yes")
    assert rendered.returncode == 0, rendered.stderr
    assert b"Saved: 2 of 2 clips" in rendered.stdout + rendered.stderr
    again = sbc(folder, "render", "film.sb", "--sandbox", "--yes")
    assert (again.returncode, b"Nothing was sent" in again.stdout + again.stderr) == (0, True), again.stdout
    assert sbc(folder, "film", "film.sb", "--sandbox").returncode == 0
    assert (folder / "out" / "film-sandbox" / "film.mp4").is_file()
