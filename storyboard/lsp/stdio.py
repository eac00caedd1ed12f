"""The language server on standard input and output."""

from __future__ import annotations

import gc
import logging
import sys

from storyboard import __version__
from storyboard.compiler.pipeline import Options
from storyboard.lsp.server import make_server

#: New objects after which Python looks for cycles by itself. The server looks for them when the typing rests.
_ALLOCATIONS = 200_000


def serve(options: Options) -> None:
    """Answer the editor until it says to end or goes away. Whatever is said to standard error is one line a thing:
    editors show it to the writer."""
    logging.getLogger("pygls").addHandler(logging.NullHandler())
    logging.getLogger("pygls").propagate = False
    logging.basicConfig(format="sbc lsp: %(message)s", level=logging.WARNING, stream=sys.stderr)
    gc.set_threshold(_ALLOCATIONS, 10, 10)
    make_server(options, __version__).start_io()
