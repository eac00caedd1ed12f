"""The wheel: installed into an empty environment it does all that the checkout does."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT], check=True, capture_output=True
    )
    (built,) = folder.glob("*.whl")
    return built


def test_grammar_templates_and_pages_travel_with_it(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "storyboard/grammar/storyboard.lark" in names
    assert "storyboard/compiler/prompts/elements.jinja" in names
    assert "storyboard/compiler/explain/SB304.md" in names
    assert "storyboard/catalog/reference-to-video.toml" in names
    assert "storyboard/py.typed" in names
    assert not [name for name in names if name.startswith(("tests/", "examples/"))]


def test_an_installed_wheel_compiles_an_example_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", wheel], check=True, capture_output=True)
    example = next(folder for folder in sorted((ROOT / "examples").iterdir()) if folder.is_dir())
    shutil.copytree(example, tmp_path / "film")
    (script,) = (tmp_path / "film").glob("*.sb")
    sbc = python.with_name("sbc")
    done = subprocess.run(
        [sbc, "compile", script.name], cwd=tmp_path / "film", capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["clips"]
    kept = "import storyboard.compiler.parse.tables as it; assert it.KEPT.is_file()"
    subprocess.run([python, "-c", kept], cwd=tmp_path, check=True)
    page = subprocess.run([sbc, "explain", "SB304"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert page.stdout.startswith("# SB304")
