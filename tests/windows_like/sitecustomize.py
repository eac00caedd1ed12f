"""Makes a Python on Linux look like one on Windows, as far as this package can tell: put this folder on PYTHONPATH.

Gone are the names of `os` and `signal` that Windows does not have (but `os.uname`, which NumPy asks on Linux), and the
modules `fcntl` and `resource`; event loops take no signal handlers; paths are found whatever their case; folders are
locked as Windows does it. The standard library is loaded before, with its own eyes open. (`PYTHONIOENCODING=cp1252`
gives the streams.)
"""

import asyncio
import builtins
import errno
import functools
import importlib.abc
import importlib.machinery
import io
import multiprocessing
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock
from types import ModuleType
from typing import Any

_MODULES = (asyncio, multiprocessing, shutil, socket, sqlite3, subprocess, tempfile)  # loaded, and in use as they are
_OS_NAMES = [
    "O_NONBLOCK",
    "O_DIRECTORY",
    "O_NOFOLLOW",
    "O_CLOEXEC",
    "O_SYNC",
    "O_DSYNC",
    "O_NOCTTY",
    "O_PATH",
    "chown",
    "fchown",
    "lchown",
    "fchmod",
    "geteuid",
    "getgid",
    "getegid",
    "getgroups",
    "setuid",
    "setgid",
    "mkfifo",
    "mknod",
    "nice",
    "statvfs",
    "fstatvfs",
    "sysconf",
    "pathconf",
    "posix_fallocate",
    "posix_fadvise",
    "sync",
    "fdatasync",
    "pread",
    "pwrite",
    "setsid",
    "getpgid",
    "killpg",
    "getloadavg",
    "chroot",
    "sched_getaffinity",
    "getxattr",
    "setxattr",
    "listxattr",
    "removexattr",
    "lockf",
]
_SIGNALS = [
    "SIGHUP",
    "SIGQUIT",
    "SIGALRM",
    "SIGPIPE",
    "SIGUSR1",
    "SIGUSR2",
    "SIGTSTP",
    "SIGCONT",
    "SIGXFSZ",
    "pthread_sigmask",
    "SIG_BLOCK",
    "SIG_SETMASK",
    "SIG_UNBLOCK",
    "sigwait",
    "setitimer",
    "alarm",
    "pause",
]


class _Blocked:
    """No module of these names is found."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name in ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "_posixshmem"):
            raise ModuleNotFoundError(f"No module named {name!r} (as on Windows)", name=name)


class _Msvcrt(ModuleType):
    """Locks a file as Windows does it, by the lock that Linux has: refused with EACCES where it is held."""

    LK_UNLCK, LK_NBLCK = 0, 2

    def locking(self, handle: int, mode: int, size: int) -> None:  # the signature of Windows
        try:
            flock(handle, LOCK_UN if mode == self.LK_UNLCK else LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise PermissionError(errno.EACCES, "Permission denied") from None


class _AsOnWindows(importlib.machinery.SourceFileLoader):
    """Runs a module that chooses by `sys.platform` what it is made of. Nothing else finds `msvcrt`: the standard library
    takes its presence for Windows."""

    def exec_module(self, module: ModuleType) -> None:
        there, sys.platform = sys.platform, "win32"
        sys.modules["msvcrt"] = _Msvcrt("msvcrt")
        try:
            super().exec_module(module)
        finally:
            sys.platform = there
            del sys.modules["msvcrt"]


class _Lock(importlib.abc.MetaPathFinder):
    """Finds the package's lock of a folder, to be run as on Windows."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != "storyboard.spend.lock":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)  # type: ignore[arg-type] # as given
        if spec is not None and spec.origin is not None:
            spec.loader = _AsOnWindows(name, spec.origin)
        return spec


def _without_unix_names() -> None:
    for name in _OS_NAMES:
        if hasattr(os, name):
            delattr(os, name)
    for name in _SIGNALS:
        if hasattr(signal, name):
            delattr(signal, name)
    for name in ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty"):
        sys.modules.pop(name, None)
    sys.meta_path[:0] = [_Blocked(), _Lock()]

    def no_handler(*_: object) -> None:
        raise NotImplementedError

    setattr(asyncio.SelectorEventLoop, "add_signal_handler", no_handler)  # noqa: B010 # a method is not assigned to


_lstat, _listdir = os.lstat, os.listdir


def _any_case(path: Any) -> Any:
    """The path as it is on disk, where only the case of its names differs."""
    if not isinstance(path, str | bytes | os.PathLike):
        return path
    plain: Any = os.fspath(path)
    try:
        _lstat(plain)
    except (OSError, ValueError):
        folder, name = os.path.split(plain)
        if not name or folder == plain:
            return path
        folder = _any_case(folder) if folder else folder
        try:
            names = _listdir(folder or ("." if isinstance(plain, str) else b"."))
        except (OSError, ValueError):
            return path
        found = next((one for one in names if one.lower() == name.lower()), name)
        return os.path.join(folder, found)
    return path


def _ignoring_case(function: Callable[..., Any], paths: int = 1) -> Any:
    @functools.wraps(function)
    def wrapped(*arguments: Any, **named: Any) -> Any:
        if "dir_fd" in named or "src_dir_fd" in named:
            return function(*arguments, **named)
        return function(*map(_any_case, arguments[:paths]), *arguments[paths:], **named)

    return wrapped


def _without_case() -> None:
    for name in ("stat", "lstat", "open", "listdir", "scandir", "mkdir", "rmdir", "unlink", "chmod", "utime", "access"):
        setattr(os, name, _ignoring_case(getattr(os, name)))
    for name in ("rename", "replace", "link"):
        setattr(os, name, _ignoring_case(getattr(os, name), 2))
    builtins.open = io.open = _ignoring_case(io.open)


_without_unix_names()
_without_case()
