"""New films: an empty one, or one made from a screenplay. Existing files are never replaced."""

from __future__ import annotations

import binascii
import re
import unicodedata
from base64 import b64decode
from itertools import count
from pathlib import Path
from typing import NamedTuple

from storyboard.catalog import Catalog
from storyboard.compiler.loader import Unreadable
from storyboard.compiler.resolve.scene_settings import DEFAULT_MODEL
from storyboard.files.atomic import create
from storyboard.project.new import FolderNotEmpty, new_project
from storyboard.screenplay.script import Unimportable
from storyboard.studio.films import SUFFIX
from storyboard.studio.takes import StudioRefusal
from storyboard.wording import printable

#: Characters of the name of a film; systems take 255 bytes.
LONGEST_NAME = 60
#: Names that Windows keeps for devices, and characters that it takes in no name.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_REFUSED = re.compile(r'[/\\:*?"<>|]')


def new_film(folder: Path, name: str) -> Path:
    """Begin a project in a new folder of this name, and return its script. Raises StudioRefusal."""
    title = unicodedata.normalize("NFC", name).strip()
    if not title or len(title) > LONGEST_NAME:
        raise StudioRefusal(f"A film has a name of 1 to {LONGEST_NAME} characters.")
    bad = _REFUSED.search(title)
    if bad or printable(title) != title or title.startswith(".") or title.endswith(".") or _DEVICES.fullmatch(title):
        sign = f" without {bad[0]}" if bad else ""
        raise StudioRefusal(f"This name cannot be that of a folder. Write one in letters and digits{sign}.")
    place = folder / title
    if place.exists():
        raise StudioRefusal(f"There is a “{title}” here already. Choose another name.")
    try:
        new_project(place)
    except FolderNotEmpty as problem:
        raise StudioRefusal(f"{problem}.") from None
    except OSError as problem:
        raise StudioRefusal(f"{title}: nothing can be written there ({problem.strerror or problem}).") from None
    return place / "film.sb"


class ImportedFilm(NamedTuple):
    """A script made from a screenplay, and the report of the import, in lines."""

    script: Path
    report: tuple[str, ...]


def import_film(folder: Path, name: str, encoded: str, catalog: Catalog, *, with_pictures: bool) -> ImportedFilm:
    """Import a screenplay, given in base64 with its file name, as a script with a new name.

    `with_pictures` draws a plain picture for everybody. Raises StudioRefusal.
    """
    from storyboard.drawing.placeholder_files import draw_missing
    from storyboard.screenplay.files import decode_screenplay
    from storyboard.screenplay.importer import import_screenplay

    shown = re.split(r"[/\\]", name)[-1]
    model = catalog.find(DEFAULT_MODEL)
    assert model is not None, "the default model is in every catalogue"
    try:
        opened = decode_screenplay(b64decode(encoded, validate=True), printable(shown))
    except binascii.Error as problem:
        raise ValueError("base64") from problem
    except (Unreadable, Unimportable) as problem:
        raise StudioRefusal(f"{problem}.") from None
    remark = [opened.remark] if opened.remark else []
    try:
        if opened.script is not None:
            script = _write_new(folder, shown, opened.script)
            return ImportedFilm(script, (*remark, "This is the script that the screenplay was exported from."))
        imported = import_screenplay(opened.screenplay, model, with_todos=not with_pictures)
        drawn = draw_missing(imported.declared, folder) if with_pictures else 0
        return ImportedFilm(_write_new(folder, shown, imported.text), (*remark, *imported.summary(drawn)))
    except OSError as problem:
        raise StudioRefusal(f"{folder} cannot be written ({problem.strerror or problem}).") from None


def _write_new(folder: Path, name: str, text: str) -> Path:
    """Write a script under the name of a screenplay, or the next one that is free. Raises OSError."""
    words = " ".join(re.findall(r"[\w'()+,-]+", unicodedata.normalize("NFC", Path(name).stem)))[:LONGEST_NAME].strip()
    base = words if words and not _DEVICES.fullmatch(words) else "screenplay"
    for number in count(1):
        path = folder / f"{base}{f'-{number}' if number > 1 else ''}{SUFFIX}"
        try:
            create(path, text.encode())
        except FileExistsError:
            continue
        return path
    raise AssertionError("there is always another number")
