"""Every command that the README shows does what it says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
_FENCE = re.compile(r"```(sh|python)\n(.*?)```", re.DOTALL)
SHELL = [
    line.split("#")[0].strip() for kind, block in _FENCE.findall(README) if kind == "sh" for line in block.splitlines()
]
COMMANDS = [line for line in SHELL if line.startswith("sbc ")]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the file names that the README uses."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "examples" / "02-cast-and-place", folder, dirs_exist_ok=True)
    (folder / "meadow.sb").rename(folder / "film.sb")
    (folder / "script.fountain").write_text("INT. KITCHEN - DAY\n\nAda waits.\n\nADA\nWell?\n", encoding="utf-8")
    return folder


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "storyboard.cli", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("command", [line for line in COMMANDS if not line.startswith(("sbc watch", "sbc studio"))])
def test_a_command(command: str, project: Path) -> None:
    done = run(command.split()[1:], project)
    assert done.returncode == 0, done.stderr


def test_watch_starts_and_checks(project: Path) -> None:
    assert "sbc watch film.sb" in COMMANDS
    with subprocess.Popen(
        [sys.executable, "-m", "storyboard.cli", "watch", "film.sb"], cwd=project, stderr=subprocess.PIPE, text=True
    ) as process:
        patience = threading.Timer(60, process.kill)
        patience.start()
        try:
            assert process.stderr is not None
            assert "film.sb: nothing to change" in process.stderr.readline()
        finally:
            patience.cancel()
            process.kill()


def test_the_first_command_compiles_the_short_film(tmp_path: Path) -> None:
    (line,) = [line for line in SHELL if "pip install ." in line]
    arguments = line.split(".venv/bin/sbc ")[1].split()
    arguments[-1] = str(tmp_path / "out")
    done = run(arguments, ROOT)
    assert (done.returncode, done.stdout) == (0, "")
    assert "film.sb: 13 shots, 5 clips, 1:03, $8.82" in done.stderr
    assert "Look at it with: sbc board examples/08-the-lantern-keeper/film.sb --open" in done.stderr
    assert len(list((tmp_path / "out").glob("*.json"))) == 5


def test_the_second_command_runs_these_tests() -> None:
    (line,) = [line for line in SHELL if "[test]" in line]
    assert line.endswith("-m pytest -n auto")
    assert line.rsplit("bin/", 1)[1].removeprefix("python ") in (ROOT / ".ci" / "run").read_text()


def test_the_library_in_five_lines() -> None:
    (program,) = [block for kind, block in _FENCE.findall(README) if kind == "python"]
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0.56"


def test_the_script_at_the_top(tmp_path: Path) -> None:
    script = README.split("```\n", 1)[1].split("```", 1)[0]
    from storyboard.compiler.pipeline import analyze_text

    found = {one.code for one in analyze_text(script, tmp_path / "top.sb").diagnostics}
    assert found <= {"SB401", "SB501", "SB508", "SB512"}


def test_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target
