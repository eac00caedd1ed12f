"""`sbc check`: what to change, line by line."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from storyboard.cli.streams import FINE, PROBLEMS, WRONG_USE, analyze, fail, print_report
from storyboard.cli.terminal import echo, print_data
from storyboard.compiler.diagnostics import Diagnostic, Severity
from storyboard.compiler.loader import Unreadable
from storyboard.compiler.pipeline import Analysis, Options
from storyboard.compiler.text import Source
from storyboard.report.totals import totals_line


@click.command(short_help="Say what to change, line by line.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", help="How to say it.")
@click.option("--fix", is_flag=True, help="Apply the fixes that are safe, and say which.")
@click.option(
    "--wire", type=click.Choice(["api", "guide"]), default="api", help="Which spelling of requests to check for."
)
@click.option("--root", type=click.Path(path_type=Path), help="The project folder; by default that of each file.")
def command(files: tuple[str, ...], form: str, fix: bool, wire: str, root: Path | None) -> None:
    """Find everything that is wrong with scripts, and change nothing.

    FILE may be - for standard input. The exit code is 0 where there are no errors, 1 where there are, 2 where a file
    cannot be read.
    """
    options = Options(wire=wire, root=root)
    if fix:
        _fix(files, options)
    found: dict[Diagnostic, None] = {}
    sources: list[Source] = []
    unreadable = False
    for path in files:
        try:
            analysis = analyze(path, options)
        except Unreadable as problem:
            echo(f"sbc: {problem!s}", err=True)
            unreadable = True
            continue
        if not analysis.diagnostics:
            _praise(path if len(files) > 1 else None, analysis, to_stderr=form != "text")
        found |= dict.fromkeys(analysis.diagnostics)
        sources += analysis.texts
    diagnostics = list(found)
    if form == "text":
        print_report(diagnostics, sources)
    elif form == "json":
        from storyboard.report.data import write_json

        print_data(write_json(diagnostics))
    else:
        from importlib.metadata import version

        from storyboard.report.data import write_sarif

        print_data(write_sarif(diagnostics, version("storyboard-compiler")))
    errors = any(one.severity is Severity.ERROR for one in diagnostics)
    sys.exit(WRONG_USE if unreadable else PROBLEMS if errors else FINE)


def _praise(path: str | None, analysis: Analysis, *, to_stderr: bool) -> None:
    """Say in a line that a script is as it should be, and what film it makes."""
    film = f": {totals_line(analysis)}" if any(scene.shots for scene in analysis.film.scenes) else ""
    echo(f"{f'{path}: ' if path else ''}nothing to change{film}", err=to_stderr)


def _fix(files: tuple[str, ...], options: Options) -> None:
    from storyboard.compiler.fixing import fix_files

    if "-" in files:
        fail("--fix needs a file: standard input cannot be changed")
    for path in files:
        try:
            fixed = fix_files(analyze(path, options))
        except Unreadable:
            continue
        except OSError as problem:
            fail(f"{path}: cannot be changed ({problem.strerror or problem})")
        for one in fixed:
            echo(f"fixed {one.file}:{one.start.line}:{one.start.column} {one.code}: {one.message}", err=True)
