"""New projects."""

from __future__ import annotations

import os
from pathlib import Path

from storyboard.compiler.ir.parsed import Kind
from storyboard.drawing.placeholder_files import draw_missing
from storyboard.files.atomic import save
from storyboard.files.folders import draft_folder
from storyboard.screenplay.names import DeclaredName

_TEMPLATE = Path(__file__).parent / "template"
#: Files of the template, and their names in a project. A `.gitignore` of our own would hide files of the package.
_FILES = {
    "film.sb": "film.sb",
    "cast.sb": "cast.sb",
    "sbc.toml": "sbc.toml",
    "README.md": "README.md",
    "gitignore": ".gitignore",
}
#: The names that `cast.sb` declares, with their pictures.
_CAST = (
    DeclaredName(Kind.CHARACTER, "Mira", "refs/mira.png"),
    DeclaredName(Kind.CHARACTER, "Tom", "refs/tom.png"),
    DeclaredName(Kind.PROP, "Storm Lantern", "refs/storm-lantern.png"),
    DeclaredName(Kind.LOCATION, "Harbor", "refs/harbor.png"),
    DeclaredName(Kind.LOCATION, "Boat House", "refs/boat-house.png"),
)


class FolderNotEmpty(Exception):
    """A folder in which no project can begin. The message says why."""


def new_project(folder: Path) -> list[str]:
    """Write a project into a folder that is new or empty; returns its files, by their paths in it. The project
    appears whole or not at all. Raises FolderNotEmpty and OSError."""
    if os.path.lexists(folder) and not folder.is_dir():
        raise FolderNotEmpty(f"{folder}: exists already, and is not a folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise FolderNotEmpty(f"{folder}: is not empty. Name a new folder; nothing was written")
    with draft_folder(folder) as draft:
        for name, target in _FILES.items():
            save(draft / target, (_TEMPLATE / name).read_bytes())
        draw_missing(_CAST, draft)
    return [*_FILES.values(), *(one.picture for one in _CAST if one.picture)]
