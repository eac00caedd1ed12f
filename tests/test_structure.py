"""The shape of the package: what import-linter does not say."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import storyboard

_ROOT = Path(storyboard.__path__[0])
_MOST_ROOMS = 20
_MOST_LINES = 400
_MOST_STATEMENT_LINES = 60  # of one function, without its head and its docstring
#: Each stage has values of its own under the words of screenplays and film.
_STAGES = ("storyboard.compiler.ir.", "storyboard.compiler.parse.", "storyboard.screenplay.")


def _name(path: Path) -> str:
    return ".".join(path.relative_to(_ROOT.parent).with_suffix("").parts).removesuffix(".__init__")


_MODULES = {_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in _ROOT.rglob("*.py")}


def _imported(module: ast.Module) -> Iterator[str]:
    """The modules of the package that a module imports: lazily, for types, or at once."""
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (
                full if (full := f"{node.module}.{one.name}") in _MODULES else node.module for one in node.names
            )
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def test_no_module_imports_itself_through_others() -> None:
    """Raises CycleError, which names the modules of a cycle."""
    graph = {name: {one for one in _imported(tree) if one in _MODULES} for name, tree in _MODULES.items()}
    assert list(TopologicalSorter(graph).static_order())


def test_the_house_has_few_rooms_and_short_modules() -> None:
    rooms = {path.parent.name for path in _ROOT.glob("*/__init__.py")}
    assert len(rooms) <= _MOST_ROOMS, sorted(rooms)
    long = {path for path in _ROOT.rglob("*.py") if len(path.read_text(encoding="utf-8").splitlines()) > _MOST_LINES}
    assert not long


#: Packages with one module for each thing of a kind: commands, rules, formats.
_OF_A_KIND = {
    "storyboard",
    "storyboard.cli",
    "storyboard.compiler.check",
    "storyboard.compiler.check.craft",
    "storyboard.export.formats",
}


def test_a_package_says_what_its_modules_are() -> None:
    untold = [
        name
        for name in _MODULES
        if (package := name.rpartition(".")[0]) in _MODULES
        and package not in _OF_A_KIND
        and not name.endswith("__main__")
        and not re.search(rf"\b{name.rpartition('.')[2]}\b", ast.get_docstring(_MODULES[package]) or "")
    ]
    assert not untold


def test_functions_are_short() -> None:
    long = {
        f"{name}.{node.name}": lines
        for name, tree in _MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := _statement_lines(node)) > _MOST_STATEMENT_LINES
    }
    assert not long


def _statement_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    statements = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (function.end_lineno or 0) - statements[0].lineno + 1 if statements else 0


def test_a_class_name_serves_one_thing() -> None:
    homes = defaultdict(list)
    for name, tree in _MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(name)
    doubled = {
        name: found
        for name, found in homes.items()
        if len(found) > 1 and not all(one.startswith(_STAGES) for one in found)
    }
    assert not doubled
