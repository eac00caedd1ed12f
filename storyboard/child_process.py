"""Child processes for work that may not take the program down: large C libraries on files from elsewhere.

A child runs one module of this package. It gets no secret in its environment and no Ctrl-C from the terminal, and where
the system has limits (not on Windows, where only the wall clock counts), it has little memory and processor time.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

# The package's own front imports the compiler, half a second that a child has no use for: an empty one stands in.
_START = """
import sys, types
package = types.ModuleType("storyboard")
package.__path__ = [sys.argv[1]]
sys.modules["storyboard"] = package
from importlib import import_module
import_module(sys.argv[2]).run(*sys.argv[3:])
"""


class ChildFailed(Exception):
    """A child process took too much, or ended without an answer. The message says which, as in `it takes too long`."""


def child_command(module: str, *arguments: str) -> list[str]:
    """The command line of a process that calls `run` of a module of this package with `arguments`."""
    return [sys.executable, "-P", "-W", "ignore", "-c", _START, str(Path(__file__).parent), module, *arguments]


def child_environment() -> dict[str, str]:
    """The environment of a child: ours, without secrets."""
    return {key: value for key, value in os.environ.items() if not key.startswith("VENICE_")}


def apart() -> dict[str, Any]:
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
            **apart(),
        )
    except subprocess.TimeoutExpired:
        raise ChildFailed("it takes too long") from None
    except OSError as problem:
        raise ChildFailed(f"its process cannot be started ({problem.strerror})") from None
    if done.returncode != 0 or not done.stdout:
        raise ChildFailed("it takes too much memory or time")
    return bytes(done.stdout)


def limit_itself(processor_seconds: int, memory_bytes: int) -> None:
    """As little as the work needs, where the system can be asked for limits; a stricter limit of the parent's stays."""
    with suppress(ImportError):
        import resource

        wanted = {
            resource.RLIMIT_CPU: processor_seconds,
            resource.RLIMIT_AS: memory_bytes,
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_CORE: 0,
        }
        for what, most in wanted.items():
            hard = resource.getrlimit(what)[1]
            allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
            with suppress(ValueError, OSError):
                resource.setrlimit(what, (allowed, allowed))
