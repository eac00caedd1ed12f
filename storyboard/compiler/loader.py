"""The loader: the only place that reads the writer's files and checks their paths."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from storyboard.compiler.spelling import nearest
from storyboard.compiler.text import Source
from storyboard.files.normalization import find_file

#: The largest script that is read, in bytes.
LARGEST_SCRIPT = 8 * 1024 * 1024
#: Characters of a path that a script names; Linux takes no more.
LONGEST_PATH = 4096


class Unreadable(Exception):
    """A file that cannot be read. The message says why, in a writer's words, and begins with its path."""


def read_bytes(path: str | Path, largest: int, shown: str = "", root: str = "", first: int = 0) -> bytes:
    """The content of a regular file of at most `largest` bytes, or its `first` bytes whatever its size; `shown` is how
    messages name it. With the real path of a folder as `root`, only of a file inside it. Raises Unreadable for anything
    else."""
    shown = shown or str(path)
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise Unreadable(f"{shown}: there is no such file") from None
    except PermissionError:
        raise Unreadable(f"{shown}: you may not read this file") from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "this cannot be the path of a file"
        raise Unreadable(f"{shown}: cannot be opened ({reason})") from None
    try:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            raise Unreadable(f"{shown}: is a folder, not a file")
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable(f"{shown}: is a device or a pipe, not a file")
        if root and not _is_inside(path, status, root):
            raise Unreadable(f"{shown}: is outside the project folder")
        if not first and status.st_size > largest:
            raise Unreadable(f"{shown}: is too large ({status.st_size:,} bytes; at most {largest:,})")
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(first or largest + 1)
    except OSError as problem:
        raise Unreadable(f"{shown}: cannot be read ({problem.strerror})") from None
    finally:
        os.close(handle)


def _is_inside(path: str | Path, opened: os.stat_result, root: str) -> bool:
    """Whether the file that was opened is the one that the path leads to now, and lies in the folder."""
    real = os.path.realpath(path)
    return real.startswith(os.path.join(root, "")) and os.path.samestat(opened, os.lstat(real))


def is_displaced(real: str | Path) -> bool:
    """Whether a path that had no links in it leads elsewhere now: a link has come in the place of the file or of one
    of its folders."""
    return os.path.realpath(real) != str(real)


def decode(data: bytes, shown: str) -> str:
    """The text of a script, without its byte-order mark. Raises Unreadable where it is not UTF-8."""
    if len(data) > LARGEST_SCRIPT:
        raise Unreadable(f"{shown}: is too large (at most {LARGEST_SCRIPT:,} bytes)")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        byte = data[problem.start]
        raise Unreadable(
            f"{shown}: is not UTF-8 text: byte 0x{byte:02X} at offset {problem.start} (line {line}). "
            "Save it as UTF-8 and try again"
        ) from None


class Loader:
    """Reads the scripts of one project. `texts` holds unsaved texts by absolute path, which go before the disk."""

    def __init__(self, root: Path, texts: dict[str, str] | None = None) -> None:
        self.root = root
        self._real_root = os.path.realpath(root)
        self._texts = texts or {}
        self._known: dict[tuple[int, int], str] = {}

    def read_script(self, path: str | Path, shown: str, root: str = "") -> Source:
        """A script by its path; `shown` is how diagnostics name it. With the real path of a folder as `root`, only one
        that lies inside it. Raises Unreadable."""
        known = self._texts.get(os.path.abspath(path)) if self._texts else None
        if known is not None:
            return Source(shown, known.removeprefix("\ufeff"))
        return Source(shown, decode(read_bytes(find_file(Path(path)), LARGEST_SCRIPT, shown, root), shown))

    def read_include(self, path: str, shown: str) -> Source:
        """A script by its path from the root. Raises Unreadable, also where a link leads out of the root by now."""
        return self.read_script(os.path.join(self.root, path), shown, self._real_root)

    def locate(self, path: str) -> Path:
        """Where a file lies whose path, relative to the root, a script gives; there may be nothing."""
        return find_file(self.root / path)

    def real_file(self, path: str) -> Path | None:
        """Where a file of the project really lies, by its path from the root; None where that is outside the root.
        Who opens it later sees by the path itself whether a link has come in since: see `is_displaced`."""
        real = os.path.realpath(self.locate(path))
        return Path(real) if real.startswith(os.path.join(self._real_root, "")) else None

    def read_picture(self, path: str, largest: int) -> bytes:
        """The content of a file by its path from the root.

        Raises Unreadable, also if the opened file is outside the root: a link may have appeared since the path was
        checked.
        """
        return read_bytes(self.locate(path), largest, path, self._real_root)

    def first_bytes(self, path: str, count: int) -> bytes | None:
        """The first bytes of a file by its path from the root; None if there is no file, empty if it cannot be read."""
        place = self.locate(path)
        try:
            return read_bytes(place, 0, path, self._real_root, count) if place.exists() else None
        except (Unreadable, OSError, ValueError):
            return b""

    def inside(self, path: str, folder: str) -> str | None:
        """A whole path of the machine that leads into the root, as a script in `folder` writes it; None for others."""
        if not os.path.isabs(path):
            return None
        real = os.path.realpath(path)
        if not real.startswith(os.path.join(self._real_root, "")):
            return None
        return os.path.relpath(real, os.path.join(self._real_root, folder)).replace(os.sep, "/")

    def scripts_near(self, path: str, folder: str) -> tuple[str, ...]:
        """Scripts with names similar to a misspelt path, as a script in `folder` writes them."""
        beside, name = os.path.split(path.replace("\\", "/"))
        try:
            names = sorted(os.listdir(self.root / folder / beside))
        except (OSError, ValueError):
            return ()
        near = nearest(name, [one for one in names if one.endswith(".sb")])
        return tuple(os.path.join(beside, one).replace(os.sep, "/") for one in near if one != name)

    def first_path(self, path: str) -> str:
        """The path, relative to the root, under which this file was asked for first: `Cast.sb` and `cast.sb` are one
        file where the system takes them for one, and so is what a link leads to."""
        try:
            status = self.locate(path).stat()
        except (OSError, ValueError):
            return path
        return self._known.setdefault((status.st_dev, status.st_ino), path)

    def within(self, folder: str, path: str) -> str | None:
        """A path in a script in `folder` (both relative to the root), relative to the root, with `/` between its parts.

        None if it leaves the root, with links resolved first.
        """
        if "\0" in path or os.path.isabs(path) or path.startswith("~"):
            return None
        joined = os.path.normpath(os.path.join(folder, path))
        if joined.startswith("..") and (joined == ".." or joined[2:3] in (os.sep, "/")):
            return None
        try:
            real = os.path.realpath(os.path.join(self._real_root, joined))
        except (OSError, ValueError):
            return joined.replace(os.sep, "/")
        is_inside = real == self._real_root or real.startswith(os.path.join(self._real_root, ""))
        return joined.replace(os.sep, "/") if is_inside else None
