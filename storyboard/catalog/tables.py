"""The data files of this folder: facts about the outside world, each with its source and date.

Python's TOML parser is written in Python and takes as long for the language's word lists as checking a page of script.
So its result for every file is stored in `tables.txt`: one line for each file, with its name, the checksum of its text,
and its table as JSON. A file that has changed since is parsed. After an edit, write the lines again with `python -m
storyboard.catalog`; a test reports stale ones.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

_FOLDER = Path(__file__).parent
KEPT = _FOLDER / "tables.txt"
#: The key of a date, for which JSON has no type.
_DATE = "$date"


@cache
def read_table(name: str) -> dict[str, Any]:
    """The data file `name` of this folder. All readers share it: nobody changes it."""
    text = (_FOLDER / name).read_text(encoding="utf-8")
    start = _line_start(name, text)
    line = next((line for line in _kept_lines() if line.startswith(start)), None)
    if line is None:
        return _parse(text)
    table: dict[str, Any] = json.loads(line[len(start) :], object_hook=_value)
    return table


def kept_text() -> str:
    """What `tables.txt` holds for the data files as they are now."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(_FOLDER.glob("*.toml"))}
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=lambda day: {_DATE: str(day)}).encode
    return "".join(f"{_line_start(name, text)}{encode(_parse(text))}\n" for name, text in texts.items())


@cache
def _kept_lines() -> tuple[str, ...]:
    return tuple(KEPT.read_text(encoding="utf-8").split("\n")) if KEPT.exists() else ()


def _line_start(name: str, text: str) -> str:
    """What stands before the table of a file: its name and the checksum of its text."""
    return f"{name} {crc32(text.encode()):08x} "


def _parse(text: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(text)


def _value(row: dict[str, Any]) -> Any:  # noqa: ANN401 # a date or a table
    return date.fromisoformat(row[_DATE]) if _DATE in row else row
