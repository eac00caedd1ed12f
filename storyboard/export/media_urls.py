"""Addresses of media in timelines."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

_ASCII = " !\"$&'()*+,-./;<=>@[\\]^_`{|}~"  # what stands for itself in a path; `%`, `?`, `#` and `:` do not in a URL


def media_url(path: Path, folder: Path | None) -> str:
    """The address of a file in a timeline that is written into `folder`: relative to that, so that both can be moved
    together; without a folder, or on another drive, its `file:` URL.

    A relative address is not percent-encoded but where a URL has to be: Resolve takes it for a path.
    """
    if folder is not None:
        try:
            relative = Path(os.path.relpath(path, folder.resolve())).as_posix()
        except ValueError:  # another drive of Windows
            return path.as_uri()
        return "".join(one if one in _ASCII or not one.isascii() else quote(one) for one in relative)
    return path.as_uri()
