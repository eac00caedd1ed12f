"""`sbc lsp`: the language server that editors start."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from storyboard.cli.options import model_option
from storyboard.cli.streams import check_model, fail, models_here
from storyboard.cli.terminal import echo


@click.command()
@click.option("--stdio", is_flag=True, help="Use standard input and output (always on).")
@click.option("--root", type=click.Path(path_type=Path), help="The project folder; by default that of each script.")
@model_option
@click.option(
    "--wire",
    type=click.Choice(["api", "guide"]),
    help="Spelling of requests to check for; by default api, or the project's.",
)
def command(stdio: bool, root: Path | None, model: str | None, wire: str | None) -> None:
    """Answer an editor over standard input and output: problems as you type, completion, hover, rename and more.

    An editor starts this by itself; grammar/EDITORS.md says how to set one up.
    """
    from storyboard.compiler.pipeline import Options

    chosen = check_model(model, models_here())
    try:
        from storyboard.lsp.stdio import serve
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        fail("the language server needs pygls, which is not installed. It is part of sbc: install sbc again")
    if sys.stdin.isatty():
        echo("sbc lsp waits for an editor, which starts it by itself. Ctrl-C ends it.", err=True)
    serve(Options(wire=wire, model=chosen, root=root))
