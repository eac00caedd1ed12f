"""`sbc stats`: count a film."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from storyboard.cli.options import format_option, model_option, root_option
from storyboard.cli.process import FINE, PROBLEMS
from storyboard.cli.streams import analyze_or_leave
from storyboard.cli.terminal import echo, print_json
from storyboard.compiler.pipeline import Options


@click.command()
@click.argument("file")
@format_option
@model_option
@root_option
def command(file: str, form: str, model: str | None, root: Path | None) -> None:
    """Count a script: its length and price, the words that each character speaks, and how long each person and place is
    on screen.

    FILE may be - for standard input. A script with errors is counted as far as possible; the exit code is then 1.
    """
    from storyboard.compiler.word_count import count_words
    from storyboard.report.stats import count_film, write_stats

    analysis = analyze_or_leave(file, Options(model=model, root=root))
    stats = count_film(analysis.film, analysis.clips, count_words)
    if form == "json":
        print_json(stats.as_data())
    else:
        for line in write_stats(stats):
            echo(line)
    if analysis.has_errors:
        echo("The script has errors; `sbc check` says which.", err=True)
    sys.exit(PROBLEMS if analysis.has_errors else FINE)
