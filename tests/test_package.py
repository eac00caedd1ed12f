"""The wheel: installed into an empty environment it does all that the checkout does."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
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


def install(wheel: Path, home: Path, *options: str) -> Path:
    """The Python of a new environment that has the wheel."""
    venv.create(home)
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *options, str(wheel)], check=True, capture_output=True)
    return python


def check_an_example(python: Path, folder: Path) -> None:
    example = next(folder for folder in sorted((ROOT / "examples").iterdir()) if folder.is_dir())
    shutil.copytree(example, folder / "film")
    (script,) = (folder / "film").glob("*.sb")
    sbc = python.with_name("sbc")
    done = subprocess.run(
        [sbc, "compile", script.name], cwd=folder / "film", capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["clips"]
    kept = "import storyboard.compiler.parse.tables as it; assert it.KEPT.is_file(); print(it.KEPT)"
    where = subprocess.run([python, "-c", kept], cwd=folder, check=True, capture_output=True, text=True)
    assert Path(where.stdout.strip()).is_relative_to(python.parent.parent), "the wheel's own, not the checkout's"
    page = subprocess.run([sbc, "explain", "SB304"], cwd=folder, capture_output=True, text=True, check=True)
    assert page.stdout.startswith("# SB304")


def test_an_installed_wheel_compiles_an_example_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """Its dependencies are those of this environment, behind the wheel's own folder."""
    python = install(wheel, tmp_path / "venv", "--no-deps")
    (own,) = {one.resolve() for one in (tmp_path / "venv").glob("[Ll]ib*/**/site-packages")}
    (own / "dependencies.pth").write_text("\n".join(one for one in sys.path if Path(one).name == "site-packages"))
    check_an_example(python, tmp_path)


@pytest.mark.slow
def test_a_wheel_brings_its_dependencies(wheel: Path, tmp_path: Path) -> None:
    check_an_example(install(wheel, tmp_path / "venv"), tmp_path)


#: Packages of another's interface, which have to be the version that it asks for.
_COMES_WITH = {"lsprotocol": "pygls", "markupsafe": "jinja2"}


def test_what_the_package_imports_is_among_its_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {_normal(re.split(r"[^\w.-]", one)[0]) for one in project["dependencies"]}
    owners = packages_distributions()
    missing = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "storyboard").rglob("*.py")
        for name in _imported(path) & owners.keys()
        if _COMES_WITH.get(name) not in declared and not declared & {_normal(one) for one in owners[name]}
    }
    assert missing == set()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported(path: Path) -> set[str]:
    """The packages of others that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found - {"storyboard"} - set(sys.stdlib_module_names)
