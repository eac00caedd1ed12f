"""A video file that appears whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storyboard.saving import sync_folder


@contextmanager
def whole_or_nothing(target: Path) -> Iterator[Path]:
    """A temporary file beside `target`, which takes its name when the block ends well. Raises OSError, and `target`
    is then as it was."""
    real = Path(os.path.realpath(target))
    handle, name = tempfile.mkstemp(prefix=".sbc-", suffix=".part", dir=real.parent)
    os.close(handle)
    try:
        yield Path(name)
        with open(name, "rb+") as file:
            os.fsync(file.fileno())
        os.chmod(name, real.stat().st_mode & 0o7777 if real.exists() else 0o644)
        os.replace(name, real)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    sync_folder(real.parent)
