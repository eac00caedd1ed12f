"""What the service allows, from `limits.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def limits(part: str) -> dict[str, Any]:
    """One table of the file. All readers share it: nobody changes it."""
    whole = tomllib.loads((Path(__file__).parent / "limits.toml").read_text(encoding="utf-8"))
    table: dict[str, Any] = whole[part]
    return table
