"""The data files of this folder: facts about the outside world, each with its source and date."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@cache
def read_table(name: str) -> dict[str, Any]:
    """The data file `name` of this folder. All readers share it: nobody changes it."""
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))
