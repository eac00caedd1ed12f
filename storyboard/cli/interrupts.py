"""Ctrl-C before a command begins and after it has ended: it ends the program at once, and silently.

There is nothing to put in order at those times, and Python would print a traceback. The commands have handlers of
their own where it matters. A handler of whoever imports us stays.
"""

from __future__ import annotations

import atexit
import signal
import threading

_IS_OURS = (
    threading.current_thread() is threading.main_thread()
    and signal.getsignal(signal.SIGINT) is signal.default_int_handler
)


def end_at_once() -> None:
    """From here on Ctrl-C ends the program at once."""
    if _IS_OURS:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupt() -> None:
    """From here on Ctrl-C is a KeyboardInterrupt."""
    if _IS_OURS:
        signal.signal(signal.SIGINT, signal.default_int_handler)


end_at_once()
atexit.register(end_at_once)
