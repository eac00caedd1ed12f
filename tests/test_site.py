"""The site holds what the repository does, and no link of it leads nowhere."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from storyboard.compiler.codes import TITLES

_ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site, made beside a copy of its configuration."""
    home = tmp_path_factory.mktemp("site")
    shutil.copy(_ROOT / "site" / "mkdocs.yml", home)
    subprocess.run([sys.executable, str(_ROOT / "site" / "pages.py"), str(home / "content")], check=True, timeout=300)
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
