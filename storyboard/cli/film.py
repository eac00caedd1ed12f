"""`sbc film`: the finished clips, cut together."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from storyboard.cli.progress import ProgressLine
from storyboard.cli.streams import FINE, PROBLEMS, analyze_or_leave, fail
from storyboard.cli.takes import chosen_takes, folder_options
from storyboard.cli.terminal import echo
from storyboard.compiler.pipeline import Options
from storyboard.wording import clock, count, listed

_MOST = 12  # clips that are named one by one


@click.command(short_help="Cut the finished clips into the film.")
@click.argument("file")
@click.option("-o", "--output", metavar="FILE", help="The MP4; by default in out/SCRIPT.")
@click.option("--strict", is_flag=True, help="Write nothing where a clip is missing.")
@folder_options("--takes")
@click.option("--model", metavar="MODEL", help="Use this model instead of the title page's.")
@click.option("--root", type=click.Path(path_type=Path), help="The project folder; by default that of the file.")
def command(
    file: str,
    output: str | None,
    strict: bool,
    out: Path | None,
    sandbox: bool,
    templates: Path | None,
    model: str | None,
    root: Path | None,
) -> None:
    """Cut the chosen takes together, in the order of the script and exactly as long as it says, with its fades and
    dissolves.

    Takes whose streams agree are joined as they are; else the film is encoded anew. A clip without a take is filled
    from the animatic and marked so.
    """
    from av import FFmpegError

    from storyboard.cli.products import check_film, kept_files, product_path
    from storyboard.files.folders import existing
    from storyboard.film.animatic import write_subtitles
    from storyboard.film.assembly import lay_out_cut, make_film
    from storyboard.film.timeline import lay_out

    analysis = analyze_or_leave(file, Options(model=model, root=root, templates=templates))
    takes = chosen_takes(analysis, out, sandbox=sandbox)
    target = product_path(file, output, ".mp4", sandbox=sandbox)
    check_film(target, kept_files(analysis, takes), is_asked=output is not None)
    reel = lay_out(analysis)
    if not reel.parts:
        fail(f"{file}: there is no shot with a length yet, so there is nothing to cut", PROBLEMS)
    cut = lay_out_cut(analysis, reel, takes)
    if strict and cut.missing:
        fail(f"{len(cut.missing)} of {len(cut.pieces)} clips have no take: {listed(cut.missing, _MOST)}", PROBLEMS)
    try:
        if cut.reason:
            echo(f"the film is encoded, which takes a while: {cut.reason}", err=True)
        with existing(target.parent), ProgressLine("encoding") as progress:
            made = make_film(cut, target, progress.tell)
            write_subtitles(reel, target)
    except (OSError, FFmpegError) as problem:
        fail(f"{target}: cannot be written ({getattr(problem, 'strerror', None) or problem})")
    for line in made.problems:
        echo(line, err=True)
    if made.missing:
        echo(f"filled from the animatic, not rendered yet: {listed(made.missing, _MOST)}", err=True)
    how = "joined without encoding" if made.copied else "encoded anew"
    echo(f"{target}: {count(made.clips, 'clip')}, {clock(made.seconds)}, {how}", err=True)
    sys.exit(PROBLEMS if analysis.has_errors or made.problems else FINE)
