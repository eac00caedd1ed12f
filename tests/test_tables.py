"""The kept tables of the grammar: what Lark makes of it today, and read as Lark reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Tree
from lark.exceptions import UnexpectedInput

from storyboard.compiler.ir import keys
from storyboard.compiler.parse import tables, word_lists
from storyboard.compiler.parse.automaton import Automaton, Node, Unparsable

ROOT = Path(__file__).parent.parent
LARK = tables.build_lark()
OURS = Automaton(tables.load(), {})

LINES = st.sampled_from(
    [
        *("SHOT 5s wide", "INT. HOUSE - DAY", ".A PLACE", "CHARACTER Mira", "# Act", "===", "INCLUDE cast.sb"),
        *("look: red", "light: low", "  and more", "  light: low", "Title: A", "camera : wide", "no key"),
        *("", "   ", "MIRA", "MIRA (V.O.) ^", "(softly)", "Words.", "!MIRA", "= what happens", "> CUT", "CUT TO:"),
        *("SUPER: later", "FADE OUT.", "@Mira", "太郎", "x\ty", "😀"),
    ]
)


@pytest.mark.parametrize(("name", "put"), word_lists.GRAMMARS.items())
def test_the_grammars_have_the_lists_of_words(name: str, put: Callable[[str], str]) -> None:
    text = (ROOT / "grammar" / name).read_text(encoding="utf-8")
    assert put(text) == text, "run `python -m storyboard.compiler.parse` after an edit of the lists"


def test_they_are_those_of_the_grammar() -> None:
    assert tables.load() == tables.make(), "run `python -m storyboard.compiler.parse` after an edit of the grammar"
    assert tables._read(tables.KEPT.read_text(encoding="utf-8")) == tables.make()


def test_without_them_or_with_old_ones_lark_makes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = tables.make()
    old = tmp_path / "tables.json"
    old.write_text(tables.KEPT.read_text(encoding="utf-8").replace(str(expected.checksum), "1"), encoding="utf-8")
    for kept in (old, tmp_path / "missing.json"):
        monkeypatch.setattr(tables, "KEPT", kept)
        tables.load.cache_clear()
        assert tables.load() == expected
    tables.load.cache_clear()


@pytest.mark.parametrize("file", sorted(ROOT.glob("examples/**/*.sb")), ids=lambda file: file.name)
def test_every_example_is_read_as_lark_reads_it(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    if not text.endswith("\n"):
        text += "\n"
    starts = [0, *(index + 1 for index, letter in enumerate(text[:-1]) if letter == "\n"), len(text)]
    for start, end in pairwise(starts):
        same(text[start:end], "block")
        same(text[start : start + 400].rpartition("\n")[0] + "\n", "block")


@given(st.lists(LINES, max_size=12), st.sampled_from(tables.STARTS))
def test_any_lines_are_read_as_lark_reads_them(lines: list[str], start: str) -> None:
    same("".join(f"{line}\n" for line in lines), start)


def same(text: str, start: str) -> None:
    try:
        expected = plain(LARK.parse(text, start=start))
    except UnexpectedInput:
        with pytest.raises(Unparsable):
            OURS.read(text, start)
        return
    assert plain(OURS.read(text, start)) == expected


def plain(tree: Any) -> Any:
    """A tree as nested pairs of names and parts."""
    if isinstance(tree, Tree):
        return str(tree.data), [plain(child) for child in tree.children]
    if isinstance(tree, Node):
        return tree.rule, [plain(part) for part in tree.parts]
    return (tree.kind, tree.text, tree.start) if hasattr(tree, "kind") else (tree.type, str(tree), tree.start_pos)


def test_the_grammar_names_the_keys_that_the_compiler_knows() -> None:
    patterns = tables.load().patterns
    declared = {key for known in keys.DECLARATION.values() for key in known}
    for terminal, known, times in (
        ("SETTING", keys.TITLE_PAGE, 1),
        ("PROPERTY", declared, 1),
        ("SCENE_PROPERTY", keys.SCENE, 2),
        ("SHOT_PROPERTY", keys.SHOT, 2),
    ):
        spelled = re.findall(r"\(\?:([a-z |]+)\)", patterns[terminal])
        assert [sorted(one.split("|")) for one in spelled] == [sorted(known)] * times, terminal
