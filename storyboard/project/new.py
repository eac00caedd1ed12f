"""Write a new project."""

from __future__ import annotations

import os
from pathlib import Path

from storyboard.files.atomic import save
from storyboard.files.folders import filling
from storyboard.ir.parsed import Kind
from storyboard.screenplay.naming import Declared
from storyboard.screenplay.standins import draw_missing

_TEMPLATE = Path(__file__).parent / "template"
#: Files of the template, and their names in a project. A `.gitignore` of our own would hide files of the package.
_FILES = {"film.sb": "film.sb", "cast.sb": "cast.sb", "README.md": "README.md", "gitignore": ".gitignore"}
#: The names that `cast.sb` declares, with their pictures.
_CAST = (
    Declared(Kind.CHARACTER, "Mira", "refs/mira.png"),
    Declared(Kind.CHARACTER, "Tom", "refs/tom.png"),
    Declared(Kind.PROP, "Storm Lantern", "refs/storm-lantern.png"),
    Declared(Kind.LOCATION, "Harbor", "refs/harbor.png"),
    Declared(Kind.LOCATION, "Boat House", "refs/boat-house.png"),
)


class NoRoom(Exception):
    """A folder in which no project can begin. The message says why."""


def new_project(folder: Path) -> list[str]:
    """Write a project into a folder that is new or empty; returns its files, by their paths in it. The project
    appears whole or not at all. Raises NoRoom and OSError."""
    if os.path.lexists(folder) and not folder.is_dir():
        raise NoRoom(f"{folder}: is there already, and is not a folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise NoRoom(f"{folder}: is not empty. Name a new folder; nothing was written")
    with filling(folder) as draft:
        for name, target in _FILES.items():
            save(draft / target, (_TEMPLATE / name).read_bytes())
        draw_missing(_CAST, draft)
    return [*_FILES.values(), *(one.picture for one in _CAST)]
