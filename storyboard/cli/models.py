"""`sbc models`: what the video models can do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import click

from storyboard.cli.streams import check_model
from storyboard.cli.terminal import echo


@click.command(short_help="List the video models and what each can do.")
@click.argument("model", required=False)
@click.option(
    "--kind",
    type=click.Choice(["reference", "text", "image", "all"]),
    default="reference",
    help="List the models that film from references (the default), from text alone, or from a start frame.",
)
@click.option(
    "--limits", type=click.Choice(["guide", "service"]), default="guide", help="Whose limits and prices to show."
)
def command(model: str | None, kind: str, limits: str) -> None:
    """List the models that a script may name, or everything about one of them: limits, prices, and how old each figure
    is."""
    from storyboard.catalog import Limits, shipped_catalog
    from storyboard.report.models import describe, list_models

    catalog, judge = shipped_catalog(), cast("Limits", limits)
    today = datetime.now(UTC).date()
    name = check_model(model)
    found = catalog.find(name, judge) if name else None
    listed = catalog.models(judge, None if kind == "all" else f"{kind}-to-video")
    for line in describe(found, today) if found else list_models(listed, today):
        echo(line)
