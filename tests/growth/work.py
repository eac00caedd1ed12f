"""What is done with a growing input, by the name of the command that does it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from storyboard.compiler.pipeline import analyze_text
from storyboard.format import Unformatted, format_script


def _check(text: str) -> Callable[[], object]:
    return lambda: analyze_text(text)


def _fmt(text: str) -> Callable[[], object]:
    def work() -> None:
        with contextlib.suppress(Unformatted):
            format_script(text, analyze_text)

    return work


WORK = {"check": _check, "fmt": _fmt}
