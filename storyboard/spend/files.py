"""Files of what was bought: their names, and what an entry says of them."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any


def free_number(folder: Path, stem: str, least: int) -> int:
    """The number of the next take in a folder: at least `least`, and above that of every file of this name, whoever
    made it."""
    pattern = re.compile(re.escape(stem) + r"_t([0-9]{1,6})\.", re.IGNORECASE)
    numbers = [least - 1]
    with suppress(OSError):
        numbers += [int(found[1]) for name in os.listdir(folder) if (found := pattern.match(name))]
    return max(numbers) + 1


def file_fields(path: Path, digest: str) -> dict[str, Any]:
    """The fields of an entry about its file: name, size in bytes, time of the last change, SHA-256."""
    status = path.stat()
    return {"file": path.name, "size": status.st_size, "modified": status.st_mtime_ns, "sha256": digest}
