"""Pictures as a script names them: an address on the web, or a path inside the project.

A path is relative to the file that names it, and comes out relative to the project root. What leads out of the project
is SB404, links followed; an address with a user name in it is SB104, since the manifest would leak it. Nothing is
opened here: whether the file is there, and a picture, is what `check.pictures` finds.
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


_WIDER = "Everything that a script names is in its project folder; --root names a wider one."


_SCHEME = lazy_pattern(r"(?:[a-z][a-z0-9+.-]*://|data:|file:)", re.IGNORECASE)


def is_url(text: str) -> bool:
    """Whether a text is an `http(s)` address with a host and without a user name."""
    return _URL.fullmatch(text) is not None


def read_picture(value: Text, folder: str, loader: Loader, findings: list[Finding]) -> Picture:
    """An image as the script in `folder` names it. A path outside the project, or what is neither a path nor an
    `http(s)` address, is reported and comes back with an empty path."""
    typed = value.string
    span = value.span()
    if is_url(typed):
        return Picture(typed, True, span)
    if _SCHEME.match(typed):
        secret = "@" in typed.split("?")[0].split("#")[0]
        message = (
            "A web address with a user name in it would leak it." if secret else "This is not the address of a picture."
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
