"""The explanation pages: every code has one, its wrong script gives exactly that code, its right one gives none."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import storyboard.compiler.explain
from storyboard.compiler import check
from storyboard.compiler.codes import CODES, TITLES
from storyboard.compiler.parse.codes import CODES as PARSE_CODES
from storyboard.compiler.pipeline import analyze_file
from storyboard.compiler.resolve.codes import CODES as RESOLVE_CODES

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


def test_every_rule_is_in_a_tuple_and_every_code_has_one_home() -> None:
    """A new rule is a module of `check`, its place in a tuple, and its page; this says which of them is missing."""
    folder = Path(check.__path__[0])
    modules = {
        path.stem
        for path in (*folder.glob("*.py"), *(folder / "craft").glob("*.py"))
        if path.stem != "__init__" and "\nCODES" in path.read_text(encoding="utf-8")
    }
    rules: list[Any] = [*check.RULES]
    listed = {rule.__name__.rpartition(".")[2] for rule in rules}
    assert modules == listed, "rules that no tuple has, or tuples without a rule"
    homes = Counter(
        one.id for source in (PARSE_CODES, RESOLVE_CODES, *(rule.CODES for rule in check.RULES)) for one in source
    )
    assert [code for code, count in homes.items() if count > 1] == []
    assert {path.stem for path in PAGES.glob("SB*.md")} == set(CODES), "codes without a page, or pages without a code"


def test_the_table_of_the_language_page_is_that_of_the_rules(update: bool) -> None:
    page = Path(__file__).parents[1] / "grammar" / "README.md"
    text = page.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (SB[0-9]{3}) \| (.*) \|$", text, re.MULTILINE))
    if update:
        fresh = {code: f"{one.severity.value} | {one.title[0].lower()}{one.title[1:]}" for code, one in CODES.items()}
        known = {code: rows.get(code, row) for code, row in fresh.items()}
        table = "".join(f"| {code} | {row} |\n" for code, row in known.items())
        text = re.sub(r"(?:^\| SB[0-9]{3} \| .*\|\n)+", table, text, count=1, flags=re.MULTILINE)
        page.write_text(text, encoding="utf-8")
        rows = known
    assert list(rows) == list(CODES), "rows of the table: `pytest --update` adds what is missing"
    assert {code: row.split(" ")[0].strip(",") for code, row in rows.items()} == {
        code: one.severity.value for code, one in CODES.items()
    }
