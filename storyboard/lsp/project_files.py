"""Files beside a script that its paths may name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from storyboard.catalog import read_table

#: Files looked at, and folders gone down into, at most: an answer that comes late is of no use.
_MOST, _DEPTH = 2000, 3


@cache
def offered_words() -> dict[str, Any]:
    """The words that an editor offers."""
    return read_table("completion.toml")


def files_below(folder: Path, typed: str, root: Path, endings: str) -> Iterator[str]:
    """Paths from `folder` of files with the endings `pictures` or `scripts`, in the folder that `typed` names so far
    and below; none outside `root`."""
    wanted = tuple(offered_words()["files"][endings])
    within = typed.rpartition("/")[0]
    top = Path(os.path.normpath(folder / within))
    real_root = os.path.realpath(root)
    if not Path(os.path.realpath(top)).is_relative_to(real_root):
        return
    seen = 0
    for here, folders, names in os.walk(top):
        depth = len(Path(here).relative_to(top).parts)
        folders[:] = sorted(one for one in folders if _is_shown(one)) if depth < _DEPTH else []
        for name in sorted(names):
            seen += 1
            if seen > _MOST:
                return
            if name.lower().endswith(wanted) and not name.startswith("."):
                yield os.path.relpath(os.path.join(here, name), folder).replace(os.sep, "/")


def _is_shown(folder: str) -> bool:
    return not folder.startswith(".") and folder not in offered_words()["files"]["skipped"]
