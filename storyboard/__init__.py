"""A declarative storyboard compiler: a screenplay-like script in, requests for a video model out.

from storyboard import compile_file

film = compile_file("film.sb")
for problem in film.diagnostics:
    print(problem.file, problem.start.line, problem.message)
if film.manifest:
    print(film.manifest.totals.usd)

`analyze_file` gives what is known before there are requests: scenes, shots, clips, cast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.compiler.diagnostics import Diagnostic, Severity
    from storyboard.compiler.emit.manifest import Manifest
    from storyboard.compiler.loader import Unreadable
    from storyboard.compiler.pipeline import Analysis, Options
    from storyboard.compiler.text import Position

__version__ = "0.1.0"

__all__ = [
    "Analysis",
    "Compilation",
    "Diagnostic",
    "Manifest",
    "Options",
    "Position",
    "Severity",
    "Unreadable",
    "__version__",
    "analyze_file",
    "compile_file",
    "compile_text",
]


#: Where the names live that are not defined here. They are loaded when they are asked for: most commands need few.
_HOMES = {
    "Analysis": "storyboard.compiler.pipeline",
    "Diagnostic": "storyboard.compiler.diagnostics",
    "Manifest": "storyboard.compiler.emit.manifest",
    "Options": "storyboard.compiler.pipeline",
    "Position": "storyboard.compiler.text",
    "Severity": "storyboard.compiler.diagnostics",
    "Unreadable": "storyboard.compiler.loader",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 # whatever the module has under that name
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def analyze_file(path: str | Path, options: Options | None = None) -> Analysis:
    """Read and check a script, with the models of its project: the resolved film, its clips, everything found, and the
    files that it is made of. Builds no requests. Raises Unreadable for a file that cannot be read; writes nothing."""
    from storyboard.compiler import pipeline
    from storyboard.project.file import in_project

    with pipeline.collector_paused():
        return pipeline.analyze_file(path, in_project(path, options or pipeline.Options()))


class Compilation(NamedTuple):
    """The result of a run: the manifest, None where the script has errors, and everything found, sorted."""

    manifest: Manifest | None
    diagnostics: tuple[Diagnostic, ...]


def compile_file(
    path: str | Path, options: Options | None = None, *, images: Literal["link", "embed"] = "link"
) -> Compilation:
    """Compile a script, with the models of its project. Raises Unreadable for a script that cannot be read, and for
    a picture that cannot be read any more once it has been looked at; prints and writes nothing."""
    from storyboard.compiler.pipeline import Options, analyze_file, collector_paused
    from storyboard.project.file import in_project

    with collector_paused():
        return _compile(analyze_file(path, in_project(path, options or Options())), images)


def compile_text(
    text: str,
    path: str | Path = "script.sb",
    options: Options | None = None,
    *,
    images: Literal["link", "embed"] = "link",
) -> Compilation:
    """Compile a text as if it stood at `path`, from whose folder pictures and includes are read."""
    from storyboard.compiler.pipeline import Options, analyze_text, collector_paused
    from storyboard.project.file import in_project

    with collector_paused():
        return _compile(analyze_text(text, path, in_project(path, options or Options())), images)


def _compile(analysis: Analysis, images: Literal["link", "embed"]) -> Compilation:
    from storyboard.compiler.emit import build_manifest

    manifest = None if analysis.has_errors else build_manifest(analysis, images)
    return Compilation(manifest, analysis.diagnostics)
