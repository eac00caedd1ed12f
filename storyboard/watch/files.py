"""Which files a script is made of, and whether one of them has changed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from storyboard.ir import parsed
from storyboard.pipeline import Analysis

#: What tells one state of a file from another: time of change in nanoseconds, size, inode; None where it is missing.
State = tuple[int, int, int] | None


def named_files(analysis: Analysis) -> frozenset[Path]:
    """The script, what it includes, every picture that it names; those that are missing too."""
    return frozenset(Path(os.path.abspath(path)) for path in _named(analysis))


def _named(analysis: Analysis) -> Iterator[str | Path]:
    for source in analysis.sources:
        yield source.path
        for _, block in analysis.scripts[source.path].blocks:
            if isinstance(block, parsed.Include) and block.path is not None:
                yield os.path.join(os.path.dirname(source.path), block.path.string)
    pictures = [picture for entity in analysis.film.cast for picture in entity.pictures]
    for scene in analysis.film.scenes:
        pictures += [frame for shot in scene.shots for frame in (shot.start, shot.end) if frame is not None]
    for picture in pictures:
        if not picture.is_url:
            yield analysis.root / picture.path


def states(files: Iterable[Path]) -> dict[Path, State]:
    """How the files stand now."""
    return {file: _state(file) for file in files}


def _state(file: Path) -> State:
    try:
        found = file.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def folders(files: Iterable[Path]) -> frozenset[Path]:
    """The folders to look at: those of the files, or the nearest that exists."""
    return frozenset(_existing(file.parent) for file in files)


def _existing(folder: Path) -> Path:
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder
