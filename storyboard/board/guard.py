"""The writer's own files, which no output may replace."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.film.takes import Take

if TYPE_CHECKING:
    from storyboard.pipeline import Analysis


def why_not(output: Path, analysis: Analysis, takes: Iterable[Take] = ()) -> str | None:
    """Why `output` may not be written: it is a folder, or one of the files that the film is made of. None where it
    may."""
    if output.is_dir():
        return f"{output} is a folder. Name a file in it, such as {output / 'film.html'}"
    real = os.path.realpath(output)
    if real in {os.path.realpath(source.path) for source in analysis.sources}:
        return f"{output} is the script itself; nothing is written over it"
    pictures = [picture for entity in analysis.film.cast for picture in entity.pictures]
    for scene in analysis.film.scenes:
        pictures += [picture for shot in scene.shots for picture in (shot.start, shot.end) if picture]
    files = [analysis.album.file(picture) for picture in pictures]
    if real in {os.path.realpath(file) for file in files if file}:
        return f"{output} is a picture of the film; nothing is written over it"
    if real in {os.path.realpath(take.path) for take in takes}:
        return f"{output} is a take of the film; nothing is written over it"
    if not Path(real).parent.is_dir():
        return f"{output} cannot be written: there is no folder {output.parent}"
    return None
