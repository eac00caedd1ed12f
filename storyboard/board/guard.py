"""What no output may replace: the writer's own files, and what sbc did not make."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.board.origin import is_ours
from storyboard.film.takes import Take

if TYPE_CHECKING:
    from storyboard.pipeline import Analysis

_SUBTITLES = (".srt", ".vtt")


def why_not(
    output: Path, analysis: Analysis, takes: Iterable[Take] = (), *, is_asked: bool = True, name: str = "film.html"
) -> str | None:
    """Why `output` may not be written: it is a folder, or one of the files that the film is made of, or, where nobody
    asked for it by name (`is_asked`), something that sbc did not make. None where it may. `name` is an example of what
    to call it."""
    if output.is_dir():
        return f"{output} is a folder. Name a file in it, such as {output / name}"
    real = os.path.realpath(output)
    if real in {os.path.realpath(source.path) for source in analysis.sources}:
        return f"{output} is the script itself; nothing is written over it"
    if real in {os.path.realpath(file) for file in _pictures(analysis)}:
        return f"{output} is a picture of the film; nothing is written over it"
    if real in {os.path.realpath(take.path) for take in takes}:
        return f"{output} is a take of the film; nothing is written over it"
    if not Path(real).parent.is_dir():
        return f"{output} cannot be written: there is no folder {output.parent}"
    if not is_asked and not is_ours(output):
        return f"{output} is there already, and not by sbc. Name another file with -o, or this one to replace it"
    return None


def why_no_film(target: Path, analysis: Analysis, takes: Iterable[Take] = (), *, is_asked: bool = True) -> str | None:
    """As `why_not`, for a film with its subtitles beside it: those are never asked for by name."""
    if target.suffix.lower() in _SUBTITLES:
        return f"{target}: the subtitles go there; name the film itself, such as {target.with_suffix('.mp4')}"
    taken = list(takes)
    problem = why_not(target, analysis, taken, is_asked=is_asked, name="film.mp4")
    for suffix in _SUBTITLES:
        subtitles = target.with_suffix(suffix)
        problem = problem or why_not(subtitles, analysis, taken, is_asked=False)
    return problem


def why_no_stills(folder: Path, names: Iterable[str], analysis: Analysis) -> str | None:
    """Why stills of these names may not be written to a folder; None where they may."""
    if folder.exists() and not folder.is_dir():
        return f"{folder} is a file; --stills takes a folder"
    taken = {os.path.realpath(file) for file in _pictures(analysis)}
    lost = next((name for name in names if os.path.realpath(folder / name) in taken), None)
    return f"{folder / lost} is a picture of the film; nothing is written over it" if lost else None


def _pictures(analysis: Analysis) -> list[Path]:
    """The files of all pictures that the film names."""
    pictures = [picture for entity in analysis.film.cast for picture in entity.pictures]
    for scene in analysis.film.scenes:
        pictures += [picture for shot in scene.shots for picture in (shot.start, shot.end) if picture]
    return [file for picture in pictures if (file := analysis.album.file(picture))]
