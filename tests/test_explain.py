"""The explanation pages: every code has one, its wrong script gives exactly that code, its right one gives none."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from PIL import Image

import storyboard.compiler.explain
from storyboard.compiler.diagnostics import TITLES
from storyboard.compiler.pipeline import analyze_file

PAGES = Path(storyboard.compiler.explain.__path__[0])
_FENCE = re.compile(r"```sb (wrong|right)\n(.*?)```", re.DOTALL)

#: Scripts of three lines that explain something else are not told that their prompts could be better.
_CRAFT = {code for code in TITLES if code >= "SB501"}


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pictures that some pages speak of."""
    folder = tmp_path_factory.mktemp("pages")
    Image.linear_gradient("L").resize((200, 200)).save(folder / "small.png")
    Image.linear_gradient("L").resize((640, 480)).save(folder / "large.png")
    for number in range(1, 13):
        noise = Image.frombytes("RGBA", (800, 800), random.Random(number).randbytes(800 * 800 * 4))
        noise.save(folder / f"noise-{number}.png", compress_level=1)
    return folder


@pytest.mark.parametrize("code", TITLES)
def test_the_page_of_a_code(code: str, pictures: Path) -> None:
    page = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {code}: {TITLES[code]}\n")
    scripts = _FENCE.findall(page)
    assert {kind for kind, _ in scripts} == {"wrong", "right"}
    for kind, script in scripts:
        (pictures / "page.sb").write_text(script, encoding="utf-8")
        found = {one.code for one in analyze_file(pictures / "page.sb").diagnostics} - (_CRAFT - {code})
        assert found == ({code} if kind == "wrong" else set()), script
