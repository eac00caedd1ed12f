"""Sidecars: JSON files with facts about what is made, beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

#: A sidecar of a larger size is not ours.
_LARGEST = 1 << 20


def read_sidecar(path: Path) -> dict[str, Any]:
    """The facts of a file of ours; empty where there are none."""
    with suppress(OSError, ValueError, RecursionError):
        if path.stat().st_size <= _LARGEST:
            facts = json.loads(path.read_bytes())
            if isinstance(facts, dict) and isinstance(facts.get("placed", []), list):
                return facts
    return {}


def sidecar_text(facts: Mapping[str, Any]) -> bytes:
    """Facts as they are written beside what they are about. Texts of a service may hold lone surrogates; they pass."""
    return f"{json.dumps(facts, ensure_ascii=False, indent=2)}\n".encode("utf-8", "surrogatepass")
