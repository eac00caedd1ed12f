"""Standard output and error that may lose their reader: a pipe that ends, a terminal that is closed."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TextIO

import click


class Output:
    """One of the two streams. A reader that goes away turns it off: what a run does is worth more than its telling."""

    def __init__(self, *, err: bool) -> None:
        self._err = err
        self._is_on = True

    def line(self, text: str, *, ends: bool = True) -> None:
        """Write a line, or with `ends` false what stands before a question."""
        if self._is_on:
            try:
                click.echo(text, nl=ends, err=self._err)
            except (OSError, ValueError):
                self.turn_off()

    def flush(self) -> None:
        """Hand over what is still held back."""
        stream = self._stream
        if self._is_on and stream is not None:
            try:
                stream.flush()
            except (OSError, ValueError):
                self.turn_off()

    def turn_off(self) -> None:
        """Write no more. What is held back goes nowhere, also when the interpreter ends."""
        self._is_on = False
        stream = self._stream
        if stream is not None:
            with suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)

    @property
    def _stream(self) -> TextIO | None:
        """The stream; None where the process was started without one."""
        return sys.stderr if self._err else sys.stdout
