"""The playground: the studio's page with the compiler in the browser, as static files.

`python site/playground.py FOLDER` builds it. It needs Node and what `npm ci` puts into `storyboard/studio/web`: the
editor, esbuild, and Pyodide, which is Python for WebAssembly. The folder then holds:

- `index.html`, `playground.css`, `playground.js`, `worker.js`, `service_worker.js`: the page
- `pyodide/`: Python, as its makers built it
- `compiler.zip`: what the worker imports of ours and of other packages, compiled for that Python, and its tables
- `LICENSES.txt`: the terms of what is not ours
- `examples.json` and `examples/`: the scripts to begin with, and their pictures

The same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import ast
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

from example_films import example_folders, lesson_of, script_of, title_of

from storyboard import __version__
from storyboard.compiler.pipeline import Analysis, analyze_file

_ROOT = Path(__file__).resolve().parent.parent
_WEB = _ROOT / "storyboard" / "studio" / "web"
_PAGE = _WEB / "playground"
_PYODIDE = _WEB / "node_modules" / "pyodide"
#: The files of Pyodide that a browser loads.
_PYTHON = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
#: The module that the worker starts.
_START = "storyboard.studio.playground"
#: Packages of others that are written in Python alone, so that the worker can have them, each by what is installed.
_PACKAGES = {
    "attr": "attrs",
    "attrs": "attrs",
    "cattrs": "cattrs",
    "jinja2": "Jinja2",
    "lsprotocol": "lsprotocol",
    "markupsafe": "MarkupSafe",
    "platformdirs": "platformdirs",
    "pygls": "pygls",
    "typing_extensions": "typing_extensions",
}
#: Kinds of files beside our modules that they read.
_DATA = frozenset({".toml", ".jinja", ".md", ".json", ".txt"})
_STYLES = (
    _ROOT / "storyboard" / "board" / "board.css",
    _ROOT / "storyboard" / "watch" / "page" / "live.css",
    _ROOT / "storyboard" / "studio" / "page" / "shot_menu.css",
    _ROOT / "storyboard" / "studio" / "page" / "studio.css",
    _PAGE / "playground.css",
)
_HEAD = 64  # bytes of a sound file
#: The time of every file in a ZIP archive: the first that it can have.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def main() -> None:
    """Build the playground in the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Build the playground.")
    parser.add_argument("folder", type=Path)
    build(parser.parse_args().folder)


def build(folder: Path) -> None:
    """Build the playground in a folder, which is made anew."""
    if folder.exists():
        shutil.rmtree(folder)
    (folder / "pyodide").mkdir(parents=True)
    _bundle(folder)
    shutil.copy(_PAGE / "index.html", folder)
    shutil.copy(_ROOT / "storyboard" / "watch" / "page" / "icon.svg", folder)
    (folder / "playground.css").write_text("".join(one.read_text(encoding="utf-8") for one in _STYLES), "utf-8")
    for name in _PYTHON:
        shutil.copy(_PYODIDE / name, folder / "pyodide")
    lock = json.loads((_PYODIDE / "pyodide-lock.json").read_text(encoding="utf-8"))
    # Its packages would be loaded from elsewhere; the worker has all that it needs.
    (folder / "pyodide" / "pyodide-lock.json").write_text(json.dumps({"info": lock["info"], "packages": {}}), "utf-8")
    _write_compiler(folder / "compiler.zip")
    (folder / "examples.json").write_text(json.dumps(list(_examples(folder)), ensure_ascii=False), "utf-8")
    (folder / "LICENSES.txt").write_text("\n\n".join(_licenses()), "utf-8")
    _name_version(folder)


def _licenses() -> Iterator[str]:
    """Under what terms everything of others stands that is in the folder."""
    yield (_ROOT / "storyboard" / "studio" / "page" / "LICENSES.txt").read_text(encoding="utf-8")
    pyodide = json.loads((_PYODIDE / "package.json").read_text(encoding="utf-8"))
    yield f"pyodide/ holds Pyodide {pyodide['version']} ({pyodide['license']}) and in it Python (PSF-2.0)."
    for name in sorted(set(_PACKAGES.values()), key=str.lower):
        found = distribution(name)
        texts = [file.read_text() for file in found.files or () if "licenses" in file.parts]
        yield f"compiler.zip holds {name} {found.version}:\n\n" + "\n".join(texts)


def _bundle(folder: Path) -> None:
    command = ["npm", "run", "--silent", "build:playground", "--", f"--outdir={folder.resolve()}", "--log-level=error"]
    subprocess.run(command, cwd=_WEB, check=True, timeout=120)


def _name_version(folder: Path) -> None:
    """Tell the service worker which files there are, and name them all together by their content."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    version = sha256()
    for path in files:
        version.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    paths = ["./", *(path.relative_to(folder).as_posix() for path in files if path.name != "service_worker.js")]
    worker = folder / "service_worker.js"
    facts = f"const VERSION={json.dumps(version.hexdigest()[:16])},FILES={json.dumps(paths)};\n"
    worker.write_text(facts + worker.read_text(encoding="utf-8"), "utf-8")


def _write_compiler(archive: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name, path in compiler_files():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, home / name)
        (home / "VERSION").write_text(__version__, "utf-8")
        command = ["node", str(_PAGE / "compile.mjs"), str(home)]
        subprocess.run(command, check=True, timeout=300)
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in sorted(home.rglob("*")):
                if path.is_file():
                    entry = zipfile.ZipInfo(path.relative_to(home).as_posix(), _NO_TIME)
                    packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)


def compiler_files() -> Iterator[tuple[str, Path]]:
    """Every file that the worker needs, by its path in the archive: our modules with the tables beside them, the
    grammar, and the packages of others."""
    folders = set[Path]()
    for module in sorted(needed_modules()):
        path = _path_of(module)
        assert path is not None
        folders.add(path.parent)
        yield path.relative_to(_ROOT).as_posix(), path
    for folder in sorted(folders):
        beside = [one for one in folder.iterdir() if one.is_dir() and not (one / "__init__.py").exists()]
        for path in sorted(path for home in (folder, *beside) for path in home.iterdir()):
            if path.suffix in _DATA and path.name != "README.md":
                yield path.relative_to(_ROOT).as_posix(), path
    yield "grammar/storyboard.lark", _ROOT / "grammar" / "storyboard.lark"
    for package in _PACKAGES:
        found = find_spec(package)
        origin = Path(found.origin or "") if found else Path()
        if origin.name != "__init__.py":
            yield origin.name, origin
            continue
        for path in sorted(origin.parent.rglob("*.py")):
            yield path.relative_to(origin.parent.parent).as_posix(), path


def needed_modules() -> set[str]:
    """Our modules that the worker may import: all that one names, at its head or in a function, but for those that
    cannot be imported there because they need a library that is not in `_PACKAGES`."""
    found, waiting = set[str](), [_START]
    heads: dict[str, bool] = {}
    while waiting:
        module = waiting.pop()
        if module in found or not _can_be_imported(module, heads):
            continue
        found.add(module)
        waiting += [name for name, _ in _imports(module) if _path_of(name)]
        waiting += [module.rpartition(".")[0]] if "." in module else []
    return found


def _can_be_imported(module: str, known: dict[str, bool]) -> bool:
    """Whether everything that a module imports at its head can be had in the worker."""
    if module not in known:
        known[module] = True  # while it is looked at
        heads = [name for name, at_head in _imports(module) if at_head]
        known[module] = all(
            _can_be_imported(name, known) if _path_of(name) else _is_there(name.partition(".")[0]) for name in heads
        )
    return known[module]


def _is_there(package: str) -> bool:
    return package in _PACKAGES or package == "storyboard" or package in sys.stdlib_module_names


def _imports(module: str) -> Iterator[tuple[str, bool]]:
    """What a module imports, and whether at its head, so that it cannot do without."""
    path = _path_of(module)
    assert path is not None
    tree = ast.parse(path.read_text(encoding="utf-8"))
    heads = set(map(id, tree.body))
    for node in ast.walk(tree):
        at_head = id(node) in heads
        if isinstance(node, ast.Import):
            yield from ((one.name, at_head) for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, at_head
            for one in node.names:
                if _path_of(f"{node.module}.{one.name}"):
                    yield f"{node.module}.{one.name}", at_head


def _path_of(module: str) -> Path | None:
    """The file of a module of ours."""
    if module.partition(".")[0] != "storyboard":
        return None
    place = _ROOT.joinpath(*module.split("."))
    candidates = (place / "__init__.py", place.with_suffix(".py"))
    return next((one for one in candidates if one.is_file()), None)


def _examples(folder: Path) -> Iterator[dict[str, object]]:
    """Each example for the page: its script, its other files, and its pictures, copied, with what is known of them."""
    for home in example_folders():
        script = script_of(home)
        analysis = analyze_file(script)
        pictures: dict[str, object] = {}
        for path in sorted((home / "refs").glob("*")):
            name, url = f"refs/{path.name}", f"examples/{home.name}/{path.name}"
            pictures[name] = {"url": url, "facts": _facts(analysis, name)}
            (folder / "examples" / home.name).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / url)
        others = [path for path in sorted(home.glob("*.sb")) if path != script]
        yield {
            "name": home.name,
            "title": title_of(home),
            "lesson": lesson_of(home),
            "text": script.read_text(encoding="utf-8"),
            "files": {path.name: path.read_text(encoding="utf-8") for path in others},
            "heads": dict(_sound_heads(home)),
            "pictures": pictures,
        }


def _sound_heads(home: Path) -> Iterator[tuple[str, str]]:
    """The first bytes of the sounds of an example, in base64: the compiler looks at no more."""
    for path in sorted(path for folder in ("sounds", "vo") for path in (home / folder).glob("*")):
        yield path.relative_to(home).as_posix(), b64encode(path.read_bytes()[:_HEAD]).decode("ascii")


def _facts(analysis: Analysis, name: str) -> dict[str, object]:
    named = next(picture for entity in analysis.film.cast for picture in entity.pictures)
    facts = analysis.images.look(named._replace(path=name))
    assert facts.problem is None, (name, facts)
    return facts._asdict()


if __name__ == "__main__":
    main()
