"""`sbc export`: the film for other programs."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from storyboard.cli.products import check_product, kept_files, product_path
from storyboard.cli.streams import FINE, PROBLEMS, analyze_or_leave, fail, write_bytes
from storyboard.cli.takes import chosen_takes, folder_options
from storyboard.cli.terminal import echo
from storyboard.compiler.pipeline import Options

if TYPE_CHECKING:
    from storyboard.export import ExportRequest, ExportResult


class _Format(NamedTuple):
    """A writer, imported when it is asked for: its module and its function."""

    module: str
    function: str


FORMATS = {
    "otio": _Format("storyboard.export.timeline", "write_otio"),
    "fcpxml": _Format("storyboard.export.fcpxml", "write_fcpxml"),
    "edl": _Format("storyboard.export.timeline", "write_edl"),
    "xml": _Format("storyboard.export.timeline", "write_fcp7"),
    "srt": _Format("storyboard.export.subtitles", "write_subrip"),
    "vtt": _Format("storyboard.export.subtitles", "write_webvtt"),
    "csv": _Format("storyboard.export.shotlist", "write_csv"),
    "pdf": _Format("storyboard.export.pdf", "write_pdf"),
    "fountain": _Format("storyboard.export.screenplay", "write_fountain"),
    "fdx": _Format("storyboard.export.screenplay", "write_fdx"),
}


@click.command(short_help="Write the film for an editor, a spreadsheet, a printer.")
@click.argument("file")
@click.option("--to", "form", type=click.Choice(list(FORMATS)), required=True, help="What to write.")
@click.option("-o", "--output", metavar="FILE", help="Where to; by default in out/SCRIPT.")
@folder_options("--takes")
@click.option("--names", is_flag=True, help="Put the speaker's name into SubRip, for those who cannot hear.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", help="The paper of a PDF.")
@click.option("--model", metavar="MODEL", help="Use this model instead of the title page's.")
@click.option("--root", type=click.Path(path_type=Path), help="The project folder; by default that of the file.")
def command(
    file: str,
    form: str,
    output: str | None,
    names: bool,
    paper: str,
    out: Path | None,
    sandbox: bool,
    templates: Path | None,
    model: str | None,
    root: Path | None,
) -> None:
    """Write a script and its finished takes for another program.

    \b
    otio     OpenTimelineIO
    fcpxml   Final Cut Pro, Resolve
    xml      Final Cut 7's XML: Premiere, Resolve
    edl      CMX 3600
    srt      subtitles: SubRip
    vtt      subtitles: WebVTT
    csv      the shot list
    pdf      the board on paper, A4 or Letter
    fountain a Fountain screenplay: shots in notes, the cast in notes at its end; sbc import reads it back
    fdx      Final Draft, likewise

    A timeline shows the chosen take of every clip and keeps the place of one that has none. A script with errors is
    written as far as it goes; the exit code is then 1.
    """
    from storyboard.export import ExportRequest

    analysis = analyze_or_leave(file, Options(model=model, root=root, templates=templates))
    takes = chosen_takes(analysis, out, sandbox=sandbox)
    target = product_path(file, output, f".{form}", sandbox=sandbox)
    if output != "-":
        check_product(target, kept_files(analysis, takes), is_asked=output is not None, example=f"film.{form}")
    written = _write(form, ExportRequest(analysis, takes, paper, names))
    if not written.data:
        fail("; ".join(written.problems), PROBLEMS)
    write_bytes(written.data, output if output == "-" else str(target))
    for line in written.problems:
        echo(line, err=True)
    echo(f"{target}: written", err=True)
    sys.exit(PROBLEMS if analysis.has_errors or written.problems else FINE)


def _write(form: str, order: ExportRequest) -> ExportResult:
    from storyboard.compiler.prompts import TemplateProblem
    from storyboard.export import NotInstalled

    chosen = FORMATS[form]
    try:
        written: ExportResult = getattr(import_module(chosen.module), chosen.function)(order)
    except (NotInstalled, TemplateProblem) as problem:
        fail(str(problem))
    except ModuleNotFoundError as missing:
        fail(
            str(
                NotInstalled(
                    f"{missing.name}, which --to {form} needs,", is_ready_made=missing.name != "opentimelineio"
                )
            )
        )
    return written
