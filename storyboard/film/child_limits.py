"""What a child process that reads clips may take, and how it ends.

Where the system can be asked for limits (`resource`), the kernel holds them; where it cannot (Windows), a thread of the
child looks at its time and memory twice a second. macOS takes the limit on memory and does not hold it: there, the
thread does.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from storyboard.film.limits import limits

_LOOK = 0.5  # seconds between two looks


def limit_itself(*, processor_seconds: float | None = None, writes: bool = False) -> None:
    """Hold this process to as little as decoding needs. `processor_seconds` are those of the catalog, None for no limit
    on a long work; `writes`: it may write files."""
    most = limits()
    try:
        import resource
    except ImportError:
        _watch(processor_seconds, most.memory_bytes)
        return
    wanted = {resource.RLIMIT_AS: most.memory_bytes, resource.RLIMIT_CORE: 0}
    if processor_seconds is not None:
        wanted[resource.RLIMIT_CPU] = int(processor_seconds)
    if not writes:
        wanted[resource.RLIMIT_FSIZE] = 0
    for what, value in wanted.items():
        with suppress(ValueError, OSError):  # less is allowed already
            resource.setrlimit(what, (value, value))
    if sys.platform == "darwin":
        _watch(None, most.memory_bytes)


def end_with_parent() -> None:
    """End this process when its parent is gone, however it went: standard input ends then."""

    def wait() -> None:
        with suppress(OSError):
            while os.read(0, 1):
                pass
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _watch(processor_seconds: float | None, memory_bytes: int) -> None:
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
