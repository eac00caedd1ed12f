"""The files that a script depends on: itself, its includes, pictures and sounds, including missing ones, and the
project files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.compiler.ir import parsed
from storyboard.files.normalization import find_file

if TYPE_CHECKING:
    from storyboard.compiler.ir.resolved import Audio
    from storyboard.compiler.pipeline import Analysis


def named_files(analysis: Analysis) -> frozenset[Path]:
    """Every file that a script is made of, as absolute paths: scripts, pictures, sounds and the project's files."""
    files = (script_files, picture_files, sound_files, project_files)
    return frozenset(path for kind in files for path in kind(analysis))


def script_files(analysis: Analysis) -> Iterator[Path]:
    """The script, then what its INCLUDE lines and those of included files name. Paths may repeat."""
    for source in analysis.sources:
        yield Path(os.path.abspath(source.path))
        for _, block in analysis.scripts[source.path].blocks:
            if isinstance(block, parsed.Include) and block.path is not None and "\0" not in block.path.string:
                yield find_file(Path(os.path.abspath(os.path.join(os.path.dirname(source.path), block.path.string))))


def picture_files(analysis: Analysis) -> Iterator[Path]:
    """The pictures of the cast, and the start and end frames of shots, unless they are on the web."""
    for picture in analysis.pictures:
        if picture.path and not picture.is_url and "\0" not in picture.path:
            yield Path(os.path.abspath(find_file(analysis.root / picture.path)))


def sound_files(analysis: Analysis) -> Iterator[Path]:
    """The sounds that are laid over the film: music, ambience, effects and recordings that are files."""
    for audio in analysis.sounds:
        if path := sound_file(analysis, audio):
            yield path


def sound_file(analysis: Analysis, audio: Audio) -> Path | None:
    """The file of a sound as an absolute path; None for one that the script gives in words."""
    if not audio.path or "\0" in audio.path:
        return None
    return Path(os.path.abspath(find_file(analysis.root / audio.path)))


def project_files(analysis: Analysis) -> Iterator[Path]:
    """The project's `sbc.toml`, and the models that it names."""
    for source in analysis.options.project.sources if analysis.options.project else ():
        yield Path(os.path.abspath(source.path))
