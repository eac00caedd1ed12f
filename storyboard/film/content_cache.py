"""Parts of films on disk, cached by their content.

The name of a part is a hash of everything that it is made from: values, the bytes of files, the code that makes it. So
an edit remakes one part, and nothing is ever stale. A folder of parts is a cache: it may be deleted at any time, and
its size is limited.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

import av

from storyboard.drawing.version import drawing_version
from storyboard.files.cache import cache_folder
from storyboard.files.stamps import Stamp, stamp_of

_ABANDONED = 86_400  # seconds after which nobody writes into a folder any more


def piece_folder(name: str) -> Path:
    """The folder for parts of a kind: in the user's cache, or in a temporary folder if there is none."""
    return cache_folder(name) or Path(tempfile.mkdtemp(prefix=f"sbc-{name}-"))


@contextmanager
def fresh_folder(folder: Path) -> Iterator[Path]:
    """A folder on the same disk for unfinished parts; deleted at the end of the block."""
    with tempfile.TemporaryDirectory(prefix=".new-", dir=folder, ignore_cleanup_errors=True) as fresh:
        yield Path(fresh)


def key_of(*values: object) -> str:
    """The name of a part made from values, and from the files that they name. Raises OSError."""
    return sha256(repr(_content(values)).encode()).hexdigest()[:40]


def _content(value: object) -> object:
    """A value with files in place of their paths, so that only what they hold counts."""
    if isinstance(value, Path):
        return _digest(value, stamp_of(value))
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    if isinstance(value, tuple):
        return tuple(_content(one) for one in value)
    return value


@cache
def _digest(path: Path, _stamp: Stamp | None) -> str:
    with path.open("rb") as file:
        found = sha256()
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()


@cache
def code_digest(*modules: str) -> str:
    """A hash of the code that draws, of some modules beside this one, and of the libraries."""
    whole = sha256(f"{av.__version__} {drawing_version()}".encode())
    for name in modules:
        whole.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    return whole.hexdigest()


def keep_fresh(folder: Path, needed: Iterable[Path], most_bytes: int) -> None:
    """Mark parts as used, and delete the least recently used ones if the cache is too large.

    Files that belong to a part have its name with another ending.
    """
    wanted = set(needed)
    for path in wanted:
        with suppress(OSError):
            os.utime(path)
    with suppress(OSError):
        for left in folder.glob(".new-*"):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
        kept = [(path.stat().st_mtime, path.stat().st_size, path) for path in folder.glob("*.mp4")]
        total = sum(size for _, size, _ in kept)
        for _, size, path in sorted(kept):
            if total <= most_bytes:
                return
            if path not in wanted:
                for one in folder.glob(f"{path.stem}.*"):
                    one.unlink(missing_ok=True)
                total -= size
