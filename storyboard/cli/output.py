"""Standard output and error whose reader may disappear: a broken pipe, a closed terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

import click

from storyboard.cli.terminal import echo, print_data
from storyboard.wording import printable


class Output:
    """One of the two streams. A reader that goes away turns it off: what a run does is worth more than its telling."""

    def __init__(self, *, err: bool) -> None:
        self._err = err
        self._is_on = True

    def line(self, text: str) -> None:
        """Write a line for a person."""
        self._write(lambda: echo(text, err=self._err))

    def ask(self, text: str) -> None:
        """Write a question, which ends no line."""
        self._write(lambda: click.echo(printable(text), nl=False, err=self._err))

    def data(self, text: str) -> None:
        """Write a line for a program, on standard output."""
        self._write(lambda: print_data(text))

    def _write(self, write: Callable[[], None]) -> None:
        if self._is_on:
            try:
                write()
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
