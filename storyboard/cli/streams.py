"""Input and output shared by commands: standard input, colours, messages."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import NoReturn

from storyboard.catalog import Catalog
from storyboard.cli.process import PROBLEMS, WRONG_USE
from storyboard.cli.terminal import command_line, echo, write_line
from storyboard.compiler.diagnostics import Diagnostic
from storyboard.compiler.incremental import user_cache
from storyboard.compiler.loader import Unreadable, decode
from storyboard.compiler.pipeline import Analysis, CompilerCache, Options, analyze_file, analyze_text
from storyboard.compiler.text import Source
from storyboard.project.root import find_project_file
from storyboard.report.text import Paint, no_colour, write_report, write_summary


def fail(message: str, code: int = WRONG_USE) -> NoReturn:
    """Say why a command cannot do its work, and leave."""
    echo(f"sbc: {message}", err=True)
    sys.exit(code)


#: Files of programs for screenplays, which `sbc import` reads.
_SCREENPLAYS = (".fountain", ".fdx")


def analyze(path: str, options: Options, memory: CompilerCache | None = None) -> Analysis:
    """Analyze a file, `-` being standard input read as a script of the current folder, with the models of its project.
    A model in the options that does not exist ends the command. Raises Unreadable."""
    if path.lower().endswith(_SCREENPLAYS):
        raise Unreadable(f"{path}: is a screenplay, not a script. `{command_line('import', path)}` turns it into one")
    if find_project_file(path) is not None:
        from storyboard.project.file import in_project

        options = in_project(path, options)
    check_model(options.model, options.models)
    if path != "-":
        return analyze_file(path, options, memory or user_cache())
    return analyze_text(decode(sys.stdin.buffer.read(), "-"), "-", options, memory or user_cache())


def analyze_or_leave(path: str, options: Options) -> Analysis:
    """As `analyze`; a file that cannot be read ends the command."""
    try:
        return analyze(path, options)
    except Unreadable as problem:
        fail(str(problem))


def check_model(name: str | None, catalog: Catalog) -> str | None:
    """A model of the command line; an unknown one ends the command."""
    from storyboard.compiler.spelling import listed_or, nearest

    if name is None or catalog.find(name):
        return name
    near = nearest(name, catalog.names())
    fail(f"there is no model “{name}”. {f'Did you mean {listed_or(near)}?' if near else '`sbc models` lists them.'}")


def models_here(file: str = "-") -> Catalog:
    """The models of a file's project, by default of the current folder's. What is wrong in it goes to standard error,
    and ends the command."""
    from storyboard.project.file import read_project

    models = read_project(file).models
    if models.diagnostics:
        print_report(models.diagnostics, models.sources, to_stderr=True)
        sys.exit(PROBLEMS)
    return models.catalog


def print_report(diagnostics: Iterable[Diagnostic], sources: Iterable[Source], to_stderr: bool = False) -> None:
    """All diagnostics for a person, with a count at the end."""
    listed = list(diagnostics)
    by_path = {source.path: source for source in sources}
    stream = sys.stderr if to_stderr else sys.stdout
    has_colours = stream.isatty() and not os.environ.get("NO_COLOR")
    paint, write = _in_colour() if has_colours else (no_colour, write_line)
    for line in write_report(listed, by_path, paint):
        write(line, err=to_stderr)
    if listed:
        write_line(write_summary(listed), err=to_stderr)


def _in_colour() -> tuple[Paint, Callable[..., None]]:
    """How colours are put on a text, and how such a line is written; click knows what old terminals make of it."""
    import click

    return lambda text, style: click.style(text, fg=style, bold=style == "red"), partial(click.echo, color=True)


def write_bytes(data: bytes, output: str | None) -> None:
    """To a file, whole or not at all, or to standard output."""
    if output is None or output == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    from storyboard.files.atomic import save
    from storyboard.files.folders import ensured_folder

    try:
        with ensured_folder(Path(output).parent):
            save(output, data)
    except OSError as problem:
        fail(f"{output}: cannot be written ({problem.strerror or problem})")
