"""`sbc schema`: the shape of the manifest."""

from __future__ import annotations

import json

import click


@click.command(short_help="Print the JSON Schema of the manifest.")
def command() -> None:
    """Print the JSON Schema that every manifest of `sbc compile` keeps to."""
    from storyboard.compiler.emit.manifest import manifest_schema

    click.echo(json.dumps(manifest_schema(), indent=2))
