"""The playground, built once and served as a static site would be."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_ROOT = Path(__file__).parents[2]
PYODIDE = _ROOT / "storyboard" / "studio" / "web" / "node_modules" / "pyodide"


def build_playground(folder: Path) -> Path:
    """Build the playground in a folder, as the site's workflow does."""
    subprocess.run([sys.executable, str(_ROOT / "site" / "playground.py"), str(folder)], check=True, timeout=600)
    return folder


@contextmanager
def served(folder: Path, port: int = 0) -> Iterator[int]:
    """A static server of a folder on loopback; its port."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # as its base has it
        """Say nothing of each request."""
