"""The user's cache folder, whose content may be deleted at any time."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def cache_folder(name: str) -> Path | None:
    """The folder `name` in our part of the user's cache, created; None where nothing can be written there."""
    from platformdirs import user_cache_path

    folder = user_cache_path("sbc", appauthor=False) / name
    with suppress(OSError, RuntimeError):  # RuntimeError: no home folder
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    return None
