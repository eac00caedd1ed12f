"""`sbc new`: start a project."""

from __future__ import annotations

from pathlib import Path

import click

from storyboard.cli.streams import fail
from storyboard.cli.terminal import echo, quoted_argument


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Write a small film into a new folder: a script whose comments explain the language, a cast file, pictures.

    As it is, the film passes `sbc check`, makes a storyboard and an animatic, and renders in the sandbox. Nothing that
    exists is changed.
    """
    from storyboard.project.new import FolderNotEmpty, new_project

    try:
        written = new_project(folder)
    except FolderNotEmpty as problem:
        fail(str(problem))
    except OSError as problem:
        fail(f"{folder}: no project can be written there ({problem.strerror or problem})")
    echo(f"{folder}: {', '.join(written)}", err=True)
    echo("Next:", err=True)
    echo(f"  cd {quoted_argument(folder)}", err=True)
    echo("  sbc check film.sb", err=True)
    echo("  sbc board film.sb --open", err=True)
