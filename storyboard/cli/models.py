"""`sbc models`: what the video models can do."""

from __future__ import annotations

import click

from storyboard.cli.streams import check_model
from storyboard.cli.terminal import echo
from storyboard.report.models import describe, list_models


@click.command(short_help="List the video models and what each can do.")
@click.argument("model", required=False)
def command(model: str | None) -> None:
    """List the models that a script may name, or say everything about one of them."""
    from storyboard.catalog import find_model

    name = check_model(model)
    found = find_model(name) if name else None
    for line in describe(found) if found else list_models():
        echo(line)
