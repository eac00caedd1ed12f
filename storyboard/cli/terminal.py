"""Printing: lines for a person, data for a program."""

from __future__ import annotations

import json
import os
import sys
from io import TextIOWrapper
from pathlib import Path

from storyboard.wording import printable, to_utf8


def open_streams() -> None:
    """Let no command fail of a character that the terminal does not have (cp437, cp1252, a pipe on Windows)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="plain_ascii")


def echo(line: str = "", *, err: bool = False) -> None:
    """Print one line for a person, with nothing in it that steers the terminal."""
    write_line(printable(line), err=err)


def write_line(line: str, *, err: bool = False) -> None:
    """Write a line that steers no terminal, and see that it is read at once."""
    stream = sys.stderr if err else sys.stdout
    stream.write(f"{line}\n")
    stream.flush()


def command_line(command: str, *arguments: str | Path) -> str:
    """A command of ours as it can be pasted into a shell, as in `sbc check 'My Film/film.sb'`."""
    return " ".join(("sbc", command, *map(quoted_argument, arguments)))


def quoted_argument(argument: str | Path) -> str:
    """An argument for a shell, in quotes where it needs them; a path that begins with a dash gets its folder."""
    word = str(argument)
    if isinstance(argument, Path) and word.startswith("-"):
        word = f".{os.sep}{word}"
    if os.name == "nt":
        return f'"{word}"' if " " in word or not word else word
    from shlex import quote

    return quote(word)


def print_data(text: str) -> None:
    """Print data for a program: UTF-8 whatever the terminal has, and a line end."""
    import click

    click.echo(to_utf8(text))


def print_json(value: object) -> None:
    """Print a value as JSON."""
    print_data(json.dumps(value, ensure_ascii=False, indent=2))
