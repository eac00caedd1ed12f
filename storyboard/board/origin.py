"""Whether a file is one that sbc made, by what it holds: a writer's own is never replaced unasked."""

from __future__ import annotations

import re
from pathlib import Path

from storyboard.film.encoding import MADE_BY

_ENOUGH = 4 * 1024 * 1024  # bytes from the start and from the end of a file in which a mark stands
_MARKS = {
    ".html": b'<meta name="generator" content="sbc board">',
    ".mp4": MADE_BY.encode(),
    ".pdf": b"/Creator (sbc export)",
    ".otio": b'"storyboard": {',
    ".fcpxml": b'key="org.storyboard-compiler.',
    ".xml": b"<mastercomment1>source: ",
    ".edl": b"* SOURCE: ",
    ".csv": b"scene,shot,size,camera,seconds,characters,location,action,dialogue,clip,price",
    ".vtt": b"\nNOTE made by sbc\n",
    ".fountain": b"Format: storyboard/1",
    ".fdx": b"Format: storyboard/1",
}
_OUR_SRT = re.compile(rb"(?>\d+\n[\d:,]+ --> [\d:,]+\n(?:<i>)?[^\n]+: [^\n]*\n(?:\n|\Z))*+\Z")


def is_ours(path: Path) -> bool:
    """Whether sbc wrote this file, as far as one can tell; so it is where there is none. Never raises."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_ENOUGH)
            file.seek(max(0, size - _ENOUGH))
            tail = file.read()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    if path.suffix.lower() == ".srt":
        return bool(_OUR_SRT.match(head))
    mark = _MARKS.get(path.suffix.lower())
    return mark is not None and (mark in head or mark in tail)
