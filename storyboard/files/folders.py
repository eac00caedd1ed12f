"""New folders that appear with all of their content, or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storyboard.files.exchange import signals_held
from storyboard.files.leftovers import PREFIX, delete_leftovers


@contextmanager
def draft_folder(folder: Path) -> Iterator[Path]:
    """A draft to fill, beside `folder`, which is new or empty; what it holds is in `folder` when the block ends well.

    An empty folder that exists stays the same folder: somebody may be working in it. Raises OSError; nothing is left
    behind then.
    """
    parent = Path(os.path.abspath(folder)).parent
    created = _create_parents(parent)
    delete_leftovers(parent)
    draft = parent / f"{PREFIX}{secrets.token_hex(6)}"
    is_done = False
    try:
        draft.mkdir()
        yield draft
        with signals_held():
            _move(draft, folder)
            is_done = True
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        if not is_done:
            _remove_empty(created)


@contextmanager
def ensured_folder(folder: Path) -> Iterator[None]:
    """The folder is there inside the block; where the block fails, what was created for it and is empty goes again."""
    created = _create_parents(folder)
    is_done = False
    try:
        yield
        is_done = True
    finally:
        if not is_done:
            _remove_empty(created)


def _create_parents(folder: Path) -> list[Path]:
    """Create the missing folders of a path; returns them, the innermost first."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    if missing:
        missing[0].mkdir(parents=True, exist_ok=True)
    return missing


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:  # somebody has put something there
            return


def _move(draft: Path, folder: Path) -> None:
    if not folder.is_dir():
        draft.rename(folder)
        return
    moved: list[Path] = []
    try:
        for item in sorted(draft.iterdir()):
            if os.path.lexists(folder / item.name):
                raise FileExistsError(f"{item.name} has appeared in the folder")
            item.rename(folder / item.name)
            moved.append(item)
    except OSError:
        for item in moved:
            (folder / item.name).rename(item)
        raise
