"""`sbc board`: draw the film as a page to read."""

from __future__ import annotations

import filecmp
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storyboard.cli.options import folder_options, model_option, root_option
from storyboard.cli.process import FINE, PROBLEMS
from storyboard.cli.products import check_folder, check_product, kept_files
from storyboard.cli.streams import analyze_or_leave, fail, write_bytes
from storyboard.cli.takes import chosen_takes
from storyboard.cli.terminal import echo
from storyboard.compiler.pipeline import Options
from storyboard.render.folders import product_path
from storyboard.wording import to_utf8

if TYPE_CHECKING:
    from storyboard.film.takes import Take

#: In a folder to send: the page, and where the clips are.
_PAGE, _CLIPS = "index.html", "clips"


@click.command()
@click.argument("file")
@click.option("-o", "--output", metavar="FILE", help="The page to write; by default in out/SCRIPT.")
@click.option("--open", "show", is_flag=True, help="Open the page in the browser.")
@click.option("--clean", is_flag=True, help="The film alone, for a client: no clips, models, prices or warnings.")
@click.option("--no-warnings", is_flag=True, help="Leave out what is wrong with the script.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write index.html and the clips that play in it to DIR, a folder to send.",
)
@folder_options("--takes")
@model_option
@root_option
def command(
    file: str,
    output: str | None,
    show: bool,
    clean: bool,
    no_warnings: bool,
    folder: Path | None,
    out: Path | None,
    sandbox: bool,
    templates: Path | None,
    model: str | None,
    root: Path | None,
) -> None:
    """Draw a script as one HTML page: cast, places, every shot as a panel, the film to scale, what it costs, what is
    wrong.

    The page contains all its pictures, needs no network and runs no script. Finished takes play in it from their files;
    --folder copies them beside the page, so that you can send the folder. A script with errors is drawn as far as
    possible; the exit code is then 1, as it is if a picture cannot be shown.
    """
    from storyboard.board.page import draw_board
    from storyboard.board.templates import BoardContent
    from storyboard.board.wording import film_summary

    if folder and output:
        fail("--folder says where the page goes; leave out -o")
    analysis = analyze_or_leave(file, Options(model=model, root=root, templates=templates))
    takes = chosen_takes(analysis, out, sandbox=sandbox)
    kept = kept_files(analysis, takes)
    if folder:
        target = folder / _PAGE
        check_folder(folder, [_PAGE], kept, "--folder")
        takes = _copied(takes, folder)
    else:
        target = product_path(file, output, "-board.html", sandbox=sandbox)
    if output != "-" and not folder:
        check_product(target, kept, is_asked=output is not None, example="film.html")
    page = draw_board(analysis, takes, target.parent, BoardContent(not clean, not clean and not no_warnings))
    write_bytes(to_utf8(page.html), output if output == "-" else str(target))
    for gap in page.gaps:
        echo(str(gap), err=True)
    echo(f"{target}: {film_summary(page.board)}", err=True)
    if show and output != "-":
        click.launch(str(target))
    sys.exit(PROBLEMS if analysis.has_errors or page.gaps else FINE)


def _copied(takes: Sequence[Take], folder: Path) -> tuple[Take, ...]:
    """Takes copied into a folder to send. A file there that is another one ends the command before anything is
    written."""
    from storyboard.files.atomic import replacing_file

    copies = [take._replace(path=folder / _CLIPS / take.path.name) for take in takes]
    for take, copy in zip(takes, copies, strict=True):
        if copy.path.exists() and not filecmp.cmp(take.path, copy.path, shallow=False):
            fail(f"{copy.path} exists and is another clip, not {take.path}; name another folder, or delete it")
    (folder / _CLIPS if copies else folder).mkdir(parents=True, exist_ok=True)
    for take, copy in zip(takes, copies, strict=True):
        if not copy.path.exists():
            with replacing_file(copy.path) as temporary:
                shutil.copyfile(take.path, temporary)
    return tuple(copies)
