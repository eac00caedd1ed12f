"""Temporary files of killed processes, deleted when they are older than a day."""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

#: How temporary files and folders of ours are named: the prefix, twelve hexadecimal digits, and for files the suffix.
PREFIX, PART = ".sbc-", ".part"
_OURS = re.compile(r"\.sbc-(?:[0-9a-f]{12}|[a-z0-9_]{8})(?:\.part)?")
#: No run writes a single file for as long as this (seconds).
_ABANDONED = 86_400


@cache
def delete_leftovers(folder: Path) -> None:
    """Delete abandoned temporary files and folders of ours, once for each folder and run. Never raises."""
    oldest = time.time() - _ABANDONED
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if not _OURS.fullmatch(entry.name):
                continue
            with suppress(OSError):
                if entry.stat(follow_symlinks=False).st_mtime >= oldest:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    from shutil import rmtree

                    rmtree(entry.path, ignore_errors=True)
                else:
                    os.unlink(entry.path)
