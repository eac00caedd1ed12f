"""Names of what was bought, on disk."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path


def free_number(folder: Path, stem: str, least: int) -> int:
    """The number of the next take in a folder of takes: no smaller than `least`, and above every file of that name,
    whoever made it."""
    pattern = re.compile(re.escape(stem) + r"_t([0-9]{1,6})\.", re.IGNORECASE)
    numbers = [least - 1]
    with suppress(OSError):
        numbers += [int(found[1]) for name in os.listdir(folder) if (found := pattern.match(name))]
    return max(numbers) + 1
