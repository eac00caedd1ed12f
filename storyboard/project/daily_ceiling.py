"""The ceiling for a day, written into the project file: one line changes, and nothing else in the file."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from storyboard.files.atomic import FileChanged, create, save
from storyboard.project.root import NAME, find_project_file

KEY = "usd_per_day"
_HEADER = re.compile(r"[ \t]*\[[ \t]*limits[ \t]*\][ \t]*(#.*)?")
_OTHER_HEADER = re.compile(r"[ \t]*\[")
_LINE = re.compile(rf"([ \t]*{KEY}[ \t]*=[ \t]*)[^#\r]*?([ \t]*(?:#.*)?)")


class CeilingNotSet(Exception):
    """The ceiling cannot be written by itself; the message says why, and what to do."""


def set_daily_ceiling(script: str | Path, usd: float | None) -> Path:
    """Write what the films of a script's project may cost a day, in US dollars; None takes the ceiling away. Without a
    project file one is made beside the script. Returns its path. Raises CeilingNotSet."""
    path = find_project_file(script)
    try:
        if path is None:
            path = Path(script).absolute().parent / NAME
            if usd is not None:
                create(path, _with_ceiling("", usd).encode())
            return path
        before = path.read_bytes()
        save(path, _with_ceiling(before.decode("utf-8"), usd).encode(), expected=before)
    except (FileChanged, FileExistsError):
        raise CeilingNotSet(f"{NAME} has changed since; set it again") from None
    except UnicodeDecodeError:
        raise CeilingNotSet(f"{path} is not a text") from None
    except OSError as problem:
        raise CeilingNotSet(f"{path} cannot be written ({problem.strerror or problem})") from None
    return path


def _with_ceiling(text: str, usd: float | None) -> str:
    """The text of a project file with another ceiling. Raises CeilingNotSet where its limits are written otherwise."""
    try:
        wanted = tomllib.loads(text)
        limits = wanted.setdefault("limits", {})
        limits.pop(KEY, None)
        if usd is not None:
            limits[KEY] = usd
        changed = _edited(text, None if usd is None else f"{usd:.2f}".removesuffix("0").removesuffix(".0"))
        found = tomllib.loads(changed)
        found.setdefault("limits", {})
    except (tomllib.TOMLDecodeError, AttributeError) as problem:
        raise CeilingNotSet(f"{NAME} cannot be read ({problem}); fix it first") from None
    if found != wanted:
        raise CeilingNotSet(f"{NAME} has its limits written in another way; write {KEY} there yourself")
    return changed


def _edited(text: str, number: str | None) -> str:
    """The text of the project file with this ceiling, and no other change."""
    lines = text.splitlines(keepends=True)
    header = next((at for at, line in enumerate(lines) if _HEADER.fullmatch(line.rstrip("\r\n"))), None)
    new = f"{KEY} = {number}\n"
    if header is None:
        if number is None:
            return text
        gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
        return f"{text}{gap}[limits]\n{new}"
    for at in range(header + 1, len(lines)):
        if _OTHER_HEADER.match(lines[at]):
            break
        if found := _LINE.fullmatch(lines[at].rstrip("\r\n")):
            end = lines[at][len(lines[at].rstrip("\r\n")) :]
            lines[at] = "" if number is None else f"{found[1]}{number}{found[2]}{end}"
            return "".join(lines)
    if number is not None:
        if not lines[header].endswith(("\r", "\n")):
            lines[header] += "\n"
        lines.insert(header + 1, new)
    return "".join(lines)
