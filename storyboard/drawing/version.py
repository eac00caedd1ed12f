"""The version of drawings: what they depend on besides their content, our code and the library that draws."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

import PIL


@cache
def drawing_version() -> str:
    """A hash of this package's code and of Pillow's version, so that cached drawings were made by the same code."""
    whole = sha256(PIL.__version__.encode())
    for module in sorted(Path(__file__).parent.glob("*.py")):
        whole.update(module.read_bytes())
    return whole.hexdigest()
