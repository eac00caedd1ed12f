"""`sbc import`: turn an existing screenplay into a script."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storyboard.cli.process import FINE
from storyboard.cli.products import check_product
from storyboard.cli.streams import check_model, fail, models_here, write_bytes
from storyboard.cli.terminal import command_line, echo
from storyboard.compiler.loader import LARGEST_SCRIPT, Unreadable, decode, read_bytes
from storyboard.files.overwrite import ProtectedFile

if TYPE_CHECKING:
    from storyboard.screenplay.names import DeclaredName


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", metavar="FILE", help="The script to write; by default FILE.sb beside the screenplay; - prints it."
)
@click.option("--stand-ins", is_flag=True, help="Draw a plain picture for every declaration that has none.")
@click.option("--model", metavar="MODEL", help="Divide shots for this model instead of the default one.")
@click.option("--force", is_flag=True, help="Replace an existing script.")
def command(file: Path, output: str | None, stand_ins: bool, model: str | None, force: bool) -> None:
    """Turn a screenplay into a script: every scene and every word, in order, divided into shots by reading time.

    Speech is timed at 2.5 words a second, action at 3 (a page a minute). A shot consists of whole paragraphs and is as
    long as the model allows; a speech that is too long for one shot continues in the next.

    FILE is Fountain (.fountain, .txt) or Final Draft (.fdx). Places and speakers are declared with the paths of their
    pictures, each marked TODO. With --stand-ins those pictures are drawn, so that the script can be checked and made
    into an animatic at once. Pictures that exist are never replaced.
    """
    from storyboard.compiler.resolve.scene_settings import DEFAULT_MODEL
    from storyboard.screenplay.files import open_screenplay
    from storyboard.screenplay.importer import import_screenplay
    from storyboard.screenplay.script import Unimportable

    catalog = models_here(str(file))
    chosen = catalog.find(check_model(model, catalog) or DEFAULT_MODEL)
    assert chosen is not None, "an unknown model has ended the command"
    try:
        opened = open_screenplay(file)
    except ModuleNotFoundError as missing:
        fail(f"{missing.name}, which reads screenplays, is not installed. It is part of sbc: install sbc again")
    except (Unreadable, Unimportable) as problem:
        fail(str(problem))
    target = Path(output) if output and output != "-" else file.with_suffix(".sb")
    if output != "-":
        check_product(target, [ProtectedFile(file, "the screenplay itself")], is_asked=True, example="film.sb")
        _check_script(target, force=force)
    if output == "-" and stand_ins:
        fail("--stand-ins draws pictures beside the script; give the script a file with -o")
    if opened.script is not None:
        write_bytes(opened.script.encode(), output if output == "-" else str(target))
        echo(f"{target}: the script that this screenplay was exported from", err=True)
        sys.exit(FINE)
    imported = import_screenplay(opened.screenplay, chosen, with_todos=not stand_ins)
    drawn = _draw(imported.declared, target.parent) if stand_ins else 0
    write_bytes(imported.text.encode(), output if output == "-" else str(target))
    if opened.remark:
        echo(f"sbc: {opened.remark}", err=True)
    first, *more = imported.summary(drawn)
    for line in (f"{'the script' if output == '-' else target}: {first}", *more):
        echo(line, err=True)
    if output != "-":
        echo(f"Next: {command_line('animatic' if stand_ins else 'check', target)}", err=True)
    sys.exit(FINE)


def _check_script(target: Path, *, force: bool) -> None:
    """End the command if a script that is there already is to stay, or if what is there is not a script."""
    if not target.exists():
        return
    if not force:
        fail(f"{target}: exists already; --force replaces it, -o writes another file")
    if target.suffix.lower() != ".sb":
        fail(f"{target}: is not a script; --force replaces scripts only")
    try:
        decode(read_bytes(target, LARGEST_SCRIPT), str(target))
    except Unreadable as problem:
        fail(f"{problem}. --force replaces scripts only")


def _draw(declared: Sequence[DeclaredName], folder: Path) -> int:
    from storyboard.drawing.placeholder_files import draw_missing

    try:
        return draw_missing(declared, folder)
    except OSError as problem:
        fail(f"{problem.filename or folder}: no picture can be written there ({problem.strerror or problem})")
