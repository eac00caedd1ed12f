"""Asking the decoder's child process, and what it said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from storyboard.film.limits import limits

# The package's own front imports the compiler, half a second that a decoder has no use for: an empty one stands in.
_START = """
import sys, types
package = types.ModuleType("storyboard")
package.__path__ = [sys.argv[1]]
sys.modules["storyboard"] = package
from importlib import import_module
import_module(sys.argv[2]).run(*sys.argv[3:])
"""


class Undecodable(Exception):
    """A clip that cannot be read; the message says why in words that follow a name, as in `it is cut off`."""


def ask_decoder(verb: str, path: Path) -> bytes:
    """What `storyboard.film.decode_child` reports; raises Undecodable where it reports nothing in its limits."""
    try:
        child = subprocess.Popen(
            child_command("storyboard.film.decode_child", verb, str(path)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            close_fds=True,
            env=_surroundings(),
            start_new_session=True,  # a Ctrl-C at the terminal is for us: a clip is not bad because somebody stops
        )
    except OSError as problem:
        raise Undecodable(f"its decoder cannot be started ({problem.strerror})") from None
    with child:
        try:
            return _report_of(child)
        finally:
            child.kill()


def child_command(module: str, *arguments: str) -> list[str]:
    """The command line of a process that calls `run` of a module of this package with `arguments`."""
    return [sys.executable, "-P", "-W", "ignore", "-c", _START, str(Path(__file__).parent.parent), module, *arguments]


def _report_of(child: subprocess.Popen[bytes]) -> bytes:
    assert child.stdin is not None, "it is a pipe"
    kept = child.stdin
    child.stdin = None  # `communicate` would close it, and the child would take that for the parent's death
    try:
        report, _ = child.communicate(timeout=limits().wall_seconds)
    except subprocess.TimeoutExpired:
        raise Undecodable("decoding it takes too long") from None
    finally:
        kept.close()
    if child.returncode != 0 or not report:
        raise Undecodable("it cannot be decoded")
    return report


def _surroundings() -> dict[str, str]:
    """The environment of the child: ours, without secrets."""
    return {key: value for key, value in os.environ.items() if not key.startswith("VENICE_")}
