"""SB511: reminders of the writer.

Information for every `[[TODO …]]`, so that `sbc check` lists them. They never reach a prompt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from storyboard.catalog import read_table
from storyboard.compiler.check.film_view import FilmView
from storyboard.compiler.diagnostics import Code, Finding, Severity
from storyboard.wording import shorten

CODES = (Code("SB511", "A TODO", Severity.INFORMATION),)

_MOST_SHOWN = 120


def check(view: FilmView) -> Iterator[Finding]:
    """Every note `[[TODO …]]`, in the script itself or in a file that it includes."""
    for script in view.scripts:
        for _, block in script.blocks:
            for remark in block.remarks:
                if found := _todo().match(remark.text):
                    what = " ".join(remark.text[found.end() :].lstrip(" :-–—\n\t").split())
                    shown = shorten(what, _MOST_SHOWN)
                    yield Finding("SB511", remark.span, f"To do: {shown}" if shown else "Something is to be done here.")


@cache
def _todo() -> re.Pattern[str]:
    return re.compile(read_table("craft.toml")["todo"]["pattern"])
