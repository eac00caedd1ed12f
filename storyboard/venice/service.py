"""The facts in `service.toml`."""

from __future__ import annotations

from functools import cache
from typing import Any

from storyboard.catalog import read_table


@cache
def service_facts(section: str) -> dict[str, Any]:
    """One section of the file, which explains each key."""
    found = read_table("service.toml")[section]
    assert isinstance(found, dict)
    return found
