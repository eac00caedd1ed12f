"""Paths of the files that commands make, and the check before every write."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from storyboard.cli.streams import fail
from storyboard.compiler.dependencies import picture_files, project_files, script_files, sound_files
from storyboard.compiler.pipeline import Analysis
from storyboard.files.overwrite import ProtectedFile, why_no_files, why_no_film, why_not
from storyboard.files.signatures import Signature
from storyboard.film.takes import Take


def kept_files(analysis: Analysis, takes: Iterable[Take] = ()) -> list[ProtectedFile]:
    """The files that a command about a script must not replace: what it is made of, and its takes."""
    script, *included = script_files(analysis)
    return [
        *([ProtectedFile(script, "the script itself")] if analysis.path != "-" else []),
        *(ProtectedFile(path, "a script that this film includes") for path in included),
        *(ProtectedFile(path, "a picture of the film") for path in picture_files(analysis)),
        *(ProtectedFile(path, "a sound of the film") for path in sound_files(analysis)),
        *(ProtectedFile(path, "a file of the project") for path in project_files(analysis)),
        *(ProtectedFile(take.path, "a take of the film") for take in takes),
    ]


def check_product(
    output: Path, kept: Iterable[ProtectedFile], *, is_asked: bool, example: str, signature: Signature | None = None
) -> None:
    """End the command if a product may not be written; see `files.overwrite.why_not`."""
    if problem := why_not(output, kept, is_asked=is_asked, example=example, signature=signature):
        fail(problem)


def check_film_files(output: Path, kept: Iterable[ProtectedFile], *, is_asked: bool) -> None:
    """End the command if a film, or the subtitles beside it, may not be written."""
    if problem := why_no_film(output, kept, is_asked=is_asked):
        fail(problem)


def check_folder(folder: Path, names: Iterable[str], kept: Iterable[ProtectedFile], option: str) -> None:
    """End the command if files of these names may not be written to the folder that `option` names."""
    if problem := why_no_files(folder, names, kept, option):
        fail(problem)
