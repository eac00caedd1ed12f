"""Progress of long work, on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Self

import click

_REDRAWN = 0.2  # seconds between two redraws of a terminal's line
_REPEATED = 10.0  # seconds between two lines of a log


class ProgressLine:
    """One line that counts percents: redrawn in place on a terminal, repeated every few seconds in a log. `with` clears
    it at the end. What is done at once is never told."""

    def __init__(self, what: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._what = what
        self._clock = clock
        self._is_terminal = sys.stderr.isatty()
        self._pause = _REDRAWN if self._is_terminal else _REPEATED
        self._last = clock()
        self._is_shown = False

    def tell(self, share: float) -> None:
        """Tell how much is done."""
        now = self._clock()
        if now - self._last < self._pause:
            return
        self._last = now
        line = f"{self._what}: {share:.0%}"
        if self._is_terminal:
            click.echo(f"\r{line}\x1b[K", nl=False, err=True)
            self._is_shown = True
        else:
            click.echo(line, err=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_shown:
            click.echo("\r\x1b[K", nl=False, err=True)
