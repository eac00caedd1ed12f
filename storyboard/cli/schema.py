"""`sbc schema`: print the schema of the manifest."""

from __future__ import annotations

import click

from storyboard.cli.terminal import print_json


@click.command()
def command() -> None:
    """Print the JSON Schema of the manifests that `sbc compile` writes."""
    from storyboard.compiler.emit.manifest import manifest_schema

    print_json(manifest_schema())
