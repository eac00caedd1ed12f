"""Single frames of a clip, as pictures."""

from __future__ import annotations

import json
from pathlib import Path

from storyboard.film.decode import Undecodable, ask_decoder

__all__ = ["Undecodable", "first_frame", "frame_at", "last_frame"]


def last_frame(path: str | Path) -> bytes:
    """The last frame of a clip that can be decoded, as a PNG in sRGB. Raises Undecodable."""
    return _frame("last", Path(path))


def first_frame(path: str | Path) -> bytes:
    """The first frame of a clip, as a PNG in sRGB. Raises Undecodable."""
    return _frame("first", Path(path))


def frame_at(path: str | Path, second: int) -> bytes:
    """The frame of a clip that is shown at a second, or its last one, as a PNG in sRGB. Raises Undecodable."""
    return _frame(f"at:{second}", Path(path))


def _frame(verb: str, path: Path) -> bytes:
    report = ask_decoder(verb, path)
    if report.startswith(b"\x89PNG"):
        return report
    raise Undecodable(json.loads(report)["undecodable"])
