"""Limits of the service, from the catalogue's `request_limits.toml`."""

from __future__ import annotations

from functools import cache
from typing import Any

from storyboard.catalog import read_table


@cache
def request_limits(part: str) -> dict[str, Any]:
    """One table of the file. All readers share it: nobody changes it."""
    table: dict[str, Any] = read_table("request_limits.toml")[part]
    return table
