"""Renamed files: the INCLUDE and picture lines that name them are updated."""

from __future__ import annotations

import os
from collections.abc import Mapping

from storyboard.compiler.pipeline import Analysis
from storyboard.lsp.locate import source_at
from storyboard.lsp.outline import links
from storyboard.lsp.rename import RenameChange


def follow_files(analysis: Analysis, path: str, moved: Mapping[str, str]) -> list[RenameChange]:
    """What to change in a file of a script when files or folders go from their absolute paths in `moved` to others.
    Where the file itself is among them, its lines keep naming what they name now."""
    source = source_at(analysis, path)
    if source is None:
        return []
    folder = os.path.dirname(_new_place(path, moved))
    changes = []
    for link in links(analysis, path):
        typed = source.text[link.start : link.end]
        if link.file is None or "\n" in typed:
            continue
        target = _new_place(link.file, moved)
        if target == link.file and folder == os.path.dirname(path):
            continue  # nothing that this line is about has moved, however it is spelled
        if os.path.normpath(os.path.join(folder, typed)) != target:
            said = target if os.path.isabs(typed) else os.path.relpath(target, folder).replace(os.sep, "/")
            changes.append(RenameChange(link.start, link.end, said))
    return changes


def _new_place(path: str, moved: Mapping[str, str]) -> str:
    for old, new in moved.items():
        if path == old:
            return new
        if path.startswith(old + os.sep):
            return new + path[len(old) :]
    return path
