"""Prints every regular expression that the package compiles, as JSON: run by `test_patterns.py` in a process of its own,
so that each is seen when it is made.

What stands in the source as a plain string is read from there. What is put together while the program runs, from word
lists or from the names in a script, is caught as it is compiled.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import pkgutil
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

CORPUS = Path(__file__).parent / "corpus"
#: Found without importing it: that has to wait until the recorder is in place.
PACKAGE = Path(str(getattr(importlib.util.find_spec("storyboard"), "origin", ""))).parent
_SEARCHED = ("search", "finditer", "findall", "sub", "subn", "split")
_WHOLE = ("match", "fullmatch")

SCREENPLAY = """Title: The Quay

INT. LIGHTHOUSE (UPSTAIRS), LATE - NIGHT

INT. HOUSE - HALL - DAY

MONTAGE - THE YEARS

Mira climbs. She opens the door, then turns.

MIRA (O.S.)
(low)
I never left.

CUT TO:

EXT. QUAY - LATER

A bell.

CLOSE ON THE LANTERN

A bell. [[A note]]

.LATER THAT NIGHT

Fog.
"""
SCRIPT = """CHARACTER Mrs Mira Long
look: an old woman in a red coat
front: https://example.com/mira.png

EXT. QUAY - DAY
music: rain and theme.mp3 below

雾。

SHOT 5s wide
雾 and @Mrs Mira Long in a crimson coat waves. @Mrs Mira Lomg waits.
"""


class Site(NamedTuple):
    """A call of `re` in the source: its lines, what it is called (`compile`, `sub`), the name it is kept under, and the
    pattern where it is a plain string."""

    file: str
    first: int
    last: int
    function: str
    kept_as: str
    pattern: str | None


def sites() -> Iterator[Site]:
    """Every place in the package that compiles a pattern."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        kept, chained = dict(_kept(tree)), dict(_chained(tree))
        for node in ast.walk(tree):
            function = _function_of_re(node)
            if isinstance(node, ast.Call) and function in ("compile", *_SEARCHED, *_WHOLE):
                used = chained.get(id(node), function)
                last = node.end_lineno or node.lineno
                yield Site(str(path), node.lineno, last, used, kept.get(id(node), ""), _plain(path, node.args[0]))


def _plain(path: Path, argument: ast.expr) -> str | None:
    """A pattern that stands in the source as a text, or as the name of one; bytes as the text of the same numbers."""
    value = argument.value if isinstance(argument, ast.Constant) else None
    if isinstance(argument, ast.Name):
        module = ".".join(("storyboard", *path.relative_to(PACKAGE).with_suffix("").parts))
        value = getattr(sys.modules.get(module), argument.id, None)
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value if isinstance(value, str) else None


def _kept(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Under which name a value is known: what it is assigned to, or the function that returns it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            target = node.targets[0]
            yield id(node.value), getattr(target, "id", getattr(target, "attr", ""))
        elif isinstance(node, ast.FunctionDef):
            yield from ((id(one.value), node.name) for one in node.body if isinstance(one, ast.Return))


def _chained(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What is called at once on a value, as in `re.compile(…).match(…)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in (*_SEARCHED, *_WHOLE):
            yield id(node.value), node.attr


def _function_of_re(node: ast.AST) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "lazy_pattern":
        return "compile"
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return ""
    return node.func.attr if isinstance(node.func.value, ast.Name) and node.func.value.id == "re" else ""


@cache
def used_names(path: Path, methods: tuple[str, ...]) -> frozenset[str]:
    """The names of patterns that a module uses so: `_NAME.search(`, `self.name.search(`, `_name().search(`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in methods:
            used = node.value.func if isinstance(node.value, ast.Call) else node.value
            found |= {used.id} if isinstance(used, ast.Name) else set()
            found |= {used.attr} if isinstance(used, ast.Attribute) else set()
    return frozenset(found)


def is_searched_for(site: Site) -> bool:
    """Whether a pattern is looked for anywhere in a text, or may be; not where it is only matched at a place."""
    if site.function != "compile":
        return site.function not in _WHOLE
    own = Path(site.file)
    if not site.kept_as:
        return "craft" in own.parts or searches_unnamed(own)
    is_used_here = site.kept_as in used_names(own, _WHOLE) | used_names(own, _SEARCHED)
    modules = [own] if is_used_here else list(PACKAGE.rglob("*.py"))
    matched, searched = (any(site.kept_as in used_names(one, how) for one in modules) for how in (_WHOLE, _SEARCHED))
    return searched or not matched


def searches_unnamed(path: Path) -> bool:
    """Whether a module searches with a pattern that has no name of its own, as one taken from a table. (Not `split`
    and `findall`, which texts and trees have too.)"""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {name for _, name in _kept(tree)} | {"re"}
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in _SEARCHED
        and node.attr not in ("split", "findall")
        and not (isinstance(node.value, ast.Name) and (node.value.id in named or node.value.id.isupper()))
        for node in ast.walk(tree)
    )


class Recorder:
    """Every pattern that the package compiles while this is in place, with the line that did it."""

    def __init__(self) -> None:
        self.found: set[tuple[str, int, str, int]] = set()
        module: Any = re
        self._compile: Callable[[Any, Any], re.Pattern[Any]] = module._compile
        module._compile = self._record

    def _record(self, pattern: Any, flags: Any) -> re.Pattern[Any]:
        compiled = self._compile(pattern, flags)
        frame = sys._getframe(1)
        while frame.f_back is not None and frame.f_code.co_filename == re.__file__:
            frame = frame.f_back
        if frame.f_code.co_filename.startswith(str(PACKAGE)) and isinstance(compiled.pattern, str):
            self.found.add((frame.f_code.co_filename, frame.f_lineno, compiled.pattern, compiled.flags))
        return compiled


def import_everything() -> None:
    from storyboard.catalog import patterns

    patterns.lazy_pattern = re.compile  # type: ignore[assignment] # here every pattern is wanted, and from its own line
    for module in pkgutil.walk_packages([str(PACKAGE)], "storyboard."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def use_everything() -> None:
    """Compile, lay out, format, import and export scripts: enough that every pattern of word lists and names is made."""
    from storyboard.catalog import find_model
    from storyboard.catalog.patterns import _LazyPattern
    from storyboard.compiler.headings import read_heading
    from storyboard.compiler.names import is_name
    from storyboard.compiler.pipeline import analyze_file, analyze_text
    from storyboard.drawing.blocking import block_shot
    from storyboard.drawing.camera_moves import move_of
    from storyboard.screenplay.fountain import read_fountain
    from storyboard.screenplay.fountain_export import export_fountain
    from storyboard.screenplay.importer import import_screenplay
    from storyboard.screenplay.restore import restore
    from storyboard.spend.files import free_number
    from storyboard.venice.secret import Secret
    from storyboard.wording import printable

    model = find_model("kling-o3-pro")
    assert model is not None
    _LazyPattern("a", 0).match("a")
    move_of("slow push forward")
    is_name("Zoe\u1ab0")
    read_heading("INT. QUAY, LATE AT NIGHT")
    printable("\u202e")
    Secret("a" * 20).hidden_in("a")
    analyze_text(
        "CHARACTER Mira\nlook red\n\n1 EXT. HARBOR - DAY 1\n\nSHOT 5s\n@Mira shouts. She calls.\n\nMIRA\nHere!\n"
    )
    for script in (SCRIPT, SCRIPT.replace("Lomg", "Long")):
        analyze_text(script)
    import_screenplay(read_fountain(SCREENPLAY), model)
    for path in [*CORPUS.glob("craft/*.sb"), *CORPUS.glob("*/SB[1257]*-page.sb"), *CORPUS.glob("ok/n*.sb")]:
        analysis = analyze_file(path)
        for scene in analysis.film.scenes:
            for shot in scene.shots:
                block_shot(shot, scene)
        if "craft" in path.parts and not analysis.has_errors:
            restore(export_fountain(analysis))
    restore(export_fountain(analyze_text("SHOT 5s\n[[a note]] Rain.\n")))
    with tempfile.TemporaryDirectory() as folder:
        free_number(Path(folder), "s01c01", 1)


def main() -> None:
    recorder = Recorder()
    import_everything()
    use_everything()
    rows, missed = [], []
    for site in sites():
        made = {(one[2], one[3]) for one in recorder.found if one[0] == site.file and site.first <= one[1] <= site.last}
        if not made and site.pattern is not None:
            made = {(site.pattern, 0)}
        where = f"{Path(site.file).relative_to(PACKAGE)}:{site.first}"
        missed += [where] if not made else []
        rows += [(where, pattern, flags, is_searched_for(site)) for pattern, flags in sorted(made)]
    print(json.dumps({"patterns": rows, "missed": missed}))


if __name__ == "__main__":
    main()
