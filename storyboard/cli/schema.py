"""`sbc schema`: the shape of the manifest."""

from __future__ import annotations

import click

from storyboard.cli.terminal import print_json


@click.command()
def command() -> None:
    """Print the JSON Schema that every manifest of `sbc compile` keeps to."""
    from storyboard.compiler.emit.manifest import manifest_schema

    print_json(manifest_schema())
