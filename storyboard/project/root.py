"""The root of a project: the folder of the nearest `sbc.toml`. `file` reads what that says."""

from __future__ import annotations

import os
from pathlib import Path

NAME = "sbc.toml"


def find_project_file(script: str | Path) -> Path | None:
    """The nearest `sbc.toml` in the script's folder or above it."""
    folder = Path(os.path.abspath(script)).parent
    return next((file for one in (folder, *folder.parents) if (file := one / NAME).is_file()), None)
