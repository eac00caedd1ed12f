"""The site holds what the repository does, and no link of it leads nowhere."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from storyboard.compiler.codes import TITLES
from tests.studio.playground_site import PYODIDE

_ROOT = Path(__file__).parent.parent
_PAGE = _ROOT / "storyboard" / "studio" / "web" / "playground" / "index.html"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    return _build(tmp_path_factory.mktemp("site"))


def _build(home: Path, *options: str) -> Path:
    """Build the site beside a copy of its configuration."""
    shutil.copy(_ROOT / "site" / "mkdocs.yml", home)
    command = [sys.executable, str(_ROOT / "site" / "pages.py"), str(home / "content"), *options]
    subprocess.run(command, check=True, timeout=300)
    arguments = [sys.executable, "-m", "zensical", "build", "--strict", "-f", str(home / "mkdocs.yml")]
    built = subprocess.run(arguments, capture_output=True, text=True, timeout=300, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return home / "html"


def test_every_code_has_its_page(site: Path) -> None:
    for code, title in TITLES.items():
        page = (site / "messages" / f"{code}.html").read_text(encoding="utf-8")
        assert f"{code}: " in page, title


def test_the_tour_and_the_reference_lead_to_each_other(site: Path) -> None:
    assert 'href="reference.html#limits"' in (site / "language" / "index.html").read_text(encoding="utf-8")
    assert 'id="limits"' in (site / "language" / "reference.html").read_text(encoding="utf-8")
    assert "../messages/SB205.html" in (site / "language" / "reference.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("example", [path.name for path in sorted((_ROOT / "examples").iterdir()) if path.is_dir()])
def test_an_example_has_its_script_and_its_board(site: Path, example: str) -> None:
    page = (site / "examples" / f"{example}.html").read_text(encoding="utf-8")
    assert "SHOT" in page
    assert (site / "examples" / example / "board.html").stat().st_size > 10_000
    assert f'src="{example}/board.html"' in page


@pytest.mark.slow
def test_the_playground_is_part_of_the_site(tmp_path: Path) -> None:
    if not PYODIDE.exists():
        pytest.skip("Pyodide is not installed (npm ci in storyboard/studio/web): the playground is not built")
    site = _build(tmp_path, "--playground")
    assert 'href="playground/index.html"' in (site / "playground.html").read_text(encoding="utf-8")
    files = json.loads(re.search(r"FILES=(\[.*?\])", (site / "playground" / "service_worker.js").read_text())[1])  # type: ignore[index]  # it is there
    assert all((site / "playground" / name).exists() for name in files)
    assert (site / "playground" / "index.html").read_text() == _PAGE.read_text(), "the generator leaves the page alone"
