"""Picture values: a web address, or a path inside the project.

A path in a script starts from the file that names it; the result is relative to the project root. A path out of the
project is SB404, with links resolved first; an address with a user name is SB104, because the manifest would reveal it.
Nothing is opened here: `check.pictures` looks whether the file exists and is a picture.
"""

from __future__ import annotations

import re

from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.diagnostics import Edit, Finding, Fix
from storyboard.compiler.ir.parsed import Text
from storyboard.compiler.ir.resolved import Picture
from storyboard.compiler.loader import LONGEST_PATH, Loader
from storyboard.compiler.spelling import quote

_URL = lazy_pattern(r"https?://(?P<host>[^/?#\s@]+)(?:[/?#]\S*)?", re.IGNORECASE)


_WIDER = "A script can use only files in its project folder; --root names a wider one."


_SCHEME = lazy_pattern(r"(?:[a-z][a-z0-9+.-]*://|data:|file:)", re.IGNORECASE)


def is_url(text: str) -> bool:
    """Whether a text is an `http(s)` address with a host and without a user name."""
    return _URL.fullmatch(text) is not None


def read_picture_value(value: Text, folder: str, loader: Loader, findings: list[Finding]) -> Picture:
    """A picture as the script in `folder` names it.

    A path outside the project, or text that is neither a path nor an `http(s)` address, is reported, and the picture
    has an empty path.
    """
    typed = value.string
    span = value.span()
    if is_url(typed):
        return Picture(typed, True, span)
    if _SCHEME.match(typed):
        secret = "@" in typed.split("?")[0].split("#")[0]
        message = (
            "A web address with a user name in it would give that name away."
            if secret
            else "This is not the address of a picture."
        )
        findings.append(Finding("SB104", span, message, "Write https://… or the path of a file, as in refs/mira.png"))
        return Picture("", False, span)
    if len(typed) > LONGEST_PATH:
        message = f"This path has {len(typed):,} characters; a path has at most {LONGEST_PATH:,}."
        findings.append(Finding("SB104", span, message, "Give the picture a shorter name, as in refs/mira.png"))
        return Picture("", False, span)
    path = loader.within(folder, typed)
    if path is None:
        message = f"{quote(typed)} is outside the project folder."
        inside = loader.inside(typed, folder)
        fix = Fix(False, (Edit(span, inside),)) if inside else None
        findings.append(Finding("SB404", span, message, _WIDER, fix=fix))
        return Picture("", False, span)
    return Picture(path, False, span, folder)
