"""The process of a command: its exit codes, what ends it, how it leaves."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from storyboard.cli import interrupts

#: Exit codes: all is well; the script has errors; the command was given wrongly, or a file cannot be read; Ctrl-C.
FINE, PROBLEMS, WRONG_USE, STOPPED = 0, 1, 2, 130


def end_on_signals() -> None:
    """Let a SIGTERM, and a terminal that is closed, end a command as Ctrl-C does: nothing half-written stays behind.
    Where a signal is ignored (`nohup`) or handled already, it stays so.

    Pillow warns of what is odd in a file; what matters of it we say ourselves. Its warnings are switched off once for
    the whole program, since the filters are shared by all threads.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            with suppress(ValueError):  # not the main thread: whoever runs us there has handlers of their own
                signal.signal(number, _end_in_order)
    warnings.filterwarnings("ignore", module=r"PIL\.")


def _end_in_order(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def leave(code: int) -> NoReturn:
    """End the process now, with everything said that was printed. Python would free every module and every object
    first, which takes a short command a twentieth of its time, and the system frees them anyhow.

    Only for a command that has started no thread, no child and no file that is still open.
    """
    interrupts.end_at_once()
    with suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
