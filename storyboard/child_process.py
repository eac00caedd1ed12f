"""Child processes for work that may not take the program down: large C libraries on files from elsewhere.

A child runs one module of this package. It gets no secret in its environment and no Ctrl-C from the terminal, and has
little memory and processor time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

#: What a child runs: the function `run` of a module. The folder of this package comes first, wherever it was started.
_START = """
import sys
sys.path.insert(0, sys.argv[1])
from importlib import import_module
import_module(sys.argv[2]).run(*sys.argv[3:])
"""


#: The names of variables that hold keys begin so.
_KEYS_PREFIX = "VENICE_"
_LOOK = 0.5  # seconds between two looks at what a child takes


class ChildFailed(Exception):
    """A child process took too much, or ended without an answer. The message says which, as in `it takes too long`."""


def child_command(module: str, *arguments: str) -> list[str]:
    """The command line of a process that calls `run` of a module of this package with `arguments`."""
    return [sys.executable, "-P", "-W", "ignore", "-c", _START, str(Path(__file__).parents[1]), module, *arguments]


def child_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of every child: ours, without the service's keys."""
    return {name: value for name, value in environment.items() if not name.upper().startswith(_KEYS_PREFIX)}


def own_process_group() -> dict[str, Any]:
    """Arguments of Popen that keep a Ctrl-C at the terminal from a child: a file is not bad because somebody stops."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def ask_child(module: str, *arguments: str, data: bytes, wall_seconds: float) -> bytes:
    """Let a child read `data` from its standard input, and give back what it writes to its standard output. Raises
    ChildFailed."""
    command = child_command(module, *arguments)
    try:
        done = subprocess.run(
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            timeout=wall_seconds,
            check=False,
            **own_process_group(),
        )
    except subprocess.TimeoutExpired:
        raise ChildFailed("it takes too long") from None
    except OSError as problem:
        raise ChildFailed(f"its process cannot be started ({problem.strerror})") from None
    if done.returncode != 0 or not done.stdout:
        raise ChildFailed("it takes too much memory or time")
    return bytes(done.stdout)


def limit_itself(processor_seconds: int | None, memory_bytes: int, *, writes: bool = False) -> None:
    """As little as the work needs; a stricter limit of the parent's stays. `processor_seconds` is None for no limit;
    `writes`: it may write files.

    The kernel holds the limits where it can be asked to (`resource`). Windows has none, and macOS does not hold the one
    on memory: there, a thread of the child looks twice a second.
    """
    try:
        import resource
    except ImportError:
        _watch(processor_seconds, memory_bytes)
        return
    wanted = {resource.RLIMIT_AS: memory_bytes, resource.RLIMIT_CORE: 0}
    if processor_seconds is not None:
        wanted[resource.RLIMIT_CPU] = processor_seconds
    if not writes:
        wanted[resource.RLIMIT_FSIZE] = 0
    for what, most in wanted.items():
        hard = resource.getrlimit(what)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (allowed, allowed))
    if sys.platform == "darwin":
        _watch(None, memory_bytes)


def end_with_parent() -> None:
    """End this process when its parent is gone, however it went: standard input ends then."""

    def wait() -> None:
        with suppress(OSError):
            while os.read(0, 1):
                pass
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _watch(processor_seconds: int | None, memory_bytes: int) -> None:
    def look() -> None:
        while True:
            time.sleep(_LOOK)
            is_late = processor_seconds is not None and time.process_time() > processor_seconds
            if is_late or memory_in_use() > memory_bytes:
                os._exit(1)

    threading.Thread(target=look, daemon=True).start()


def memory_in_use() -> int:
    """Bytes of memory that this process holds; 0 where nobody can say."""
    if sys.platform == "win32":
        return _memory_on_windows()
    with suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    with suppress(ImportError):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS (getrusage(2) there)
    return 0


def _memory_on_windows() -> int:
    """The committed memory, by GetProcessMemoryInfo (psapi.h, PROCESS_MEMORY_COUNTERS)."""
    import ctypes

    class Counters(ctypes.Structure):
        _fields_ = (
            ("size", ctypes.c_uint32),
            ("page_faults", ctypes.c_uint32),
            *((f"field_{number}", ctypes.c_size_t) for number in range(6)),
            ("committed", ctypes.c_size_t),
            ("most_committed", ctypes.c_size_t),
        )

    counters = Counters()
    counters.size = ctypes.sizeof(Counters)
    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]  # Windows alone has it
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    kernel.K32GetProcessMemoryInfo.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32)
    kernel.K32GetProcessMemoryInfo(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.size)
    return int(counters.committed)
