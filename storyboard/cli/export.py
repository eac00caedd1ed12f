"""`sbc export`: write the film for other programs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from storyboard.cli.options import folder_options, model_option, root_option
from storyboard.cli.process import FINE, PROBLEMS
from storyboard.cli.products import check_product, kept_files
from storyboard.cli.streams import analyze_or_leave, fail, write_bytes
from storyboard.cli.takes import made_sounds_or_leave, takes_on_disk
from storyboard.cli.terminal import echo
from storyboard.compiler.pipeline import Options
from storyboard.export import ExportFormat, ExportRequest, ExportResult, NotInstalled
from storyboard.export.formats import FORMATS
from storyboard.render.folders import clips_folder, product_path

_HELP = """Write a script and its finished takes for another program.

\b
{formats}

A timeline shows the chosen take of every clip and keeps the place of one that has none; FCPXML has the other takes
beside it, as an audition. An .otio file names its media relative to itself: move it with its folder.

A script with errors is written as far as it goes; the exit code is then 1.
"""
_SUBTITLES = ("srt", "vtt")
_BY_HAND = (
    "It is part of sbc on Python 3.11 to 3.13; on a later one `pip install {packages}` builds it, with CMake and a C++ "
    "compiler. --to fcpxml works without it"
)


def _formats() -> str:
    return "\n".join(f"{one.name:<8} {one.title}" for one in FORMATS.values())


@click.command(help=_HELP.format(formats=_formats()))
@click.argument("file")
@click.option("--to", "form", type=click.Choice(list(FORMATS)), required=True, help="The format.")
@click.option("-o", "--output", metavar="FILE", help="The file to write; by default in out/SCRIPT.")
@folder_options("--takes")
@click.option("--names", is_flag=True, help="Put speakers' names into SubRip, for viewers who cannot hear.")
@click.option(
    "--forced", is_flag=True, help="Only the titles on the screen, without speech, as film.forced.srt or .vtt."
)
@click.option("--panels", type=click.Choice(["6", "9"]), help="Panels on each page of a PDF, without problems listed.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", help="Paper size of a PDF.")
@model_option
@root_option
def command(
    file: str,
    form: str,
    output: str | None,
    names: bool,
    forced: bool,
    panels: str | None,
    paper: str,
    out: Path | None,
    sandbox: bool,
    templates: Path | None,
    model: str | None,
    root: Path | None,
) -> None:
    analysis = analyze_or_leave(file, Options(model=model, root=root, templates=templates))
    takes = takes_on_disk(analysis, out, sandbox=sandbox)
    shown = tuple(take.shown for take in takes.chosen)
    if forced and form not in _SUBTITLES:
        fail(f"--forced works with --to {' or '.join(_SUBTITLES)}, not {form}")
    if panels and form != "pdf":
        fail(f"--panels works with --to pdf, not {form}")
    target = product_path(file, output, f"{'.forced' * forced}{FORMATS[form].suffix}", sandbox=sandbox)
    if output != "-":
        check_product(
            target,
            kept_files(analysis, (*takes.chosen, *shown, *takes.others)),
            is_asked=output is not None,
            example=f"film{FORMATS[form].suffix}",
            signature=FORMATS[form].signature,
        )
    folder = None if output == "-" else target.parent
    made = made_sounds_or_leave(analysis, clips_folder(file, out, sandbox=sandbox))
    request = ExportRequest(analysis, shown, paper, names, takes.others, folder, int(panels or 0), forced, made)
    written = _write(FORMATS[form], request)
    if not written.data:
        fail("; ".join(written.problems), PROBLEMS)
    write_bytes(written.data, output if output == "-" else str(target))
    for line in written.problems:
        echo(line, err=True)
    echo(f"{target}: written", err=True)
    sys.exit(PROBLEMS if analysis.has_errors or written.problems else FINE)


def _write(form: ExportFormat, request: ExportRequest) -> ExportResult:
    from storyboard.compiler.prompts import TemplateProblem

    try:
        return form.write(request)
    except TemplateProblem as problem:
        fail(str(problem))
    except NotInstalled as missing:
        fail(f"{missing} is not installed. {_BY_HAND.format(packages=' '.join(form.extra))}")
    except ModuleNotFoundError as missing:
        remedy = "It is part of sbc: install sbc again"
        if missing.name in form.extra:
            remedy = _BY_HAND.format(packages=" ".join(form.extra))
        fail(f"{missing.name}, which --to {form.name} needs, is not installed. {remedy}")
