"""A declarative storyboard compiler: a screenplay-like script in, requests for a video model out.

from storyboard import compile_file

film = compile_file("film.sb")
for problem in film.diagnostics:
    print(problem.file, problem.start.line, problem.message)
if film.manifest:
    print(film.manifest.totals.usd)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from storyboard.diagnostics import Diagnostic, Severity
from storyboard.loader import Unreadable
from storyboard.pipeline import Analysis, Options, analyze_file, analyze_text
from storyboard.source import Position

if TYPE_CHECKING:
    from storyboard.emit.manifest import Manifest

__all__ = [
    "Compilation",
    "Diagnostic",
    "Options",
    "Position",
    "Severity",
    "Unreadable",
    "compile_file",
    "compile_text",
]


class Compilation(NamedTuple):
    """The result of a run: the manifest, None where the script has errors, and everything found, sorted."""

    manifest: Manifest | None
    diagnostics: tuple[Diagnostic, ...]


def compile_file(
    path: str | Path, options: Options | None = None, *, images: Literal["link", "embed"] = "link"
) -> Compilation:
    """Compile a script. Raises Unreadable for a file that cannot be read; prints and writes nothing."""
    return _compile(analyze_file(path, options), images)


def compile_text(
    text: str,
    path: str | Path = "script.sb",
    options: Options | None = None,
    *,
    images: Literal["link", "embed"] = "link",
) -> Compilation:
    """Compile a text as if it stood at `path`, from whose folder pictures and includes are read."""
    return _compile(analyze_text(text, path, options), images)


def _compile(analysis: Analysis, images: Literal["link", "embed"]) -> Compilation:
    from storyboard.emit import build_manifest

    manifest = None if analysis.has_errors else build_manifest(analysis, images)
    return Compilation(manifest, analysis.diagnostics)
