"""The signature of a file: what tells that sbc made it. A user's own file is never replaced unasked."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

#: The comment in every film, and the software named in every still picture, that is written.
MADE_BY = "made by sbc"
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
    ".fdx": b"<Text>storyboard/1",
    ".png": f"Software\0{MADE_BY}".encode(),
}
#: Behind the first times of a SubRip file, which has no comments; players read over it.
SRT_MARK = "  "
_OUR_SRT = re.compile(rb"1\n[\d:,]+ --> [\d:,]+  \n")
_OUR_OLD_SRT = re.compile(rb"(?>\d+\n[\d:,]+ --> [\d:,]+\n(?:<i>)?[^\n]+: [^\n]*\n(?:\n|\Z))*+\Z")
#: A manifest, or the body of a request.
_OUR_JSON = re.compile(rb'\{\n  "(?:format": "storyboard/|model": "[^"\n]*",\n  "prompt": ")')


def is_ours(path: Path) -> bool:
    """Whether sbc wrote this file, as far as its suffix and content tell. True where there is no file, False for a
    pipe or a folder, which is not even opened. Never raises."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return False
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb") as file:
            head = file.read(_ENOUGH)
            file.seek(max(0, status.st_size - _ENOUGH))
            tail = file.read(_ENOUGH)
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
    suffix = path.suffix.lower()
    if suffix == ".srt":
        return bool(_OUR_SRT.match(head) or _OUR_OLD_SRT.match(head))
    if suffix == ".json":
        return bool(_OUR_JSON.match(head))
    mark = _MARKS.get(suffix)
    return mark is not None and (mark in head or mark in tail)
