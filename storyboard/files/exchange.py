"""Two files exchange their names in one step, with signals held back."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: `AT_FDCWD` and `RENAME_EXCHANGE` of renameat2(2), Linux 3.15; `RENAME_SWAP` of renamex_np(2), macOS 10.12.
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2
#: What a system or a file system answers that has no such call.
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}
_HELD = ("SIGINT", "SIGTERM", "SIGHUP")


def exchange_files(one: Path, other: Path) -> bool:
    """Swap the names of two files of one folder. False where the system cannot do it. Raises OSError."""
    if sys.platform not in ("linux", "darwin"):
        return False
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    try:
        if sys.platform == "linux":
            failed = library.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE)
        else:
            failed = library.renamex_np(first, second, _RENAME_SWAP)
    except AttributeError:  # an old C library
        return False
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in _UNSUPPORTED:
        return False
    raise OSError(code, os.strerror(code), str(other))


@contextmanager
def signals_held() -> Iterator[None]:
    """The signals that end a command arrive after the block; on Windows they arrive as always."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [getattr(signal, name) for name in _HELD])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
