"""`sbc board`: the film as a page to read."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from storyboard.cli.products import check_product, kept_files
from storyboard.cli.streams import FINE, PROBLEMS, analyze_or_leave, write_bytes
from storyboard.cli.takes import chosen_takes, folder_options
from storyboard.cli.terminal import echo
from storyboard.compiler.pipeline import Options
from storyboard.render.folders import product_path
from storyboard.wording import to_utf8


@click.command()
@click.argument("file")
@click.option("-o", "--output", metavar="FILE", help="The page; by default in out/SCRIPT.")
@click.option("--open", "show", is_flag=True, help="Show the page in the browser.")
@folder_options("--takes")
@click.option("--model", metavar="MODEL", help="Use this model instead of the title page's.")
@click.option("--root", type=click.Path(path_type=Path), help="The project folder; by default that of the file.")
def command(
    file: str,
    output: str | None,
    show: bool,
    out: Path | None,
    sandbox: bool,
    templates: Path | None,
    model: str | None,
    root: Path | None,
) -> None:
    """Draw a script as one HTML page: cast, places, every shot as a panel, the film to scale, what it costs, what is
    wrong.

    The page holds all its pictures, needs no network and runs no script. Finished takes play in it from their files.
    A script with errors is drawn as far as it goes; the exit code is then 1, as it is for a picture that cannot be
    shown.
    """
    from storyboard.board.page import draw_board
    from storyboard.board.wording import summary

    analysis = analyze_or_leave(file, Options(model=model, root=root, templates=templates))
    takes = chosen_takes(analysis, out, sandbox=sandbox)
    target = product_path(file, output, "-board.html", sandbox=sandbox)
    if output != "-":
        check_product(target, kept_files(analysis, takes), is_asked=output is not None, example="film.html")
    page = draw_board(analysis, takes, target.parent)
    write_bytes(to_utf8(page.html), output if output == "-" else str(target))
    for gap in page.gaps:
        echo(str(gap), err=True)
    echo(f"{target}: {summary(page.story)}", err=True)
    if show and output != "-":
        click.launch(str(target))
    sys.exit(PROBLEMS if analysis.has_errors or page.gaps else FINE)
