"""Names of files: those that differ in their Unicode normal form alone, `Zoë.png` as macOS writes it and as everybody
types it, and those made of a title."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

#: Longest part of a file's name that is taken from a title.
_SLUG = 40


def find_file(path: Path) -> Path:
    """The path, or, where nothing is there, the one that differs from it in the normal form of its names alone.

    Most file systems take a name as bytes, so that a project that was packed on macOS (decomposed, NFD) does not have
    the names that its script says (composed, NFC). Never raises.
    """
    if str(path).isascii() or os.path.lexists(path):
        return path
    parent = find_file(path.parent) if path.parent != path else path
    if os.path.lexists(parent / path.name):
        return parent / path.name
    wanted = unicodedata.normalize("NFC", path.name)
    try:
        names = sorted(os.listdir(parent))
    except (OSError, ValueError):
        return path
    return next((parent / name for name in names if unicodedata.normalize("NFC", name) == wanted), path)


def safe_name(title: str) -> str:
    """A title as a part of a file's name: small ASCII letters and digits, hyphens between; empty where none is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG].strip("-")
