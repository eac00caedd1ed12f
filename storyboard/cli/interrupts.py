"""Ctrl-C before a command begins and after it has ended: it ends the program at once and silently.

Nothing needs cleaning up at those times, and Python would print a traceback. Commands have handlers of their own where
it matters. A handler of a program that imports us is kept.
"""

from __future__ import annotations

import atexit
import signal
from contextlib import suppress

_IS_OURS = signal.getsignal(signal.SIGINT) is signal.default_int_handler


def end_at_once() -> None:
    """From here on Ctrl-C ends the program at once."""
    if _IS_OURS:
        with suppress(ValueError):  # not the main thread, which alone may say so
            signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupt() -> None:
    """From here on Ctrl-C is a KeyboardInterrupt."""
    if _IS_OURS:
        with suppress(ValueError):
            signal.signal(signal.SIGINT, signal.default_int_handler)


end_at_once()
atexit.register(end_at_once)
