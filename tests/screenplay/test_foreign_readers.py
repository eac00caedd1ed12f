"""Fountain readers that are not ours read every export: fountain-js (npm) and screenplay-tools (PyPI).

What Fountain has no line for stands in notes, so neither may see a declaration or a shot as anything else; and both see
the screenplay's own headings and cues.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from storyboard.compiler.ir.parsed import Declaration, Heading, Shot
from storyboard.compiler.pipeline import Analysis, analyze_file
from storyboard.screenplay.fountain_export import export_fountain

_HERE = Path(__file__).parent
_READERS = _HERE / "readers"
_TESTS = _HERE.parent
_SCRIPTS = sorted(
    [
        *(_TESTS.parent / "examples").rglob("*.sb"),
        *(_TESTS / "corpus/ok").rglob("*.sb"),
        *(_HERE / "cases").glob("*.sb"),
    ]
)
_NOTE = re.compile(r"\[\[(?:(?!\]\]).)*\]\]", re.DOTALL)
#: What a line of a script begins with that no reader of a screenplay may see.
_SETTING = re.compile(
    r"^\s*(?:CHARACTER |PROP |LOCATION |INCLUDE |SHOT \d|(?:look|voice|front|angles|video|image|light|with|variants)\s*:)",
    re.MULTILINE,
)
Tokens = list[tuple[str, str]]


@cache
def _exports() -> dict[str, tuple[Analysis, str]]:
    found = {}
    for file in _SCRIPTS:
        analysis = analyze_file(file)
        if not analysis.has_errors:
            found[f"{file.parent.name}/{file.name}"] = (analysis, export_fountain(analysis))
    return found


def _read_by_screenplay_tools(text: str) -> Tokens:
    from screenplay_tools.fountain.parser import Parser  # type: ignore[import-untyped] # it has no types

    parser = Parser()
    parser.add_text(text)
    kinds = {"SceneHeading": "scene_heading", "Character": "character"}
    return [
        (
            kinds.get(type(one).__name__, type(one).__name__.lower()),
            str(getattr(one, "text", "") or getattr(one, "name", "")),
        )
        for one in parser.script.elements
    ]


def _read_by_fountain_js(texts: list[str]) -> list[Tokens]:
    if not shutil.which("node") or not (_READERS / "node_modules/fountain-js").is_dir():
        pytest.skip("fountain-js is not installed: npm install --no-package-lock --prefix tests/screenplay/readers")
    done = subprocess.run(
        ["node", str(_READERS / "read.js")],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return [[(kind, text) for kind, text in tokens] for tokens in json.loads(done.stdout)]


def _hold(name: str, analysis: Analysis, tokens: Tokens, in_ascii: bool = False) -> None:
    """`in_ascii` is for a reader that knows headings in ASCII alone."""
    blocks = [block for _, block in analysis.scripts[analysis.sources[0].path].blocks]
    assert any(isinstance(block, Declaration | Shot) for block in blocks)
    for kind, text in tokens:
        if kind != "note":
            assert not _SETTING.search(_NOTE.sub("", text)), (name, kind, text)
    headings = [text for kind, text in tokens if kind == "scene_heading"]
    meant = [block for block in blocks if isinstance(block, Heading)]
    if in_ascii:
        meant = [block for block in meant if block.line.string.strip(" .*_")[:1].isascii()]
    assert len(headings) == len(meant), (name, headings)


def test_screenplay_tools_reads_every_export() -> None:
    assert len(_exports()) > 100
    for name, (analysis, text) in _exports().items():
        _hold(name, analysis, _read_by_screenplay_tools(text), in_ascii=True)


def test_fountain_js_reads_every_export() -> None:
    names = list(_exports())
    for name, tokens in zip(names, _read_by_fountain_js([_exports()[name][1] for name in names]), strict=True):
        _hold(name, _exports()[name][0], tokens)
        for kind, text in tokens:
            is_note_alone = not _NOTE.sub("", text).strip()
            assert kind == "note" or not (is_note_alone and _SETTING.search(text.removeprefix("[["))), (name, text)
